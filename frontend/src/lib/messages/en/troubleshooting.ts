/** The four headings of the guide’s troubleshooting, with what to compare and what to change. */
export const troubleshooting = {
	title: 'If it does not work',
	headings: [
		{
			id: 'not-configured',
			title: 'OAuth provider not configured',
			text: (provider: string) => [
				`The button of ${provider} is missing, or the sign-in page says so. Compare: the top of this page names each missing field, and the variable that can set it.`,
				'Change: fill in what is named, save, and see that the switch at the top is on. A variable counts after a restart.'
			]
		},
		{
			id: 'redirect-uri',
			title: 'Redirect URI mismatch',
			text: (provider: string) => [
				`${provider} shows an error of its own and does not come back. Compare the redirect URI that stands above, under what the provider needs, with the one registered at ${provider}, letter by letter: http or https, host, port, and no slash at the end.`,
				'Change: copy it from here. If the address itself is wrong, correct the public URL under About.'
			]
		},
		{
			id: 'failed',
			title: 'Failed to authenticate',
			text: (provider: string) => [
				`${provider} comes back, but the sign-in is not accepted. Test connection tells which it is. Compare Client ID and Client Secret with the ones at ${provider}, the scopes openid, email and profile, and the clocks of both machines.`,
				'Change: copy the secret again and save it. In the sign-in log the reason of each attempt stands beside its reference.'
			]
		},
		{
			id: 'not-linked',
			title: 'Account created but not linked',
			text: (provider: string) => [
				`Somebody signed in with ${provider} and got a second account. Compare the address at ${provider} with the one under Users: linking goes by the address, and by itself only if ${provider} says it is verified.`,
				`Change: delete the second account under Users, then let the person sign in with the password and press “Link ${provider}” in the own settings.`
			]
		}
	],
	toLog: 'Open the sign-in log'
};
