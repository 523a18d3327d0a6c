package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

func options(path string) Options {
	return Options{Path: path, Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}
}

// empty is a database with nothing in it, made once.
var empty = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "pantrie-db")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "pantrie.db")
	d, err := Open(context.Background(), options(path))
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// open opens a copy of it.
func open(t testing.TB) *DB {
	t.Helper()
	file, err := empty()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pantrie.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), options(path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func write(t *testing.T, d *DB, fn func(*Tx) error) {
	t.Helper()
	if err := d.InTx(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// Every statement is a constant whose name begins with sql, and each of them must be
// understood by SQLite on a migrated database. No query may be anything but such a constant.
func TestEveryStatementPrepares(t *testing.T) {
	statements := packageStatements(t)
	if len(statements) < 40 {
		t.Fatalf("only %d statements found", len(statements))
	}
	d := open(t)
	for name, text := range statements {
		stmt, err := d.conn.PrepareContext(t.Context(), text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := stmt.Close(); err != nil {
			t.Error(err)
		}
	}
}

func packageStatements(t *testing.T) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	entries, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range entries {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	conf := types.Config{Importer: importer.Default(), Error: func(error) {}}
	pkg, _ := conf.Check("pantrie/db", fset, files, nil) // imports may be unresolved; constants are not
	statements := map[string]string{}
	for _, name := range pkg.Scope().Names() {
		c, ok := pkg.Scope().Lookup(name).(*types.Const)
		if ok && strings.HasPrefix(name, "sql") && c.Val().Kind() == constant.String {
			statements[name] = constant.StringVal(c.Val())
		}
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				text := strings.TrimSpace(strings.Trim(lit.Value, "`\""))
				for _, verb := range []string{"SELECT ", "INSERT ", "UPDATE ", "DELETE "} {
					if strings.HasPrefix(text, verb) && !partOf(statements, text) {
						t.Errorf("%s: a statement that is no constant beginning with sql", fset.Position(lit.Pos()))
					}
				}
			}
			return true
		})
	}
	return statements
}

func partOf(statements map[string]string, text string) bool {
	for _, s := range statements {
		if strings.Contains(s, text) {
			return true
		}
	}
	return false
}

// Somebody who upgrades from any earlier version keeps their data. Each version has a seed
// that fills its tables.
func TestMigrationKeepsDataOfEveryVersion(t *testing.T) {
	scratch, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer scratch.Close()
	p, err := migrationProvider(scratch)
	if err != nil {
		t.Fatal(err)
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	for _, source := range sources {
		t.Run(fmt.Sprint("from ", source.Version), func(t *testing.T) {
			ctx := context.Background()
			path := filepath.Join(t.TempDir(), "pantrie.db")
			old, err := sql.Open("sqlite", dsn(path, false))
			if err != nil {
				t.Fatal(err)
			}
			old.SetMaxOpenConns(1)
			provider, err := migrationProvider(old)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := provider.UpTo(ctx, source.Version); err != nil {
				t.Fatal(err)
			}
			for v := int64(1); v <= source.Version; v++ {
				seed, err := os.ReadFile(fmt.Sprintf("testdata/seed-%05d.sql", v))
				if err != nil {
					t.Fatal("every migration needs a seed: ", err)
				}
				if _, err := old.ExecContext(ctx, string(seed)); err != nil {
					t.Fatal(err)
				}
			}
			before := contents(t, old)
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}
			d, err := Open(ctx, options(path))
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			after := contents(t, d.read)
			for table, rows := range before {
				if diff := cmp.Diff(rows, after[table]); diff != "" {
					t.Errorf("rows of %s (-before +after):\n%s", table, diff)
				}
			}
			user, err := d.UserByEmail(ctx, "SAM@example.org")
			if err != nil || user.Name != "Sam" || !user.SiteAdmin {
				t.Errorf("the administrator after the upgrade: %+v, %v", user, err)
			}
			backups, err := filepath.Glob(filepath.Join(filepath.Dir(path), "backups", "*.db"))
			if err != nil {
				t.Fatal(err)
			}
			if wantBackup := source.Version < newest; wantBackup != (len(backups) == 1) {
				t.Errorf("%d backups, migrated: %v", len(backups), wantBackup)
			}
			for _, b := range backups {
				saved, err := sql.Open("sqlite", dsn(b, true))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(before, contents(t, saved)); diff != "" {
					t.Errorf("backup (-before +backup):\n%s", diff)
				}
				if err := saved.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// contents counts the rows of every table of Pantrie's.
func contents(t *testing.T, d *sql.DB) map[string]int {
	t.Helper()
	rows, err := d.Query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%' AND name NOT LIKE 'products_search%' AND name <> 'products_words'`) // the search is made anew
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, name := range names {
		var n int
		if err := d.QueryRow(`SELECT count(*) FROM ` + name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts[name] = n
	}
	return counts
}

func TestNewerDatabaseIsRefusedAndUntouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pantrie.db")
	d, err := Open(context.Background(), options(path))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.conn.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), options(path)); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "9999") {
		t.Errorf("open a newer database: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("the newer database was changed")
	}
}

func TestPragmasHoldOnEveryConnection(t *testing.T) {
	d := open(t)
	ctx := context.Background()
	var readers []*sql.Conn
	for range d.read.Stats().MaxOpenConnections {
		c, err := d.read.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		readers = append(readers, c)
	}
	for name, held := range map[string][]*sql.Conn{"read": readers, "write": {d.conn}} {
		for _, c := range held {
			got := map[string]string{}
			for _, pragma := range []string{"busy_timeout", "journal_mode", "foreign_keys", "synchronous", "query_only"} {
				var v string
				if err := c.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&v); err != nil {
					t.Fatal(err)
				}
				got[pragma] = v
			}
			want := map[string]string{"busy_timeout": "10000", "journal_mode": "wal", "foreign_keys": "1", "synchronous": "2", "query_only": "0"}
			if name == "read" {
				want["query_only"] = "1"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s connection (-want +got):\n%s", name, diff)
			}
		}
	}
	for _, c := range readers {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.read.Exec(`DELETE FROM users`); err == nil {
		t.Error("the read pool can write")
	}
}

func TestDatabaseFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("file modes do not exist here")
		return
	}
	path := filepath.Join(t.TempDir(), "pantrie.db")
	d, err := Open(t.Context(), options(path))
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err = errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("mode %o, want 600", mode)
	}
}

func TestTransactionRollsBackWhole(t *testing.T) {
	d := open(t)
	ctx := context.Background()
	boom := errors.New("boom")
	err := d.InTx(ctx, func(tx *Tx) error {
		if _, err := tx.InsertUser(ctx, User{Name: "Mara", Email: "mara@example.org"}); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Errorf("error %v, want boom", err)
	}
	if n, err := d.CountUsers(ctx); err != nil || n != 0 {
		t.Errorf("%d users after the rollback, %v", n, err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = d.InTx(ctx, func(tx *Tx) error {
			_, _ = tx.InsertUser(ctx, User{Name: "Mara"})
			panic("in a transaction")
		})
	}()
	write(t, d, func(*Tx) error { return nil }) // the pool's only connection is free again
	if n, err := d.CountUsers(ctx); err != nil || n != 0 {
		t.Errorf("%d users after the panic, %v", n, err)
	}
}

func TestConstraintErrors(t *testing.T) {
	d := open(t)
	ctx := context.Background()
	var sam User
	write(t, d, func(tx *Tx) (err error) {
		sam, err = tx.InsertUser(ctx, User{Name: "Sam", Email: "Sam@Example.org"})
		if err == nil {
			_, err = tx.InsertUser(ctx, User{Name: "no address"})
		}
		if err == nil {
			_, err = tx.InsertUser(ctx, User{Name: "no address either"})
		}
		if err == nil {
			_, err = tx.InsertIdentity(ctx, Identity{UserID: sam.ID, Provider: "authentik", Issuer: "https://a/", Subject: "1"})
		}
		return err
	})
	for _, tt := range []struct {
		name string
		do   func(*Tx) error
		want error
	}{
		{"same address in another case", func(tx *Tx) error {
			_, err := tx.InsertUser(ctx, User{Name: "Other", Email: "sAM@example.ORG"})
			return err
		}, ErrConflict},
		{"same identity twice", func(tx *Tx) error {
			_, err := tx.InsertIdentity(ctx, Identity{UserID: sam.ID, Issuer: "https://a/", Subject: "1"})
			return err
		}, ErrConflict},
		{"second identity of an issuer", func(tx *Tx) error {
			_, err := tx.InsertIdentity(ctx, Identity{UserID: sam.ID, Issuer: "https://a/", Subject: "2"})
			return err
		}, ErrConflict},
		{"member of no household", func(tx *Tx) error {
			return tx.InsertMembership(ctx, Membership{HouseholdID: "nowhere", UserID: sam.ID, Role: RoleEditor})
		}, ErrReference},
		{"rename nobody", func(tx *Tx) error { return tx.RenameUser(ctx, "nobody", "x") }, ErrNotFound},
		{"delete nobody", func(tx *Tx) error { return tx.DeleteUser(ctx, "nobody") }, ErrNotFound},
	} {
		if err := d.InTx(ctx, tt.do); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if _, err := d.UserByID(ctx, "nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("user that is not there: %v", err)
	}
}

func TestEndedSessionStaysEnded(t *testing.T) {
	d := open(t)
	ctx := context.Background()
	now := time.Now().UnixMilli()
	session := Session{Token: "t", Data: []byte("x"), ExpiresAt: now + 60_000}
	write(t, d, func(tx *Tx) error { return tx.SaveSession(ctx, session) })
	if _, err := d.SessionByToken(ctx, "t", now, 0); err != nil {
		t.Fatal("a saved session is found: ", err)
	}
	write(t, d, func(tx *Tx) error { return tx.EndSession(ctx, "t") })
	if err := d.InTx(ctx, func(tx *Tx) error { return tx.SaveSession(ctx, session) }); !errors.Is(err, ErrNotFound) {
		t.Errorf("saving an ended session: %v, want %v", err, ErrNotFound)
	}
	if _, err := d.SessionByToken(ctx, "t", now, 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("finding an ended session: %v", err)
	}
	write(t, d, func(tx *Tx) error {
		return tx.SaveSession(ctx, Session{Token: "u", Data: []byte("x"), ExpiresAt: now + 60_000})
	})
	if _, err := d.SessionByToken(ctx, "u", now+61_000, 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("finding an expired session: %v", err)
	}
	if _, err := d.SessionByToken(ctx, "u", now, now+5_000); !errors.Is(err, ErrNotFound) {
		t.Errorf("finding an idle session: %v", err)
	}
}

func TestFlowsAreUsedOnceAndBounded(t *testing.T) {
	d := open(t)
	ctx := context.Background()
	clock := time.Now()
	d.now = func() time.Time { clock = clock.Add(time.Second); return clock }
	for i := range 10 {
		write(t, d, func(tx *Tx) error {
			return tx.InsertSignInFlow(ctx, SignInFlow{Owner: "me", State: fmt.Sprint(i), Sealed: []byte{1}}, 8)
		})
	}
	write(t, d, func(tx *Tx) error {
		return tx.InsertSignInFlow(ctx, SignInFlow{Owner: "other", State: "0", Sealed: []byte{1}}, 8)
	})
	take := func(owner, state string) (err error) {
		return d.InTx(ctx, func(tx *Tx) error { _, err = tx.TakeSignInFlow(ctx, owner, state); return err })
	}
	for _, tt := range []struct {
		owner, state string
		want         error
	}{
		{"me", "0", ErrNotFound}, {"me", "1", ErrNotFound}, // the two oldest made room
		{"other", "2", ErrNotFound}, // another browser's
		{"me", "2", nil}, {"me", "2", ErrNotFound}, {"me", "9", nil}, {"other", "0", nil},
	} {
		if err := take(tt.owner, tt.state); !errors.Is(err, tt.want) {
			t.Errorf("take %s of %s: %v, want %v", tt.state, tt.owner, err, tt.want)
		}
	}
}

func TestSealer(t *testing.T) {
	dir := t.TempDir()
	s, err := LoadSealer(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := s.Seal("oauth.authentik.clientSecret", []byte("hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(sealed), "hunter2") {
		t.Error("the sealed value can be read")
	}
	again, err := LoadSealer(dir, "") // another start
	if err != nil {
		t.Fatal(err)
	}
	if v, err := again.Open("oauth.authentik.clientSecret", sealed); err != nil || string(v) != "hunter2" {
		t.Errorf("open after a restart: %q, %v", v, err)
	}
	if _, err := again.Open("setup.token", sealed); !errors.Is(err, ErrUnsealable) {
		t.Errorf("open under another name: %v", err)
	}
	other, err := LoadSealer(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open("oauth.authentik.clientSecret", sealed); !errors.Is(err, ErrUnsealable) {
		t.Errorf("open with another key: %v", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := s.Open("oauth.authentik.clientSecret", sealed); !errors.Is(err, ErrUnsealable) {
		t.Errorf("open a damaged value: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, "secret.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("secret.key: %v, %v", info, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "secret.key"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSealer(dir, ""); err == nil {
		t.Error("a damaged key file is accepted; a new key would make every stored secret unreadable")
	}
}
