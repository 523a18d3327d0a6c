/**
 * All text a person sees. A translation is a second folder beside `en` with the same exports.
 * Each area is its own file, so that a page loads only the words it shows.
 */
export { common } from './en/common.ts';
export { errors, fieldErrors } from './en/errors.ts';
export { login } from './en/login.ts';
export { linkAccount } from './en/link-account.ts';
export { providerNames } from './en/providers.ts';
export { signInProblems, missingSetting } from './en/sign-in-problems.ts';
export { setup } from './en/setup.ts';
export { setPassword } from './en/set-password.ts';
export { invite } from './en/invite.ts';
export { home } from './en/home.ts';
export { pantry, unitPlurals } from './en/pantry.ts';
export { pantryProblems } from './en/pantry-problems.ts';
export { findOrAdd } from './en/find-or-add.ts';
export { suggestedPlaces } from './en/suggested-places.ts';
export { places } from './en/places.ts';
export { product } from './en/product.ts';
export { stock } from './en/stock.ts';
export { toasts } from './en/toasts.ts';
export { shell } from './en/shell.ts';
export { account } from './en/account.ts';
export { administration } from './en/administration.ts';
export { oauth } from './en/oauth.ts';
export { checks } from './en/checks.ts';
export { testSignIn } from './en/test-sign-in.ts';
export { access } from './en/access.ts';
export { troubleshooting } from './en/troubleshooting.ts';
export { providerGuide } from './en/provider-guide.ts';
export { authentikSetup } from './en/authentik-setup.ts';
export { authentikGuide } from './en/authentik-guide.ts';
export { providersGuide } from './en/providers-guide.ts';
export { signInSettings } from './en/sign-in-settings.ts';
export { signInLog } from './en/sign-in-log.ts';
export { signInOutcomes } from './en/sign-in-outcomes.ts';
export { households } from './en/households.ts';
export { users } from './en/users.ts';
export { about } from './en/about.ts';
export { shopping } from './en/shopping.ts';
export { history } from './en/history.ts';
export { files } from './en/files.ts';
export { backups, restore } from './en/backups.ts';
