package provision_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/provision"
)

// trouble is what happens to one call.
type trouble struct {
	name   string
	answer http.HandlerFunc
	codes  []provision.Code
	// refuses: it says that nothing was done
	refuses bool
}

func troubles() []trouble {
	return []trouble{
		{"fails", replyJSON(500, `{"detail":"Internal Server Error"}`), []provision.Code{provision.CodeServer}, false},
		{"is not reached by the proxy", reply(502, "text/html", "<h1>Bad Gateway</h1>"), []provision.Code{provision.CodeServer}, false},
		{"answers with a page", reply(200, "text/html", "<h1>Hello</h1>"), []provision.Code{provision.CodeUnreadable, provision.CodeNotAuthentik}, false},
		{"answers with other types", replyJSON(200, `{"pk":{"a":1},"slug":7,"results":"none","version_current":[]}`), []provision.Code{provision.CodeUnreadable, provision.CodeNotAuthentik}, false},
		{"answers with nothing in it", replyJSON(201, `{}`), []provision.Code{provision.CodeUnreadable, provision.CodeNotAuthentik}, false},
		{"answers with another object", replyJSON(200, `{"pk":null,"slug":"other","results":null}`), []provision.Code{provision.CodeUnreadable, provision.CodeNotAuthentik}, false},
		{"answers with 2 MiB", replyJSON(200, `{"pk":"`+strings.Repeat("a", 2<<20)+`"}`), []provision.Code{provision.CodeUnreadable, provision.CodeNotAuthentik}, false},
		{"redirects", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://gate.example/"+r.Header.Get("Authorization"), http.StatusTemporaryRedirect)
		}, []provision.Code{provision.CodeRedirected}, false},
		{"breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9999")
			_, _ = io.WriteString(w, `{"pk"`)
		}, []provision.Code{provision.CodeServer}, false},
		{"refuses a value with the token in it", func(w http.ResponseWriter, r *http.Request) {
			replyJSON(400, fmt.Sprintf(`{"client_type":["no %[1]s"],"%[1]s":{"a":[{"b":["%[1]s"]}]}}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))(w, r)
		}, []provision.Code{provision.CodeRejected}, true},
		{"does not accept the token", replyJSON(403, `{"detail":"Token invalid/expired"}`), []provision.Code{provision.CodeTokenWrong}, true},
	}
}

func TestAnAuthentikThatCannotWorkYetIsNamed(t *testing.T) {
	for down, words := range map[oidc.Down][]string{
		oidc.DownStarting: {"still starting", "Wait a minute"},
		oidc.DownDatabase: {"database"},
	} {
		b := newBench(t, "2026.5.0")
		b.provider.Set(func(s *authtest.Settings) { s.Down = down })
		p := b.apply().problem(t)
		if p.Code != provision.CodeServer {
			t.Errorf("%s: %+v", down, p)
		}
		says(t, p.Message+p.Fix, words...)
	}
}

// calls are those of a run in which all is well, as "GET /api/v3/…".
func calls(t *testing.T, version string) []string {
	b := newBench(t, version)
	b.wish.Group = "household"
	b.apply().ok(t)
	var list []string
	for _, r := range b.provider.Requests(oidc.EndpointAPI) {
		list = append(list, r.Method+" "+r.Path)
	}
	return list
}

// troubled is a bench where something happens to the nth call. With done, Authentik has done what
// was asked before the answer gets lost.
func troubled(t *testing.T, version string, nth int, done bool, happens http.HandlerFunc) *bench {
	b := newBench(t, version)
	b.wish.Group = "household"
	var asked atomic.Int32
	b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if int(asked.Add(1)) != nth+1 {
			next.ServeHTTP(w, r)
			return
		}
		if done {
			next.ServeHTTP(httptest.NewRecorder(), r)
		}
		happens(w, r)
	})
	return b
}

// TestWhateverFailsNothingIsLeft lets each call of a run fail in each way, before or after Authentik
// has done what was asked.
func TestWhateverFailsNothingIsLeft(t *testing.T) {
	for _, version := range []string{"2023.10.7", "2026.5.0"} {
		clean := newBench(t, version).state()
		for nth, call := range calls(t, version) {
			if version != "2026.5.0" && strings.HasPrefix(call, "GET") {
				continue // asked alike in all versions
			}
			for _, trouble := range troubles() {
				for _, done := range []bool{false, true} {
					// Who refuses has not done it.
					if done && (strings.HasPrefix(call, "GET") || trouble.refuses) {
						continue
					}
					// A binding is not read again, so what it answers does not matter.
					if strings.HasSuffix(call, "bindings/") && strings.HasPrefix(trouble.name, "answers with") && trouble.name != "answers with a page" && trouble.name != "answers with 2 MiB" {
						continue
					}
					t.Run(fmt.Sprintf("%s/%s %s/done=%v", version, call, trouble.name, done), func(t *testing.T) {
						t.Parallel()
						b := troubled(t, version, nth, done, trouble.answer)
						r := b.apply()
						p := r.problem(t)
						if !slices.Contains(trouble.codes, p.Code) || p.Fix == "" || p.Step == "" || len(p.Left) != 0 {
							t.Errorf("got %+v, want %s", p, trouble.codes)
						}
						if text := r.texts(t); strings.Contains(text, token) {
							t.Errorf("the token is in %s", text)
						}
						b.honest()
						if state := b.state(); state != clean {
							t.Errorf("something is left: %s\n%s", state, r.log())
						}
						b.apply().ok(t)
					})
				}
			}
		}
	}
}

// TestWhoeverHangsUpNothingIsLeft ends the run's context at each call, and lets each call that
// changes something hang until its time is over.
func TestWhoeverHangsUpNothingIsLeft(t *testing.T) {
	const version = "2026.5.0"
	clean := newBench(t, version).state()
	for nth, call := range calls(t, version) {
		for _, done := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/ended, done=%v", call, done), func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				clock := new(authtest.Deadlines)
				b := troubled(t, version, nth, done, func(_ http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body) // only then the server notices that the client is gone
					cancel()
					if r.Method != http.MethodGet { // what changes something is waited for
						clock.Pass(time.Second)
					}
					<-r.Context().Done()
					panic(http.ErrAbortHandler)
				})
				r := apply(ctx, networkOn(clock), b.wish)
				if p := r.problem(t); p.Code != provision.CodeInterrupted || len(p.Left) != 0 {
					t.Errorf("got %+v", p)
				}
				b.honest()
				if state := b.state(); state != clean {
					t.Errorf("something is left: %s\n%s", state, r.log())
				}
			})
			if strings.HasPrefix(call, "GET") {
				continue
			}
			t.Run(fmt.Sprintf("%s/hangs, done=%v", call, done), func(t *testing.T) {
				t.Parallel()
				clock := new(authtest.Deadlines)
				b := troubled(t, version, nth, done, func(_ http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					clock.Pass(time.Second)
					<-r.Context().Done()
					panic(http.ErrAbortHandler)
				})
				r := apply(t.Context(), networkOn(clock), b.wish)
				if p := r.problem(t); p.Code != provision.CodeTimeout || len(p.Left) != 0 {
					t.Errorf("got %+v", p)
				}
				b.honest()
				if state := b.state(); state != clean {
					t.Errorf("something is left: %s\n%s", state, r.log())
				}
			})
		}
	}
}

// TestWhatCannotBeRemovedIsNamed lets the removal fail as well.
func TestWhatCannotBeRemovedIsNamed(t *testing.T) {
	type left = []provision.Leftover
	for _, tt := range []struct {
		name  string
		fault func(method, path string) int
		lost  string // the call whose answer gets lost
		want  func(b *bench, provider any) left
		told  []string
	}{
		{
			name: "nothing can be deleted",
			fault: func(method, path string) int {
				if method == http.MethodDelete || strings.HasSuffix(path, "/policies/bindings/") && method == http.MethodPost {
					return http.StatusServiceUnavailable
				}
				return 0
			},
			want: func(b *bench, provider any) left {
				return left{
					{Kind: provision.KindApplication, Name: "Pantrie", URL: b.provider.BaseURL() + "/if/admin/#/core/applications/pantrie"},
					{Kind: provision.KindProvider, Name: "Pantrie", URL: fmt.Sprintf("%s/if/admin/#/core/providers/%v", b.provider.BaseURL(), provider)},
				}
			},
			told: []string{"binding failed", "undo running", "application left", "provider left", "undo failed"},
		},
		{
			name: "the application cannot be deleted",
			fault: func(method, path string) int {
				if method == http.MethodDelete && strings.Contains(path, "/applications/") || strings.HasSuffix(path, "/policies/bindings/") && method == http.MethodPost {
					return http.StatusForbidden
				}
				return 0
			},
			want: func(b *bench, _ any) left {
				return left{{Kind: provision.KindApplication, Name: "Pantrie", URL: b.provider.BaseURL() + "/if/admin/#/core/applications/pantrie"}}
			},
			told: []string{"binding failed", "undo running", "application left", "provider removed", "undo failed"},
		},
		{
			name: "it cannot even be seen whether there is anything",
			lost: "POST /api/v3/providers/oauth2/",
			fault: func(method, path string) int {
				if method == http.MethodGet && strings.HasSuffix(path, "/providers/oauth2/") {
					return http.StatusBadGateway
				}
				return 0
			},
			want: func(b *bench, _ any) left {
				return left{{Kind: provision.KindProvider, Name: "Pantrie", URL: b.provider.BaseURL() + "/if/admin/#/core/providers"}}
			},
			told: []string{"provider failed", "undo running", "provider left", "undo failed"},
		},
		{
			name: "everything can be removed",
			fault: func(method, path string) int {
				if strings.HasSuffix(path, "/policies/bindings/") && method == http.MethodPost {
					return http.StatusInternalServerError
				}
				return 0
			},
			want: func(*bench, any) left { return nil },
			told: []string{"binding failed", "undo running", "application removed", "provider removed", "undo done"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, "2026.5.0")
			b.wish.Group = "household"
			var provider any
			var armed atomic.Bool
			b.provider.Set(func(s *authtest.Settings) {
				s.APIFault = func(method, path string) int {
					if tt.lost == "" || armed.Load() {
						return tt.fault(method, path)
					}
					return 0
				}
			})
			b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if tt.lost == r.Method+" "+r.URL.Path {
					next.ServeHTTP(httptest.NewRecorder(), r)
					armed.Store(true)
					w.WriteHeader(http.StatusBadGateway)
					return
				}
				next.ServeHTTP(w, r)
			})
			r := b.apply()
			p := r.problem(t)
			b.honest()
			if found := b.all("providers/oauth2/"); len(found) == 1 {
				provider = found[0]["pk"]
			}
			if diff := cmp.Diff(tt.want(b, provider), p.Left); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
			if there := len(b.all("providers/oauth2/")) + len(b.all("core/applications/")); there != len(p.Left) {
				t.Errorf("%d objects are there, %d are named", there, len(p.Left))
			}
			var told []string
			for _, s := range r.Steps {
				told = append(told, string(s.ID)+" "+string(s.Status))
			}
			if len(told) < len(tt.told) || !slices.Equal(told[len(told)-len(tt.told):], tt.told) {
				t.Errorf("told %q, want %q at the end", told, tt.told)
			}
		})
	}
}

// TestWhatPantrieCannotKeepIsRemoved: all is made, but the result is not stored.
func TestWhatPantrieCannotKeepIsRemoved(t *testing.T) {
	for _, version := range []string{"2023.10.7", "2026.5.0"} {
		for name, setup := range map[string]func(*bench){
			"everything is new":             func(*bench) {},
			"a provider of nobody":          func(b *bench) { b.newProvider("Pantrie", fields{"redirect_uris": b.uris(old, launch)}) },
			"an application without one":    func(b *bench) { b.newApplication("pantrie", nil) },
			"an application with one":       func(b *bench) { b.newApplication("pantrie", b.newProvider("Something", nil)["pk"]) },
			"an application and a provider": func(b *bench) { b.newProvider("Pantrie", nil); b.newApplication("pantrie", nil) },
		} {
			t.Run(version+"/"+name, func(t *testing.T) {
				b := newBench(t, version)
				setup(b)
				before := b.state()
				b.wish.Existing = provision.ExistingUse
				b.wish.Keep = func(_ context.Context, r provision.Result) error {
					b.works(r)
					return errors.New("disk full")
				}
				r := b.apply()
				p := r.problem(t)
				if p.Code != provision.CodeNotSaved || p.Step != provision.StepSave || len(p.Left) != 0 {
					t.Errorf("got %+v", p)
				}
				if diff := cmp.Diff(before, b.state()); diff != "" {
					t.Errorf("changed:\n%s\n%s", diff, r.log())
				}
			})
		}
	}
}

// TestWhatWasThereStaysAfterAFailure: only what the run itself did is undone.
func TestWhatWasThereStaysAfterAFailure(t *testing.T) {
	failing := func(call string) func(string, string) int {
		method, path, _ := strings.Cut(call, " ")
		return func(m, p string) int {
			if m == method && strings.Contains(p, path) {
				return http.StatusInternalServerError
			}
			return 0
		}
	}
	for _, tt := range []struct {
		name  string
		setup func(*bench)
		fault string
	}{
		{"a provider of nobody, and the application fails", func(b *bench) { b.newProvider("Pantrie", nil) }, "POST /core/applications/"},
		{"a provider of nobody, and the binding fails", func(b *bench) { b.newProvider("Pantrie", nil) }, "POST /policies/bindings/"},
		{"a provider of nobody, and the redirect URI fails", func(b *bench) { b.newProvider("Pantrie", nil) }, "PATCH /providers/oauth2/"},
		{"an application without a provider, and it cannot be given one", func(b *bench) { b.newApplication("pantrie", nil) }, "PATCH /core/applications/"},
		{"both apart, and the redirect URI fails", func(b *bench) {
			b.newProvider("Pantrie", nil)
			b.newApplication("pantrie", nil)
		}, "PATCH /providers/oauth2/"},
		{"the application with its provider, and the redirect URI fails", func(b *bench) { b.newApplication("pantrie", b.newProvider("Something", nil)["pk"]) }, "PATCH /providers/oauth2/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, "2026.5.0")
			tt.setup(b)
			b.wish.Existing = provision.ExistingUse
			if len(b.all("core/applications/")) == 0 {
				b.wish.Group = "household"
			}
			before := b.state()
			b.provider.Set(func(s *authtest.Settings) { s.APIFault = failing(tt.fault) })
			r := b.apply()
			if p := r.problem(t); p.Code != provision.CodeServer || len(p.Left) != 0 {
				t.Errorf("got %+v", p)
			}
			b.honest()
			if diff := cmp.Diff(before, b.state()); diff != "" {
				t.Errorf("changed:\n%s\n%s", diff, r.log())
			}
		})
	}
}
