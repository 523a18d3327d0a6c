package db

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// A migration that somebody has run never changes: their databases would differ from those of a new installation, and
// the tests from earlier versions would be about versions that never were. A new migration gets a line of its own:
//
//	cd db/migrations && sha256sum *.sql > ../testdata/migrations.sha256
func TestReleasedMigrationsNeverChange(t *testing.T) {
	text, err := os.ReadFile("testdata/migrations.sha256")
	if err != nil {
		t.Fatal(err)
	}
	released := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, found := strings.Cut(strings.TrimSpace(line), "  ")
		if !found {
			t.Fatalf("not a sum and a name: %q", line)
		}
		released[name] = sum
	}
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	if err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		switch sum := fmt.Sprintf("%x", sha256.Sum256(text)); released[name] {
		case sum:
		case "":
			t.Errorf("%s is new: add its line to testdata/migrations.sha256 (%s  %s)", name, sum, name)
		default:
			t.Errorf("%s has been changed: put it back as it was, and write a new migration", name)
		}
		delete(released, name)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for name := range released {
		t.Errorf("%s is gone: databases that have it could not be opened any more", name)
	}
}
