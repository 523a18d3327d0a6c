package oidc

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

var (
	errUnknown     = errors.New("unknown or expired")
	errUnsupported = errors.New("not supported")
)

// authRequest is one authorization request from its arrival until it has a code. A stored one is
// replaced, never changed.
type authRequest struct {
	id      string
	params  zitadel.AuthRequest
	scopes  []string
	created time.Time
	// askConsent: nothing is sent back before the person has agreed.
	askConsent bool
	// Set at the end.
	done     bool
	userID   int
	subject  string
	cookie   string
	authTime time.Time
}

func (a *authRequest) GetID() string                            { return a.id }
func (a *authRequest) GetACR() string                           { return acrDefault }
func (a *authRequest) GetAMR() []string                         { return []string{"pwd"} }
func (a *authRequest) GetAudience() []string                    { return []string{a.params.ClientID} }
func (a *authRequest) GetAuthTime() time.Time                   { return a.authTime }
func (a *authRequest) GetClientID() string                      { return a.params.ClientID }
func (a *authRequest) GetNonce() string                         { return a.params.Nonce }
func (a *authRequest) GetRedirectURI() string                   { return a.params.RedirectURI }
func (a *authRequest) GetResponseType() zitadel.ResponseType    { return a.params.ResponseType }
func (a *authRequest) GetResponseMode() zitadel.ResponseMode    { return a.params.ResponseMode }
func (a *authRequest) GetScopes() []string                      { return a.scopes }
func (a *authRequest) GetState() string                         { return a.params.State }
func (a *authRequest) GetSubject() string                       { return a.subject }
func (a *authRequest) Done() bool                               { return a.done }
func (a *authRequest) GetCodeChallenge() *zitadel.CodeChallenge { return challenge(&a.params) }

// challenge returns the PKCE challenge, or nil. An omitted method means plain (RFC 7636, section
// 4.3).
func challenge(params *zitadel.AuthRequest) *zitadel.CodeChallenge {
	if params.CodeChallenge == "" {
		return nil
	}
	return &zitadel.CodeChallenge{Challenge: params.CodeChallenge, Method: params.CodeChallengeMethod}
}

// client is the one client, as the settings of a visit have it. Redirect is a redirect URI that was
// found to be allowed, perhaps by a pattern.
type client struct {
	v        *visit
	redirect string
}

func (c client) GetID() string { return c.v.settings.ClientID }
func (c client) RedirectURIs() []string {
	return append(slices.Clone(c.v.settings.RedirectURIs), c.redirect)
}
func (c client) PostLogoutRedirectURIs() []string    { return c.v.settings.PostLogoutRedirectURIs }
func (c client) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }
func (c client) AuthMethod() zitadel.AuthMethod      { return zitadel.AuthMethodPost }
func (c client) ResponseTypes() []zitadel.ResponseType {
	return []zitadel.ResponseType{zitadel.ResponseTypeCode}
}
func (c client) GrantTypes() []zitadel.GrantType      { return []zitadel.GrantType{zitadel.GrantTypeCode} }
func (c client) LoginURL(id string) string            { return c.v.base + flowPath + "?request=" + id }
func (c client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeJWT }
func (c client) IDTokenLifetime() time.Duration       { return c.v.settings.TokenLifetime }
func (c client) DevMode() bool                        { return true } // http:// is fine for tests.
func (c client) IsScopeAllowed(string) bool           { return false }
func (c client) IDTokenUserinfoClaimsAssertion() bool { return c.v.settings.ClaimsInIDToken }
func (c client) ClockSkew() time.Duration             { return 0 }

func (c client) RestrictAdditionalIdTokenScopes() func([]string) []string { //nolint:revive // op.Client names it so
	return func(scopes []string) []string { return scopes }
}

func (c client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}

// storage is what package op asks for data. The methods this package's own handlers make
// unnecessary answer errUnsupported.
type storage struct{ p *Provider }

func (st *storage) GetClientByClientID(ctx context.Context, clientID string) (op.Client, error) {
	v := visitFrom(ctx)
	if clientID != v.settings.ClientID || v.settings.NoApplication {
		return nil, errUnknown
	}
	return client{v: v}, nil
}

func (st *storage) AuthorizeClientIDSecret(ctx context.Context, clientID, clientSecret string) error {
	if !visitFrom(ctx).settings.isClient(clientID, clientSecret) {
		return zitadel.ErrInvalidClient()
	}
	return nil
}

func (s *Settings) isClient(id, secret string) bool {
	return !s.NoApplication && subtle.ConstantTimeCompare([]byte(id), []byte(s.ClientID))&
		subtle.ConstantTimeCompare([]byte(secret), []byte(s.ClientSecret)) == 1
}

// prune forgets what is long over; p.mu must be held.
func (p *Provider) prune(now time.Time) {
	limit := now.Add(-flowLifetime)
	for id, r := range p.requests {
		if r.created.Before(limit) {
			delete(p.requests, id)
		}
	}
	for id, c := range p.codes {
		if c.expires.Before(limit) {
			delete(p.codes, id)
		}
	}
	for id, g := range p.tokens {
		if g.expires.Before(limit) {
			delete(p.tokens, id)
		}
	}
}

func (p *Provider) authRequest(id string) *authRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[id]
}

// replace stores a changed copy of a pending request and returns it, or nil if it is gone.
func (p *Provider) replace(id string, change func(*authRequest)) *authRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.requests[id]
	if old == nil {
		return nil
	}
	next := *old
	change(&next)
	p.requests[id] = &next
	return &next
}

// SaveAuthCode ends a request by giving it a code, once.
func (st *storage) SaveAuthCode(ctx context.Context, id, value string) error {
	v := visitFrom(ctx)
	st.p.mu.Lock()
	defer st.p.mu.Unlock()
	req := st.p.requests[id]
	if req == nil {
		return errUnknown
	}
	delete(st.p.requests, id)
	st.p.codes[value] = &code{request: req, expires: v.now.Add(v.settings.CodeLifetime)}
	return nil
}

// SetUserinfoFromToken fills the userinfo answer. Everything but sub goes into the claims map, since
// op's own fields leave out what is false or empty.
func (st *storage) SetUserinfoFromToken(ctx context.Context, info *zitadel.UserInfo, token, _, _ string) error {
	v := visitFrom(ctx)
	g := st.p.grant(token, v.now)
	if g == nil {
		return errUnknown
	}
	u := v.settings.userByID(g.userID)
	if u == nil {
		return errUnknown
	}
	info.Subject = g.subject
	info.Claims = v.settings.claims(u, g.scopes)
	if g.nonce != "" {
		info.Claims["nonce"] = g.nonce
	}
	return nil
}

// SetIntrospectionFromToken answers RFC 7662, section 2.2.
func (st *storage) SetIntrospectionFromToken(ctx context.Context, answer *zitadel.IntrospectionResponse, token, _, clientID string) error {
	v := visitFrom(ctx)
	g := st.p.grant(token, v.now)
	if g == nil || g.clientID != clientID {
		return errUnknown
	}
	u := v.settings.userByID(g.userID)
	if u == nil {
		return errUnknown
	}
	answer.Issuer = v.issuer()
	answer.Subject = g.subject
	answer.ClientID = g.clientID
	answer.Audience = zitadel.Audience{g.clientID}
	answer.Scope = g.scopes
	answer.TokenType = zitadel.BearerToken
	answer.IssuedAt = zitadel.FromTime(g.issued)
	answer.Expiration = zitadel.FromTime(g.expires)
	answer.Claims = v.settings.claims(u, g.scopes)
	return nil
}

// RevokeToken forgets an access token (RFC 7009, section 2.2); an unknown one is no error.
func (st *storage) RevokeToken(_ context.Context, token, _, clientID string) *zitadel.Error {
	st.p.mu.Lock()
	defer st.p.mu.Unlock()
	if g := st.p.tokens[token]; g != nil && g.clientID == clientID {
		delete(st.p.tokens, token)
	}
	return nil
}

// grant returns what a living access token stands for, or nil.
func (p *Provider) grant(token string, now time.Time) *grant {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.tokens[token]
	if g == nil || !now.Before(g.expires) {
		return nil
	}
	return g
}

// tokenTable stands where op would encrypt. Codes are random, and access tokens, which are JWTs as
// Authentik's are, are looked up and not decoded.
type tokenTable struct{ p *Provider }

func (t *tokenTable) Encrypt(string) (string, error) { return RandomHex(16), nil }

// Decrypt returns "token:subject", of which the storage needs only the first.
func (t *tokenTable) Decrypt(token string) (string, error) {
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	if t.p.tokens[token] == nil {
		return "", errUnknown
	}
	return token + ":", nil
}

func (st *storage) CreateAuthRequest(context.Context, *zitadel.AuthRequest, string) (op.AuthRequest, error) {
	return nil, errUnsupported
}

func (st *storage) AuthRequestByID(context.Context, string) (op.AuthRequest, error) {
	return nil, errUnsupported
}

func (st *storage) AuthRequestByCode(context.Context, string) (op.AuthRequest, error) {
	return nil, errUnsupported
}

func (st *storage) DeleteAuthRequest(context.Context, string) error { return errUnsupported }

func (st *storage) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	return "", time.Time{}, errUnsupported
}

func (st *storage) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (string, string, time.Time, error) {
	return "", "", time.Time{}, errUnsupported
}

func (st *storage) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, errUnsupported
}

func (st *storage) TerminateSession(context.Context, string, string) error { return errUnsupported }

func (st *storage) GetRefreshTokenInfo(context.Context, string, string) (string, string, error) {
	return "", "", op.ErrInvalidRefreshToken
}

func (st *storage) SigningKey(context.Context) (op.SigningKey, error) { return nil, errUnsupported }

func (st *storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// KeySet is empty, so that nothing but a listed access token is taken for one.
func (st *storage) KeySet(context.Context) ([]op.Key, error) { return nil, nil }

func (st *storage) SetUserinfoFromScopes(context.Context, *zitadel.UserInfo, string, string, []string) error {
	return errUnsupported
}

func (st *storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, errUnsupported
}

func (st *storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errUnsupported
}

func (st *storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errUnsupported
}

func (st *storage) Health(context.Context) error { return nil }
