package provision_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/provision"
)

// hollow answers as an Authentik in which there is nothing yet, but for lists.
func hollow(list http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/admin/version/"):
			replyJSON(200, `{"version_current":"2025.10.2"}`)(w, r)
		case strings.HasSuffix(r.URL.Path, "/core/applications/pantrie/"):
			replyJSON(404, `{"detail":"No Application matches the given query."}`)(w, r)
		default:
			list(w, r)
		}
	}
}

func TestARefusalOfManyLevelsMakesNoLongText(t *testing.T) {
	const levels = 4000
	name := `{"` + strings.Repeat("k", 200) + `":`
	body := strings.Repeat(name, levels) + `["` + strings.Repeat(`a","`, 30) + `"]` + strings.Repeat("}", levels)
	for what, body := range map[string]string{"objects": body, "lists": `{"slug":` + strings.Repeat("[", levels) + `"a"` + strings.Repeat("]", levels) + `}`} {
		r := look(t.Context(), network(), wish(serve(t, replyJSON(400, body))))
		if p := r.problem(t); p.Code != provision.CodeRejected {
			t.Errorf("%s: got %+.300v", what, p)
		}
		if n := len(r.texts(t)); n > 10_000 {
			t.Errorf("%s: %d bytes of text", what, n)
		}
	}
}

func TestFieldsOfARefusalAreNamedWithTheirLevel(t *testing.T) {
	base := serve(t, replyJSON(400, `{"redirect_uris":[{"url":["Enter a valid URL."]}],"`+strings.Repeat("long", 99)+`":["no"]}`))
	p := look(t.Context(), network(), wish(base)).problem(t)
	if len(p.Fields) != 2 || len([]rune(p.Fields[0].Name)) > 201 || p.Fields[1].Name != "redirect_uris.0.url" || p.Fields[1].Message != "Enter a valid URL." {
		t.Errorf("fields: %+v", p.Fields)
	}
	says(t, p.Message, "a value of the request")
}

func TestAListOfVeryManyObjectsTakesLittleMemory(t *testing.T) {
	many := `{"results":[{}` + strings.Repeat(",{}", 340_000) + `]}`
	base := serve(t, hollow(replyJSON(200, many)))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_ = look(t.Context(), network(), wish(base)).problem(t)
	runtime.ReadMemStats(&after)
	if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 100 {
		t.Errorf("%d MiB for some answers of 1 MiB", mib)
	}
}

func TestTheTokenIsNeverTakenForAClient(t *testing.T) {
	var escaped strings.Builder
	for _, c := range token {
		fmt.Fprintf(&escaped, `\u%04x`, c)
	}
	for _, field := range []string{"client_id", "client_secret"} {
		values := map[string]string{"client_id": "mine", "client_secret": "hers"}
		values[field] = escaped.String()
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/admin/version/"):
				replyJSON(200, `{"version_current":"2025.10.2"}`)(w, r)
			case strings.HasSuffix(r.URL.Path, "/core/applications/pantrie/"):
				replyJSON(200, `{"pk":"a","slug":"pantrie","provider":1}`)(w, r)
			default:
				replyJSON(200, fmt.Sprintf(`{"pk":1,"client_type":"confidential","client_id":"%s","client_secret":"%s","redirect_uris":[]}`, values["client_id"], values["client_secret"]))(w, r)
			}
		})
		w := wish(base)
		w.Existing = provision.ExistingRead
		w.Keep = func(context.Context, provision.Result) error {
			t.Errorf("%s: it was saved", field)
			return nil
		}
		r := apply(t.Context(), network(), w)
		if p := r.problem(t); p.Code != provision.CodeUnreadable {
			t.Errorf("%s: got %+v", field, p)
		}
		if strings.Contains(r.texts(t), token) {
			t.Errorf("%s: the token is in %s", field, r.texts(t))
		}
	}
}

func TestA404OfSomethingInFrontOfAuthentikRemovesNothing(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		p := authtest.Start(t, authtest.Config{APIToken: token, NoApplication: true})
		p.Set(func(s *authtest.Settings) {
			s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
				id, one := strings.CutPrefix(r.URL.Path, "/api/v3/providers/oauth2/")
				switch {
				case one && id != "" && r.Method == method:
					reply(404, "text/plain", "404 page not found")(w, r)
				case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/core/applications/"):
					replyJSON(400, `{"name":["no"]}`)(w, r)
				default:
					next.ServeHTTP(w, r)
				}
			}
		})
		problem := apply(t.Context(), network(), wish(p.BaseURL())).problem(t)
		if len(p.Objects().Providers) != 1 || len(problem.Left) != 1 || problem.Left[0].Kind != provision.KindProvider {
			t.Errorf("%s: there is %v, said to be left: %v", method, p.Objects().Providers, problem.Left)
		}
	}
}

func TestWhatIsBeingCreatedIsSeenThroughWhenTheRunIsInterrupted(t *testing.T) {
	for _, last := range []string{"/providers/oauth2/", "/core/applications/", "/policies/bindings/"} {
		t.Run(last, func(t *testing.T) {
			p := authtest.Start(t, authtest.Config{APIToken: token, NoApplication: true, Groups: []string{"household"}})
			ctx, cancel := context.WithCancel(t.Context())
			asked := make(chan context.Context, 1)
			n := network()
			n.Transport.Proxy = func(r *http.Request) (*url.URL, error) {
				if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, last) {
					asked <- r.Context()
				}
				return nil, nil
			}
			p.Set(func(s *authtest.Settings) {
				s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
					if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, last) {
						cancel()
						if (<-asked).Err() != nil {
							t.Error("Pantrie does not wait for what it asked for")
						}
					}
					next.ServeHTTP(w, r)
				}
			})
			w := wish(p.BaseURL())
			w.Group = "household"
			r := apply(ctx, n, w)
			if problem := r.problem(t); problem.Code != provision.CodeInterrupted || len(problem.Left) > 0 {
				t.Errorf("got %+v", problem)
			}
			if o := p.Objects(); len(o.Providers)+len(o.Applications)+len(o.Bindings) > 0 {
				t.Errorf("left: %+v\n%s", o, r.log())
			}
		})
	}
}
