export const shell = {
	navigation: 'Main',
	home: 'Home',
	toHome: 'To the home page',
	shopping: 'Shopping',
	settings: 'Settings',
	administration: 'Administration',
	administrationShort: 'Admin',
	account: 'Your account',
	household: 'Household',
	settingsPages: 'Settings pages',
	accountTab: 'Account',
	loading: 'Loading …'
};
