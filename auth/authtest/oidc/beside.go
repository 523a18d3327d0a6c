package oidc

import (
	"net/http"
	"strings"
)

// APIPath is where Authentik's API begins below B.
const APIPath = "/api/v3/"

// Beside is what Authentik has beside its OpenID Connect provider: the API, and the applications made with it.
type Beside interface {
	// Other returns the settings that answer a request about another application than the one the settings describe, or
	// nil. Of slug and client ID one is empty, and both are when the request is about none or that one. The provider's
	// lock is held, see [Provider.Update].
	Other(s *Settings, slug, clientID string) *Settings
	// ServeAPI answers a call of the API, whose path begins after [APIPath], by the settings of the request.
	ServeAPI(w http.ResponseWriter, r *http.Request, s *Settings, path string)
}

// Place puts something beside the provider, before the first request.
func (p *Provider) Place(b Beside) { p.beside = b }

// Update runs a function that gets the settings, which it must not change, and returns those that take their place, or
// the same. The provider's lock is held meanwhile, and guards what is beside the provider, too: see [Beside]. The
// function must not call methods of p.
func (p *Provider) Update(change func(*Settings) *Settings) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settings = change(p.settings)
}

// api leaves a call of the API to what is beside the provider.
func (p *Provider) api(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, p.basePath+APIPath)
	p.beside.ServeAPI(w, r, visitFrom(r.Context()).settings, path)
}

// settingsFor returns the settings a request is answered by: those of the application it is about, if
// the API made several.
func (p *Provider) settingsFor(r *http.Request) *Settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.settings
	if p.beside == nil {
		return s
	}
	slug, clientID := p.askedFor(r)
	if slug != "" || !s.NoApplication && clientID == s.ClientID {
		clientID = ""
	}
	if !s.NoApplication && slug == s.Slug {
		slug = ""
	}
	if other := p.beside.Other(s, slug, clientID); other != nil {
		return other
	}
	return s
}

// askedFor returns the slug and the client ID of the application a request is about, as far as it tells; p.mu must be
// held.
func (p *Provider) askedFor(r *http.Request) (slug, clientID string) {
	clientID = r.Form.Get("client_id")
	rest, ok := strings.CutPrefix(r.URL.Path, p.basePath+applicationPath)
	if ok && (!strings.HasSuffix(rest, "/") || strings.Count(rest, "/") > 1) {
		slug, _, _ = strings.Cut(rest, "/")
	}
	if name, _, ok := r.BasicAuth(); ok && clientID == "" {
		clientID = name
	}
	if asked := queryOf(r.Form.Get("next")); asked.Has("client_id") {
		clientID = asked.Get("client_id")
	}
	if req := p.requests[r.Form.Get("request")]; req != nil {
		clientID = req.params.ClientID
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && p.tokens[token] != nil {
		clientID = p.tokens[token].clientID
	}
	return slug, clientID
}
