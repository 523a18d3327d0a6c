export const shell = {
	navigation: 'Main',
	home: 'Home',
	toHome: 'To the home page',
	stock: 'Stock',
	shopping: 'Shopping',
	settings: 'Settings',
	administration: 'Administration',
	account: 'Your account',
	household: 'Household',
	settingsPages: 'Settings pages',
	accountTab: 'Account',
	loading: 'Loading …'
};
