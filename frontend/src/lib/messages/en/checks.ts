/** Test connection: its checks and what is said around them. */
export const checks = {
	title: 'Test connection',
	text: (provider: string) =>
		`Asks ${provider} step by step whether these values work. Nothing is saved, and nobody is signed in.`,
	start: 'Test connection',
	again: 'Test again',
	stop: 'Stop',
	stopped: 'Stopped. What was found so far stays below.',
	progress: (done: number, of: number) => `Checking ${done + 1} of ${of} …`,
	broken: 'The test ended early.',
	allFine: (count: number) => `All ${count} checks are fine.`,
	fine: (count: number) => `${count} fine`,
	warnings: (count: number) => `${count} to look at`,
	failures: (count: number) => `${count} to fix`,
	skipped: (count: number) => `${count} not tried`,
	chip: {
		fine: 'All fine',
		warnings: 'Usable',
		running: 'Running',
		stopped: 'Stopped',
		stale: 'Out of date'
	},
	stale: 'You changed something since. What is below was found with the values before.',
	status: {
		ok: 'Fine',
		warning: 'Look at this',
		failed: 'To fix',
		skipped: 'Not tried',
		running: 'Checking …',
		waiting: 'Waiting'
	},
	change: 'Field to change:',
	millis: (time: string) => `${time} ms`,
	names: {
		name_resolution: 'The name leads somewhere',
		tcp: 'Something answers there',
		tls: 'The connection is encrypted and trusted',
		discovery: 'The provider describes itself',
		issuer: 'The issuer is the expected one',
		endpoints: 'Its addresses are usable',
		clock: 'Both clocks agree',
		signing_key: 'Tokens are signed with a key',
		encryption: 'Tokens are not encrypted',
		pkce: 'PKCE is supported',
		scopes: 'The scopes are known',
		client_secret: 'Client ID and secret are right',
		redirect_uri: 'The redirect URI is registered'
	} as Record<string, string>,
	/** Fields of Pantrie’s own forms, by the name a check has for them. */
	fields: {
		baseUrl: 'Authentik Base URL',
		slug: 'Application Slug',
		issuerUrl: 'Issuer URL',
		clientId: 'Client ID',
		clientSecret: 'Client Secret',
		scopes: 'Scopes',
		authMethod: 'Client authentication',
		ca: 'Extra certificate authority',
		publicUrl: 'Public URL'
	} as Record<string, string>
};
