package backup_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pantrie/app/backup"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dbtest"
)

type bench struct {
	*backup.Service
	t   *testing.T
	db  *db.DB
	dir string
	now time.Time
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir(), now: time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)}
	log := slog.New(slog.DiscardHandler)
	var err error
	if b.db, err = db.Open(t.Context(), db.Options{Path: dbtest.Empty(t, b.dir), Log: log, Now: time.Now, NewID: newID}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.db.Close(); err != nil {
			t.Error(err)
		}
	})
	b.Service, err = backup.New(backup.Deps{DB: b.db, Dir: b.dir, Log: log, Now: func() time.Time { return b.now }})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) names() string {
	b.t.Helper()
	list, err := b.List()
	if err != nil {
		b.t.Fatal(err)
	}
	var names []string
	for _, f := range list {
		names = append(names, strings.TrimSuffix(f.Name, ".db.gz"))
	}
	return strings.Join(names, " ")
}

func (b *bench) later(d time.Duration) string {
	b.t.Helper()
	b.now = b.now.Add(d)
	if err := b.Run(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	return b.names()
}

func TestSchedule(t *testing.T) {
	b := newBench(t)
	if plan, err := b.Schedule(t.Context()); err != nil || plan != (backup.Schedule{EveryDays: 1, Keep: 7}) {
		t.Errorf("at first: %+v, %v", plan, err)
	}
	if err := b.SetSchedule(t.Context(), backup.Schedule{EveryDays: 2, Keep: 2}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Make(t.Context(), backup.Manual); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, "scheduled-20261124-030000 manual-20261124-030000"},
		{47 * time.Hour, "scheduled-20261124-030000 manual-20261124-030000"},
		{time.Hour, "scheduled-20261126-030000 scheduled-20261124-030000 manual-20261124-030000"},
		{50 * time.Hour, "scheduled-20261128-050000 scheduled-20261126-030000 manual-20261124-030000"},
		// The clock goes back: the one from the future stands for nothing, and stays.
		{-100 * time.Hour, "scheduled-20261128-050000 scheduled-20261126-030000 manual-20261124-030000 scheduled-20261124-010000"},
		{time.Hour, "scheduled-20261128-050000 scheduled-20261126-030000 manual-20261124-030000 scheduled-20261124-010000"},
	} {
		if got := b.later(step.after); got != step.want {
			t.Errorf("%s later: %s, want %s", step.after, got, step.want)
		}
	}
	if err := b.SetSchedule(t.Context(), backup.Schedule{Keep: 1}); err != nil {
		t.Fatal(err)
	}
	before := b.names()
	if got := b.later(1000 * time.Hour); got != before {
		t.Errorf("never: %s", got)
	}
	for _, bad := range []backup.Schedule{{EveryDays: -1, Keep: 1}, {EveryDays: 32, Keep: 1}, {EveryDays: 1}, {EveryDays: 1, Keep: 101}} {
		if err := b.SetSchedule(t.Context(), bad); !fault.Is(err, fault.ValidationFailed) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestTwoOfOneSecondAreTwo(t *testing.T) {
	b := newBench(t)
	for range 2 {
		if _, err := b.Make(t.Context(), backup.Manual); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.names(); got != "manual-20261124-030000-2 manual-20261124-030000" {
		t.Error(got)
	}
}

// What cannot be made is told until it can.
func TestProblem(t *testing.T) {
	b := newBench(t)
	folder := filepath.Join(b.dir, db.BackupFolder)
	if err := os.WriteFile(folder, nil, 0o600); err != nil { // a file is in the way
		t.Fatal(err)
	}
	if err := b.Run(t.Context()); err == nil || b.Problem() == "" {
		t.Errorf("%v, %q", err, b.Problem())
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if got := b.later(0); got == "" || b.Problem() != "" {
		t.Errorf("%q, %q", got, b.Problem())
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("more than the backup is there: %v, %v", entries, err)
	}
}

// Names of backups lead to nothing else.
func TestOnlyBackupsAreReached(t *testing.T) {
	b := newBench(t)
	if _, err := b.Make(t.Context(), backup.Manual); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(b.dir, db.BackupFolder)
	if err := os.WriteFile(filepath.Join(folder, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(b.dir, "pantrie.db"), filepath.Join(folder, "manual-20200101-000000.db")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "../pantrie.db", "notes.txt", "manual-20200101-000000.db", "manual-20261124-030000.db.gz/../../pantrie.db", "manual-20261124-030001.db.gz"} {
		if _, _, err := b.Open(name); !fault.Is(err, fault.NotFound) {
			t.Errorf("open %q: %v", name, err)
		}
		if err := b.Delete(name); !fault.Is(err, fault.NotFound) {
			t.Errorf("delete %q: %v", name, err)
		}
	}
	if got := b.names(); got != "manual-20261124-030000" {
		t.Error(got)
	}
}

// What is prepared opens, whether it was compressed or not; what is broken leaves nothing.
func TestPrepare(t *testing.T) {
	b := newBench(t)
	if err := b.db.InTx(t.Context(), func(tx *db.Tx) error {
		for _, v := range []db.Setting{{Key: "sealed", Value: []byte("x"), Sealed: true}, {Key: "open", Value: []byte("x")}} {
			if err := tx.PutSetting(t.Context(), v); err != nil {
				return err
			}
		}
		_, err := tx.InsertHousehold(t.Context(), db.Household{Name: "Brandt", TimeZone: "UTC"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range []string{"a.db", "a.db.gz"} {
		path := filepath.Join(t.TempDir(), name)
		if err := backup.Write(t.Context(), b.db, path); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = text
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(strings.Repeat("no database ", 1000))) // a buffer takes everything
	_ = z.Close()
	for _, tt := range []struct {
		name string
		file []byte
		want error
	}{
		{"plain", files["a.db"], nil},
		{"compressed", files["a.db.gz"], nil},
		{"nothing", nil, db.ErrNoBackup},
		{"a text", []byte("dear diary"), db.ErrNoBackup},
		{"a compressed text", zipped.Bytes(), db.ErrNoBackup},
		{"half", files["a.db"][:len(files["a.db"])/2], db.ErrDamaged},
		{"half, compressed", files["a.db.gz"][:len(files["a.db.gz"])/2], db.ErrDamaged},
	} {
		dir := t.TempDir()
		r := backup.Restorer{Dir: dir, Readable: func(v db.Setting) bool { return false }, Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: newID}
		out, err := r.Prepare(t.Context(), bytes.NewReader(tt.file))
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if tt.want != nil {
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%s: left %v, %v", tt.name, left, err)
			}
			continue
		}
		if out.Households != 1 || len(out.Unreadable) != 1 || out.Unreadable[0] != "sealed" {
			t.Errorf("%s: %+v", tt.name, out)
		}
		if _, err := r.Put(t.Context()); err != nil {
			t.Fatal(err)
		}
		d, err := db.Open(t.Context(), db.Options{Path: r.Path(), Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: newID})
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if h, err := d.FirstHousehold(t.Context()); err != nil || h.Name != "Brandt" {
			t.Errorf("%s: %+v, %v", tt.name, h, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	r := backup.Restorer{Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: newID}
	failing := io.MultiReader(bytes.NewReader(files["a.db"][:5000]), brokenLine{})
	if _, err := r.Prepare(t.Context(), failing); !errors.Is(err, errLine) {
		t.Errorf("a line that breaks: %v", err)
	}
}

var errLine = errors.New("the line broke")

type brokenLine struct{}

func (brokenLine) Read([]byte) (int, error) { return 0, errLine }

// What a killed process left unfinished goes after a day; what is on its way, and what is not Pantrie's, stays.
func TestTidyRemovesWhatWasLeft(t *testing.T) {
	s := newBench(t)
	folder := filepath.Join(s.Dir, db.BackupFolder)
	made := map[string]time.Duration{".pantrie-11": -25 * time.Hour, ".pantrie-12": -time.Hour, ".pantrie-keys": -100 * time.Hour, "photos": -100 * time.Hour}
	for name, age := range made {
		for _, in := range []string{s.Dir, folder} {
			path := filepath.Join(in, name)
			if err := os.MkdirAll(path, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(path, "copy"), []byte("half"), 0o600); err != nil {
				t.Fatal(err)
			}
			at := s.now.Add(age)
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Tidy(); err != nil {
		t.Fatal(err)
	}
	for name := range made {
		for _, in := range []string{s.Dir, folder} {
			if _, err := os.Stat(filepath.Join(in, name)); (err == nil) != (name != ".pantrie-11") {
				t.Errorf("%s in %s: %v", name, in, err)
			}
		}
	}
}
