import { invite } from '#lib/messages';

export const TOKEN_KEY = 'pantrie.invitation';

/** Why an invitation does not lead in. */
export type Over = keyof typeof invite.over;

export function isOver(code: string): code is Over {
	return Object.hasOwn(invite.over, code);
}
