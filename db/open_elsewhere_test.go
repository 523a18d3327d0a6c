package db

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// While another program has the database open neither a restore nor an upgrade can take its place: both say so, change
// nothing, and leave no copies however often they are tried.
func TestSomebodyHasTheDatabaseOpen(t *testing.T) {
	for name, version := range map[string]int64{"restore": latestVersion(t), "upgrade": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := older(t, version)
			synctest.Test(t, func(t *testing.T) { // whose clock goes on when everything waits
				if err := alone(t.Context(), path, false, func(on *sql.DB) error { return nil }); err != nil { // its log is on again
					t.Fatal(err)
				}
				reader, err := sql.Open("sqlite", dsn(path, true))
				if err != nil {
					t.Fatal(err)
				}
				defer reader.Close()
				rows, err := reader.Query(`SELECT id FROM users`)
				if err != nil || !rows.Next() {
					t.Fatal(err)
				}
				defer func() {
					if err := errors.Join(rows.Err(), rows.Close()); err != nil {
						t.Error(err)
					}
				}()
				before, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				stem := filepath.Join(filepath.Dir(path), BackupFolder, "kept")
				if name == "restore" {
					prepared := path + ".restored"
					if err := os.WriteFile(prepared, []byte("the new one"), 0o600); err != nil {
						t.Fatal(err)
					}
					_, err = Numbered(stem, ".db", func(kept string) error { return Replace(t.Context(), path, prepared, kept) })
				} else {
					var d *DB
					if d, err = Open(t.Context(), options(path)); err == nil {
						d.Close()
					}
				}
				if err == nil || !strings.Contains(err.Error(), "somebody has the database open") {
					t.Errorf("error: %v", err)
				}
				after, err := os.ReadFile(path)
				left, globErr := filepath.Glob(filepath.Join(filepath.Dir(path), BackupFolder, "*"))
				if err != nil || globErr != nil || len(left) > 0 || string(before) != string(after) {
					t.Errorf("left: %v, the same: %v, %v, %v", left, string(before) == string(after), err, globErr)
				}
			})
		})
	}
}
