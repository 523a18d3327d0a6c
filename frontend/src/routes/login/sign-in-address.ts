/** The provider's login route with the page to come back to. */
export function signInAddress(loginUrl: string, returnTo: string): string {
	if (returnTo === '/') return loginUrl;
	const separator = loginUrl.includes('?') ? '&' : '?';
	return `${loginUrl}${separator}returnTo=${encodeURIComponent(returnTo)}`;
}
