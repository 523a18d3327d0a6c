package oidc

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"pantrie/auth/authtest/version"
)

// tokenError is an error of the token endpoint. Authentik answers every one with 400, a wrong
// secret too, where RFC 6749, section 5.2, allows 401. RequestID is there since 2025.10.
type tokenError struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
	RequestID   string `json:"request_id,omitempty"`
}

func invalidClient() *tokenError {
	return &tokenError{Code: "invalid_client", Description: "Client authentication failed (e.g., unknown client, " +
		"no client authentication included, or unsupported authentication method)"}
}

func invalidGrant() *tokenError {
	return &tokenError{Code: "invalid_grant", Description: "The provided authorization grant or refresh token is invalid, " +
		"expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client"}
}

// refuse answers an error of the token endpoint.
func (s *Settings) refuse(w http.ResponseWriter, status int, e tokenError) {
	if !s.Release().Less(version.Version{2025, 10, 0}) {
		e.RequestID = RandomHex(16)
	}
	writeJSON(w, status, e)
}

// token exchanges a code (RFC 6749, section 4.1.3). The order of the checks is Authentik's: client
// and secret, redirect URI registered, code, PKCE. So a made-up code tells whether the secret is
// right.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodPost) {
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	v := visitFrom(r.Context())
	req, err := op.ParseAccessTokenRequest(r, p.op.Decoder())
	if err != nil {
		v.settings.refuse(w, http.StatusBadRequest, *invalidClient())
		return
	}
	var auth *authRequest
	var refusal *tokenError
	if grant := r.PostForm.Get("grant_type"); grant == string(zitadel.GrantTypeRefreshToken) {
		auth, refusal = p.redeemRefresh(v, req, r.PostForm.Get("refresh_token"))
	} else {
		auth, refusal = p.redeem(v, req, grant)
	}
	if refusal != nil {
		v.settings.refuse(w, http.StatusBadRequest, *refusal)
		return
	}
	answer, err := p.mint(v, auth)
	if err != nil {
		v.settings.refuse(w, http.StatusInternalServerError, tokenError{Code: "server_error", Description: err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, struct {
		*zitadel.AccessTokenResponse
		Scope string `json:"scope"` // there also when it is empty, as where the provider has no scope mappings
	}{answer, strings.Join(answer.Scope, " ")})
}

// redeem spends the code of a token request. A code survives wrong attempts, as in Authentik, and
// is good once even for two requests at a time.
func (p *Provider) redeem(v *visit, req *zitadel.AccessTokenRequest, grantType string) (*authRequest, *tokenError) {
	if !v.settings.isClient(req.ClientID, req.ClientSecret) {
		return nil, invalidClient()
	}
	if grantType != string(zitadel.GrantTypeCode) {
		return nil, &tokenError{Code: "unsupported_grant_type", Description: "The authorization grant type is not supported by the authorization server"}
	}
	if req.Code == "" || v.settings.Application.refuses() {
		return nil, invalidGrant()
	}
	if !v.settings.allowsRedirect(req.RedirectURI) {
		return nil, invalidClient()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.codes[req.Code]
	if found == nil || !v.now.Before(found.expires) || found.request.params.ClientID != req.ClientID {
		return nil, invalidGrant()
	}
	auth := found.request
	if auth.params.RedirectURI != req.RedirectURI {
		return nil, invalidClient()
	}
	want := auth.GetCodeChallenge()
	if want == nil && req.CodeVerifier != "" || want != nil && !zitadel.VerifyCodeChallenge(want, req.CodeVerifier) {
		return nil, invalidGrant()
	}
	if u := v.settings.userByID(auth.userID); u == nil || u.Disabled {
		return nil, invalidGrant()
	}
	delete(p.codes, req.Code)
	return auth, nil
}

// redeemRefresh spends a refresh token (RFC 6749, section 6); each is good once. Policies are not asked again, as in
// Authentik; somebody who is deactivated gets nothing.
func (p *Provider) redeemRefresh(v *visit, req *zitadel.AccessTokenRequest, token string) (*authRequest, *tokenError) {
	if !v.settings.isClient(req.ClientID, req.ClientSecret) {
		return nil, invalidClient()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.refreshes[token]
	if found == nil || !v.now.Before(found.expires) || found.request.params.ClientID != req.ClientID {
		return nil, invalidGrant()
	}
	if u := v.settings.userByID(found.request.userID); u == nil || u.Disabled {
		return nil, invalidGrant()
	}
	delete(p.refreshes, token)
	next := *found.request
	next.params.Nonce = ""
	return &next, nil
}

// mint makes the tokens of a redeemed code and lists the access token.
func (p *Provider) mint(v *visit, auth *authRequest) (*zitadel.AccessTokenResponse, error) {
	s := v.settings
	u := s.userByID(auth.userID)
	expires := v.now.Add(s.TokenLifetime)
	claims := map[string]any{
		"iss":       v.issuer(),
		"sub":       auth.subject,
		"aud":       auth.params.ClientID,
		"exp":       expires.Unix(),
		"iat":       v.now.Unix(),
		"auth_time": auth.authTime.Unix(),
		"acr":       acrDefault,
		"amr":       []string{"pwd"},
		"sid":       sessionID(auth.cookie),
	}
	if auth.params.Nonce != "" {
		claims["nonce"] = auth.params.Nonce
	}
	if s.ClaimsInIDToken {
		maps.Copy(claims, s.claims(u, auth.scopes))
	}

	if !s.Release().Less(version.TokenIDs()) {
		claims["jti"] = RandomHex(16)
	}
	access := p.newToken(s, maps.Clone(claims))
	access.Claims["azp"] = auth.params.ClientID
	access.Claims["uid"] = RandomHex(20)
	accessToken, err := s.finish(access)
	if err != nil {
		return nil, err
	}
	id := p.newToken(s, claims)
	id.AccessToken = accessToken
	if s.EditIDToken != nil {
		s.EditIDToken(id)
	}
	idToken, err := s.finish(id)
	if err != nil {
		return nil, err
	}

	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens[accessToken] = &grant{
		userID:   auth.userID,
		subject:  auth.subject,
		scopes:   auth.scopes,
		nonce:    auth.params.Nonce,
		clientID: auth.params.ClientID,
		cookie:   auth.cookie,
		issued:   v.now,
		expires:  expires,
	}
	refreshToken := ""
	if slices.Contains(auth.scopes, scopeOffline) {
		refreshToken = RandomHex(32)
		p.refreshes[refreshToken] = &refresh{request: auth, expires: v.now.Add(refreshLifetime)}
	}
	return &zitadel.AccessTokenResponse{
		AccessToken:  accessToken,
		RefreshToken: refreshToken,
		TokenType:    zitadel.BearerToken,
		IDToken:      idToken,
		ExpiresIn:    uint64(s.TokenLifetime / time.Second),
		Scope:        auth.scopes,
	}, nil
}

// newToken prepares a token to be signed as the settings say: RS256, or HS256 with the client
// secret when the provider has no signing key.
func (p *Provider) newToken(s *Settings, claims map[string]any) *Token {
	if s.NoSigningKey {
		return &Token{
			Header: map[string]any{"alg": "HS256", "typ": "JWT"},
			Claims: claims,
			Key:    []byte(s.ClientSecret),
		}
	}
	k := p.publishedKeys()[0]
	return &Token{
		Header: map[string]any{"alg": "RS256", "typ": "JWT", "kid": k.id},
		Claims: claims,
		Key:    k.private,
	}
}

func (s *Settings) finish(t *Token) (string, error) {
	compact, err := t.compact()
	if err != nil || !s.EncryptionKey {
		return compact, err
	}
	return encrypt(compact)
}

// sessionID is the sid claim: Authentik hashes the key of its own browser session (since 2024.10).
func sessionID(cookie string) string {
	sum := sha256.Sum256([]byte(cookie))
	return hex.EncodeToString(sum[:])
}

// LogoutToken makes a back-channel logout token (Back-Channel Logout 1.0, section 2.4), for a test to
// post: with the header typ "logout+jwt" and good for an hour, as Authentik 2025.10 sends it (2025.8:
// "JWT", two minutes). Sub or sid may be empty; Authentik sends both. Edit, if not nil, may spoil it.
func (p *Provider) LogoutToken(sub, sid string, edit func(*Token)) (string, error) {
	s := p.snapshot()
	now := p.now().Add(s.ClockOffset)
	typ, good := "logout+jwt", time.Hour
	if s.Release().Less(version.LogoutURI()) {
		typ, good = "JWT", 2*time.Minute
	}
	claims := map[string]any{
		"iss":    p.Issuer(),
		"aud":    s.ClientID,
		"iat":    now.Unix(),
		"exp":    now.Add(good).Unix(),
		"jti":    RandomHex(16),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}
	if sub != "" {
		claims["sub"] = sub
	}
	if sid != "" {
		claims["sid"] = sid
	}
	t := p.newToken(s, claims)
	t.Header["typ"] = typ
	if edit != nil {
		edit(t)
	}
	token, err := s.finish(t)
	if err != nil {
		return "", fmt.Errorf("make logout token: %w", err)
	}
	return token, nil
}

// userinfo answers OpenID Connect Core 1.0, section 5.3. A token that is unknown or expired is a 401
// with the reason in WWW-Authenticate (RFC 6750, section 3); one without the scope openid a 403.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	v := visitFrom(r.Context())
	w.Header().Set("Cache-Control", "no-store")
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		token = r.PostForm.Get("access_token")
	}
	g := p.grant(token, v.now)
	if g == nil || v.settings.userByID(g.userID) == nil {
		w.Header().Set("WWW-Authenticate", `error="invalid_token", error_description="The access token provided is expired, revoked, malformed, or invalid for other reasons"`)
		w.Header().Del("Cache-Control")
		w.Header().Set("Content-Type", htmlType)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if !slices.Contains(g.scopes, "openid") {
		w.Header().Set("WWW-Authenticate", `error="insufficient_scope", error_description="The request requires higher privileges than provided by the access token"`)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	op.Userinfo(w, r, p.op)
}

// introspect answers RFC 7662. Authentik takes the client's credentials from the form or from Basic,
// and answers {"active": false} when they are wrong.
func (p *Provider) introspect(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodPost) {
		return
	}
	if id := r.PostForm.Get("client_id"); id != "" {
		r = r.Clone(r.Context())
		r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(r.PostForm.Get("client_secret")))
	}
	if _, err := op.ClientBasicAuth(r, p.op.Storage()); err != nil {
		writeJSON(w, http.StatusOK, map[string]bool{"active": false})
		return
	}
	op.Introspect(w, r, p.op)
}

// revoke answers RFC 7009; wrong credentials are a 401 here.
func (p *Provider) revoke(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodPost) {
		return
	}
	op.Revoke(w, r, p.op)
}

// device refuses the device flow (RFC 8628), which only its address in discovery is here for.
func (p *Provider) device(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodPost) {
		return
	}
	visitFrom(r.Context()).settings.refuse(w, http.StatusBadRequest, tokenError{Code: "unsupported_grant_type", Description: "The device flow is not configured"})
}
