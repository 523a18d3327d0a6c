/**
 * The provider's login route with the page to come back to. With `anew` the provider asks who it is,
 * also whom it knows already.
 */
export function signInAddress(loginUrl: string, returnTo: string, anew = false): string {
	const params = [
		...(returnTo === '/' ? [] : [`returnTo=${encodeURIComponent(returnTo)}`]),
		...(anew ? ['reauth=true'] : [])
	];
	if (params.length === 0) return loginUrl;
	return loginUrl + (loginUrl.includes('?') ? '&' : '?') + params.join('&');
}

/** The sign-in page itself with other parameters; the page that was wanted stays wanted. */
export function loginAddress(
	login: string,
	returnTo: string,
	params: Record<string, string>
): string {
	return signInAddress(`${login}?${new URLSearchParams(params)}`, returnTo);
}
