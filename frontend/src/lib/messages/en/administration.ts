export const administration = {
	title: 'Administration',
	tabs: 'Administration pages',
	oauth: 'OAuth Settings',
	signIn: 'Sign-in',
	signIns: 'Sign-in log',
	households: 'Households',
	users: 'Users',
	backups: 'Backups',
	about: 'About'
};
