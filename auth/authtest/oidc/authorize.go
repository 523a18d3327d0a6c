package oidc

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"pantrie/auth/authtest/version"
)

// authorize takes an authorization request (OpenID Connect Core 1.0, section 3.1.2.1). An unknown
// client and a redirect URI that is not registered end on a 400 page here, since there is nowhere
// safe to send the person. Any other error goes back to the application. Who has to sign in first is
// sent away and comes back to this very address.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	if len(r.Form) == 0 {
		p.NotFound(w, r)
		return
	}
	v := visitFrom(r.Context())
	if r.Form.Get("client_id") != v.settings.ClientID || v.settings.NoApplication {
		p.Message(w, http.StatusBadRequest, "Client ID Error", "The client identifier (client_id) is missing or invalid.")
		return
	}
	if !v.settings.allowsRedirect(r.Form.Get("redirect_uri")) {
		p.Message(w, http.StatusBadRequest, "Redirect URI Error", "The request fails due to a missing, invalid, or mismatching redirection URI (redirect_uri).")
		return
	}
	here := r.URL.RequestURI()
	if r.Method == http.MethodPost {
		here = r.URL.EscapedPath() + "?" + r.Form.Encode()
	}
	// No scope means all of them, and a hint at whose ID token this was is ignored.
	if strings.TrimSpace(r.Form.Get("scope")) == "" {
		r.Form.Set("scope", "openid email profile")
	}
	r.Form.Del("id_token_hint")
	params, err := op.ParseAuthorizeRequest(r, p.op.Decoder())
	if err != nil {
		p.Message(w, http.StatusBadRequest, "Bad Request", "The request is otherwise malformed.")
		return
	}
	req, err := p.begin(r.Context(), v, params)
	switch {
	case err != nil:
		p.sendError(w, r, params, err)
	case req == nil:
		p.toLogin(w, r, here)
	case v.denied():
		p.Message(w, http.StatusOK, "Permission denied", "Request has been denied. A policy of the application does not let you in.")
	case req.askConsent:
		redirect(w, p.basePath+consentPath+"?request="+url.QueryEscape(req.id))
	default:
		p.goBack(w, r, v, req)
	}
}

// begin validates a request whose client and redirect URI are known, and keeps it; nil where the
// person has to sign in first. Scopes without a mapping are dropped silently, as Authentik does.
// prompt=none is answered with login_required where nobody is signed in, and with consent_required;
// together with a max_age that has passed, or with prompt=login, it asks for the password all the same.
func (p *Provider) begin(ctx context.Context, v *visit, params *zitadel.AuthRequest) (*authRequest, error) {
	if !slices.Contains(responseTypes(), string(params.ResponseType)) {
		return nil, authorizeError{Code: "unsupported_response_type", Description: "The authorization server does not support obtaining an authorization code using this method"}
	}
	if v.settings.Application.refuses() {
		return nil, authorizeError{Code: "invalid_request", Description: "The request is otherwise malformed"}
	}
	if m := params.CodeChallengeMethod; m != "" && m != zitadel.CodeChallengeMethodPlain && m != zitadel.CodeChallengeMethodS256 {
		return nil, authorizeError{Code: "invalid_request", Description: "Unsupported challenge method " + string(m)}
	}
	prompts := params.Prompt
	params.Prompt = nil // package op refuses none beside others
	if _, err := op.ValidateAuthRequestClient(ctx, params, client{v, params.RedirectURI}, nil); err != nil {
		return nil, err
	}
	if params.RequestParam != "" {
		return nil, authorizeError{Code: "request_not_supported", Description: "The provider does not support use of the request parameter"}
	}
	silently := slices.Contains(prompts, zitadel.PromptNone)
	if v.session == nil && silently {
		return nil, authorizeError{Code: "login_required", Description: "The Authorization Server requires End-User authentication"}
	}
	if v.session == nil || p.asksAgain(v, params.MaxAge, slices.Contains(prompts, zitadel.PromptLogin)) {
		return nil, nil
	}
	req := &authRequest{
		id:         RandomHex(16),
		params:     *params,
		created:    v.now,
		askConsent: slices.Contains(prompts, zitadel.PromptConsent) || v.settings.Consent == ConsentExplicit,
	}
	if req.askConsent && silently {
		return nil, authorizeError{Code: "consent_required", Description: "The Authorization Server requires End-User consent"}
	}
	for _, scope := range params.Scopes {
		if slices.Contains([]string{"openid", "email", "profile", scopeOffline}, scope) && v.settings.hasScope(scope) && !slices.Contains(req.scopes, scope) {
			req.scopes = append(req.scopes, scope)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.prune(v.now)
	p.requests[req.id] = req
	return req, nil
}

// asksAgain says whether somebody who is signed in has to type the password again. Authentik (2024.8
// to 2026.5) notes at the first prompt=login which sign-in the session had then, and asks until there
// is another; as it never notes a later one, it asks once in a session. So it also asks somebody who
// was not signed in at all a second time (its issue 18507). A max_age of 0 it takes for none.
func (p *Provider) asksAgain(v *visit, maxAge *uint, promptLogin bool) bool {
	s := v.session
	passed := maxAge != nil && *maxAge > 0 && v.now.Sub(s.authTime) > time.Duration(*maxAge)*time.Second
	again := promptLogin && (s.notedLogin == "" || s.notedLogin == s.login)
	if !passed && !again {
		return false
	}
	noted := *s
	noted.notedLogin = s.login
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sessions[s.cookie] != nil {
		p.sessions[s.cookie] = &noted
	}
	return true
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
func (p *Provider) sendError(w http.ResponseWriter, r *http.Request, params *zitadel.AuthRequest, err error) {
	var answer authorizeError
	if !errors.As(err, &answer) {
		e := zitadel.DefaultToServerError(err, "The authorization server encountered an error")
		answer = authorizeError{Code: string(e.ErrorType), Description: e.Description}
	}
	answer.State = params.State
	target, err := op.AuthResponseURL(params.RedirectURI, params.ResponseType, params.ResponseMode, answer, p.op.Encoder())
	if err != nil {
		p.Message(w, http.StatusBadRequest, answer.Code, answer.Description)
		return
	}
	http.Redirect(w, r, strings.ReplaceAll(target, "+", "%20"), http.StatusFound) // as Authentik writes a space
}

// toLogin sends somebody to sign in and then to next, an address here. They get a session in which
// nobody is signed in yet.
func (p *Provider) toLogin(w http.ResponseWriter, r *http.Request, next string) {
	if _, err := r.Cookie(sessionCookie); err != nil {
		http.SetCookie(w, p.cookie(visitFrom(r.Context()), RandomHex(16)))
	}
	redirect(w, p.basePath+flowPath+"?next="+strings.ReplaceAll(url.QueryEscape(next), "%2F", "/"))
}

// redirect answers 302 with an address as it is, an address here without scheme and host, as Authentik does.
func redirect(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	w.Header().Set("Content-Type", htmlType)
	w.WriteHeader(http.StatusFound)
}

// root is Authentik's own page for people.
func (p *Provider) root(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet) {
		return
	}
	v := visitFrom(r.Context())
	if v.session == nil {
		redirect(w, p.basePath+flowPath+"?next="+p.basePath+"/")
		return
	}
	p.Message(w, http.StatusOK, "Signed in", "You are signed in as "+v.user().Username+".")
}

// flow sends somebody on to the page to sign in.
func (p *Provider) flow(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet) {
		return
	}
	redirect(w, p.basePath+loginPath+"?next="+url.QueryEscape(r.URL.Query().Get("next")))
}

// user returns who is signed in; there must be a session.
func (v *visit) user() *User { return v.settings.userByID(v.session.userID) }

func (v *visit) denied() bool {
	return v.settings.Denied || v.user().Denied || !v.settings.Application.allows(v.user())
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
	p.Message(w, http.StatusBadRequest, "Sign-in expired", "This sign-in is over. Go back to the application and start again.")
}

// login is the page with username and password. Afterwards the person goes on to the address next,
// if it is one of ours, as it is where an application sent them; else to the root.
func (p *Provider) login(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	v := visitFrom(r.Context())
	next := r.URL.Query().Get("next")
	if !strings.HasPrefix(next, p.basePath+"/") || strings.HasPrefix(next, "//") {
		next = p.basePath + "/"
	}
	shown := page{Title: "Sign in"}
	if asked := queryOf(next); asked.Has("client_id") {
		shown.Application, shown.Username = v.settings.Slug, asked.Get("login_hint")
	}
	if r.Method == http.MethodGet {
		p.render(w, http.StatusOK, "login", shown)
		return
	}
	shown.Username = r.PostForm.Get("username")
	u := v.settings.signIn(shown.Username, r.PostForm.Get("password"))
	if u == nil {
		shown.Error = "Failed to sign in. Check username and password."
		p.render(w, http.StatusOK, "login", shown)
		return
	}
	s := &session{cookie: RandomHex(16), login: RandomHex(16), userID: u.ID, authTime: v.now}
	if v.session != nil && v.session.userID == u.ID {
		s.notedLogin = v.session.notedLogin
	}
	p.mu.Lock()
	if v.session != nil {
		delete(p.sessions, v.session.cookie)
	}
	p.sessions[s.cookie] = s
	p.mu.Unlock()
	http.SetCookie(w, p.cookie(v, s.cookie))
	redirect(w, next)
}

// queryOf returns the query of an address, empty where it is none.
func queryOf(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		return url.Values{}
	}
	return u.Query()
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

// consent is the page that asks before anything is sent to the application. Who refuses is signed out
// and never comes back to it, unless the settings say otherwise.
func (p *Provider) consent(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	v := visitFrom(r.Context())
	req := p.authRequest(r.URL.Query().Get("request"))
	switch {
	case req == nil || v.session == nil:
		p.flowExpired(w)
	case r.Method == http.MethodGet:
		u := v.user()
		p.render(w, http.StatusOK, "consent", page{
			Title: "Confirm", Application: v.settings.Slug, Username: u.Username, Permissions: permissions(req.scopes),
		})
	case r.PostForm.Get("decision") == "accept":
		p.goBack(w, r, v, req)
	default:
		p.mu.Lock()
		delete(p.requests, req.id)
		p.mu.Unlock()
		if v.settings.CancelReturns {
			p.sendError(w, r, &req.params, authorizeError{Code: "access_denied", Description: "The resource owner or authorization server denied the request"})
			return
		}
		redirect(w, p.basePath+cancelPath)
	}
}

// cancel is where a person ends who refused: signed out, at the page to sign in.
func (p *Provider) cancel(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet) {
		return
	}
	p.signOut(w, visitFrom(r.Context()))
	redirect(w, p.basePath+"/")
}

// signOut ends the browser's session, with the access tokens that came of it.
func (p *Provider) signOut(w http.ResponseWriter, v *visit) {
	if v.session == nil {
		return
	}
	p.mu.Lock()
	delete(p.sessions, v.session.cookie)
	p.mu.Unlock()
	gone := p.cookie(v, "")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	p.forgetTokens(v.session.cookie)
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

// endSession answers RP-Initiated Logout 1.0. Without a session it asks to sign in first. Where the
// flow signs the person out, they end at Authentik's own page to sign in; from 2026.5 on they go to a
// post_logout_redirect_uri that is registered and comes with an ID token of ours, however old. Before
// 2024.10 there is only a page that asks what to sign out of.
func (p *Provider) endSession(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	v := visitFrom(r.Context())
	s := v.settings
	switch {
	case s.Release().Less(version.InvalidationFlow()):
		redirect(w, p.basePath+sessionEndPath+s.Slug+"/")
		return
	case v.session == nil && s.Release().Less(version.LogoutType()):
		p.toLogin(w, r, r.URL.RequestURI())
		return
	case v.session == nil:
		if _, err := r.Cookie(sessionCookie); err != nil {
			http.SetCookie(w, p.cookie(v, RandomHex(16)))
		}
		redirect(w, p.basePath+loginPath+"?next="+url.QueryEscape(r.URL.RequestURI()))
		return
	}
	back, hint := r.Form.Get("post_logout_redirect_uri"), r.Form.Get("id_token_hint")
	honoured := !s.Release().Less(version.LogoutType()) && p.validHint(v, hint, r.Form.Get("client_id")) && slices.Contains(s.PostLogoutRedirectURIs, back)
	if s.StrictLogout && !honoured && (hint != "" && !p.validHint(v, hint, "") || back != "" && len(s.PostLogoutRedirectURIs) > 0) {
		p.Message(w, http.StatusBadRequest, "Bad Request", "The request is otherwise malformed.")
		return
	}
	if s.LogoutKeepsSession {
		p.forgetTokens(v.session.cookie)
	} else {
		p.signOut(w, v)
	}
	switch {
	case honoured:
		if state := r.Form.Get("state"); state != "" {
			separator := "?"
			if strings.Contains(back, "?") {
				separator = "&"
			}
			back += separator + "state=" + url.QueryEscape(state)
		}
		redirect(w, back)
	case s.LogoutKeepsSession:
		p.Message(w, http.StatusOK, "You've logged out of "+s.Slug+".", "")
	default:
		redirect(w, p.basePath+"/")
	}
}

// sessionEnd is where end-session leads before 2024.10: who only reads it stays signed in.
func (p *Provider) sessionEnd(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet) {
		return
	}
	p.Message(w, http.StatusOK, "You've logged out of "+visitFrom(r.Context()).settings.Slug+".", "")
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
