export const administration = {
	title: 'Administration',
	tabs: 'Administration pages',
	oauth: 'OAuth Settings',
	users: 'Users',
	about: 'About'
};
