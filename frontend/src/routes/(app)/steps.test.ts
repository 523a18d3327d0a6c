import { expect, it } from 'vitest';
import type { InstanceSettings, OAuthProvider, User } from '#lib/api/client.ts';
import { nextSteps } from './steps.ts';

const instance: InstanceSettings = {
	databaseBytes: 0,
	platform: 'linux/amd64',
	lastBackupAt: 0,
	backupProblem: '',
	contacts: [],
	configuration: [],
	goVersion: '',
	originMatches: true,
	publicUrl: { value: 'https://pantry.example.org', envVar: '' },
	requestOrigin: '',
	startedAt: 0,
	version: ''
};
const provider = (name: string, configured: boolean, enabled: boolean): OAuthProvider => ({
	id: 'authentik',
	name,
	configured,
	enabled,
	linkedUsers: 0
});

it.each([
	[[], 'Connect your Authentik or another provider', false],
	[[provider('Authentik', false, true)], 'Connect your Authentik or another provider', false],
	[[provider('Authentik', true, false)], 'Authentik is complete, but switched off.', false],
	[
		[provider('Authentik', true, true), provider('Google', true, true)],
		'People can sign in with Authentik and Google.',
		true
	]
])('the step for providers, case %#', (providers, text, done) => {
	const users: User[] = [];
	const step = nextSteps(providers, users, instance, 'https://pantry.example.org')[0];
	expect(step?.text).toContain(text);
	expect(step?.done).toBe(done);
});
