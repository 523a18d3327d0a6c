/** Where a provider sends the browser back to, below the public URL. */
export function callbackPath(provider: string): string {
	return `/api/v1/auth/oauth/${provider}/callback`;
}

/** Where a provider tells that somebody signed out there. */
export function backchannelPath(provider: string): string {
	return `/api/v1/auth/oauth/${provider}/backchannel-logout`;
}

/** Where a provider sends the browser after signing out. */
export function signedOutPath(provider: string): string {
	return `/api/v1/auth/oauth/${provider}/signed-out`;
}

/**
 * The page to show after signing in: only a path of Pantrie's own. The server has the same rule.
 * Anything else becomes "/".
 */
export function safeReturnTo(value: string | null | undefined): string {
	if (!value || !value.startsWith('/') || value.startsWith('//')) return '/';
	if (value.includes('\\') || hasControlCharacter(value)) return '/';
	let url: URL;
	try {
		url = new URL(value, 'http://pantrie.invalid');
	} catch {
		return '/';
	}
	if (url.origin !== 'http://pantrie.invalid' || url.pathname.startsWith('//')) return '/';
	return url.pathname + url.search;
}

function hasControlCharacter(value: string): boolean {
	for (const character of value) {
		const point = character.codePointAt(0) ?? 0;
		if (point < 0x20 || point === 0x7f) return true;
	}
	return false;
}

/** Takes the sub-path off a path of this app, so that `returnTo` never carries it. */
export function withoutBase(path: string, base: string): string {
	if (
		base !== '' &&
		(path === base || path.startsWith(`${base}/`) || path.startsWith(`${base}?`))
	) {
		const rest = path.slice(base.length);
		return rest.startsWith('/') ? rest : `/${rest}`;
	}
	return path;
}

/** The query of a link to the login page; empty when the home page is wanted. */
export function returnToQuery(path: string): string {
	const target = safeReturnTo(path);
	return target === '/' ? '' : `?returnTo=${encodeURIComponent(target)}`;
}

/** Reads an http(s) address; null when it is none. */
export function parseWebUrl(value: string): URL | null {
	try {
		const url = new URL(value.trim());
		return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname ? url : null;
	} catch {
		return null;
	}
}

/** The public URL without a trailing slash; "" when it is not an address. */
export function launchUrl(publicUrl: string): string {
	const url = parseWebUrl(publicUrl);
	return url ? url.origin + url.pathname.replace(/\/+$/, '') : '';
}

/** One of the addresses to register at a provider; "" when the public URL is not an address. */
export function redirectUri(publicUrl: string, path: string): string {
	const launch = launchUrl(publicUrl);
	return launch ? launch + path : '';
}

/** True when both addresses have the same scheme, host and port. */
export function sameOrigin(publicUrl: string, origin: string): boolean {
	const url = parseWebUrl(publicUrl);
	return url !== null && url.origin === origin;
}

/** Finds the token in what was pasted: the token itself, or a whole link that ends in it. */
export function tokenFrom(pasted: string): string {
	const text = pasted.trim();
	const match = /[#?&]token=([^&\s]+)/.exec(text);
	const token = match?.[1] ?? text;
	try {
		return decodeURIComponent(token);
	} catch {
		return token;
	}
}

/** True for http to anything but this very machine: passwords then cross the network readable. */
export function isPlainRemote(publicUrl: string): boolean {
	const url = parseWebUrl(publicUrl);
	if (!url || url.protocol !== 'http:') return false;
	return !(
		url.hostname === 'localhost' ||
		url.hostname.endsWith('.localhost') ||
		url.hostname === '[::1]' ||
		/^127(\.\d+){3}$/.test(url.hostname)
	);
}

/**
 * A page of Authentik's admin interface; "" when the base URL is not an address. Who pasted the
 * issuer or the discovery address means the Authentik before it.
 */
export function authentikAdmin(baseUrl: string, page: string): string {
	const base = launchUrl(baseUrl).replace(/\/(application\/o|if|\.well-known)(\/.*)?$/, '');
	return base ? `${base}/if/admin/#/${page}` : '';
}
