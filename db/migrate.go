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

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// ErrNewer says that the database was written by a newer Pantrie than this one.
var ErrNewer = errors.New("the database was written by a newer version of Pantrie")

func migrationProvider(write *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, write, files)
}

// migrate brings the database to the newest version this binary knows.
func migrate(ctx context.Context, write *sql.DB, o Options) error {
	p, err := migrationProvider(write)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	current, err := databaseVersion(ctx, write)
	if err != nil {
		return fmt.Errorf("open %s: %w", o.Path, err)
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	switch {
	case current > newest:
		return fmt.Errorf("%w: it has version %d, this Pantrie knows up to %d; start the newer Pantrie, or restore the backup made before the upgrade", ErrNewer, current, newest)
	case current == newest:
		return nil
	case current > 0:
		backup := filepath.Join(filepath.Dir(o.Path), "backups",
			fmt.Sprintf("before-migration-%d-%s.db", current, o.Now().UTC().Format("20060102-150405")))
		if err := os.MkdirAll(filepath.Dir(backup), 0o700); err != nil {
			return fmt.Errorf("back up before migration: %w", err)
		}
		if _, err := write.ExecContext(ctx, sqlBackup, backup); err != nil {
			return fmt.Errorf("back up before migration: %w", err)
		}
		o.Log.Info("database backed up before migration", "file", backup)
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
	sqlBackup          = `VACUUM INTO ?`
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
