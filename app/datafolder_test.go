//go:build unix

package app_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user who owns nothing here. Root may write anywhere, and becomes nobody for the test.
const nobody = 65534

// A folder that belongs to somebody else, or that nobody may write, is told with both ways out.
func TestDataFolderOfSomebodyElse(t *testing.T) {
	t.Parallel()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	outer, err := os.MkdirTemp("/tmp", "pantrie-folder-") // t.TempDir is in a folder that others may not enter
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.RemoveAll(outer); err != nil {
			t.Error(err)
		}
	}()
	program := filepath.Join(outer, "pantrie")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, text, 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	if err := os.Chmod(outer, 0o755); err != nil { //nolint:gosec // to be entered by nobody
		t.Fatal(err)
	}
	locked, readable := filepath.Join(outer, "locked"), filepath.Join(outer, "readable")
	for _, dir := range []string{locked, readable} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(readable, 0o777); err != nil { //nolint:gosec // a file in it is the trouble
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(readable, "pantrie.db"), nil, 0o444); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(locked, 0o555); err != nil {
		t.Fatal(err)
	}
	for dir, trouble := range map[string]string{locked: locked, readable: filepath.Join(readable, "pantrie.db"), filepath.Join(locked, "new"): filepath.Join(locked, "new")} {
		cmd := exec.Command(program)
		cmd.Dir = outer
		cmd.Env = []string{"PANTRIE_DATA_DIR=" + dir, "PANTRIE_ADDR=127.0.0.1:0"}
		if os.Getuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
		out, err := cmd.CombinedOutput()
		for _, want := range []string{trouble + " cannot be written", "and Pantrie runs as", "chown -R", "user: \""} {
			if err == nil || !strings.Contains(string(out), want) {
				t.Errorf("%s does not say %q: %v\n%s", dir, want, err, out)
			}
		}
	}
}
