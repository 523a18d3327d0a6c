package connection

// Code says what a check found.
type Code string

// The codes.
const (
	CodeOK        Code = "ok"
	CodeDepends   Code = "depends"    // another check has to be put right first
	CodeNotSet    Code = "not_set"    // a setting is missing in Pantrie
	CodeNotNeeded Code = "not_needed" // nothing to check
	CodeStopped   Code = "stopped"    // the test was ended
	CodeProxied   Code = "proxied"    // a proxy does this in Pantrie's place
	CodeUnclear   Code = "unclear"    // the answer fits none of the known ones

	CodeAddressInvalid    Code = "address_invalid"
	CodeNameNotFound      Code = "name_not_found"
	CodeNameLookupFailed  Code = "name_lookup_failed"
	CodeConnectionRefused Code = "connection_refused"
	CodeConnectionTimeout Code = "connection_timeout"
	CodeHostUnreachable   Code = "host_unreachable"
	CodeConnectionFailed  Code = "connection_failed"

	CodePlainHTTP           Code = "plain_http"
	CodeTLSUnknownAuthority Code = "tls_unknown_authority"
	CodeTLSWrongName        Code = "tls_wrong_name"
	CodeTLSExpired          Code = "tls_expired"
	CodeTLSNotYetValid      Code = "tls_not_yet_valid"
	CodeTLSNotHTTPS         Code = "tls_not_https"
	CodeTLSFailed           Code = "tls_failed"
	CodeProxyRefused        Code = "proxy_refused"

	CodeDiscoveryNotFound Code = "discovery_not_found"
	CodeDiscoveryStatus   Code = "discovery_status"
	CodeDiscoveryRedirect Code = "discovery_redirect"
	CodeDiscoveryHTML     Code = "discovery_html"
	CodeDiscoveryNotJSON  Code = "discovery_not_json"
	CodeDiscoveryTooLarge Code = "discovery_too_large"
	CodeDiscoveryTooSlow  Code = "discovery_too_slow"
	CodeDiscoveryFailed   Code = "discovery_failed"

	CodeIssuerSlash      Code = "issuer_slash"
	CodeIssuerDiffers    Code = "issuer_differs"
	CodeIssuerGlobalMode Code = "issuer_global_mode"
	CodeIssuerOtherHost  Code = "issuer_other_host"
	CodeIssuerScheme     Code = "issuer_scheme"

	CodeEndpointMissing      Code = "endpoint_missing"
	CodeEndpointHTTP         Code = "endpoint_http"
	CodeEndpointOtherHost    Code = "endpoint_other_host"
	CodeEndpointInternalName Code = "endpoint_internal_name"
	CodeSignOutStays         Code = "sign_out_stays" // signing out there leaves people signed in

	CodeClockOff     Code = "clock_off"
	CodeClockUnknown Code = "clock_unknown"

	CodeNoSigningKey   Code = "no_signing_key"
	CodeJWKSUnreadable Code = "jwks_unreadable"
	CodeJWKSEmpty      Code = "jwks_empty"
	CodeEncryptionKey  Code = "encryption_key"
	CodePKCENotListed  Code = "pkce_not_listed"
	CodeScopeNotListed Code = "scope_not_listed"

	CodeSecretWrong      Code = "secret_wrong"
	CodeClientUnknown    Code = "client_unknown"
	CodeGrantTypes       Code = "grant_types"
	CodeRedirectURIWrong Code = "redirect_uri_wrong"
	CodeAuthorizeError   Code = "authorize_error"
)

// Codes lists every code.
func Codes() []Code {
	return []Code{
		CodeOK, CodeDepends, CodeNotSet, CodeNotNeeded, CodeStopped, CodeProxied, CodeUnclear,
		CodeAddressInvalid, CodeNameNotFound, CodeNameLookupFailed, CodeConnectionRefused, CodeConnectionTimeout,
		CodeHostUnreachable, CodeConnectionFailed,
		CodePlainHTTP, CodeTLSUnknownAuthority, CodeTLSWrongName, CodeTLSExpired, CodeTLSNotYetValid, CodeTLSNotHTTPS,
		CodeTLSFailed, CodeProxyRefused,
		CodeDiscoveryNotFound, CodeDiscoveryStatus, CodeDiscoveryRedirect, CodeDiscoveryHTML, CodeDiscoveryNotJSON,
		CodeDiscoveryTooLarge, CodeDiscoveryTooSlow, CodeDiscoveryFailed,
		CodeIssuerSlash, CodeIssuerDiffers, CodeIssuerGlobalMode, CodeIssuerOtherHost, CodeIssuerScheme,
		CodeEndpointMissing, CodeEndpointHTTP, CodeEndpointOtherHost, CodeEndpointInternalName,
		CodeSignOutStays,
		CodeClockOff, CodeClockUnknown,
		CodeNoSigningKey, CodeJWKSUnreadable, CodeJWKSEmpty, CodeEncryptionKey, CodePKCENotListed, CodeScopeNotListed,
		CodeSecretWrong, CodeClientUnknown, CodeGrantTypes, CodeRedirectURIWrong, CodeAuthorizeError,
	}
}
