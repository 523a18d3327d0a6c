package api

import (
	"crypto/subtle"
	"io"
	"net/http"
	"strconv"
	"strings"

	"pantrie/auth/authtest/oidc"
	"pantrie/auth/authtest/version"
)

// API is Authentik's own API at a provider, and what there is in Authentik. Every method may be called at any time from
// any goroutine.
type API struct {
	provider *oidc.Provider
	// directory is made when first needed. The lock of [oidc.Provider.Update] guards it.
	directory *directory
}

// New places the API beside a provider, before the first request.
func New(p *oidc.Provider) *API {
	a := &API{provider: p}
	p.Place(a)
	return a
}

// change runs a function on the directory as the settings want it, which returns the settings that take their place.
func (a *API) change(f func(*directory, *oidc.Settings) *oidc.Settings) {
	a.provider.Update(func(s *oidc.Settings) *oidc.Settings {
		if a.directory == nil {
			a.directory = newDirectory(s.Release())
		}
		a.directory.sync(s)
		return f(a.directory, s)
	})
}

// look is change for a function that leaves the settings as they are.
func (a *API) look(f func(*directory)) {
	a.change(func(d *directory, s *oidc.Settings) *oidc.Settings {
		f(d)
		return s
	})
}

// Other returns the settings for an application beside the one they describe, as [oidc.Beside] asks for.
func (a *API) Other(s *oidc.Settings, slug, clientID string) *oidc.Settings {
	d := a.directory
	if d == nil {
		return nil
	}
	if s.NoApplication && d.primary != nil {
		d.sync(s)
	}
	return d.other(s, slug, clientID)
}

// ServeAPI answers a call: what Authentik refuses in the version set is refused here, with the same
// status and body.
func (a *API) ServeAPI(w http.ResponseWriter, r *http.Request, s *oidc.Settings, path string) {
	if s.APIFault != nil {
		if status := s.APIFault(r.Method, r.URL.Path); status != 0 {
			a.fault(w, s, status)
			return
		}
	}
	answer, methods, known := a.answer(s, r, path)
	if !known {
		a.provider.NotFound(w, r)
		return
	}
	w.Header().Set("Allow", methods)
	if answer.body == nil {
		w.WriteHeader(answer.status)
		return
	}
	write(w, s, answer.status, answer.body)
}

// write answers JSON, whose type names the coding in versions before 2026.5.
func write(w http.ResponseWriter, s *oidc.Settings, status int, body any) {
	media := "application/json"
	if s.Release().Less(version.PlainJSONType()) {
		media = "application/json; charset=utf-8"
	}
	oidc.WriteAs(w, status, media, body)
}

// fault is a failure nobody asked for: of the API as JSON, of the server and of a proxy before it as
// a page.
func (a *API) fault(w http.ResponseWriter, s *oidc.Settings, status int) {
	switch {
	case status == http.StatusForbidden:
		write(w, s, status, notAllowed().body)
	case status == http.StatusInternalServerError:
		a.provider.Message(w, status, "Server Error", "The server could not answer.")
	case status > http.StatusInternalServerError:
		http.Error(w, strconv.Itoa(status)+" "+http.StatusText(status), status)
	default:
		write(w, s, status, map[string]string{"detail": http.StatusText(status)})
	}
}

// answer returns the answer and the methods of the place asked; known is false where there is none.
func (a *API) answer(s *oidc.Settings, r *http.Request, path string) (answer reply, methods string, known bool) {
	body, err := io.ReadAll(r.Body)
	a.change(func(d *directory, present *oidc.Settings) *oidc.Settings {
		var at place
		if at, known = d.place(path); !known {
			return present
		}
		methods = at.methods()
		if refusal := authenticate(s, r.Header.Get("Authorization")); refusal != "" {
			answer = detail(http.StatusForbidden, refusal)
			return present
		}
		if err != nil {
			answer = detail(http.StatusBadRequest, "JSON parse error")
			return present
		}
		call := &apiCall{d: d, s: present, r: r, body: body}
		answer = call.answer(at)
		if r.Method != http.MethodGet && answer.status < http.StatusBadRequest {
			return d.settle(present)
		}
		return present
	})
	return answer, methods, known
}

// authenticate returns Authentik's refusal of an Authorization header, or "". All are a 403, since
// its way to authenticate has no WWW-Authenticate.
func authenticate(s *oidc.Settings, header string) string {
	scheme, token, found := strings.Cut(strings.TrimSpace(header), " ")
	switch {
	case !found:
		return "Authentication credentials were not provided."
	case !strings.EqualFold(scheme, "Bearer"):
		return "Unsupported authentication type"
	case s.APIToken == "" || subtle.ConstantTimeCompare([]byte(token), []byte(s.APIToken)) != 1:
		return "Token invalid/expired"
	}
	return ""
}
