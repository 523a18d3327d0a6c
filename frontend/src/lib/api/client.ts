import { invalidate } from '$app/navigation';
import { resolve } from '$app/paths';
import createClient from 'openapi-fetch';
import { fromResponse, networkError } from './errors.ts';
import type { components, paths } from './schema.d.ts';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Role = Schemas['MyHousehold']['role'];
export type ProviderId = Schemas['ProviderButton']['id'];
export type Instance = Schemas['Instance'];
export type SetupInfo = Schemas['SetupInfo'];
export type SetupOAuth = Schemas['SetupOAuth'];
export type Account = Schemas['Account'];
export type AccountIdentity = Schemas['LinkedAccount'];
export type AccountSession = Schemas['OwnSession'];
export type AccountSignIn = Schemas['OwnSignIn'];
export type OAuthProvider = Schemas['OAuthState'];
export type OAuthSettings = Schemas['OAuthSettings'];
export type OAuthInput = Schemas['OAuthInput'];
export type AuthMethod = OAuthSettings['authMethod'];
export type GroupRule = Schemas['OAuthRule'];
export type Check = Schemas['ConnectionCheck'];
export type Claim = Schemas['Claim'];
export type TestResult = Schemas['TestResult'];
export type SignInSettings = Schemas['SignInRules'];
export type SignIn = Schemas['SignIn'];
export type Outcome = SignIn['outcome'];
export type AttemptStep = Schemas['SignInStep'];
export type InstanceSettings = Schemas['AdminInstance'];
export type Backup = Schemas['Backup'];
export type Backups = Schemas['Backups'];
export type RestoredBackup = Schemas['RestoredBackup'];
export type User = Schemas['User'];
export type Household = Schemas['Household'];
export type Member = Schemas['Member'];
export type ApiToken = Schemas['APIToken'];
export type TokenInput = Schemas['TokenInput'];
export type Invitation = Schemas['Invitation'];
export type InvitationInfo = Schemas['InvitationInfo'];
export type Measure = Schemas['Measure'];
export type Lot = Schemas['Lot'];
export type Product = Schemas['Product'];
export type ProductDetails = Schemas['ProductDetails'];
export type ProductInput = Schemas['ProductInput'];
export type Home = Schemas['Home'];
export type Line = Schemas['Line'];
export type LotInput = Schemas['LotInputBody'];
export type Places = Schemas['Places'];
export type Place = Schemas['Place'];
export type StockChange = Schemas['StockChange'];
export type StockTake = Schemas['StockTake'];
export type ShoppingList = Schemas['ShoppingList'];
export type ShoppingItem = Schemas['ShoppingItem'];
export type ShoppingInput = Schemas['ShoppingInput'];
export type ProductUnit = Schemas['ProductUnit'];
export type PutAway = Schemas['PutAway'];
export type HistoryEvent = Schemas['Event'];
export type WasteMonth = Schemas['WasteMonth'];
export type SheetPreview = Schemas['SheetPreview'];

/** The typed client. Every call goes to this origin, below the sub-path Pantrie is served under. */
export const api = createClient<paths>({ baseUrl: resolve('').replace(/\/$/, '') });

/**
 * Gives the data of a call, or throws an ApiError: `network` when nothing answered, else what the
 * server said.
 */
export async function call<T>(
	request: Promise<{ data?: T; error?: unknown; response: Response }>
): Promise<T> {
	let answer;
	try {
		answer = await request;
	} catch (cause) {
		if (cause instanceof SyntaxError) throw fromResponse(new Response(null, { status: 502 }), null);
		throw networkError();
	}
	if (!answer.response.ok) {
		// Somebody may have changed this person's role: what may be done is looked up again.
		if (answer.response.status === 403) void invalidate('app:me');
		throw fromResponse(answer.response, answer.error);
	}
	return answer.data as T;
}
