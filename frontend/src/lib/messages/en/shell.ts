export const shell = {
	navigation: 'Main',
	home: 'Home',
	settings: 'Settings',
	administration: 'Administration',
	administrationShort: 'Admin',
	account: 'Your account',
	loading: 'Loading …'
};
