package app_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Damage that does not keep Pantrie from starting is found soon after, and told with the way back.
func TestDamageIsTold(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	admin.want(201, "POST", "/api/v1/admin/backups", nil)
	home := admin.want(200, "GET", "/api/v1/auth/me", nil).json()["households"].([]any)[0].(map[string]any)["id"].(string)
	for range 30 {
		admin.want(201, "POST", "/api/v1/households/"+home+"/products", map[string]any{"name": strings.Repeat("long name ", 15)})
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(h.dir)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "pantrie.db")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(text, []byte("long name long name")) &^ 4095 // the page with it
	copy(text[at:at+4096], bytes.Repeat([]byte("scratch "), 512))
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p := launch(t, dir)
	if said := p.says("The way back: the newest backup is of"); !strings.Contains(said, "pantrie restore ") {
		t.Errorf("%s", said)
	}
	resp, err := http.Get(p.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 503 {
		t.Errorf("ready: %d", resp.StatusCode)
	}
}
