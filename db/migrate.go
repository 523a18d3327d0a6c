package db

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// ErrNewer says that the database was written by a newer Pantrie than this one.
var ErrNewer = errors.New("the database was written by a newer version of Pantrie")

func migrationProvider(write *sql.DB, options ...goose.ProviderOption) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, write, files, options...)
}

// ErrOlder says that the database was written by an older Pantrie, and that somebody else may have it open.
var ErrOlder = errors.New("the database was written by an older version of Pantrie; start this one once, which upgrades it")

// migrate brings the database to the newest version this binary knows. One that has data is copied, the copy is
// migrated, and takes the place of the file, which is kept in the folder backups: a migration that fails, or is killed,
// leaves the file as it was and nothing beside it. It returns write, or, when the file is another one now, what it was
// opened anew as. Nothing of a database that is refused is written, not even its header.
func migrate(ctx context.Context, write *sql.DB, o Options) (*sql.DB, error) {
	newest, err := newestVersion()
	if err != nil {
		return write, err
	}
	switch seen := peekVersion(ctx, o.Path); {
	case seen > newest:
		return write, newer(seen, newest)
	case o.Shared && seen > 0 && seen < newest:
		return write, fmt.Errorf("%s: %w", o.Path, ErrOlder)
	}
	current, err := databaseVersion(ctx, write)
	switch {
	case err != nil:
		return write, fmt.Errorf("open %s: %w", o.Path, damaged(err))
	case current > newest:
		return write, newer(current, newest)
	case current == newest:
		return write, nil
	case current == 0:
		return write, up(ctx, write, o, current, newest)
	case o.Shared:
		return write, fmt.Errorf("%s: %w", o.Path, ErrOlder)
	}
	migrating, folder := o.Path+".migrating", filepath.Dir(o.Path)
	if err := errors.Join(Remove(migrating), RemoveUnfinished(folder, time.Now())); err != nil { // of a start that was killed
		return write, err
	}
	defer func() { _ = Remove(migrating) }()
	if err := copyDatabase(ctx, write, migrating); err != nil {
		return write, fmt.Errorf("copy before migration: %w", err)
	}
	if err := alone(ctx, migrating, true, func(copied *sql.DB) error { return up(ctx, copied, o, current, newest) }); err != nil {
		return write, err
	}
	// Before there is a backup: what fails from here on would leave one at every try.
	if err := foldLog(ctx, write); err != nil {
		return write, err
	}
	stem := filepath.Join(folder, BackupFolder, fmt.Sprintf("before-migration-%d-%s", current, o.Now().UTC().Format(backupTime)))
	backup, err := Numbered(stem, ".db", func(path string) error { return copyDatabase(ctx, write, path) })
	if err != nil {
		return write, fmt.Errorf("back up before migration: %w", err)
	}
	if err := write.Close(); err != nil {
		return write, errors.Join(err, os.Remove(backup))
	}
	if err := moveFile(migrating, o.Path); err != nil {
		return write, errors.Join(err, os.Remove(backup))
	}
	o.Log.Info("the database from before the migration is kept", "file", backup)
	return openWrite(o.Path)
}

func newer(version, newest int64) error {
	return fmt.Errorf("%w: it has version %d, this Pantrie knows up to %d; start the newer Pantrie, or restore the backup made before the upgrade", ErrNewer, version, newest)
}

// peekVersion reads the version of the database at path without writing anything: to open a file that a copy was
// restored to by hand would turn its log on, which is in its header. 0 when it cannot be told that way.
func peekVersion(ctx context.Context, path string) int64 {
	how := "?mode=ro&_pragma=busy_timeout(10000)"
	if _, err := os.Stat(path + "-wal"); err != nil {
		how = "?immutable=1" // nobody has it open, and nothing is made beside it
	}
	on, err := sql.Open("sqlite", address(path)+how)
	if err != nil {
		return 0
	}
	defer on.Close()
	on.SetMaxOpenConns(1)
	version, err := databaseVersion(ctx, on)
	if err != nil {
		return 0
	}
	return version
}

// newestVersion is the newest that this binary knows. It is told by the files' names: goose would parse all of them,
// with 4 MiB of memory for every line, at each start.
func newestVersion() (newest int64, err error) {
	files, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		return 0, fmt.Errorf("read migrations: %w", err)
	}
	for _, f := range files {
		version, err := goose.NumericComponent(f.Name())
		if err != nil {
			return 0, fmt.Errorf("read migrations: %w", err)
		}
		newest = max(newest, version)
	}
	return newest, nil
}

func up(ctx context.Context, write *sql.DB, o Options, current, newest int64) error {
	p, err := migrationProvider(write)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	results, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate database from version %d to %d: %w", current, newest, err)
	}
	o.Log.Info("database migrated", "from", current, "to", newest, "steps", len(results))
	return nil
}

const (
	sqlHasVersionTable = `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`
	sqlVersion         = `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied = 1`
)

// databaseVersion reads the version without creating anything, so that a refused
// database stays as it was.
func databaseVersion(ctx context.Context, write *sql.DB) (version int64, err error) {
	var tables int
	if err := write.QueryRowContext(ctx, sqlHasVersionTable).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	err = write.QueryRowContext(ctx, sqlVersion).Scan(&version)
	return version, err
}
