import { redirect } from '@sveltejs/kit';
import { goto } from '$app/navigation';
import { resolve } from '$app/paths';
import { returnToQuery, withoutBase } from '../urls.ts';
import { isSignedOut } from './errors.ts';

const base = resolve('').replace(/\/$/, '');

/** The login page that leads back to `url` afterwards. */
function loginFor(url: { pathname: string; search: string }) {
	return resolve('login') + returnToQuery(withoutBase(url.pathname + url.search, base));
}

/**
 * For `load`: waits for a call; signed out leads to the login page (and from there to the wizard
 * before setup); every other failure stays what it is.
 */
export async function guard<T>(
	request: Promise<T>,
	url: { pathname: string; search: string }
): Promise<T> {
	try {
		return await request;
	} catch (error) {
		if (isSignedOut(error)) redirect(307, loginFor(url));
		throw error;
	}
}

/** For a failed change: true when it failed because nobody is signed in, and the login page opens. */
export function leaveIfSignedOut(error: unknown): boolean {
	if (!isSignedOut(error)) return false;
	const address = loginFor(location);
	void goto(`${address}${address.includes('?') ? '&' : '?'}expired=1`);
	return true;
}
