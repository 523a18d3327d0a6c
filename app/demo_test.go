package app_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestDemoLetsInAndLeavesNothing(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "made for it")
	left := filepath.Join(dir, "pantrie-demo-123")
	p := launchAs(t, exec.Command(path, "demo"), dir, "TZ=Asia/Tokyo",
		// What belongs to the Pantrie of this environment is none of the demo's business.
		"PANTRIE_ADMIN_EMAIL=nobody@example.org", "PANTRIE_ADMIN_PASSWORD=x", "PANTRIE_OAUTH_ENABLED=true")
	told := regexp.MustCompile(`The password of each is (\S+)\s`)
	var password string
	if !p.output.until(p.done, func(text string) bool {
		m := told.FindStringSubmatch(text)
		if m != nil {
			password = m[1]
		}
		return m != nil
	}) {
		t.Fatalf("no password is told:\n%s", p.output)
	}
	for _, email := range []string{"sam@example.org", "mara@example.org", "ole@example.org"} {
		resp, err := http.Post(p.url+"/api/v1/auth/login", "application/json", strings.NewReader(`{"email":"`+email+`","password":"`+password+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Errorf("%s: %d", email, resp.StatusCode)
		}
		p.says(email)
	}
	if err := os.Mkdir(left, 0o700); err != nil {
		t.Fatal(err)
	}
	second := launchAs(t, exec.Command(path, "demo"), dir) // beside the first one
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what an earlier demo left is still there: %v", err)
	}
	for _, each := range []*process{second, p} {
		if err := each.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-each.done
		if each.exitErr != nil {
			t.Errorf("exit: %v\n%s", each.exitErr, each.output)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something is left of the demo: %v", err)
	}
}

// A demo that was killed in the folder for temporary files is gone with the next one; one that runs, one of somebody
// else, and whatever has another name stay.
func TestKilledDemosAreRemoved(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	temporary := t.TempDir()
	demo := func() *process { return launchAs(t, exec.Command(path, "demo"), "", "TMPDIR="+temporary) }
	left := func() []string {
		t.Helper()
		list, err := filepath.Glob(filepath.Join(temporary, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	killed := demo()
	must(t, killed.cmd.Process.Kill())
	<-killed.done
	before := left()
	if len(before) != 1 {
		t.Fatalf("a killed demo leaves %v", before)
	}
	other := filepath.Join(temporary, "pantrie-demolition")
	must(t, os.Mkdir(other, 0o700))
	photos := filepath.Join(temporary, "pantrie-demo-2026")
	must(t, os.Mkdir(photos, 0o700))
	must(t, os.WriteFile(filepath.Join(photos, "photo.jpg"), nil, 0o600))
	stay := []string{other, photos}
	if os.Getuid() == 0 {
		of := filepath.Join(temporary, "pantrie-demo-999")
		must(t, os.Mkdir(of, 0o700))
		must(t, os.Chown(of, 65534, 65534))
		stay = append(stay, of)
	}
	running := demo()
	after := left()
	if len(after) != len(stay)+1 || slices.Contains(after, before[0]) {
		t.Errorf("there are %v, with %v from before", after, before)
	}
	second := demo()
	if got := left(); len(got) != len(stay)+2 {
		t.Errorf("beside one that runs there are %v", got)
	}
	for _, p := range []*process{running, second} {
		must(t, p.cmd.Process.Signal(syscall.SIGTERM))
		<-p.done
	}
	if got := left(); !slices.Equal(got, slices.Sorted(slices.Values(stay))) {
		t.Errorf("at the end there are %v", got)
	}
}

func TestDemoNeverTouchesData(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pantrie.db", "letters.txt"} {
		dir := t.TempDir()
		file, before := filepath.Join(dir, name), []byte("not to be touched")
		if err := os.WriteFile(file, before, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), path, "demo")
		cmd.Env = []string{"PANTRIE_DATA_DIR=" + dir, "PANTRIE_ADDR=127.0.0.1:0"}
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(out), "a demo never touches data") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		entries, err := os.ReadDir(dir)
		after, readErr := os.ReadFile(file)
		if err != nil || readErr != nil || len(entries) != 1 || !bytes.Equal(before, after) {
			t.Errorf("%s: there are %v, %v, %v", name, entries, err, readErr)
		}
	}
}
