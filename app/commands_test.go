package app_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is run beside a server makes no key, whatever of the server's settings it knows, and says what it lacks.
func TestCommandsMakeNoKey(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	key := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))
	file := filepath.Join(t.TempDir(), "pantrie.env")
	configure := func(address string) {
		t.Helper()
		text := "# settings\nPANTRIE_DATA_DIR='" + dir + "'\nPANTRIE_SECRET_KEY=\"" + key + "\"\nPANTRIE_PUBLIC_URL=https://pantry.example.org\nPANTRIE_ADDR=" + address + "\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	configure("127.0.0.1:0")
	run := func(environment []string, args ...string) (string, error) {
		cmd := exec.Command(path, args...)
		cmd.Env = environment
		cmd.Dir = t.TempDir()
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	bare := func(args ...string) (string, error) {
		t.Helper()
		out, err := run([]string{"PANTRIE_DATA_DIR=" + dir}, args...)
		if _, err := os.Lstat(filepath.Join(dir, "secret.key")); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("pantrie %v made a key: %v", args, err)
		}
		return out, err
	}
	p := launchAs(t, exec.Command(path, "--env-file", file), dir) // the server has them from the file as well
	configure(strings.TrimPrefix(p.url, "http://"))
	p.says("https://pantry.example.org/setup#token=")
	token := p.link()
	const noKey = "PANTRIE_SECRET_KEY is not set"
	if out, err := bare("setup-link"); err == nil || !strings.Contains(out, noKey) {
		t.Errorf("setup-link: %v\n%s", err, out)
	}
	if out, err := run(nil, "--env-file", file, "setup-link"); err != nil || !strings.Contains(out, "https://pantry.example.org/setup#token="+token) {
		t.Errorf("setup-link with the file: %v\n%s", err, out)
	}
	other := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 32)))
	if out, err := run([]string{"PANTRIE_DATA_DIR=" + dir, "PANTRIE_SECRET_KEY=" + other}, "setup-link"); err == nil || !strings.Contains(out, "none of the stored secrets opens") {
		t.Errorf("setup-link with another key: %v\n%s", err, out)
	}
	status, err := p.post(clientWithJar(t), "/api/v1/setup", map[string]any{
		"setupToken": token, "admin": map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword}, "household": map[string]any{"name": "Brandt"},
	})
	if err != nil || status != 201 {
		t.Fatalf("setup: %d, %v\n%s", status, err, p.output)
	}
	for _, tt := range []struct {
		args []string
		ok   bool
		want string
	}{
		{[]string{"admin", "reset-password", adminEmail}, true, "/set-password#token="},
		{[]string{"admin", "reset-password", adminEmail}, true, "Pantrie's address for people is not known here"},
		{[]string{"admin", "create", "mara@example.org"}, true, "/set-password#token="},
		{[]string{"oauth", "disable"}, true, "switched off"},
		{[]string{"oauth", "authentik", "provision", "--base-url", "http://127.0.0.1:1", "--token-file", "/dev/null"}, false, noKey},
		{[]string{"backup"}, true, "the stored secrets need the key that the server has in PANTRIE_SECRET_KEY"},
		{[]string{"check"}, true, "is in order"},
		{[]string{"setup-link"}, false, "setup is done"},
		{[]string{"healthcheck"}, false, "nothing answers at"},
	} {
		if out, err := bare(tt.args...); (err == nil) != tt.ok || !strings.Contains(out, tt.want) {
			t.Errorf("pantrie %v: %v\n%s", tt.args, err, out)
		}
	}
	if out, err := run(nil, "admin", "reset-password", adminEmail, "--env-file="+file); err != nil || !strings.Contains(out, "\n  https://pantry.example.org/set-password#token=") || strings.Contains(out, "not known") {
		t.Errorf("reset-password with the file: %v\n%s", err, out)
	}
	if out, err := run(nil, "healthcheck", "--env-file", file); err != nil {
		t.Errorf("healthcheck with the file: %v\n%s", err, out)
	}
	// Of a restore only a start makes the key.
	saved, err := filepath.Glob(filepath.Join(dir, "backups", "manual-*.db.gz"))
	if err != nil || len(saved) != 1 {
		t.Fatalf("backups: %v, %v", saved, err)
	}
	empty := filepath.Join(t.TempDir(), "new")
	if out, err := run([]string{"PANTRIE_DATA_DIR=" + empty}, "restore", saved[0]); err != nil || !strings.Contains(out, "Restored: 2 accounts") {
		t.Errorf("restore: %v\n%s", err, out)
	}
	if _, err := os.Lstat(filepath.Join(empty, "secret.key")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the restore made a key: %v", err)
	}
	launch(t, empty)
	if _, err := os.Lstat(filepath.Join(empty, "secret.key")); err != nil {
		t.Errorf("the start made no key: %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A backup goes where a person says, and nowhere else.
func TestBackupToANamedPlace(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir, mounted := t.TempDir(), t.TempDir()
	launch(t, dir)
	backup := func(to string) (string, error) {
		cmd := exec.Command(path, "backup", to)
		cmd.Env = []string{"PANTRIE_DATA_DIR=" + dir}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	for i, to := range []string{mounted + "/", mounted, mounted} { // every day, also twice in a second
		if out, err := backup(to); err != nil || !strings.Contains(out, "Backup written: "+mounted+"/pantrie-") {
			t.Errorf("%s: %v\n%s", to, err, out)
		}
		if made, err := filepath.Glob(filepath.Join(mounted, "pantrie-*.db.gz")); err != nil || len(made) != i+1 {
			t.Errorf("%d backups: %v, %v", i+1, made, err)
		}
	}
	named := filepath.Join(mounted, "named.db")
	if out, err := backup(named); err != nil {
		t.Errorf("%s: %v\n%s", named, err, out)
	}
	if out, err := backup(named); err == nil || !strings.Contains(out, "exists already") {
		t.Errorf("%s again: %v\n%s", named, err, out)
	}
	gone := filepath.Join(mounted, "unmounted")
	for _, to := range []string{gone + "/", filepath.Join(gone, "pantrie.db.gz"), filepath.Join(gone, "below", "pantrie.db")} {
		if out, err := backup(to); err == nil || !strings.Contains(out, "does not exist: make it first, or mount the disk") {
			t.Errorf("%s: %v\n%s", to, err, out)
		}
		if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s makes a folder: %v", to, err)
		}
	}
}

// An empty or a missing database beside what is left of one is no first start.
func TestLostDatabaseIsNoNewInstallation(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	run := func(dir string, args ...string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), patience) // one that is not refused serves on
		defer cancel()
		cmd := exec.CommandContext(ctx, path, args...)
		cmd.Env = []string{"PANTRIE_DATA_DIR=" + dir, "PANTRIE_ADDR=127.0.0.1:0"}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	of := t.TempDir()
	launch(t, of)
	if out, err := run(of, "backup"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	made, err := filepath.Glob(filepath.Join(of, "backups", "*"))
	if err != nil || len(made) != 1 {
		t.Fatalf("%v, %v", made, err)
	}
	saved, err := os.ReadFile(made[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name                string
		empty, backups, key bool
		refused             string // empty when it is a first start
		fresh               string
	}{
		{"nothing", false, false, false, "", ""},
		{"a key that was put there before", false, false, true, "", ""},
		{"killed at the first start", true, false, false, "", ""},
		{"empty beside a key", true, false, true, "is empty (0 bytes)", "remove the empty file"},
		{"empty beside backups", true, true, false, "is empty (0 bytes)", "remove that file and move"},
		{"empty beside both", true, true, true, "is empty (0 bytes)", "remove that file and move"},
		{"gone beside backups", false, true, true, "pantrie.db is gone", "elsewhere first"},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "pantrie.db")
		backups := []string{"manual-20260101-000000.db.gz", "scheduled-20261124-030000.db.gz", "before-restore-20261125-030000.db"}
		if tt.backups {
			must(t, os.Mkdir(filepath.Join(dir, "backups"), 0o700))
			for _, name := range backups {
				must(t, os.WriteFile(filepath.Join(dir, "backups", name), saved, 0o600))
			}
		}
		if tt.empty {
			must(t, os.WriteFile(file, nil, 0o600))
		}
		if tt.key {
			must(t, os.WriteFile(filepath.Join(dir, "secret.key"), []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))+"\n"), 0o600))
		}
		if tt.refused == "" {
			launch(t, dir)
			continue
		}
		back := "pantrie restore <file>"
		if tt.backups {
			back = "pantrie restore " + filepath.Join(dir, "backups", backups[1])
		}
		for _, args := range [][]string{nil, {"check"}, {"backup"}, {"admin", "create", "mara@example.org"}} {
			out, err := run(dir, args...)
			for _, want := range []string{tt.refused, back, tt.fresh} {
				if err == nil || !strings.Contains(out, want) {
					t.Errorf("%s: pantrie %v does not say %q: %v\n%s", tt.name, args, want, err, out)
				}
			}
		}
		if info, err := os.Stat(file); tt.empty && (err != nil || info.Size() > 0) {
			t.Errorf("%s: it was changed", tt.name)
		}
		if tt.backups {
			if out, err := run(dir, "restore", filepath.Join(dir, "backups", backups[1])); err != nil || strings.Contains(out, "What was there before") {
				t.Errorf("%s: the way back: %v\n%s", tt.name, err, out)
			}
		} else {
			must(t, os.Remove(file)) // a fresh start is meant
		}
		launch(t, dir)
	}
	empty := t.TempDir()
	must(t, os.WriteFile(filepath.Join(empty, "pantrie.db"), nil, 0o600))
	if out, err := run(empty, "check"); err == nil || !strings.Contains(out, fmt.Sprint(filepath.Join(empty, "pantrie.db"), " is empty (0 bytes): start Pantrie once")) {
		t.Errorf("check: %v\n%s", err, out)
	}
}

// Whoever is at the machine gets back in, while the server runs.
func TestCommandsWhileTheServerRuns(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	command := func(args ...string) (string, error) {
		cmd := exec.Command(path, args...)
		cmd.Env = []string{"PANTRIE_DATA_DIR=" + dir}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	want := func(text string, args ...string) string {
		t.Helper()
		out, err := command(args...)
		if err != nil || !strings.Contains(out, text) {
			t.Fatalf("pantrie %v: %v\n%s", args, err, out)
		}
		return out
	}
	refused := func(text string, args ...string) {
		t.Helper()
		if out, err := command(args...); err == nil || !strings.Contains(out, text) {
			t.Errorf("pantrie %v: %v\n%s", args, err, out)
		}
	}
	refused("there is no database", "admin", "reset-password", adminEmail)
	p := launch(t, dir, "OAUTH_AUTHENTIK_BASE_URL=http://127.0.0.1:1", "OAUTH_AUTHENTIK_SLUG=x", "OAUTH_AUTHENTIK_CLIENT_ID=x", "OAUTH_AUTHENTIK_CLIENT_SECRET=x")
	token := p.link()
	want(token, "setup-link")
	refused("setup is not done yet", "admin", "create", "mara@example.org")
	status, err := p.post(clientWithJar(t), "/api/v1/setup", map[string]any{
		"setupToken": token, "admin": map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword},
		"household": map[string]any{"name": "Brandt"}, "publicUrl": p.url,
	})
	if err != nil || status != 201 {
		t.Fatalf("setup: %d, %v", status, err)
	}
	refused("setup is done", "setup-link")
	refused("nobody here", "admin", "reset-password", "nobody@example.org")
	refused("already", "admin", "create", strings.ToUpper(adminEmail))
	follow := func(out, password string) {
		t.Helper()
		m := regexp.MustCompile(regexp.QuoteMeta(p.url) + `/set-password#token=(\S+)`).FindStringSubmatch(out)
		if m == nil {
			t.Fatalf("no link in:\n%s", out)
		}
		if status, err := p.post(clientWithJar(t), "/api/v1/auth/password-link", map[string]any{"token": m[1], "password": password}); err != nil || status != 200 {
			t.Errorf("the link: %d, %v", status, err)
		}
	}
	follow(want("Sam", "admin", "reset-password", strings.ToUpper(adminEmail)), "quince and thyme")
	follow(want("Mara", "admin", "create", "mara@example.org", "--name", "Mara"), "medlar and cream")
	for email, password := range map[string]string{adminEmail: "quince and thyme", "mara@example.org": "medlar and cream"} {
		if status, err := p.post(clientWithJar(t), "/api/v1/auth/login", map[string]any{"email": email, "password": password}); err != nil || status != 200 {
			t.Errorf("%s signs in: %d, %v", email, status, err)
		}
	}
	providers := func() string {
		resp, err := http.Get(p.url + "/api/v1/auth/oauth/providers")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(text))
	}
	if got := providers(); got == "[]" {
		t.Errorf("the button is not there to begin with")
	}
	want("switched off", "oauth", "disable")
	if got := providers(); got != "[]" {
		t.Errorf("the button after switching it off: %s", got)
	}
}
