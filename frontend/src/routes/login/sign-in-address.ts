/** The provider's login route with the page to come back to. */
export function signInAddress(loginUrl: string, returnTo: string): string {
	if (returnTo === '/') return loginUrl;
	const separator = loginUrl.includes('?') ? '&' : '?';
	return `${loginUrl}${separator}returnTo=${encodeURIComponent(returnTo)}`;
}

/** The sign-in page itself with other parameters; the page that was wanted stays wanted. */
export function loginAddress(
	login: string,
	returnTo: string,
	params: Record<string, string>
): string {
	return signInAddress(`${login}?${new URLSearchParams(params)}`, returnTo);
}
