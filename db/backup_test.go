package db

import (
	"context"
	"crypto/md5"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// made are the databases of all versions that a test has asked for.
var made sync.Map

// older is a database of an older version, with its seeds.
func older(t *testing.T, version int64) string {
	t.Helper()
	once, _ := made.LoadOrStore(version, sync.OnceValue(func() []byte { return seeded(t, version) }))
	file := once.(func() []byte)()
	path := filepath.Join(t.TempDir(), "pantrie.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// seeded makes one.
func seeded(t *testing.T, version int64) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pantrie.db")
	old, err := openWrite(path)
	if err != nil {
		t.Fatal(err)
	}
	provider, err := migrationProvider(old)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	for v := int64(1); v <= version; v++ {
		seed, err := os.ReadFile(fmt.Sprintf("testdata/seed-%05d.sql", v))
		if err != nil {
			t.Fatal("every migration needs a seed: ", err)
		}
		if _, err := old.Exec(string(seed)); err != nil {
			t.Fatal(err)
		}
	}
	if err := foldLog(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func latestVersion(t *testing.T) int64 {
	t.Helper()
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	return int64(len(files))
}

// A backup of every version there was is one that opens.
func TestEveryOlderCopyIsPrepared(t *testing.T) {
	for version := int64(1); version <= latestVersion(t); version++ {
		t.Run(fmt.Sprint("from ", version), func(t *testing.T) {
			t.Parallel()
			path := older(t, version)
			c, err := PrepareCopy(t.Context(), options(path))
			if err != nil || c.Version != version || c.Users != 2 || c.Households != 1 {
				t.Fatalf("%+v, %v", c, err)
			}
			if _, err := os.Stat(path + "-wal"); err == nil {
				t.Error("there is a log beside the file")
			}
			d, err := Open(t.Context(), options(path))
			if err != nil {
				t.Fatal(err)
			}
			for table, n := range contents(t, d.read) {
				if n > 0 && slices.Contains([]string{"sessions", "signin_flows", "password_links", "invitations"}, table) {
					t.Errorf("%d rows of %s", n, table)
				}
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatCannotBePrepared(t *testing.T) {
	whole, err := os.ReadFile(older(t, 4))
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	if err := alone(t.Context(), other, true, func(on *sql.DB) error {
		_, err := on.Exec(`CREATE TABLE users (id TEXT)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	ofAnother, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	newer := older(t, 4)
	if err := alone(t.Context(), newer, true, func(on *sql.DB) error {
		_, err := on.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	ofNewer, err := os.ReadFile(newer)
	if err != nil {
		t.Fatal(err)
	}
	scratched := []byte(string(whole))
	copy(scratched[len(scratched)/2:], strings.Repeat("scratch", 3000))
	for _, tt := range []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, ErrNoBackup},
		{"a text", []byte("dear diary"), ErrDamaged},
		{"half of it", whole[:len(whole)/2], ErrDamaged},
		{"scratched", scratched, ErrDamaged},
		{"of another program", ofAnother, ErrNoBackup},
		{"newer", ofNewer, ErrNewer},
	} {
		path := filepath.Join(t.TempDir(), "copy")
		if err := os.WriteFile(path, tt.file, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := PrepareCopy(t.Context(), options(path)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// Whatever is in a schema that Pantrie has not made would act in its name later; it is refused before it can.
func TestForeignSchemasAreRefused(t *testing.T) {
	const endless = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n`
	for name, statements := range map[string]string{
		"a trigger that makes administrators":   `CREATE TRIGGER zz AFTER INSERT ON signin_log BEGIN UPDATE users SET site_admin = 1; END`,
		"a trigger that never ends":             `CREATE TRIGGER zz AFTER DELETE ON sessions BEGIN ` + endless + `; END`,
		"a view in the place of a table":        `ALTER TABLE goose_db_version RENAME TO g; CREATE VIEW goose_db_version AS ` + endless,
		"another table":                         `CREATE TABLE more (x TEXT)`,
		"another index":                         `CREATE INDEX more ON users (name)`,
		"a missing table":                       `PRAGMA foreign_keys = 0; DROP TABLE movements`,
		"another column":                        `ALTER TABLE users ADD COLUMN more TEXT`,
		"a version that was left out":           `DELETE FROM goose_db_version WHERE version_id = 2`,
		"no version":                            `DELETE FROM goose_db_version`,
		"a name that a terminal would act upon": "CREATE TABLE `\x1b]0;owned\x07` (x TEXT)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := older(t, latestVersion(t))
			if err := alone(t.Context(), path, true, func(on *sql.DB) error {
				_, err := on.Exec(statements)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			problems, err := Check(t.Context(), path)
			if err == nil && len(problems) == 0 {
				t.Error("it is in order")
			}
			// One of them never ends if it is read.
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			if _, err = PrepareCopy(ctx, options(path)); !errors.Is(err, ErrNoBackup) || strings.Contains(err.Error(), "\x1b") {
				t.Error(err)
			}
		})
	}
}

// Two who make a backup at once, and a name that somebody else took, lose nothing.
func TestBackupsReplaceNothing(t *testing.T) {
	d := open(t)
	stem := filepath.Join(t.TempDir(), "shared", "backup")
	made := make(chan string)
	for range 4 {
		go func() {
			path, err := Numbered(stem, ".db", func(path string) error { return d.BackUp(t.Context(), path) })
			if err != nil {
				t.Error(err)
			}
			made <- path
		}()
	}
	seen := map[string]bool{}
	for range 4 {
		path := <-made
		if problems, err := Check(t.Context(), path); seen[path] || err != nil || len(problems) > 0 {
			t.Errorf("%s: %v, %v", path, problems, err)
		}
		seen[path] = true
	}
	target := filepath.Join(filepath.Dir(stem), "target")
	if err := os.WriteFile(target, []byte("somebody else's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, stem+"-9.db"); err != nil {
		t.Fatal(err)
	}
	if err := d.BackUp(t.Context(), stem+"-9.db"); !errors.Is(err, os.ErrExist) {
		t.Errorf("a link is followed: %v", err)
	}
	if text, err := os.ReadFile(target); err != nil || string(text) != "somebody else's" {
		t.Errorf("%q, %v", text, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(stem), privatePrefix+"*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// A migration that fails leaves the file as it was, byte for byte, and nothing beside it, however often it is tried: a
// system that starts Pantrie every five seconds would fill the disk otherwise.
func TestFailedMigrationChangesNothing(t *testing.T) {
	path := older(t, 4)
	if err := alone(t.Context(), path, true, func(on *sql.DB) error {
		_, err := on.Exec(`CREATE TABLE api_tokens (in_the_way TEXT)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	unfinished := filepath.Join(filepath.Dir(path), privatePrefix+"77") // of a start that was killed
	if err := os.Mkdir(unfinished, 0o700); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := Open(t.Context(), options(path)); err == nil || !strings.Contains(err.Error(), "from version 4") {
			t.Fatalf("open: %v", err)
		}
		after, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// Opening it turns the log on, which is two bytes of the header (SQLite file format, section 1.3.3), and its
		// counter.
		same := len(before) == len(after)
		for i := range before {
			same = same && (before[i] == after[i] || i == 18 || i == 19 || i >= 24 && i < 28 || i >= 92 && i < 100)
		}
		if !same {
			t.Error("the file was changed")
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 || left[0].Name() != filepath.Base(path) {
		t.Errorf("left: %v, %v", left, err)
	}
}

// What is refused is not written to, not even where a copy was put in place by hand, which has another journal.
func TestRefusedDatabaseStaysAsItIs(t *testing.T) {
	newest := latestVersion(t)
	for _, tt := range []struct {
		name   string
		made   int64
		newer  bool
		shared bool
		want   error
	}{
		{"newer", newest, true, false, ErrNewer},
		{"newer, beside a server", newest, true, true, ErrNewer},
		{"older, beside a server", newest - 1, false, true, ErrOlder},
	} {
		path := older(t, tt.made)
		if tt.newer {
			if err := alone(t.Context(), path, true, func(on *sql.DB) error {
				_, err := on.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		killed := filepath.Join(t.TempDir(), "pantrie.db") // what is not folded is in its log
		on, err := openWrite(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := on.Exec(`UPDATE households SET name = 'Other'`); err != nil {
			t.Fatal(err)
		}
		for _, end := range []string{"", "-wal"} {
			text, err := os.ReadFile(path + end)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(killed+end, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(foldLog(t.Context(), on), on.Close()); err != nil {
			t.Fatal(err)
		}
		for kind, path := range map[string]string{"folded": path, "killed": killed} {
			before := sums(t, path)
			o := options(path)
			o.Shared = tt.shared
			if _, err := Open(t.Context(), o); !errors.Is(err, tt.want) {
				t.Errorf("%s, %s: open: %v", tt.name, kind, err)
			}
			if tt.newer {
				if _, err := Check(t.Context(), path); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "9999") {
					t.Errorf("%s, %s: check: %v", tt.name, kind, err)
				}
			}
			if after := sums(t, path); after != before {
				t.Errorf("%s, %s: it was changed", tt.name, kind)
			}
		}
	}
	path := older(t, newest)
	before := sums(t, path)
	if problems, err := Check(t.Context(), path); err != nil || len(problems) > 0 || sums(t, path) != before {
		t.Errorf("check: %v, %v, or it was changed", problems, err)
	}
}

// sums are those of a database and its log.
func sums(t *testing.T, path string) (sums [2][md5.Size]byte) {
	t.Helper()
	for i, end := range []string{"", "-wal"} {
		text, err := os.ReadFile(path + end)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		sums[i] = md5.Sum(text)
	}
	return sums
}

// Whoever shares a database does not migrate it under the feet of the one that has it open.
func TestSharedDatabaseIsNotMigrated(t *testing.T) {
	path := older(t, 4)
	o := options(path)
	o.Shared = true
	if _, err := Open(t.Context(), o); !errors.Is(err, ErrOlder) {
		t.Errorf("open: %v", err)
	}
}

// A backup that is made while others write has what was committed when it began, and nothing of what was not.
func TestBackUpWhileOthersWrite(t *testing.T) {
	d := open(t)
	pair := func(i int) error {
		return d.InTx(t.Context(), func(tx *Tx) error {
			for _, half := range []string{"left", "right"} {
				if err := tx.PutSetting(t.Context(), Setting{Key: fmt.Sprint(half, i), Value: []byte(strings.Repeat("x", 2000))}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := pair(0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	wrote := make(chan error, 1)
	go func() {
		for i := 1; ; i++ {
			if ctx.Err() != nil {
				wrote <- nil
				return
			}
			if err := pair(i); err != nil {
				wrote <- err
				return
			}
		}
	}()
	for i := range 5 {
		path := filepath.Join(t.TempDir(), BackupFolder, fmt.Sprint(i, ".db"))
		if err := d.BackUp(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if err := alone(t.Context(), path, true, func(on *sql.DB) error {
			var left, right int
			err := on.QueryRow(`SELECT count(*) FILTER (WHERE key LIKE 'left%'), count(*) FILTER (WHERE key LIKE 'right%') FROM settings`).Scan(&left, &right)
			if left == 0 || left != right {
				t.Errorf("%d and %d", left, right)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	}
	stop()
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}

func TestCheckAndReplace(t *testing.T) {
	path := older(t, latestVersion(t))
	if problems, err := Check(t.Context(), path); err != nil || len(problems) > 0 {
		t.Fatalf("check: %v, %v", problems, err)
	}
	stem, prepared := filepath.Join(filepath.Dir(path), BackupFolder, "kept"), path+".restored"
	seen := map[string]bool{}
	for _, step := range []struct {
		name   string
		before func() error
		keeps  bool // as a database
	}{
		{"a whole one is kept", func() error { return nil }, true},
		{"a damaged one is moved", func() error { return os.WriteFile(path, []byte(strings.Repeat("broken ", 2000)), 0o600) }, false},
	} {
		if err := os.WriteFile(prepared, []byte("the new one"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := step.before(); err != nil {
			t.Fatal(err)
		}
		problems, err := Check(t.Context(), path)
		if fine := err == nil && len(problems) == 0; fine != step.keeps {
			t.Errorf("%s: check: %v, %v", step.name, problems, err)
		}
		kept, err := Numbered(stem, ".db", func(kept string) error { return Replace(t.Context(), path, prepared, kept) })
		if err != nil || seen[kept] { // what was kept before is not replaced
			t.Fatalf("%s: %s, %v", step.name, kept, err)
		}
		seen[kept] = true
		if text, err := os.ReadFile(path); err != nil || string(text) != "the new one" {
			t.Errorf("%s: %q, %v", step.name, text, err)
		}
		if _, err := Check(t.Context(), kept); (err == nil) != step.keeps {
			t.Errorf("%s: kept: %v", step.name, err)
		}
	}
	if _, err := Check(t.Context(), filepath.Join(t.TempDir(), "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("check nothing: %v", err)
	}
}
