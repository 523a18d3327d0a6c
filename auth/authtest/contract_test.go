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
	"pantrie/auth/authtest/internal/ask"
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

// asks makes the requests that were recorded. The recordings do not say what was sent to the API: its paths and bodies are
// assumed from the answers.
func asks(t *testing.T, p *authtest.Provider) map[string]*http.Request {
	t.Helper()
	base := p.BaseURL() + "/application/o/"
	get := func(target string) *http.Request { return ask.Request(t.Context(), t, http.MethodGet, target, nil) }
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
		req := ask.Request(t.Context(), t, http.MethodPost, base+"token/", form)
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
		return get(base + "authorize/?" + query.Encode())
	}
	// The order of the parameters shows in where somebody is sent to sign in.
	inOrder := func(scope string) *http.Request {
		return get(base + "authorize/?response_type=code&client_id=CLIENT_ID&redirect_uri=" + url.QueryEscape(recordedCallback) +
			"&scope=" + scope + "&state=s&nonce=n&code_challenge=" + strings.Repeat("x", 43) + "&code_challenge_method=S256")
	}
	wrong := get(base + "userinfo/")
	wrong.Header.Set("Authorization", "Bearer wrong")
	api := func(method, path, body string) *http.Request {
		req, err := http.NewRequestWithContext(t.Context(), method, p.BaseURL()+"/api/v3/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer token")
		req.Header.Set("Content-Type", "application/json")
		return req
	}
	return map[string]*http.Request{
		"authorize ok, no session": inOrder("openid+email+profile"),
		"unknown client":           authorize(url.Values{"client_id": {"unknown"}}),
		"wrong redirect":           authorize(url.Values{"redirect_uri": {"http://PANTRIE/elsewhere"}}),
		"response_type missing":    authorize(url.Values{"response_type": {""}}),
		"scope without openid":     inOrder("email"),
		"prompt=none":              authorize(url.Values{"prompt": {"none"}}),
		"bad challenge method":     authorize(url.Values{"code_challenge": {"c"}, "code_challenge_method": {"S999"}}),
		"request object":           authorize(url.Values{"request": {"r"}}),
		"authorize no slash":       get(base + "authorize?client_id=CLIENT_ID"),
		"token bad code":           token(false, nil),
		"token wrong secret":       token(false, url.Values{"client_secret": {"wrong"}}),
		"token unknown client":     token(false, url.Values{"client_id": {"unknown"}}),
		"token wrong redirect":     token(false, url.Values{"redirect_uri": {"http://PANTRIE/elsewhere"}}),
		"token missing grant":      token(false, url.Values{"grant_type": {""}}),
		"token basic bad code":     token(true, nil),
		"token basic wrong secret": token(true, url.Values{"client_secret": {"wrong"}}),
		"token GET":                get(base + "token/"),
		"token empty":              ask.Request(t.Context(), t, http.MethodPost, base+"token/", nil),
		"userinfo none":            get(base + "userinfo/"),
		"userinfo wrong":           wrong,
		"discovery 404":            get(base + "nobody/.well-known/openid-configuration"),
		"jwks 404":                 get(base + "nobody/jwks/"),
		"discovery trailing slash": get(base + "pantrie/.well-known/openid-configuration/"),
		"api 404":                  api(http.MethodGet, "nothing/", ""),
		"api app 404":              api(http.MethodGet, "core/applications/nothing/", ""),
		"api no auth":              get(p.BaseURL() + "/api/v3/core/applications/"),
		"api bad create":           api(http.MethodPost, "providers/oauth2/", `{"name":"x"}`),
		"api dup app slug":         api(http.MethodPost, "core/applications/", `{"name":"x","slug":"pantrie"}`),
		"api bad filter":           api(http.MethodGet, "flows/instances/?designation=xx", ""),
		"api no slash":             api(http.MethodGet, "core/applications", ""),
		"end-session no session":   get(base + "pantrie/end-session/"),
		"root":                     get(p.BaseURL() + "/"),
	}
}

// TestAnswersAreThoseOfARealAuthentik replays every request that was recorded and compares what a client can tell: the status,
// the headers, a JSON body's members, and of a page its title and what it says.
func TestAnswersAreThoseOfARealAuthentik(t *testing.T) {
	for _, version := range []string{"2024.8.3", "2025.10.4", "2026.5.0-rc1"} {
		t.Run(version, func(t *testing.T) {
			number, _, _ := strings.Cut(version, "-")
			cfg := authtest.Config{
				Version: number, ClientID: "CLIENT_ID", ClientSecret: "SECRET", APIToken: "token",
				RedirectURIs: []string{recordedCallback},
			}
			if number != "2025.10.4" {
				cfg.RedirectURIs = []string{"http://PANTRIE/another"} // recorded without the redirect URI registered
			}
			p := authtest.Start(t, cfg)
			client := p.Client()
			client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			all, asked := recordings(t, "authentik-"+version+".txt"), asks(t, p)
			if diff := cmp.Diff(slices.Sorted(maps.Keys(all)), slices.Sorted(maps.Keys(asked))); diff != "" {
				t.Errorf("not everything that was recorded is asked (-recorded +asked):\n%s", diff)
			}
			for label, want := range all {
				t.Run(label, func(t *testing.T) {
					got := ask.Do(t, client, asked[label])
					if got.Status != want.status {
						t.Errorf("status %d, want %d: %s", got.Status, want.status, got.Body)
					}
					cookie := sessionValue.ReplaceAllString(got.Header.Get("Set-Cookie"), "=SESSION;")
					if diff := cmp.Diff(attributes(want.header["Set-Cookie"]), attributes(cookie)); diff != "" {
						t.Errorf("cookie (-recorded +test provider):\n%s", diff)
					}
					delete(want.header, "Set-Cookie")
					for name, value := range want.header {
						if text := got.Header.Get(name); text != value {
							t.Errorf("%s:\n%q, want\n%q", name, text, value)
						}
					}
					if location := got.Header.Get("Location"); location != want.header["Location"] {
						t.Errorf("sent to %q", location)
					}
					if diff := cmp.Diff(members(want.body), members(got.Body)); diff != "" {
						t.Errorf("body (-recorded +test provider):\n%s", diff)
					}
					if title, text, isPage := recordedPage(want.body); isPage {
						if !strings.Contains(got.Body, "<title>"+title+"</title>") || !strings.Contains(words(got.Body), text) {
							t.Errorf("page %q, want the title %q and the text %q", words(got.Body), title, text)
						}
					}
				})
			}
		})
	}
}

var (
	sessionValue = regexp.MustCompile(`=[0-9a-f]+;`)
	styleOrTag   = regexp.MustCompile(`(?s)<title>.*?</title>|<style>.*?</style>|<[^>]*>`)
)

// attributes are a cookie's parts, in an order of their own.
func attributes(cookie string) []string {
	parts := strings.Split(cookie, "; ")
	slices.Sort(parts)
	return parts
}

// recordedPage reads what was kept of a page: its title and its text, without what stands on each.
func recordedPage(body string) (title, text string, isPage bool) {
	title, text, isPage = strings.Cut(body, "</title> |")
	text, _, _ = strings.Cut(strings.Join(strings.Fields(text), " "), " Go home")
	return strings.TrimSpace(strings.TrimPrefix(title, "<title>")), text, isPage
}

// words are those a page shows.
func words(page string) string {
	return strings.Join(strings.Fields(styleOrTag.ReplaceAllString(page, " ")), " ")
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
			got := members(ask.Get(t, p.Client(), p.Issuer()+".well-known/openid-configuration").Body)
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
