package connection

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"pantrie/auth/authentik"
)

// verdict is what the authorize endpoint thinks of the request.
type verdict int

const (
	verdictUnclear verdict = iota
	verdictAccepted
	verdictClientUnknown
	verdictRedirectWrong
	verdictGrantRefused // Authentik 2026.5 and newer: authentik.RefusesGrant
	verdictError        // sent back to the redirect URI
)

// authorizeAnswer is a verdict, with what was seen where it needs words.
type authorizeAnswer struct {
	verdict verdict
	seen    string
	code    string // the error sent back to the redirect URI
	millis  int64
}

// authorization asks the authorize endpoint once; both checks of the client share the answer.
func (r *run) authorization(ctx context.Context) authorizeAnswer {
	if r.asked == nil {
		start := r.n.Now()
		a := r.askAuthorize(ctx)
		a.millis = r.n.Now().Sub(start).Milliseconds()
		r.asked = &a
	}
	return *r.asked
}

// askAuthorize sends an authorization request (RFC 6749, section 4.1.1; OpenID Connect Core 1.0,
// section 3.1.2.1) like that of a sign-in, without cookies.
func (r *run) askAuthorize(ctx context.Context) authorizeAnswer {
	endpoint, err := url.Parse(r.doc.Authorize)
	if err != nil {
		return authorizeAnswer{seen: "The authorization_endpoint is no address."}
	}
	verifier, state, nonce := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	r.hide(verifier)
	r.hide(state)
	r.hide(nonce)
	query := endpoint.Query()
	for name, value := range map[string]string{
		"response_type": "code", "client_id": r.t.ClientID, "redirect_uri": r.t.RedirectURI, "scope": strings.Join(r.t.Scopes, " "),
		"state": state, "nonce": nonce,
		"code_challenge": oauth2.S256ChallengeFromVerifier(verifier), "code_challenge_method": "S256",
	} {
		query.Set(name, value)
	}
	endpoint.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint.String(), nil)
	if err != nil {
		return authorizeAnswer{seen: "The authorization_endpoint is no address."}
	}
	req.Header.Set("Accept", "text/html")
	a, err := r.askOnce(ctx, req)
	if err != nil && a.status == 0 {
		if timedOut(err) {
			return authorizeAnswer{seen: fmt.Sprintf("The authorization_endpoint did not answer within %s.", duration(r.n.Limit))}
		}
		return authorizeAnswer{seen: fmt.Sprintf("The authorization_endpoint cannot be asked: %s.", r.quote(cause(err).Error()))}
	}
	if a.location != nil && a.status >= 300 && a.status < 400 {
		return r.redirected(endpoint, a.location)
	}
	return r.page(a)
}

// redirected sorts a redirect: back to Pantrie with an error, to an error page, or to the
// sign-in, which is what should happen.
func (r *run) redirected(from, to *url.URL) authorizeAnswer {
	if back, err := url.Parse(r.t.RedirectURI); err == nil && origin(to) == origin(back) && to.EscapedPath() == back.EscapedPath() {
		return r.sentBack(to)
	}
	if r.t.Kind == KindGoogle || strings.HasSuffix(to.Path, "/signin/oauth/error") {
		if v := googleError(to.Query().Get("authError")); v != verdictUnclear {
			return authorizeAnswer{verdict: v}
		}
	}
	if code := to.Query().Get("error"); code != "" || strings.HasSuffix(strings.TrimSuffix(to.Path, "/"), "/error") {
		seen := fmt.Sprintf("%s sends people to %s", r.name(), r.quote(place(to)))
		if code != "" {
			seen += " with the error " + r.quote(code)
		}
		return authorizeAnswer{seen: seen + "."}
	}
	if r.authentik() && origin(from) != origin(to) {
		return authorizeAnswer{seen: fmt.Sprintf("Authentik sends people to %s instead of its own sign-in.", r.quote(place(to)))}
	}
	return authorizeAnswer{verdict: verdictAccepted}
}

func (r *run) sentBack(to *url.URL) authorizeAnswer {
	answer := to.Query()
	if !answer.Has("error") {
		if fragment, err := url.ParseQuery(to.Fragment); err == nil && fragment.Has("error") {
			answer = fragment
		}
	}
	code := answer.Get("error")
	switch {
	case code == "":
		return authorizeAnswer{verdict: verdictAccepted}
	case slices.Contains([]string{"login_required", "interaction_required", "consent_required", "account_selection_required"}, code):
		return authorizeAnswer{verdict: verdictAccepted} // OpenID Connect Core 1.0, section 3.1.2.6: a person is needed
	}
	seen := fmt.Sprintf("%s accepts the redirect URI, but sends people back with the error %s", r.name(), r.quote(code))
	if description := answer.Get("error_description"); description != "" {
		seen += ": " + r.quote(description)
	}
	if r.authentik() && authentik.RefusesGrant(code) {
		return authorizeAnswer{verdict: verdictGrantRefused, seen: seen + ".", code: code}
	}
	return authorizeAnswer{verdict: verdictError, seen: seen + ".", code: code}
}

// googleError reads the authError parameter of Google's error page, an encoded message that
// has the error's name in clear.
func googleError(encoded string) verdict {
	encoded = strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(encoded)
	message, err := base64.RawStdEncoding.DecodeString(encoded)
	if err != nil {
		return verdictUnclear
	}
	return phrases(string(message))
}

// page sorts an answer that is no redirect.
func (r *run) page(a answer) authorizeAnswer {
	unclear := authorizeAnswer{seen: fmt.Sprintf("The authorization_endpoint answers with status %d %s, which says neither yes nor no.", a.status, http.StatusText(a.status))}
	if r.authentik() {
		if a.status == http.StatusBadRequest {
			switch authentik.ReadErrorPage(a.body) {
			case authentik.ComplaintClientID:
				return authorizeAnswer{verdict: verdictClientUnknown}
			case authentik.ComplaintRedirectURI:
				return authorizeAnswer{verdict: verdictRedirectWrong}
			}
		}
		return unclear
	}
	switch {
	case a.status >= 400 && a.status < 500:
		var body struct {
			Error string `json:"error"`
		}
		if json.Unmarshal(a.body, &body) == nil && (body.Error == "invalid_client" || body.Error == "unauthorized_client") {
			return authorizeAnswer{verdict: verdictClientUnknown}
		}
		if v := phrases(string(a.body)); v != verdictUnclear {
			return authorizeAnswer{verdict: v}
		}
	case a.status == http.StatusOK && strings.Contains(strings.ToLower(string(a.body)), `type="password"`):
		return authorizeAnswer{verdict: verdictAccepted} // the sign-in page itself
	}
	return unclear
}

// phrases looks for what providers write on their error pages. An address of the request that
// a page repeats does not count.
func phrases(text string) verdict {
	text = strings.ToLower(text)
	for _, repeated := range []string{"redirect_uri=", "redirect_uri%3d", "client_id=", "client_id%3d"} {
		text = strings.ReplaceAll(text, repeated, "")
	}
	has := func(some ...string) bool {
		return slices.ContainsFunc(some, func(s string) bool { return strings.Contains(text, s) })
	}
	switch {
	case has("redirect_uri", "redirect uri", "redirect url", "redirection uri", "callback url"):
		return verdictRedirectWrong
	case has("invalid_client", "unauthorized_client", "deleted_client", "disabled_client", "client_id", "client id", "client not found", "unknown client", "oauth client was not found"):
		return verdictClientUnknown
	}
	return verdictUnclear
}
