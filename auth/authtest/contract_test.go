package authtest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/authtest"
)

// recorded is what a real Authentik answered.
type recorded struct {
	status int
	header map[string]string
	body   string
}

var headerPair = regexp.MustCompile(`'([A-Za-z-]+)': '([^']*)'`)

// recordings reads a file of testdata: a label, the status with the headers that tell something, and the body. In all of
// them the client is CLIENT_ID, and Pantrie is at http://PANTRIE.
func recordings(t *testing.T, name string) map[string]recorded {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]recorded{}
	for part := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n-- ") {
		lines := strings.SplitN(strings.TrimPrefix(part, "-- "), "\n", 3)
		status, rest, _ := strings.Cut(lines[1], " ")
		r := recorded{header: map[string]string{}}
		if r.status, err = strconv.Atoi(status); err != nil {
			t.Fatalf("%s: %q", name, part)
		}
		for _, pair := range headerPair.FindAllStringSubmatch(rest, -1) {
			r.header[pair[1]] = pair[2]
		}
		if len(lines) > 2 && !strings.HasPrefix(lines[2], "None |") {
			r.body = strings.TrimSpace(lines[2])
		}
		all[lines[0]] = r
	}
	return all
}

const recordedCallback = "http://PANTRIE/api/v1/auth/oauth/authentik/callback"

// asks makes the requests that were recorded. What is not among them is not compared yet: the pages (their titles and
// texts), where a person is sent to sign in, the end of a session, and the errors of the API. In those the test provider
// still differs.
func asks(t *testing.T, p *authtest.Provider) map[string]*http.Request {
	t.Helper()
	base := p.BaseURL() + "/application/o/"
	token := func(auth bool, change url.Values) *http.Request {
		form := url.Values{
			"grant_type": {"authorization_code"}, "code": {"bad"}, "redirect_uri": {recordedCallback},
			"client_id": {"CLIENT_ID"}, "client_secret": {"SECRET"},
		}
		maps.Copy(form, change)
		id, secret := form.Get("client_id"), form.Get("client_secret")
		if auth {
			form.Del("client_id")
			form.Del("client_secret")
		}
		maps.DeleteFunc(form, func(_ string, v []string) bool { return v[0] == "" })
		req := newRequest(t.Context(), t, http.MethodPost, base+"token/", form)
		if auth {
			req.SetBasicAuth(id, secret)
		}
		return req
	}
	authorize := func(change url.Values) *http.Request {
		query := url.Values{
			"response_type": {"code"}, "client_id": {"CLIENT_ID"}, "redirect_uri": {recordedCallback},
			"scope": {"openid email profile"}, "state": {"s"},
		}
		maps.Copy(query, change)
		maps.DeleteFunc(query, func(_ string, v []string) bool { return v[0] == "" })
		return newRequest(t.Context(), t, http.MethodGet, base+"authorize/?"+query.Encode(), nil)
	}
	empty := newRequest(t.Context(), t, http.MethodPost, base+"token/", nil)
	wrong := newRequest(t.Context(), t, http.MethodGet, base+"userinfo/", nil)
	wrong.Header.Set("Authorization", "Bearer wrong")
	return map[string]*http.Request{
		"token bad code":           token(false, nil),
		"token wrong secret":       token(false, url.Values{"client_secret": {"wrong"}}),
		"token unknown client":     token(false, url.Values{"client_id": {"unknown"}}),
		"token wrong redirect":     token(false, url.Values{"redirect_uri": {"http://PANTRIE/elsewhere"}}),
		"token missing grant":      token(false, url.Values{"grant_type": {""}}),
		"token basic bad code":     token(true, nil),
		"token basic wrong secret": token(true, url.Values{"client_secret": {"wrong"}}),
		"token GET":                newRequest(t.Context(), t, http.MethodGet, base+"token/", nil),
		"token empty":              empty,
		"userinfo none":            newRequest(t.Context(), t, http.MethodGet, base+"userinfo/", nil),
		"userinfo wrong":           wrong,
		"response_type missing":    authorize(url.Values{"response_type": {""}}),
		"prompt=none":              authorize(url.Values{"prompt": {"none"}}),
		"bad challenge method":     authorize(url.Values{"code_challenge": {"c"}, "code_challenge_method": {"S999"}}),
		"request object":           authorize(url.Values{"request": {"r"}}),
	}
}

// TestAnswersAreThoseOfARealAuthentik replays what was recorded and compares what a client can tell: the status, the
// headers, a JSON body's members. A page is compared by its status and type alone.
func TestAnswersAreThoseOfARealAuthentik(t *testing.T) {
	for _, version := range []string{"2024.8.3", "2025.10.4", "2026.5.0-rc1"} {
		t.Run(version, func(t *testing.T) {
			number, _, _ := strings.Cut(version, "-")
			cfg := authtest.Config{Version: number, ClientID: "CLIENT_ID", ClientSecret: "SECRET", RedirectURIs: []string{recordedCallback}}
			if number != "2025.10.4" {
				cfg.RedirectURIs = []string{"http://PANTRIE/another"} // recorded without the redirect URI registered
			}
			p := authtest.Start(t, cfg)
			client := p.Client()
			client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			all, asked := recordings(t, "authentik-"+version+".txt"), asks(t, p)
			for _, label := range slices.Sorted(maps.Keys(asked)) {
				want, found := all[label]
				if !found {
					t.Errorf("%s: nothing was recorded", label)
					continue
				}
				t.Run(label, func(t *testing.T) {
					got := do(t, client, asked[label])
					if got.status != want.status {
						t.Errorf("status %d, want %d: %s", got.status, want.status, got.body)
					}
					for name, value := range want.header {
						if text := got.header.Get(name); text != value {
							t.Errorf("%s: %q, want %q", name, text, value)
						}
					}
					if diff := cmp.Diff(members(want.body), members(got.body)); diff != "" {
						t.Errorf("body (-recorded +test provider):\n%s", diff)
					}
				})
			}
		})
	}
}

// members are those of a JSON object; what differs from request to request stays out. Nil for anything else.
func members(body string) map[string]any {
	var m map[string]any
	if json.Unmarshal([]byte(body), &m) != nil {
		return nil
	}
	if id, _ := m["request_id"].(string); id != "" {
		m["request_id"] = "X"
	}
	return m
}

// TestDiscoveryIsThatOfARealAuthentik compares all members; scopes come in any order.
func TestDiscoveryIsThatOfARealAuthentik(t *testing.T) {
	for _, version := range []string{"2025.10.4", "2026.5.0-rc1"} {
		t.Run(version, func(t *testing.T) {
			text, err := os.ReadFile("testdata/authentik-" + version + "-discovery.json")
			if err != nil {
				t.Fatal(err)
			}
			number, _, _ := strings.Cut(version, "-")
			p := authtest.Start(t, authtest.Config{Version: number})
			want := members(strings.ReplaceAll(string(text), "http://AUTHENTIK", p.BaseURL()))
			got := members(get(t, p.Client(), p.Issuer()+".well-known/openid-configuration").body)
			sorted := cmp.Transformer("sorted", func(m map[string]any) map[string]any {
				m = maps.Clone(m)
				scopes, _ := m["scopes_supported"].([]any)
				m["scopes_supported"] = slices.SortedFunc(slices.Values(scopes), func(a, b any) int {
					return strings.Compare(a.(string), b.(string))
				})
				return m
			})
			if diff := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return len(p) == 1 }, sorted)); diff != "" {
				t.Errorf("(-recorded +test provider):\n%s", diff)
			}
		})
	}
}
