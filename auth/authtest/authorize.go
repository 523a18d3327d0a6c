package authtest

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// authorize takes an authorization request (OpenID Connect Core 1.0, section 3.1.2.1). An unknown
// client and a redirect URI that is not registered end on a 400 page here, since there is nowhere
// safe to send the person. Any other error goes back to the application.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	if len(r.Form) == 0 {
		p.notFound(w, r)
		return
	}
	v := visitFrom(r.Context())
	if r.Form.Get("client_id") != v.settings.ClientID || v.settings.NoApplication {
		p.message(w, http.StatusBadRequest, "Client ID Error", "The client identifier (client_id) is missing or invalid.")
		return
	}
	if !v.settings.allowsRedirect(r.Form.Get("redirect_uri")) {
		p.message(w, http.StatusBadRequest, "Redirect URI Error", "The request fails due to a missing, invalid, or mismatching redirection URI (redirect_uri).")
		return
	}
	// No scope means all of them, and a hint at whose ID token this was is ignored.
	if strings.TrimSpace(r.Form.Get("scope")) == "" {
		r.Form.Set("scope", "openid email profile")
	}
	r.Form.Del("id_token_hint")
	params, err := op.ParseAuthorizeRequest(r, p.op.Decoder())
	if err != nil {
		p.message(w, http.StatusBadRequest, "Bad Request", "The request is otherwise malformed.")
		return
	}
	req, err := p.begin(r.Context(), v, params)
	if err != nil {
		p.sendError(w, r, params, err)
		return
	}
	http.Redirect(w, r, v.page(flowPath, req), http.StatusFound)
}

// begin validates a request whose client and redirect URI are known, and keeps it. Scopes without a
// mapping are dropped silently, as Authentik does. prompt=none is answered here with login_required
// or consent_required.
func (p *Provider) begin(ctx context.Context, v *visit, params *oidc.AuthRequest) (*authRequest, error) {
	if !slices.Contains(responseTypes(), string(params.ResponseType)) {
		return nil, authorizeError{Code: "unsupported_response_type", Description: "The authorization server does not support obtaining an authorization code using this method"}
	}
	if v.settings.application.refuses() {
		return nil, authorizeError{Code: "invalid_request", Description: "The request is otherwise malformed"}
	}
	if m := params.CodeChallengeMethod; m != "" && m != oidc.CodeChallengeMethodPlain && m != oidc.CodeChallengeMethodS256 {
		return nil, authorizeError{Code: "invalid_request", Description: "Unsupported challenge method " + string(m)}
	}
	if _, err := op.ValidateAuthRequestClient(ctx, params, client{v, params.RedirectURI}, nil); err != nil {
		return nil, err
	}
	if params.RequestParam != "" {
		return nil, authorizeError{Code: "request_not_supported", Description: "The provider does not support use of the request parameter"}
	}
	req := &authRequest{
		id:         randomHex(16),
		params:     *params,
		created:    v.now,
		forceLogin: slices.Contains(params.Prompt, oidc.PromptLogin),
		askConsent: slices.Contains(params.Prompt, oidc.PromptConsent) || v.settings.Consent == ConsentExplicit,
	}
	for _, scope := range params.Scopes {
		if slices.Contains([]string{"openid", "email", "profile", scopeOffline}, scope) && v.settings.hasScope(scope) && !slices.Contains(req.scopes, scope) {
			req.scopes = append(req.scopes, scope)
		}
	}
	if params.MaxAge != nil && v.session != nil {
		limit := time.Duration(*params.MaxAge) * time.Second
		req.forceLogin = req.forceLogin || limit == 0 || v.now.Sub(v.session.authTime) > limit
	}
	if slices.Contains(params.Prompt, oidc.PromptNone) {
		if v.session == nil || req.forceLogin {
			return nil, authorizeError{Code: "login_required", Description: "The Authorization Server requires End-User authentication"}
		}
		if req.askConsent {
			return nil, authorizeError{Code: "consent_required", Description: "The Authorization Server requires End-User consent"}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.prune(v.now)
	p.requests[req.id] = req
	return req, nil
}

// responseTypes are those discovery lists. The client may use "code" alone.
func responseTypes() []string {
	return []string{"code", "id_token", "id_token token", "code token", "code id_token", "code id_token token"}
}

// authorizeError is an error sent back to the application (RFC 6749, section 4.1.2.1, and OpenID
// Connect Core 1.0, section 3.1.2.6).
type authorizeError struct {
	Code        string `schema:"error"`
	Description string `schema:"error_description,omitempty"`
	State       string `schema:"state,omitempty"`
}

func (e authorizeError) Error() string { return e.Code + ": " + e.Description }

// sendError goes back to the application with an error. Package op has a function for it, which
// however writes to the log of the program under test.
func (p *Provider) sendError(w http.ResponseWriter, r *http.Request, params *oidc.AuthRequest, err error) {
	var answer authorizeError
	if !errors.As(err, &answer) {
		e := oidc.DefaultToServerError(err, "The authorization server encountered an error")
		answer = authorizeError{Code: string(e.ErrorType), Description: e.Description}
	}
	answer.State = params.State
	target, err := op.AuthResponseURL(params.RedirectURI, params.ResponseType, params.ResponseMode, answer, p.op.Encoder())
	if err != nil {
		p.message(w, http.StatusBadRequest, answer.Code, answer.Description)
		return
	}
	http.Redirect(w, r, strings.ReplaceAll(target, "+", "%20"), http.StatusFound) // as Authentik writes a space
}

// flow sends the person to the next thing to do for a request: sign in, be refused, agree, go back.
func (p *Provider) flow(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet) {
		return
	}
	v := visitFrom(r.Context())
	req := p.authRequest(r.URL.Query().Get("request"))
	switch {
	case req == nil:
		p.flowExpired(w)
	case v.session == nil || req.forceLogin && !req.loggedIn:
		http.Redirect(w, r, v.page(loginPath, req), http.StatusFound)
	case v.denied():
		p.message(w, http.StatusOK, "Permission denied", "Request has been denied. A policy of the application does not let you in.")
	case req.askConsent && !req.agreed:
		http.Redirect(w, r, v.page(consentPath, req), http.StatusFound)
	default:
		p.goBack(w, r, v, req)
	}
}

func (v *visit) page(path string, req *authRequest) string {
	return v.base + path + "?request=" + url.QueryEscape(req.id)
}

// user returns who is signed in; there must be a session.
func (v *visit) user() *User { return v.settings.userByID(v.session.userID) }

func (v *visit) denied() bool {
	return v.settings.Denied || v.user().Denied || !v.settings.application.allows(v.user())
}

// goBack ends a request with a code.
func (p *Provider) goBack(w http.ResponseWriter, r *http.Request, v *visit, req *authRequest) {
	done := p.replace(req.id, func(a *authRequest) {
		a.done = true
		a.userID = v.session.userID
		a.subject = v.settings.subject(v.user())
		a.cookie = v.session.cookie
		a.authTime = v.session.authTime
	})
	if done == nil {
		p.flowExpired(w)
		return
	}
	op.AuthResponse(done, p.op, w, r)
}

func (p *Provider) flowExpired(w http.ResponseWriter) {
	p.message(w, http.StatusBadRequest, "Sign-in expired", "This sign-in is over. Go back to the application and start again.")
}

// login is the page with username and password. Without a request to go on with it ends there, as
// for somebody who only opens Authentik.
func (p *Provider) login(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	v := visitFrom(r.Context())
	asked := r.URL.Query().Has("request")
	req := p.authRequest(r.URL.Query().Get("request"))
	if req == nil && asked {
		p.flowExpired(w)
		return
	}
	if r.Method == http.MethodGet {
		shown := page{Title: "Sign in"}
		if asked {
			shown.Application, shown.Username = v.settings.Slug, req.params.LoginHint
		}
		p.render(w, http.StatusOK, "login", shown)
		return
	}
	name := r.PostForm.Get("username")
	u := v.settings.signIn(name, r.PostForm.Get("password"))
	if u == nil {
		p.render(w, http.StatusOK, "login", page{
			Title: "Sign in", Application: v.settings.Slug, Username: name,
			Error: "Failed to sign in. Check username and password.",
		})
		return
	}
	s := &session{cookie: randomHex(16), userID: u.ID, authTime: v.now}
	p.mu.Lock()
	if v.session != nil {
		delete(p.sessions, v.session.cookie)
	}
	p.sessions[s.cookie] = s
	p.mu.Unlock()
	http.SetCookie(w, p.cookie(v, s.cookie))
	if !asked {
		p.message(w, http.StatusOK, "Signed in", "You are signed in as "+u.Username+".")
		return
	}
	p.replace(req.id, func(a *authRequest) { a.loggedIn = true })
	http.Redirect(w, r, v.page(flowPath, req), http.StatusSeeOther)
}

func (p *Provider) cookie(v *visit, value string) *http.Cookie {
	return &http.Cookie{
		Name:     sessionCookie,
		Value:    value,
		Path:     p.basePath + "/",
		HttpOnly: true,
		Secure:   strings.HasPrefix(v.base, "https:"),
		SameSite: http.SameSiteLaxMode,
	}
}

// signIn finds an enabled user by username or email, as Authentik's identification stage does.
func (s *Settings) signIn(name, password string) *User {
	for i := range s.Users {
		u := &s.Users[i]
		known := u.Username == name || u.Email == name && name != ""
		if known && !u.Disabled && u.Password != "" && u.Password == password {
			return u
		}
	}
	return nil
}

// consent is the page that asks before anything is sent to the application. Refusing sends
// access_denied back (RFC 6749, section 4.1.2.1).
func (p *Provider) consent(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	v := visitFrom(r.Context())
	req := p.authRequest(r.URL.Query().Get("request"))
	switch {
	case req == nil:
		p.flowExpired(w)
	case v.session == nil:
		http.Redirect(w, r, v.page(flowPath, req), http.StatusFound)
	case r.Method == http.MethodGet:
		u := v.user()
		p.render(w, http.StatusOK, "consent", page{
			Title: "Confirm", Application: v.settings.Slug, Username: u.Username, Permissions: permissions(req.scopes),
		})
	case r.PostForm.Get("decision") == "accept":
		p.replace(req.id, func(a *authRequest) { a.agreed = true })
		http.Redirect(w, r, v.page(flowPath, req), http.StatusSeeOther)
	default:
		p.mu.Lock()
		delete(p.requests, req.id)
		p.mu.Unlock()
		p.sendError(w, r, &req.params, authorizeError{Code: "access_denied", Description: "The resource owner or authorization server denied the request"})
	}
}

func permissions(scopes []string) []string {
	texts := map[string]string{
		"email":   "Email address",
		"profile": "General profile information and groups",
	}
	var list []string
	for _, scope := range scopes {
		if text := texts[scope]; text != "" {
			list = append(list, text)
		}
	}
	return list
}

// endSession answers RP-Initiated Logout 1.0. The person is signed out here and sent to a
// post_logout_redirect_uri only if it is registered and comes with an ID token of ours, however old.
func (p *Provider) endSession(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	v := visitFrom(r.Context())
	s := v.settings
	back, hint := r.Form.Get("post_logout_redirect_uri"), r.Form.Get("id_token_hint")
	honoured := p.validHint(v, hint, r.Form.Get("client_id")) && slices.Contains(s.PostLogoutRedirectURIs, back)
	if s.StrictLogout && !honoured && (hint != "" && !p.validHint(v, hint, "") || back != "" && len(s.PostLogoutRedirectURIs) > 0) {
		p.message(w, http.StatusBadRequest, "Bad Request", "The request is otherwise malformed.")
		return
	}
	if v.session != nil && !s.LogoutKeepsSession {
		p.mu.Lock()
		delete(p.sessions, v.session.cookie)
		p.mu.Unlock()
		gone := p.cookie(v, "")
		gone.MaxAge = -1
		http.SetCookie(w, gone)
	}
	if v.session != nil {
		p.forgetTokens(v.session.cookie)
	}
	if !honoured {
		p.message(w, http.StatusOK, "You have logged out", "You have logged out of "+s.Slug+".")
		return
	}
	if state := r.Form.Get("state"); state != "" {
		separator := "?"
		if strings.Contains(back, "?") {
			separator = "&"
		}
		back += separator + "state=" + url.QueryEscape(state)
	}
	http.Redirect(w, r, back, http.StatusFound)
}

// forgetTokens takes back the access tokens of one browser session.
func (p *Provider) forgetTokens(cookie string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for token, g := range p.tokens {
		if g.cookie == cookie {
			delete(p.tokens, token)
		}
	}
}

func (p *Provider) validHint(v *visit, hint, clientID string) bool {
	keys := p.publishedKeys()
	if v.settings.NoSigningKey {
		keys = nil
	}
	claims, err := verify(hint, keys, v.settings.ClientSecret)
	return err == nil && claims["iss"] == v.issuer() && claims["aud"] == v.settings.ClientID &&
		(clientID == "" || clientID == v.settings.ClientID)
}
