package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/api"
)

func TestAuthentikIsSetUpFromTheCommandLine(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	h, admin := newHome(t)
	p := emptyAuthentik(t, nil)
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(apiToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said := ""
	command := func(stdin string, args ...string) (string, error) {
		cmd := exec.Command(path, append([]string{"oauth", "authentik"}, args...)...)
		cmd.Env, cmd.Stdin = []string{"PANTRIE_DATA_DIR=" + h.dir}, strings.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		said += string(out)
		return string(out), err
	}
	provision := []string{"provision", "--base-url", p.BaseURL(), "--token-file"}
	for _, tt := range []struct {
		name, stdin string
		args        []string
		fails       bool
		want        []string
		made        int
	}{
		{"no file", "", append(provision, filepath.Join(t.TempDir(), "none")), true, []string{"read token"}, 0},
		{"wrong token", "wrong-token-of-authentik", append(provision, "-"), true, []string{"token"}, 0},
		{"plan", apiToken, append(provision, "-", "--plan"), false, []string{"create  provider", h.server.URL + callbackPath}, 0},
		{"group that is not there", "", append(provision, file, "--group", "nobody"), true, []string{"nobody", "household"}, 0},
		{"all of it", "", append(provision, file, "--group", "household"), false, []string{"done", "Client ID", "accepts the redirect URI"}, 1},
		{"once more", "", append(provision, file), true, []string{"pantrie"}, 1},
		{"once more, to be used", "", append(provision, file, "--existing", "use"), false, []string{"accepts the secret"}, 1},
	} {
		out, err := command(tt.stdin, tt.args...)
		if (err != nil) != tt.fails {
			t.Errorf("%s: %v\n%s", tt.name, err, out)
		}
		for _, want := range tt.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%s", tt.name, want, out)
			}
		}
		if n := len(p.Objects().Applications); n != tt.made {
			t.Errorf("%s: %d applications", tt.name, n)
		}
	}
	if got := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json(); got["configured"] != true {
		t.Errorf("the running server's settings: %v", got)
	}
	if to := h.browser().signInAs(p, "mara", "/"); to.String() != "/" {
		t.Errorf("sign-in ends at %s", to)
	}
	other := authtest.Start(t, authtest.Config{NoApplication: true, APIToken: apiToken})
	text, err := command("", "blueprint", "--slug", "larder")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.ApplyBlueprint(text); err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
	if other.Object(api.ModelProvider, "name", "Pantrie (larder)") == nil {
		t.Errorf("no provider of a name of its own in\n%s", text)
	}
	recent, err := command("", "blueprint", "--recent")
	if err != nil || !strings.Contains(recent, "redirect_uri_type: logout") || strings.Contains(text, "redirect_uri_type") {
		t.Errorf("%v; the post-logout redirect URI is for --recent only:\n%s", err, recent)
	}
	if strings.Contains(said, apiToken) || strings.Contains(said, p.Objects().Providers[0].Text("client_secret")) {
		t.Error("a secret was printed")
	}
	h.nowhere(apiToken)
}
