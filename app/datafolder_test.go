//go:build unix

package app_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user who owns nothing here. Root may write anywhere, and becomes nobody for the test.
const nobody = 65534

// publicFolder is one that nobody may enter, with the program in it: t.TempDir is in a folder that others may not enter.
func publicFolder(t *testing.T) (dir, program string) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	if dir, err = os.MkdirTemp("/tmp", "pantrie-folder-"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(dir, "pantrie")
	if err := os.WriteFile(program, text, 0o755); err != nil { // a program
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // to be entered by nobody
		t.Fatal(err)
	}
	return dir, program
}

// as runs the program as a user, with an address and a data folder.
func as(uid uint32, program, dir string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience) // one that is not refused serves on
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = filepath.Dir(program)
	cmd.Env = []string{"PANTRIE_DATA_DIR=" + dir, "PANTRIE_ADDR=127.0.0.1:0"}
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// A folder that belongs to somebody else, or that nobody may write, is told with both ways out.
func TestDataFolderOfSomebodyElse(t *testing.T) {
	t.Parallel()
	outer, program := publicFolder(t)
	locked := filepath.Join(outer, "locked")
	if err := os.Mkdir(locked, 0o555); err != nil {
		t.Fatal(err)
	}
	out, err := as(nobody, program, locked)
	wants := []string{locked + " cannot be written", "chown -R 65534:65534 " + locked, `user: "0:0"`}
	if os.Getuid() != 0 {
		wants = []string{locked + " cannot be written", "chmod u+rwx " + locked}
	}
	for _, want := range wants {
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("it does not say %q: %v\n%s", want, err, out)
		}
	}
}

// What the message says to do is done, and Pantrie gets on.
func TestRemediesOfTheDataFolderWork(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("needs root, which can become others")
		return
	}
	t.Parallel()
	outer, program := publicFolder(t)
	type setting struct {
		name string
		// spoil makes the trouble in the folder of a Pantrie that works, or in its place.
		spoil func(t *testing.T, dir string)
		args  []string
		says  []string
		not   []string
		does  func(dir string) string // a command of the message, which is run as root
	}
	chownAll := func(dir string) string { return "chown -R 65534:65534 '" + dir + "'" }
	give := func(names ...string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			t.Helper()
			for _, name := range names {
				path := filepath.Join(dir, name)
				if _, err := os.Stat(path); err != nil {
					if err := os.WriteFile(path, nil, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.Chown(path, 0, 0); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for i, tt := range []setting{
		{
			name:  "own folder without the right to write",
			spoil: func(t *testing.T, dir string) { must(t, os.Chmod(dir, 0o555)) }, // it is the trouble
			says:  []string{"%s cannot be written: it belongs to the user that Pantrie runs as (65534:65534)", "0555"},
			not:   []string{"chown"},
			does:  func(dir string) string { return "chmod u+rwx '" + dir + "'" },
		},
		{
			name:  "own database without the right to write",
			spoil: func(t *testing.T, dir string) { must(t, os.Chmod(filepath.Join(dir, "pantrie.db"), 0o400)) },
			says:  []string{"%s/pantrie.db cannot be written"},
			not:   []string{"chown"},
			does:  func(dir string) string { return "chmod u+rw '" + dir + "/pantrie.db'" },
		},
		{
			name:  "a missing folder in one of root's",
			spoil: func(t *testing.T, dir string) { must(t, os.RemoveAll(dir)) },
			says:  []string{"%s does not exist, and " + outer + " cannot be written to make it: it belongs to user and group 0:0, and Pantrie runs as 65534:65534"},
			not:   []string{"chown -R"},
			does:  func(dir string) string { return "mkdir -p '" + dir + "' && chown 65534:65534 '" + dir + "'" },
		},
		{name: "root's lock", spoil: give("pantrie.lock"), says: []string{"%s/pantrie.lock cannot be written: it belongs to user and group 0:0"}, not: []string{"user: \"0"}, does: chownAll},
		{name: "root's database", spoil: give("pantrie.db"), says: []string{"%s/pantrie.db cannot be written"}, does: chownAll},
		{name: "root's log", spoil: give("pantrie.db-wal", "pantrie.db-shm"), says: []string{"%s/pantrie.db-wal cannot be written"}, does: chownAll},
		{name: "root's database, beside", spoil: give("pantrie.db"), args: []string{"check"}, says: []string{"%s/pantrie.db cannot be written"}, does: chownAll},
		{name: "root's key", spoil: give("secret.key"), says: []string{"%s/secret.key cannot be read: it belongs to user and group 0:0"}, does: chownAll},
		{
			name: "root's backups",
			spoil: func(t *testing.T, dir string) {
				must(t, os.Mkdir(filepath.Join(dir, "backups"), 0o700))
				give("backups")(t, dir)
			},
			args: []string{"backup"}, says: []string{"%s/backups cannot be entered: it belongs to user and group 0:0"}, does: chownAll,
		},
		{
			name: "root's backups at an upgrade",
			spoil: func(t *testing.T, dir string) {
				must(t, os.Remove(filepath.Join(dir, "pantrie.db")))
				madeBy(t, filepath.Join(dir, "pantrie.db"), 1)
				must(t, os.Chown(filepath.Join(dir, "pantrie.db"), nobody, nobody))
				must(t, os.Mkdir(filepath.Join(dir, "backups"), 0o755)) // as root's umask has it
			},
			says: []string{"%s/backups cannot be written: it belongs to user and group 0:0"}, does: chownAll,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(outer, fmt.Sprint("my data ", i)) // which a shell takes for three words
			must(t, os.Mkdir(dir, 0o700))
			must(t, os.Chown(dir, nobody, nobody))
			begun(t, program, dir)
			tt.spoil(t, dir)
			out, err := as(nobody, program, dir, tt.args...)
			remedy := tt.does(dir)
			for _, want := range append(tt.says, remedy) {
				if strings.Contains(want, "%s") {
					want = fmt.Sprintf(want, dir)
				}
				if err == nil || !strings.Contains(out, want) {
					t.Errorf("it does not say %q: %v\n%s", want, err, out)
				}
			}
			for _, unwanted := range tt.not {
				if strings.Contains(out, unwanted) {
					t.Errorf("it says %q:\n%s", unwanted, out)
				}
			}
			if out, err := exec.Command("sh", "-c", remedy).CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", remedy, err, out)
			}
			begun(t, program, dir)
			if len(tt.args) > 0 {
				if out, err := as(nobody, program, dir, tt.args...); err != nil {
					t.Errorf("%v afterwards: %v\n%s", tt.args, err, out)
				}
			}
		})
	}
}

// Who runs a command as somebody else is told whose the data are, and how to run it as that user.
func TestCommandsOfSomebodyElse(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("needs root, which can become others")
		return
	}
	t.Parallel()
	outer, program := publicFolder(t)
	const stranger = 65533
	dir := filepath.Join(outer, "data")
	must(t, os.Mkdir(dir, 0o700))
	must(t, os.Chown(dir, nobody, nobody))
	begun(t, program, dir)
	for _, mode := range []os.FileMode{0o700, 0o755} {
		must(t, os.Chmod(dir, mode))
		for _, args := range [][]string{{"check"}, {"backup"}, {"admin", "reset-password", "sam@example.org"}, {"admin", "create", "--name", "Sam Brandt", "sam@example.org"}, {"setup-link"}, {"restore", "/dev/null"}} {
			out, err := as(stranger, program, dir, args...)
			typed := strings.ReplaceAll(strings.Join(args, " "), "Sam Brandt", "'Sam Brandt'")
			for _, want := range []string{"it belongs to user and group 65534:65534, and Pantrie runs as 65533:65533", "sudo -u '#65534' PANTRIE_DATA_DIR=" + dir + " pantrie " + typed, "chown -R 65533:65533 " + dir} {
				if err == nil || !strings.Contains(out, want) {
					t.Errorf("%v with mode %o does not say %q: %v\n%s", args, mode, want, err, out)
				}
			}
		}
	}
	out, err := as(0, program, dir, "backup") // as root it would make files that the owner cannot read
	if want := "sudo -u '#65534' PANTRIE_DATA_DIR=" + dir + " pantrie backup"; err == nil || !strings.Contains(out, want) {
		t.Errorf("root is not told %q: %v\n%s", want, err, out)
	}
}

// begun starts Pantrie as nobody and ends it again.
func begun(t *testing.T, program, dir string) {
	t.Helper()
	cmd := exec.Command(program)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	cmd.Dir = filepath.Dir(program)
	p := launchAs(t, cmd, dir)
	must(t, p.cmd.Process.Signal(syscall.SIGTERM))
	<-p.done
}
