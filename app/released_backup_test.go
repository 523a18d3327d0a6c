package app_test

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The files in testdata/backup-*.db.gz were downloaded from built versions of Pantrie and stay as they are. All of them
// hold the same made-up household; a new one is filled alike: set-up as [adminEmail] with the key below, the demo's
// household imported, Sam and Mara signed in through the test provider, one API token.
const (
	releasedKey   = "cGFudHJpZSBmaXh0dXJlIGtleSwgMzIgYnl0ZXMuLiE="
	releasedToken = "pantrie_S2AR3XCHTOL7C4DZTC7M4VAYFGHEMKD6GNLVJ7VQAHRLZNEXSULZ5OHN43Q"
)

// A backup that a released version made is restored by this one with everything in it. SQLite, goose and the sealing of
// secrets may all be newer than the file.
func TestReleasedBackupsAreRestored(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/backup-*.db.gz")
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no backups in testdata")
	}
	path, err := binary()
	must(t, err)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd := exec.CommandContext(t.Context(), path, "restore", file)
			cmd.Env = []string{"PANTRIE_DATA_DIR=" + dir, "PANTRIE_SECRET_KEY=" + releasedKey}
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "2 accounts, 1 households") {
				t.Fatalf("%v\n%s", err, out)
			}
			p := launch(t, dir, "PANTRIE_SECRET_KEY="+releasedKey)
			if strings.Contains(p.output.String(), "level=ERROR") {
				t.Errorf("the log:\n%s", p.output)
			}
			holdsTheReleased(t, p)
		})
	}
}

func holdsTheReleased(t *testing.T, p *process) {
	t.Helper()
	client := clientWithJar(t)
	credentials := map[string]any{"email": adminEmail, "password": adminPassword}
	if status, err := p.post(client, "/api/v1/auth/login", credentials); err != nil || status != 200 {
		t.Fatalf("signing in: %d, %v", status, err)
	}
	var me struct{ Households []struct{ ID string } }
	getJSON(t, client, p.url+"/api/v1/auth/me", &me)
	var settings struct{ Configured, ClientSecretSet bool }
	getJSON(t, client, p.url+"/api/v1/admin/oauth/authentik", &settings)
	if !settings.Configured || !settings.ClientSecretSet {
		t.Errorf("the provider: %+v", settings)
	}
	var providers struct {
		Providers []struct {
			ID          string
			LinkedUsers int
		}
	}
	getJSON(t, client, p.url+"/api/v1/admin/oauth", &providers)
	if len(providers.Providers) == 0 || providers.Providers[0].LinkedUsers != 2 {
		t.Errorf("linked: %+v", providers)
	}

	household := p.url + "/api/v1/households/" + me.Households[0].ID
	var stock json.RawMessage
	getJSON(t, &http.Client{Transport: bearer(releasedToken)}, household+"/stock?q=flour", &stock)
	if !strings.Contains(string(stock), `"amount":"3","unit":"kg"`) {
		t.Errorf("flour, found with the token: %s", stock)
	}
	var shopping json.RawMessage
	getJSON(t, client, household+"/shopping", &shopping)
	if !strings.Contains(string(shopping), `"oat milk"`) {
		t.Errorf("the shopping list: %s", shopping)
	}
	var history struct{ Events []json.RawMessage }
	getJSON(t, client, household+"/history", &history)
	if len(history.Events) == 0 {
		t.Error("no history")
	}
}

// bearer sends an API token with each request.
type bearer string

func (b bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(req)
}
