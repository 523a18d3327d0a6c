import type { User } from '#lib/api/client.ts';

/** Administrators who can still sign in. The last of them must stay. */
function activeAdmins(users: User[]): User[] {
	return users.filter((user) => user.siteAdmin && !user.disabled);
}

export function isLastAdmin(user: User, users: User[]): boolean {
	const admins = activeAdmins(users);
	return admins.length === 1 && admins[0]?.id === user.id;
}

export type Change =
	| {
			kind:
				| 'newLink'
				| 'resetLinks'
				| 'endSessions'
				| 'disable'
				| 'makeAdmin'
				| 'removeAdmin'
				| 'delete';
			user: User;
	  }
	| { kind: 'enable'; user: User };

/** The providers somebody is linked with, as a list for a sentence. */
export function providersOf(user: User): string {
	const names = new Set(user.identities.map(({ providerName }) => providerName));
	return new Intl.ListFormat('en').format(names);
}
