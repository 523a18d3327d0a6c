// Package dbtest gives tests a database without a migration for each of them.
package dbtest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pantrie/db"
)

const name = "pantrie.db"

// empty is a database with nothing in it, as [db.Open] leaves it. It is made once per process.
var empty = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "pantrie-dbtest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, name)
	d, err := db.Open(context.Background(), db.Options{
		Path: path, Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return "" },
	})
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Empty puts a database of the newest version, with nothing in it, into a folder and returns its path. Opening it
// migrates nothing, which takes most of the time of many a test.
func Empty(t testing.TB, dir string) (path string) {
	t.Helper()
	file, err := empty()
	if err != nil {
		t.Fatal(fmt.Errorf("make an empty database: %w", err))
	}
	path = filepath.Join(dir, name)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
