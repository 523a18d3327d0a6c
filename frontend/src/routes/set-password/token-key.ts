export const TOKEN_KEY = 'pantrie.password-link';
