/** Makes a client secret and its digest (Authelia’s documentation, “Frequently Asked Questions”). */
export const autheliaSecret =
	'authelia crypto hash generate pbkdf2 --variant sha512 --random --random.length 72 --random.charset rfc3986';

/** A client of Authelia (configuration.yml, 4.38 and newer). */
export function autheliaClient(redirectUri: string): string {
	return `identity_providers:
  oidc:
    clients:
      - client_id: 'pantrie'
        client_name: 'Pantrie'
        client_secret: '$pbkdf2-sha512$…'
        authorization_policy: 'two_factor'
        redirect_uris:
          - '${redirectUri}'
        scopes:
          - 'openid'
          - 'email'
          - 'profile'
          - 'groups'
          - 'offline_access'
        grant_types:
          - 'authorization_code'
          - 'refresh_token'
        token_endpoint_auth_method: 'client_secret_post'`;
}

/** A client of Dex. */
export function dexClient(redirectUri: string): string {
	return `staticClients:
  - id: pantrie
    name: Pantrie
    secret: …
    redirectURIs:
      - '${redirectUri}'`;
}
