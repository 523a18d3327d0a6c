package app_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
)

func TestASetUpIsSavedOnlyForWhoIsStillAnAdministrator(t *testing.T) {
	t.Parallel()
	const password = "quince cheese and pears"
	for _, tt := range []struct {
		name  string
		saved bool
		then  func(h *host, admin *browser, id string)
	}{
		{"nothing happens", true, func(*host, *browser, string) {}},
		{"no administrator any more", false, func(_ *host, admin *browser, id string) {
			admin.want(200, "PATCH", "/api/v1/admin/users/"+id, map[string]any{"siteAdmin": false})
		}},
		{"disabled", false, func(_ *host, admin *browser, id string) {
			admin.want(200, "PATCH", "/api/v1/admin/users/"+id, map[string]any{"disabled": true})
		}},
		{"signed out elsewhere", false, func(h *host, _ *browser, _ string) {
			b := h.browser()
			b.login(200, "kim@example.org", password)
			b.want(204, "DELETE", "/api/v1/auth/sessions", nil)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := emptyAuthentik(t, nil)
			h, admin := newHome(t)
			id, link := h.addUser(admin, "Kim", "kim@example.org")
			kim := h.browser()
			kim.want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": link, "password": password})
			admin.want(200, "PATCH", "/api/v1/admin/users/"+id, map[string]any{"siteAdmin": true})
			kim.login(200, "kim@example.org", password)
			p.Set(func(s *authtest.Settings) {
				s.Intercept = func(_ oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
					if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/core/applications/") {
						tt.then(h, admin, id)
					}
					next.ServeHTTP(w, r)
				}
			})
			_, last, _ := kim.apply("/api/v1/admin/authentik/apply", map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken})
			if !tt.saved && (last.Problem["code"] != "not_saved" || !strings.Contains(last.Problem["message"].(string), "Nothing was saved")) {
				t.Errorf("problem: %v, result: %v", last.Problem, last.Result)
			}
			if got := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()["configured"]; got != tt.saved {
				t.Errorf("configured: %v", got)
			}
			if n := len(p.Objects().Applications); (n > 0) != tt.saved {
				t.Errorf("%d applications in Authentik", n)
			}
		})
	}
}

func TestWhatStandsInTheWrongFieldIsNotLogged(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	for _, in := range []map[string]any{
		{"baseUrl": "https://akadmin:" + apiToken + "@auth.example.org"},
		{"baseUrl": "https://auth.example.org/?token=" + apiToken},
		{"baseUrl": "http://127.0.0.1:1/" + apiToken},
		{"baseUrl": apiToken + ".invalid"},
		{"baseUrl": "http://127.0.0.1:1", "slug": apiToken},
		{"baseUrl": "http://127.0.0.1:1", "group": apiToken},
	} {
		in["apiToken"] = apiToken
		if _, last, _ := admin.apply("/api/v1/admin/authentik/apply", in); last.Problem == nil {
			t.Errorf("%v: no problem", in)
		}
	}
	if !strings.Contains(h.log.String(), "base_url=http://127.0.0.1:1 ") {
		t.Error("an address is missing in the log")
	}
	h.nowhere(apiToken)
}

// chatter is a server that repeats what it was sent after each answer, unasked.
func chatter(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	answer := func(c net.Conn) {
		defer func() { _ = c.Close() }()
		in := bufio.NewReader(c)
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		const body = `{"version_current":"2025.10.2"}`
		_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%sHTTP/1.1 500 %s\r\n\r\n", len(body), body, r.Header.Get("Authorization"))
		_, _ = in.ReadByte() // until the other side has gone
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answer(c)
		}
	}()
	return "http://" + l.Addr().String()
}

func TestTheCommandPrintsNothingThatAServerRepeats(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	h, _ := newHome(t)
	base := chatter(t)
	for range 20 { // whether it is seen before the connection is used again is a matter of luck
		cmd := exec.Command(path, "oauth", "authentik", "provision", "--base-url", base, "--token-file", "-")
		cmd.Env, cmd.Stdin = []string{"PANTRIE_DATA_DIR=" + h.dir}, strings.NewReader(apiToken)
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Fatalf("it worked:\n%s", out)
		}
		if strings.Contains(string(out), apiToken) {
			t.Fatalf("the token is in\n%s", out)
		}
	}
}

func TestAFileThatIsNoTokenIsNotSent(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	h, _ := newHome(t)
	p := emptyAuthentik(t, nil)
	file := filepath.Join(t.TempDir(), "other")
	for name, tt := range map[string]struct{ text, want string }{
		"large":  {strings.Repeat("a", 4097), "4 KiB"},
		"empty":  {"\n", "no API token"},
		"binary": {"\x7fELF\x02\x01", "no token has"},
		"lines":  {"TOKEN=a\nOTHER=b\n", "no token has"},
	} {
		if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(path, "oauth", "authentik", "provision", "--base-url", p.BaseURL(), "--token-file", file)
		cmd.Env = []string{"PANTRIE_DATA_DIR=" + h.dir}
		if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), tt.want) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	if n := p.Count(oidc.EndpointAPI); n != 0 {
		t.Errorf("Authentik was asked %d times", n)
	}
}
