package connection_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/connection"
)

// scenario is a set-up and what the test says about it. Checks that are not named are ok.
type scenario struct {
	name  string
	setup func(*bench)
	// id must end with code and field, and say everything in says. Empty when all is well.
	id   connection.ID
	code connection.Code
	// status is needed where code does not say it all.
	status connection.Status
	field  string
	says   []string
	// rest are the codes of other checks which are not ok.
	rest map[connection.ID]connection.Code
}

func scenarios() []scenario {
	return slices.Concat(wellScenarios(), reachScenarios(), documentScenarios(), clientScenarios(), otherScenarios())
}

// blocked are the checks that wait for the ones named.
func blocked(ids ...connection.ID) map[connection.ID]connection.Code {
	m := map[connection.ID]connection.Code{}
	for _, id := range ids {
		m[id] = connection.CodeDepends
	}
	return m
}

// after are all checks behind one, blocked.
func after(id connection.ID) map[connection.ID]connection.Code {
	return blocked(connection.IDs()[slices.Index(connection.IDs(), id)+1:]...)
}

func with(m map[connection.ID]connection.Code, id connection.ID, code connection.Code) map[connection.ID]connection.Code {
	m[id] = code
	return m
}

// noDocument is what follows when there is no discovery document, though somebody answered.
func noDocument() map[connection.ID]connection.Code {
	m := after(connection.Discovery)
	delete(m, connection.Clock)
	return m
}

// statusOf is the status that goes with a code; of a few, more than one can.
func statusOf(code connection.Code) []connection.Status {
	switch code {
	case connection.CodeOK, connection.CodeIssuerSlash:
		return []connection.Status{connection.OK}
	case connection.CodePlainHTTP:
		return []connection.Status{connection.OK, connection.Warning}
	case connection.CodeScopeNotListed, connection.CodeClockOff:
		return []connection.Status{connection.Warning, connection.Failed}
	case connection.CodeEndpointOtherHost, connection.CodeEndpointInternalName, connection.CodeSignOutStays, connection.CodePKCENotListed, connection.CodeUnclear:
		return []connection.Status{connection.Warning}
	case connection.CodeDepends, connection.CodeNotSet, connection.CodeNotNeeded, connection.CodeProxied, connection.CodeStopped, connection.CodeClockUnknown:
		return []connection.Status{connection.Skipped}
	}
	return []connection.Status{connection.Failed}
}

func TestRun(t *testing.T) {
	for _, tt := range scenarios() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			tt.setup(b)
			checks := b.run(t.Context())
			got, want := map[connection.ID]connection.Code{}, map[connection.ID]connection.Code{}
			for _, c := range checks {
				got[c.ID], want[c.ID] = c.Code, connection.CodeOK
				if code, ok := tt.rest[c.ID]; ok {
					want[c.ID] = code
				}
				if c.ID == tt.id {
					want[c.ID] = tt.code
					if tt.status == "" && len(statusOf(tt.code)) > 1 || tt.status != "" && c.Status != tt.status {
						t.Errorf("status %q, want %q", c.Status, tt.status)
					}
					if c.Field != tt.field {
						t.Errorf("field %q, want %q", c.Field, tt.field)
					}
					for _, words := range tt.says {
						if !strings.Contains(c.Seen+" "+c.Fix, words) {
							t.Errorf("%q does not say %q", c.Seen+" "+c.Fix, words)
						}
					}
				}
				wellFormed(t, c)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("codes (-want +got):\n%s\n%s", diff, listing(checks))
			}
			secretStaysIn(t, b, checks)
		})
	}
}

// wellFormed holds what is true of every check.
func wellFormed(t *testing.T, c connection.Check) {
	t.Helper()
	switch {
	case !slices.Contains(connection.Codes(), c.Code):
		t.Errorf("%s: code %q is not in the list", c.ID, c.Code)
	case !slices.Contains(statusOf(c.Code), c.Status):
		t.Errorf("%s: status %s with code %s", c.ID, c.Status, c.Code)
	case c.Seen == "":
		t.Errorf("%s: nothing was seen", c.ID)
	case (c.Fix == "") != (c.Status == connection.OK || c.Status == connection.Skipped):
		t.Errorf("%s is %s, fix: %q", c.ID, c.Status, c.Fix)
	case c.Field != "" && c.Fix == "":
		t.Errorf("%s names the field %q without a fix", c.ID, c.Field)
	case c.Millis < 0:
		t.Errorf("%s took %d ms", c.ID, c.Millis)
	case strings.Contains(c.Fix, "Authentik: ") && c.Field != "" && c.Field != "Authentik Base URL" && !strings.Contains(c.Fix, "→ "+c.Field):
		t.Errorf("%s: the way in %q does not lead to %q", c.ID, c.Fix, c.Field)
	}
	for _, sentence := range []string{c.Seen, c.Fix} {
		if strings.ContainsAny(sentence, "!\n—") || strings.Contains(sentence, "%!") || strings.Contains(sentence, "..") || strings.Contains(sentence, "→  ") || len([]rune(sentence)) > 900 {
			t.Errorf("%s: %q", c.ID, sentence)
		}
		if sentence != "" && !strings.HasSuffix(sentence, ".") && !strings.HasSuffix(sentence, "?") {
			t.Errorf("%s: %q does not end", c.ID, sentence)
		}
	}
}

// secretStaysIn asserts that the secret is in no check and went nowhere but to the token
// endpoint, and there only if the check came to it; and that no request carried a cookie.
func secretStaysIn(t *testing.T, b *bench, checks []connection.Check) {
	t.Helper()
	for _, c := range checks {
		for _, form := range []string{secret, url.QueryEscape(secret), proxyPassword, url.QueryEscape(proxyPassword), base64.StdEncoding.EncodeToString([]byte("pantrie:" + proxyPassword))} {
			if strings.Contains(c.Seen+c.Fix+c.Field, form) {
				t.Errorf("%s shows the secret: %+v", c.ID, c)
			}
		}
		if c.ID == connection.ClientSecret && (c.Status == connection.Skipped || c.Code == connection.CodeClientUnknown) && b.provider.Count(oidc.EndpointToken) > 0 {
			t.Error("the token endpoint was asked")
		}
	}
	for _, r := range b.provider.Requests() {
		if r.Header.Get("Cookie") != "" {
			t.Errorf("%s got a cookie", r.Endpoint)
		}
		if r.Endpoint != oidc.EndpointToken && (strings.Contains(r.Query.Encode()+r.Form.Encode(), url.QueryEscape(secret)) || r.Header.Get("Authorization") != "") {
			t.Errorf("%s got the secret", r.Endpoint)
		}
	}
}

func listing(checks []connection.Check) string {
	var b strings.Builder
	for _, c := range checks {
		b.WriteString(string(c.ID) + " " + string(c.Status) + " " + string(c.Code) + " [" + c.Field + "] " + c.Seen + " | " + c.Fix + "\n")
	}
	return b.String()
}

// Every code is found by some scenario, or by a test of its own.
func TestEveryCodeIsTested(t *testing.T) {
	found := map[connection.Code]bool{connection.CodeOK: true, connection.CodeStopped: true}
	for _, s := range scenarios() {
		found[s.code] = true
		for _, code := range s.rest {
			found[code] = true
		}
	}
	for _, code := range connection.Codes() {
		if !found[code] {
			t.Errorf("no scenario ends with %s", code)
		}
	}
}

func TestChecksAreHandedOnInOrder(t *testing.T) {
	b := newBench(t)
	var order []connection.ID
	var emitted []connection.Check
	checks := connection.Run(t.Context(), b.network, b.target, func(c connection.Check) {
		order, emitted = append(order, c.ID), append(emitted, c)
	})
	if diff := cmp.Diff(connection.IDs(), order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(emitted, checks); diff != "" {
		t.Errorf("what was handed on differs from what was returned (-on +back):\n%s", diff)
	}
}

// A test that is ended between two checks or within one still tells of every check.
func TestEndedTestSkipsTheRest(t *testing.T) {
	for _, tt := range []struct {
		name  string
		last  connection.ID // the last check that was made
		setup func(*bench, context.CancelFunc)
	}{
		{"between two checks", connection.TLS, nil},
		{"within a check", connection.TLS, func(b *bench, cancel context.CancelFunc) {
			b.answer(oidc.EndpointDiscovery, func(_ http.ResponseWriter, r *http.Request) {
				cancel()
				<-r.Context().Done()
				panic(http.ErrAbortHandler)
			})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if tt.setup != nil {
				tt.setup(b, cancel)
			}
			checks := connection.Run(ctx, b.network, b.target, func(c connection.Check) {
				if tt.setup == nil && c.ID == tt.last {
					cancel()
				}
			})
			if len(checks) != len(connection.IDs()) {
				t.Fatalf("%d checks", len(checks))
			}
			for i, c := range checks {
				made := i <= slices.Index(connection.IDs(), tt.last)
				if ended := c.Code == connection.CodeStopped || c.Code == connection.CodeDepends; ended == made {
					t.Errorf("%s: %s", c.ID, c.Code)
				}
			}
		})
	}
}

// The other side may repeat what it was sent, whole or in part, and as it was encoded.
func TestRepeatedSecretIsHidden(t *testing.T) {
	for name, repeat := range map[string]func(*http.Request) string{
		"as it is":          func(r *http.Request) string { return r.PostFormValue("client_secret") },
		"as it was encoded": func(r *http.Request) string { return url.QueryEscape(r.PostFormValue("client_secret")) },
		"the code":          func(r *http.Request) string { return r.PostFormValue("code") },
		"the verifier":      func(r *http.Request) string { return r.PostFormValue("code_verifier") },
		"across the end":    func(r *http.Request) string { return strings.Repeat("x", 190) + r.PostFormValue("client_secret") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			var sent []string
			b.answer(oidc.EndpointToken, func(w http.ResponseWriter, r *http.Request) {
				sent = []string{secret[:9], r.PostFormValue("code"), r.PostFormValue("code_verifier")}
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(`{"error":"invalid_request","error_description":"got ` + repeat(r) + `"}`))
			})
			checks := b.run(t.Context())
			if len(sent) == 0 {
				t.Fatal("the token endpoint was not asked")
			}
			for _, value := range sent {
				if strings.Contains(listing(checks), value) {
					t.Errorf("%q is shown:\n%s", value, listing(checks))
				}
			}
		})
	}
}

// What is asked is what a sign-in asks, but for the made-up code.
func TestWhatIsAsked(t *testing.T) {
	b := newBench(t)
	b.document(func(d map[string]any) {
		d["authorization_endpoint"] = base + "/application/o/authorize/?brand=home"
		d["token_endpoint_auth_methods_supported"] = []string{"client_secret_basic"} // Authentik takes post in any case
	})
	b.run(t.Context())
	asked, posted := b.provider.Requests(oidc.EndpointAuthorize), b.provider.Requests(oidc.EndpointToken)
	if len(asked) != 1 || len(posted) != 1 {
		t.Fatalf("authorize was asked %d times, token %d times", len(asked), len(posted))
	}
	query, form := asked[0].Query, posted[0].Form
	for name, want := range map[string]string{
		"brand": "home", "response_type": "code", "client_id": "pantrie-client", "redirect_uri": callback, "scope": "openid email profile",
		"code_challenge_method": "S256",
	} {
		if query.Get(name) != want {
			t.Errorf("authorize got %s %q, want %q", name, query.Get(name), want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(query.Get(name)) < 22 { // 128 bits in base64
			t.Errorf("%s is %q", name, query.Get(name))
		}
	}
	for name, want := range map[string]string{
		"grant_type": "authorization_code", "client_id": "pantrie-client", "client_secret": secret, "redirect_uri": callback,
	} {
		if form.Get(name) != want {
			t.Errorf("token got %s %q, want %q", name, form.Get(name), want)
		}
	}
	if len(form.Get("code")) < 22 || len(form.Get("code_verifier")) < 43 || posted[0].Header.Get("Authorization") != "" {
		t.Errorf("token got code %q, verifier %q, authorization %q", form.Get("code"), form.Get("code_verifier"), posted[0].Header.Get("Authorization"))
	}
}

// The authorize endpoint is asked before the secret is checked, but its time counts for the
// redirect URI.
func TestTimeGoesToTheRightCheck(t *testing.T) {
	b := newBench(t)
	var passed atomic.Int64
	start := time.Now()
	b.network.Now = func() time.Time { return start.Add(time.Duration(passed.Load())) }
	for e, d := range map[oidc.Endpoint]time.Duration{oidc.EndpointAuthorize: 700 * time.Millisecond, oidc.EndpointToken: 30 * time.Millisecond} {
		b.provider.Set(func(s *authtest.Settings) {
			before := s.Intercept
			s.Intercept = func(at oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
				if at == e {
					passed.Add(int64(d))
				}
				if before != nil {
					before(at, w, r, next)
					return
				}
				next.ServeHTTP(w, r)
			}
		})
	}
	for _, c := range b.run(t.Context()) {
		if want := map[connection.ID]int64{connection.ClientSecret: 30, connection.RedirectURI: 700}[c.ID]; c.Millis != want {
			t.Errorf("%s took %d ms, want %d", c.ID, c.Millis, want)
		}
	}
}

// Somebody may paste the secret into the wrong field as well.
func TestSecretInAnotherFieldIsHidden(t *testing.T) {
	b := newBench(t)
	b.target.ClientID = secret
	b.target.RedirectURI = callback + "?" + secret
	if text := listing(b.run(t.Context())); strings.Contains(text, secret) || !strings.Contains(text, string(connection.CodeClientUnknown)) {
		t.Errorf("the secret is shown, or the client known:\n%s", text)
	}
}

// The transport belongs to sign-in; a test leaves it as it is.
func TestTransportIsLeftAlone(t *testing.T) {
	b := newBench(t)
	before := b.network.Transport.TLSClientConfig.Clone()
	b.run(t.Context())
	after := b.network.Transport
	if after.TLSClientConfig.RootCAs != before.RootCAs || after.TLSClientConfig.InsecureSkipVerify || after.Proxy != nil {
		t.Errorf("the transport was changed: %+v", after)
	}
}
