//go:build linux

package app_test

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The database file is removed (elsewhere than on Linux and macOS a file that is open cannot be), or another one takes its place, while Pantrie is running: it says so by itself, stores
// nothing that would be lost, and what was stored until then is saved.
func TestDatabaseFileIsGone(t *testing.T) {
	t.Parallel()
	for name, loses := range map[string]func(t *testing.T, dir string) error{
		"removed": func(_ *testing.T, dir string) error { return os.Remove(filepath.Join(dir, "pantrie.db")) },
		"replaced": func(t *testing.T, dir string) error {
			other := t.TempDir()
			madeBy(t, filepath.Join(other, "pantrie.db"), 0)
			return os.Rename(filepath.Join(other, "pantrie.db"), filepath.Join(dir, "pantrie.db"))
		},
		"with its log": func(_ *testing.T, dir string) error {
			for _, file := range []string{"pantrie.db", "pantrie.db-wal", "pantrie.db-shm"} {
				if err := os.Remove(filepath.Join(dir, file)); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			madeBy(t, filepath.Join(dir, "pantrie.db"), 0)
			p := launch(t, dir)
			client := clientWithJar(t)
			if status, err := p.post(client, "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword}); err != nil || status != 200 {
				t.Fatal(status, err)
			}
			if status, err := p.post(client, "/api/v1/admin/users", map[string]any{"name": "Lena", "email": "lena@example.org"}); err != nil || status != 201 {
				t.Fatal(status, err)
			}
			must(t, loses(t, dir))
			if status, err := p.post(client, "/api/v1/admin/users", map[string]any{"name": "Ole", "email": "ole@example.org"}); err != nil || status != 503 {
				t.Errorf("what would be lost is answered with %d, %v", status, err)
			}
			resp, err := http.Get(p.url + "/readyz")
			must(t, err)
			text, err := io.ReadAll(resp.Body)
			must(t, err)
			resp.Body.Close()
			if resp.StatusCode != 503 || !strings.Contains(string(text), "removed or replaced") {
				t.Errorf("ready: %d %s", resp.StatusCode, text)
			}
			said := p.says("all that was stored until then is in")
			saved := regexp.MustCompile(`pantrie restore \\?"?'?([^ "'\\]+)`).FindStringSubmatch(said)
			if saved == nil {
				t.Fatalf("no way back in:\n%s", said)
			}
			must(t, p.cmd.Process.Kill())
			<-p.done
			path, err := binary()
			must(t, err)
			restore := exec.Command(path, "restore", saved[1])
			restore.Env = []string{"PANTRIE_DATA_DIR=" + dir}
			if out, err := restore.CombinedOutput(); err != nil {
				t.Fatalf("restore: %v\n%s", err, out)
			}
			p = launch(t, dir)
			client = clientWithJar(t)
			if status, err := p.post(client, "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword}); err != nil || status != 200 {
				t.Fatal(status, err)
			}
			var people struct{ Users []struct{ Name string } }
			getJSON(t, client, p.url+"/api/v1/admin/users", &people)
			names := ""
			for _, u := range people.Users {
				names += u.Name + " "
			}
			if !strings.Contains(names, "Lena") || strings.Contains(names, "Ole") {
				t.Errorf("there are %s, want Lena among them and not Ole", names)
			}
		})
	}
}

// A second Pantrie is kept out of a database also where the lock of the data folder was deleted, and by whatever name it
// comes to the file. Only Linux locks the file itself.
func TestTwoOnOneDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	madeBy(t, filepath.Join(dir, "pantrie.db"), 0)
	p := launch(t, dir)
	must(t, os.Remove(filepath.Join(dir, "pantrie.lock")))
	linked, named := t.TempDir(), t.TempDir()
	must(t, os.Link(filepath.Join(dir, "pantrie.db"), filepath.Join(linked, "pantrie.db")))
	must(t, os.Symlink(filepath.Join(dir, "pantrie.db"), filepath.Join(named, "pantrie.db")))
	path, err := binary()
	must(t, err)
	for name, folder := range map[string]string{"without the lock": dir, "by a hard link": linked, "by a symbolic link": named} {
		second := exec.Command(path)
		second.Env = []string{"PANTRIE_DATA_DIR=" + folder, "PANTRIE_ADDR=127.0.0.1:0"}
		if out, err := second.CombinedOutput(); err == nil || !strings.Contains(string(out), "another Pantrie has this database open") {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	check := exec.Command(path, "check") // beside a server it is at home
	check.Env = []string{"PANTRIE_DATA_DIR=" + dir}
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("check beside it: %v\n%s", err, out)
	}
	must(t, p.cmd.Process.Kill())
	<-p.done
	launch(t, dir) // the lock ends with the process
}
