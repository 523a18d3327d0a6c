/** What a browser says about itself, as people call it. */
export interface Device {
	browser: string;
	system: string;
	/** Held in the hand: a phone or a tablet. */
	mobile: boolean;
}

// The order matters: most browsers name the ones they descend from as well.
const BROWSERS: [name: string, sign: RegExp][] = [
	['Edge', /\bEdg(?:e|A|iOS)?\//],
	['Opera', /\b(?:OPR|OPT|Opera)\//],
	['Samsung Internet', /\bSamsungBrowser\//],
	['Vivaldi', /\bVivaldi\//],
	['DuckDuckGo', /\b(?:DuckDuckGo|Ddg)\//],
	['Firefox', /\b(?:Firefox|FxiOS)\//],
	['Chrome', /\b(?:Headless)?(?:Chrome|CriOS|Chromium)\//],
	['Safari', /\bSafari\//],
	['curl', /^curl\//]
];

const SYSTEMS: [name: string, sign: RegExp, mobile: boolean][] = [
	['iPhone', /\biPhone\b|\biPod\b/, true],
	['iPad', /\biPad\b/, true],
	['Android', /\bAndroid\b/, true],
	['ChromeOS', /\bCrOS\b/, false],
	['Windows', /\bWindows\b/, false],
	['macOS', /\bMac OS X\b|\bMacintosh\b/, false],
	['Linux', /\bLinux\b|\bX11\b/, false]
];

/** Reads a User-Agent. Parts that say nothing known stay empty. */
export function readDevice(userAgent: string): Device {
	const browser = BROWSERS.find(([, sign]) => sign.test(userAgent))?.[0] ?? '';
	const system = SYSTEMS.find(([, sign]) => sign.test(userAgent));
	return { browser, system: system?.[0] ?? '', mobile: system?.[2] ?? false };
}
