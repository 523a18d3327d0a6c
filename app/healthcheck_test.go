package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
)

// Whoever watches over Pantrie asks it with the same configuration.
func TestHealthcheck(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	check := func(environment ...string) (string, bool) {
		cmd := exec.Command(path, "healthcheck")
		cmd.Env = environment
		out, err := cmd.CombinedOutput()
		return strings.TrimSpace(string(out)), err == nil
	}
	files := newCertFiles(t, "pantrie")
	for _, tt := range []struct {
		name        string
		environment []string
	}{
		{"plain", nil},
		{"own certificate", files.environment()},
		{"below a sub-path", []string{"PANTRIE_PUBLIC_URL=https://home.example.org/pantrie"}},
	} {
		p := launch(t, t.TempDir(), tt.environment...)
		address := strings.TrimPrefix(p.url, "http://")
		asked := append([]string{"PANTRIE_ADDR=" + address, "HTTP_PROXY=http://127.0.0.1:1"}, tt.environment...)
		if out, ok := check(asked...); !ok || out != "" {
			t.Errorf("%s: %s", tt.name, out)
		}
		_, port, _ := strings.Cut(address, ":")
		if out, ok := check(append([]string{"PANTRIE_ADDR=:" + port}, tt.environment...)...); !ok {
			t.Errorf("%s, at any address: %s", tt.name, out)
		}
		_ = p.cmd.Process.Kill()
		<-p.done
		if out, ok := check(asked...); ok || !strings.Contains(out, "nothing answers at") || strings.Contains(out, "\n") {
			t.Errorf("%s, ended: %q", tt.name, out)
		}
	}
	for _, tt := range []struct {
		name, answer, want string
		status             int
	}{
		{"no database", "database not ready\n", "database not ready; the log says why", 503},
		{"something else", "<!doctype html>", "is no Pantrie", 200},
		{"elsewhere", "", "is no Pantrie", 302},
	} {
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/login")
			w.WriteHeader(tt.status)
			_, _ = io.WriteString(w, tt.answer)
		}))
		out, ok := check("PANTRIE_ADDR=" + other.Listener.Addr().String())
		other.Close()
		if ok || !strings.Contains(out, tt.want) || strings.Contains(out, "\n") {
			t.Errorf("%s: %q", tt.name, out)
		}
	}
}
