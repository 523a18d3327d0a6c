package rp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"pantrie/auth/internal/input"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
)

// exchangeError sorts what the token endpoint answers. Authentik says invalid_client with
// status 400 for a wrong secret and for a redirect URI that is not allowed.
func exchangeError(err error) error {
	var re *oauth2.RetrieveError
	if errors.Is(err, errRedirected) {
		return reason.New(reason.ProviderError, "token", "the token endpoint redirects elsewhere; the code and the secret are not sent there")
	}
	var ue *url.Error
	if errors.As(err, &ue) {
		return reason.New(reason.ProviderUnreachable, "token", "the token endpoint cannot be reached: %v", ue.Err)
	}
	if !errors.As(err, &re) {
		return reason.New(reason.ProviderError, "token", "the token endpoint's answer is no JSON with an access token")
	}
	status := 0
	if re.Response != nil {
		status = re.Response.StatusCode
	}
	detail := fmt.Sprintf("the token endpoint answers %d %q", status, input.Clip(re.ErrorCode, 60))
	switch re.ErrorCode {
	case "invalid_client", "unauthorized_client":
		return reason.New(reason.ClientRejected, "token", "%s: wrong client secret, or a redirect URI that is not allowed", detail)
	case "invalid_grant":
		return reason.New(reason.CodeRejected, "token", "%s: the code is old or used, or the redirect URI differs", detail)
	}
	if status == 401 {
		return reason.New(reason.ClientRejected, "token", "%s", detail)
	}
	return reason.New(reason.ProviderError, "token", "%s", detail)
}

// config is the client for one flow.
func (m *Metadata) config(p provider.Provider, redirect string, refresh bool) *oauth2.Config {
	scopes := slices.DeleteFunc(slices.Clone(p.ScopesInForce()), func(s string) bool { return s == oidc.ScopeOfflineAccess })
	if refresh && m.OffersRefresh {
		scopes = append(scopes, oidc.ScopeOfflineAccess)
	}
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, RedirectURL: redirect, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: m.authorize, TokenURL: m.token, AuthStyle: authStyle(p, m.authMethods)},
	}
}

// relyingParty is the library's client for one flow.
func (m *Metadata) relyingParty(p provider.Provider, redirect string, refresh bool) (rp.RelyingParty, error) {
	return rp.NewRelyingPartyOAuth(m.config(p, redirect, refresh), rp.WithHTTPClient(m.client),
		rp.WithAuthStyle(authStyle(p, m.authMethods)), rp.WithLogger(m.log))
}

// Ask is what a sign-in asks of the provider, beside what all of them do.
type Ask struct {
	// State and Nonce tie the answer to the browser and to this sign-in; Verifier is PKCE's (RFC 7636).
	State, Nonce, Verifier string
	Redirect               string // the redirect URI
	// LoginAge, when it is above 0, has the person asked for a password unless they gave it less than so many seconds
	// ago (OpenID Connect Core 1.0, section 3.1.2.1).
	LoginAge int
	// Refresh asks for a refresh token too, where the provider offers one (offline_access; OpenID Connect Core 1.0,
	// section 11).
	Refresh bool
}

// AuthURL is the address at the provider to send the browser to.
func (m *Metadata) AuthURL(p provider.Provider, a Ask) (string, error) {
	party, err := m.relyingParty(p, a.Redirect, a.Refresh)
	if err != nil {
		return "", err
	}
	with := func(name, value string) rp.AuthURLOpt { return rp.AuthURLOpt(rp.WithURLParam(name, value)) }
	options := []rp.AuthURLOpt{rp.WithCodeChallenge(oidc.NewSHACodeChallenge(a.Verifier)), with("nonce", a.Nonce)}
	if a.LoginAge > 0 {
		// Authentik heeds prompt=login only once in a session of its own, and max_age (but 0) each time.
		options = append(options, rp.WithPrompt(oidc.PromptLogin), with("max_age", strconv.Itoa(a.LoginAge)))
	}
	return rp.AuthURL(a.State, party, options...), nil
}

// Exchange gives a code back for tokens. Errors are [*reason.Failure]s.
func (m *Metadata) Exchange(ctx context.Context, p provider.Provider, redirect, code, verifier string) (*oauth2.Token, error) {
	party, err := m.relyingParty(p, redirect, false)
	if err != nil {
		return nil, err
	}
	tokens, err := rp.CodeExchange[*Claims](ctx, code, party, rp.WithCodeVerifier(verifier))
	if err != nil {
		return nil, exchangeError(err)
	}
	return tokens.Token, nil
}

// authStyle is how the client proves itself at the token endpoint (RFC 6749, section 2.3.1).
// Authentik percent-decodes basic credentials only since 2026.5, so it gets them by post. Other
// providers say what they take; basic is the default of OpenID Connect Discovery 1.0, section 3.
// The library's auto-detection would post the code twice.
func authStyle(p provider.Provider, listed []string) oauth2.AuthStyle {
	switch {
	case p.AuthMethod == "basic":
		return oauth2.AuthStyleInHeader
	case p.AuthMethod == "post", p.ID == provider.Authentik, slices.Contains(listed, "client_secret_post"):
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}
