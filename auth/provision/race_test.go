package provision_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/provision"
)

// TestTwoAtOnce lets a second run go the whole way while the first waits before each of its calls.
func TestTwoAtOnce(t *testing.T) {
	for _, version := range []string{"2023.10.7", "2026.5.0"} {
		for nth, call := range calls(t, version) {
			t.Run(version+"/"+call, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, version)
				b.wish.Group = "household"
				var second told
				asked := 0
				inside := false
				b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if !inside {
						if asked++; asked == nth+1 {
							inside = true
							second = b.apply()
							inside = false
						}
					}
					next.ServeHTTP(w, r)
				})
				first := b.apply()
				b.honest()
				b.oneWon(first, second, provision.CodeExists)
			})
		}
	}
}

// TestTwoAtTheSameMoment lets the scheduler decide.
func TestTwoAtTheSameMoment(t *testing.T) {
	for range 20 {
		b := newBench(t, "2026.5.0")
		var runs [2]told
		var together sync.WaitGroup
		for i := range runs {
			together.Go(func() { runs[i] = b.apply() })
		}
		together.Wait()
		b.oneWon(runs[0], runs[1], provision.CodeExists)
	}
}

// oneWon fails the test unless one of two runs got through, and all that is there is its.
func (b *bench) oneWon(one, other told, code provision.Code) {
	b.t.Helper()
	if (one.Err == nil) == (other.Err == nil) {
		b.t.Fatalf("both or none: %v, %v", one.Err, other.Err)
	}
	if one.Err != nil {
		one, other = other, one
	}
	if p := other.problem(b.t); p.Code != code || p.Field != provision.FieldSlug || len(p.Left) != 0 {
		b.t.Errorf("got %+v\n%s", p, other.log())
	}
	if got := b.one("providers/oauth2/"); got["client_id"] != one.Result.ClientID || got["pk"] != b.one("core/applications/")["provider"] {
		b.t.Errorf("provider %v is not the winner's", got)
	}
	if b.wish.Group != "" {
		b.one("policies/bindings/")
	}
	b.works(one.Result)
}

// TestTwoGiveAnApplicationItsProvider: the application is there, both want to use it.
func TestTwoGiveAnApplicationItsProvider(t *testing.T) {
	for _, before := range []string{"POST providers/oauth2/", "GET core/applications/pantrie/"} {
		b := newBench(t, "2026.5.0")
		b.newApplication("pantrie", nil)
		b.wish.Existing = provision.ExistingUse
		var second told
		asked, inside := 0, false
		b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !inside && r.Method+" "+strings.TrimPrefix(r.URL.Path, "/api/v3/") == before {
				// The application is asked for once before anything is made, and once after.
				if asked++; asked == strings.Count(before, "GET")+1 {
					inside = true
					second = b.apply()
					inside = false
				}
			}
			next.ServeHTTP(w, r)
		})
		first := b.apply()
		b.honest()
		b.oneWon(first, second, provision.CodeExists)
	}
}

// TestALostAnswerIsNobodyElses: the answer about the application gets lost, and it was another run
// that made it.
func TestALostAnswerIsNobodyElses(t *testing.T) {
	b := newBench(t, "2026.5.0")
	var second told
	inside := false
	b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !inside && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/core/applications/") {
			inside = true
			other := b.wish
			other.Name = "Larder"
			second = apply(t.Context(), network(), other)
			inside = false
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		next.ServeHTTP(w, r)
	})
	first := b.apply()
	b.honest()
	b.oneWonAfterLoss(first, second)
}

func (b *bench) oneWonAfterLoss(first, second told) {
	b.t.Helper()
	second.ok(b.t)
	if p := first.problem(b.t); p.Code != provision.CodeServer || len(p.Left) != 0 {
		b.t.Errorf("got %+v", p)
	}
	if got := b.one("providers/oauth2/"); got["client_id"] != second.Result.ClientID {
		b.t.Errorf("provider %v is not the winner's", got)
	}
	b.works(second.Result)
}

// TestALostAnswerAboutSomebodyElsesProvider: both runs use the provider that was there, so nothing
// tells whose application it is. It is left and named.
func TestALostAnswerAboutSomebodyElsesProvider(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.newProvider("Pantrie", nil)
	b.wish.Existing = provision.ExistingUse
	b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/core/applications/") {
			next.ServeHTTP(discarded{http.Header{}}, r)
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		next.ServeHTTP(w, r)
	})
	p := b.apply().problem(t)
	if len(p.Left) != 1 || p.Left[0].Kind != provision.KindApplication {
		t.Errorf("got %+v", p)
	}
	b.honest()
	b.one("core/applications/")
}

// discarded is an answer nobody gets.
type discarded struct{ header http.Header }

func (d discarded) Header() http.Header         { return d.header }
func (d discarded) Write(p []byte) (int, error) { return len(p), nil }
func (d discarded) WriteHeader(int)             {}

// TestAPermissionThatIsMissingIsNamed takes the rights away one by one.
func TestAPermissionThatIsMissingIsNamed(t *testing.T) {
	use := func(b *bench) { b.wish.Existing = provision.ExistingUse }
	for _, tt := range []struct {
		permission, label string
		setup             func(*bench)
		step              provision.StepID
	}{
		{"authentik_core.view_application", "Can view Application", nil, provision.StepConnect},
		{"authentik_providers_oauth2.view_oauth2provider", "Can view OAuth2/OpenID Provider", nil, provision.StepConnect},
		{"authentik_flows.view_flow", "Can view Flow", nil, provision.StepFlow},
		{"authentik_providers_oauth2.view_scopemapping", "Can view Scope Mapping", nil, provision.StepScopes},
		{"authentik_crypto.view_certificatekeypair", "Can view Certificate-Key Pair", nil, provision.StepSigningKey},
		{"authentik_core.view_group", "Can view Group", func(b *bench) { b.wish.Group = "household" }, provision.StepGroup},
		{"authentik_providers_oauth2.add_oauth2provider", "Can add OAuth2/OpenID Provider", nil, provision.StepProvider},
		{"authentik_core.add_application", "Can add Application", nil, provision.StepApplication},
		{"authentik_policies.add_policybinding", "Can add Policy Binding", func(b *bench) { b.wish.Group = "household" }, provision.StepBinding},
		{"authentik_core.change_application", "Can change Application", func(b *bench) {
			use(b)
			b.newApplication("pantrie", nil)
		}, provision.StepApplication},
		{"authentik_providers_oauth2.change_oauth2provider", "Can change OAuth2/OpenID Provider", func(b *bench) {
			use(b)
			b.newApplication("pantrie", b.newProvider("Something", nil)["pk"])
		}, provision.StepProvider},
	} {
		t.Run(tt.permission, func(t *testing.T) {
			b := newBench(t, "2026.5.0")
			if tt.setup != nil {
				tt.setup(b)
			}
			before := b.state()
			b.provider.Set(func(s *authtest.Settings) { s.DeniedPermissions = []string{tt.permission} })
			p := b.apply().problem(t)
			if p.Code != provision.CodeForbidden || p.Permission != tt.permission || p.Step != tt.step || p.Field != provision.FieldToken || len(p.Left) != 0 {
				t.Errorf("got %+v", p)
			}
			says(t, p.Message+p.Fix, tt.permission, tt.label, "Directory → Roles")
			b.honest()
			if b.state() != before {
				t.Error("something is left")
			}
		})
	}
}

func TestAnEndlessListIsNotReadForEver(t *testing.T) {
	b := newBench(t, "2026.5.0")
	asked := 0
	b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !strings.HasSuffix(r.URL.Path, "/flows/instances/") {
			next.ServeHTTP(w, r)
			return
		}
		asked++
		replyJSON(http.StatusOK, `{"pagination":{"next":1000000},"results":[{"pk":"x","slug":"other"}]}`)(w, r)
	})
	if p := b.apply().problem(t); p.Code != provision.CodeUnreadable || asked > 50 || !strings.Contains(p.Message, "does not end") {
		t.Errorf("asked %d times: %+v", asked, p)
	}
}

// TestWhatAuthentikRefusesIsSaidByField has each form in which it says so.
func TestWhatAuthentikRefusesIsSaidByField(t *testing.T) {
	for _, tt := range []struct {
		name, path, body, field string
		says                    []string
	}{
		{"a list of sentences", "/providers/oauth2/", `{"signing_key":["Invalid pk.","And more."]}`, "", []string{`signing_key: "Invalid pk."`, `"And more."`}},
		{"a list of objects", "/providers/oauth2/", `{"redirect_uris":[{},{"url":["Enter a valid URL."]}]}`, "", []string{`redirect_uris.1.url: "Enter a valid URL."`}},
		{"an object", "/providers/oauth2/", `{"redirect_uris":{"non_field_errors":["Expected a list."]}}`, "", []string{"Expected a list."}},
		{"of everything", "/core/applications/", `{"non_field_errors":["Not like this."]}`, "", []string{`: "Not like this."`}},
		{"the slug", "/core/applications/", `{"slug":["Der Slug ist reserviert."]}`, provision.FieldSlug, []string{"Der Slug ist reserviert."}},
		{"a sentence", "/core/applications/", `{"detail":"JSON parse error"}`, "", []string{"JSON parse error"}},
		{"no more", "/core/applications/", `[]`, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, "2026.5.0")
			b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, tt.path) {
					replyJSON(http.StatusBadRequest, tt.body)(w, r)
					return
				}
				next.ServeHTTP(w, r)
			})
			p := b.apply().problem(t)
			if p.Code != provision.CodeRejected && tt.body != "[]" || p.Field != tt.field || p.Fix == "" {
				t.Errorf("got %+v", p)
			}
			says(t, p.Message, tt.says...)
			b.honest()
			if len(b.all("providers/oauth2/")) != 0 {
				t.Error("something is left")
			}
		})
	}
}

// TestPlainHTTPIsWarnedOf: an http address of another machine, reached by the test's own dialer.
func TestPlainHTTPIsWarnedOf(t *testing.T) {
	b := newBench(t, "2026.5.0")
	n := network()
	at := strings.TrimPrefix(b.provider.BaseURL(), "http://")
	n.Transport.DialContext = dialTo(at)
	w := b.wish
	w.BaseURL = "http://auth.home.arpa"
	plan := look(t.Context(), n, w).ok(t).Plan
	if len(plan.Warnings) == 0 || plan.Warnings[0].Code != provision.WarnPlainHTTP {
		t.Errorf("warnings %v", plan.Warnings)
	}
	for _, w := range b.look().ok(t).Plan.Warnings {
		if w.Code == provision.WarnPlainHTTP {
			t.Error("warned of this machine's own address")
		}
	}
}
