/** Who may come in, and as what. */
export const access = {
	title: 'Who may come in, and as what',
	signUp: 'New people may sign up',
	signUpHint: (provider: string) =>
		`Whoever ${provider} lets in gets an account here at the first sign-in.`,
	signUpHousehold: 'Into the household',
	signUpNowhere: 'None: the household was deleted',
	signUpRole: 'As',
	groupsTitle: 'Groups',
	groupsText: (provider: string) =>
		`Names of groups at ${provider}, compared letter by letter. They are read again at each sign-in.`,
	groupsSeen: (provider: string) =>
		`${provider} has sent groups. Someone who signs in without any is in no group.`,
	groupsNotSeen: (provider: string) =>
		`${provider} hasn't sent groups yet. Until it does, roles stay unchanged.`,
	allowed: 'Allowed groups',
	allowedHint: 'Only members of one of these come in. Empty means everybody.',
	admin: 'Administrator group',
	adminHint:
		'Its members are site administrators, and nobody else who comes in this way. The last administrator always stays. Empty changes nothing.',
	rules: 'Groups and households',
	rulesText:
		'A member of the group belongs to the household with this role. The highest role counts.',
	rulesNone:
		'No rule: new people get the household and role above. What earlier rules gave is taken back at the next sign-in.',
	rule: (number: number) => `Rule ${number}`,
	group: 'Group',
	household: 'Household',
	role: 'Role',
	addRule: 'Add a rule',
	removeRule: (number: number) => `Remove rule ${number}`,
	sameRule: 'This rule is there twice. Remove one of them.',
	previewTitle: 'Groups of the last test sign-in',
	previewAt: (time: string) => `From ${time}. With what is set on this page, they would mean:`,
	previewNone: 'A test sign-in shows which groups arrive, and what they would mean here.',
	previewEmpty: 'The last test sign-in brought no groups.',
	previewAuthentik:
		'In Authentik the groups travel with the scope profile. See that it is selected in the provider, and that the person is in a group.',
	means: {
		allowed: 'may come in',
		admin: 'site administrator',
		household: (household: string, role: string) => `${household}: ${role}`,
		nothing: 'no meaning here'
	},
	refused: 'None of these may come in: this person would be refused.',
	chips: {
		chosen: (label: string) => `${label}, chosen`,
		add: 'Add',
		addName: (label: string) => `Add to ${label}`,
		remove: (name: string) => `Remove ${name}`,
		suggestions: 'From the last test sign-in:',
		suggest: (name: string) => `Add ${name}`
	}
};
