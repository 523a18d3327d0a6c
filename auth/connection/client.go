package connection

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"pantrie/auth/authentik"
)

// clientSecret sends a made-up code to the token endpoint: who gets invalid_grant for it has
// shown the right secret. Authentik answers invalid_client for a wrong secret, an unknown client
// and a redirect URI that is not allowed alike, so the authorize endpoint is asked first, and
// where it has said what is wrong the secret stays here.
func (r *run) clientSecret(ctx context.Context) Check {
	if c, missing := r.notSet("Client ID", r.t.ClientID, "Client Secret", r.t.ClientSecret, "Public URL", r.t.RedirectURI); missing {
		return c
	}
	asked := r.authorization(ctx)
	var c Check
	switch {
	case asked.verdict == verdictClientUnknown:
		c = r.clientUnknown()
	case asked.verdict == verdictRedirectWrong && r.authentik():
		c = skipped(CodeDepends, "Not checked, because Authentik does not look at the secret before the redirect URI is right. See below.")
	case asked.verdict == verdictGrantRefused:
		c = skipped(CodeDepends, "Not checked, because Authentik does not look at the secret before the grant type is allowed. See below.")
	default:
		c = r.askToken(ctx, asked)
	}
	c.Millis -= asked.millis // that time belongs to the check of the redirect URI
	return c
}

// notSet skips a check when one of the named values is empty.
func (r *run) notSet(namesAndValues ...string) (Check, bool) {
	for i := 0; i < len(namesAndValues); i += 2 {
		if namesAndValues[i+1] == "" {
			return skipped(CodeNotSet, "Not checked, because the %s is not set in Pantrie.", namesAndValues[i]), true
		}
	}
	return Check{}, false
}

// authMethod is how the secret is sent (RFC 6749, section 2.3.1).
func (r *run) authMethod() string {
	switch {
	case r.t.AuthMethod != "":
		return r.t.AuthMethod
	case r.authentik(), slices.Contains(r.doc.authMethods, "client_secret_post"):
		return "post"
	}
	return "basic"
}

// askToken sends the made-up code (RFC 6749, section 4.1.3) and sorts the answer (section 5.2).
func (r *run) askToken(ctx context.Context, asked authorizeAnswer) Check {
	code, verifier, method := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), r.authMethod()
	r.hide(code)
	r.hide(verifier)
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {r.t.RedirectURI}, "code_verifier": {verifier}}
	if method == "post" {
		form.Set("client_id", r.t.ClientID)
		form.Set("client_secret", r.t.ClientSecret)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.doc.Token, strings.NewReader(form.Encode()))
	if err != nil {
		return r.tokenUnclear("is no address")
	}
	if method != "post" {
		req.SetBasicAuth(url.QueryEscape(r.t.ClientID), url.QueryEscape(r.t.ClientSecret))
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	a, err := r.askOnce(ctx, req)
	switch {
	case err != nil && timedOut(err):
		return r.tokenUnclear("did not answer within " + duration(r.n.Limit))
	case err != nil:
		return r.tokenUnclear("cannot be asked: " + r.quote(cause(err).Error()))
	case a.location != nil && a.status >= 300 && a.status < 400:
		return r.tokenUnclear("redirects to " + r.quote(place(a.location)) + ", where the secret is not sent")
	}
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	readable := json.Unmarshal(a.body, &body) == nil
	status := fmt.Sprintf("answers with status %d", a.status)
	switch {
	case a.status >= 500 || a.status < 400:
		return r.tokenUnclear(status + " to a made-up code")
	case body.Error == "invalid_grant":
		return passed("%s knows the client ID and accepts the secret.", r.name())
	case r.authentik() && body.Error == "unauthorized_client":
		return r.grantTypes(fmt.Sprintf("The token_endpoint answers %s: the client may not use authorization codes.", r.quote(body.Error)))
	case body.Error == "invalid_client", body.Error == "unauthorized_client", a.status == http.StatusUnauthorized && !a.html():
		return r.secretWrong(asked, method, a.status, body.Error)
	case readable && body.Error != "":
		return r.tokenUnclear(fmt.Sprintf("%s and the error %s (%s)", status, r.quote(body.Error), r.quote(body.Description)))
	}
	return r.tokenUnclear(status + " and says no more")
}

func (r *run) tokenUnclear(what string) Check {
	return warned(CodeUnclear, "", fmt.Sprintf("Whether the secret is right cannot be told: the token_endpoint %s.", what),
		"Look into the logs of "+r.t.Name+" and of the proxy in front of it, then test again.")
}

func (r *run) secretWrong(asked authorizeAnswer, method string, status int, code string) Check {
	said := fmt.Sprintf("status %d", status)
	if code != "" {
		said += " and the error " + r.quote(code)
	}
	seen := fmt.Sprintf("%s refuses the secret (%s).", r.name(), said)
	other := ""
	if asked.verdict == verdictUnclear {
		seen = fmt.Sprintf("%s refuses the client (%s): the secret is wrong, or the client ID, or the redirect URI is not allowed.", r.name(), said)
		other = " If it is right, compare the Client ID and the redirect URI " + r.t.RedirectURI + "."
	}
	fix := inPantrie("Client Secret") + ", type it again as " + r.t.Name + " shows it, without spaces around it."
	if r.authentik() {
		fix = "In Authentik: " + authentik.SettingClientSecret.Where() + ", copy it and paste it in Pantrie: Client Secret."
	}
	if listed := "client_secret_" + method; r.doc.listsAuths && !slices.Contains(r.doc.authMethods, listed) {
		other += fmt.Sprintf(" %s does not list %s among the ways to send it.", r.name(), listed)
	}
	return failed(CodeSecretWrong, string(authentik.SettingClientSecret), seen, fix+other)
}

func (r *run) clientUnknown() Check {
	fix := inPantrie("Client ID") + ", enter it as " + r.t.Name + " shows it."
	if r.authentik() {
		fix = "In Authentik: " + authentik.SettingClientID.Where() + ", copy it and paste it in Pantrie: Client ID."
	}
	return failed(CodeClientUnknown, string(authentik.SettingClientID), fmt.Sprintf("%s does not know the client ID %q.", r.name(), r.t.ClientID), fix)
}

func (r *run) grantTypes(seen string) Check {
	return failed(CodeGrantTypes, string(authentik.SettingGrantTypes), seen,
		"In Authentik: "+authentik.SettingGrantTypes.Where()+", allow Authorization Code. A provider made by API or by a blueprint without grant_types has none.")
}

// ownAddress is where a redirect URI comes from.
const ownAddress = "If that is not how people reach Pantrie, change its public URL first: Settings → Administration → About."

// redirectURI says what the authorize endpoint thinks of the redirect URI.
func (r *run) redirectURI(ctx context.Context) Check {
	if c, missing := r.notSet("Client ID", r.t.ClientID, "Public URL", r.t.RedirectURI); missing {
		return c
	}
	known := r.asked != nil
	asked := r.authorization(ctx)
	c := r.judge(asked)
	if known {
		c.Millis = asked.millis
	}
	return c
}

func (r *run) judge(asked authorizeAnswer) Check {
	uri := r.t.RedirectURI
	switch asked.verdict {
	case verdictAccepted:
		return passed("%s accepts the redirect URI %s and asks people to sign in.", r.name(), uri)
	case verdictClientUnknown:
		if r.done[ClientSecret].Code == CodeClientUnknown {
			return skipped(CodeDepends, "Not checked, because %s does not know the client ID. See above.", r.t.Name)
		}
		return r.clientUnknown()
	case verdictRedirectWrong:
		seen := fmt.Sprintf("%s does not accept the redirect URI %s.", r.name(), uri)
		if r.authentik() {
			return failed(CodeRedirectURIWrong, string(authentik.SettingRedirectURIs), seen,
				fmt.Sprintf("In Authentik: %s, set it to %s, mode Strict. Every character counts: http or https, the port, a slash at the end. %s", authentik.SettingRedirectURIs.Where(), uri, ownAddress))
		}
		return failed(CodeRedirectURIWrong, "Redirect URI", seen, fmt.Sprintf("At %s: allow the redirect URI %s for this client. Every character counts. %s", r.t.Name, uri, ownAddress))
	case verdictGrantRefused:
		return r.grantTypes(asked.seen)
	case verdictError:
		if asked.code == "invalid_scope" {
			return failed(CodeAuthorizeError, string(authentik.SettingScopes), asked.seen, r.allowScopes(r.t.Scopes))
		}
		return failed(CodeAuthorizeError, "", asked.seen, "Look into the logs of "+r.t.Name+" for the reason, and allow this client the authorization code flow.")
	}
	return warned(CodeUnclear, "", fmt.Sprintf("Whether the redirect URI %s is allowed cannot be told. %s", uri, asked.seen),
		"Compare it with what "+r.t.Name+" has for this client, or try a sign-in.")
}
