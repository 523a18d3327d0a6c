package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// BackupFolder is where backups are, in the folder of the database.
const BackupFolder = "backups"

const backupTime = "20060102-150405"

// Errors of a file that is to become the database.
var (
	// ErrNoBackup says that a file is no database of Pantrie.
	ErrNoBackup = errors.New("the file is no backup of Pantrie")
	// ErrDamaged says that SQLite finds a database damaged.
	ErrDamaged = errors.New("the database is damaged")
)

const (
	// VACUUM INTO copies what is committed when it begins, while others read and write.
	sqlBackup = `VACUUM INTO ?`
	// With another journal the log is written into the file and gone.
	sqlFold       = `PRAGMA journal_mode = DELETE`
	sqlIntegrity  = `PRAGMA integrity_check(20)`
	sqlQuickCheck = `PRAGMA quick_check(5)`
	sqlReferences = `SELECT "table", "parent", count(*) FROM pragma_foreign_key_check() GROUP BY 1, 2`
	sqlIsPantrie  = `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('users', 'households', 'settings', 'goose_db_version')`
	sqlBalanced   = `SELECT count(*) FROM lots l WHERE l.amount <> (SELECT coalesce(sum(m.delta), 0) FROM movements m INDEXED BY movements_by_lot WHERE m.household_id = l.household_id AND m.lot_id = l.id)`
	sqlCopied     = `SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM users WHERE site_admin = 1 AND disabled = 0), (SELECT count(*) FROM households), (SELECT count(*) FROM products), EXISTS (SELECT 1 FROM settings WHERE key = '` + SettingSetUp + `')`
	sqlSealedList = `SELECT key, value, sealed, updated_at FROM settings WHERE sealed = 1 ORDER BY key`
	// Who was signed in when the copy was made is not any more, and links that were used since do not work again.
	sqlForgetSessions    = `DELETE FROM sessions`
	sqlForgetFlows       = `DELETE FROM signin_flows`
	sqlForgetLinks       = `DELETE FROM password_links`
	sqlForgetInvitations = `DELETE FROM invitations`
)

// BackUp writes a copy of the database as it is now to path, while others read and write. The file appears when it is
// whole and on the disk.
func (db *DB) BackUp(ctx context.Context, path string) error {
	return alone(ctx, db.path, false, func(on *sql.DB) error { return copyDatabase(ctx, on, path) })
}

// Rescue copies what is open to path although the file has gone: see [ErrGone]. [fs.ErrExist] when there is something of
// that name. Nobody writes meanwhile.
func (db *DB) Rescue(ctx context.Context, path string) error {
	select {
	case db.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-db.turn }()
	return copyDatabase(ctx, db.conn, path)
}

// SettingSetUp is the key of the setting that is there once Pantrie is set up.
const SettingSetUp = "setup.completedAt"

// Copy is what a database has that is to be restored.
type Copy struct {
	Version    int64 // the one it was written with
	SetUp      bool
	Users      int64
	Admins     int64 // of the site, who are not disabled
	Households int64
	Products   int64
	Sealed     []Setting // secrets
}

// PrepareCopy makes of the copy of a database at o.Path one that [Open] opens: checked, of the newest version, with
// nobody signed in. [ErrNoBackup], [ErrDamaged], [ErrNewer]. What fails leaves a file that is of no use.
func PrepareCopy(ctx context.Context, o Options) (c Copy, err error) {
	err = alone(ctx, o.Path, true, func(on *sql.DB) error {
		var newest int64
		var what string
		if what, c.Version, newest, err = foreign(ctx, on); err != nil {
			return damaged(err)
		}
		if what != "" {
			return fmt.Errorf("%w: it has %s, which no Pantrie made", ErrNoBackup, what)
		}
		if c.Version > newest {
			return fmt.Errorf("%w: the backup has version %d, this Pantrie knows up to %d; install the newer Pantrie, then restore", ErrNewer, c.Version, newest)
		}
		if problems, err := integrity(ctx, on); err != nil || len(problems) > 0 {
			return fmt.Errorf("%w: %w", ErrDamaged, errors.Join(append(problems, err)...))
		}
		if c.Version < newest {
			if err := up(ctx, on, o, c.Version, newest); err != nil {
				return err
			}
		}
		for _, statement := range []string{sqlForgetSessions, sqlForgetFlows, sqlForgetLinks, sqlForgetInvitations} {
			if _, err := on.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		if err := on.QueryRowContext(ctx, sqlCopied).Scan(&c.Users, &c.Admins, &c.Households, &c.Products, &c.SetUp); err != nil {
			return err
		}
		c.Sealed, err = many(ctx, on, scanSetting, sqlSealedList)
		return err
	})
	return c, err
}

// Replace puts the prepared database in the place of the one at path, which nobody may have open. That one is kept
// as the file kept, unless there is nothing in it; when SQLite cannot read it any more, its files are moved there as
// they are, and so is the log of one that is gone. [fs.ErrExist] when there is something of that name.
func Replace(ctx context.Context, path, prepared, kept string) error {
	switch _, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist): // the log of a file that is gone would be played into the new one
		if err := moveAside(path, kept, "-wal", "-shm"); err != nil {
			return err
		}
	case err == nil && !nothingIn(path):
		if _, err := os.Lstat(kept); err == nil {
			return fs.ErrExist
		}
		err := keep(ctx, path, kept)
		switch {
		case err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFull) && !errors.Is(err, syscall.ENOSPC):
			return fmt.Errorf("keep the database that is replaced: %w", err)
		case err != nil:
			if err := moveAside(path, kept, "-wal", "-shm", ""); err != nil {
				return err
			}
		}
	}
	return moveFile(prepared, path)
}

// moveAside moves those files of a database that there are.
func moveAside(path, kept string, ends ...string) error {
	if err := os.MkdirAll(filepath.Dir(kept), 0o700); err != nil {
		return fmt.Errorf("keep the database that is replaced: %w", err)
	}
	for _, end := range ends {
		if err := os.Rename(path+end, kept+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("keep the database that is replaced: %w", err)
		}
	}
	return nil
}

// nothingIn says whether a database has no content, in the file and in its log.
func nothingIn(path string) bool {
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil && info.Size() > 0 {
			return false
		}
	}
	return true
}

// Check reads the whole database at path and lists what is wrong with it, while others use it. [ErrNoBackup] when
// it is none of Pantrie's, [ErrNewer] when it is one of a newer Pantrie, which alone can tell; an error also when it
// cannot be read at all.
func Check(ctx context.Context, path string) (problems []error, err error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	on, err := sql.Open("sqlite", address(path)+"?_pragma=busy_timeout(10000)&_pragma=query_only(1)") // its journal stays what it is
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, on.Close()) }()
	newest, err := newestVersion()
	if err != nil {
		return nil, err
	}
	if seen := peekVersion(ctx, path); seen > newest {
		return nil, newer(seen, newest)
	}
	var tables int
	if err := on.QueryRowContext(ctx, sqlIsPantrie).Scan(&tables); err != nil {
		return nil, damaged(err)
	}
	if tables < 4 {
		return nil, ErrNoBackup
	}
	what, current, newest, err := foreign(ctx, on)
	if err != nil {
		return nil, damaged(err)
	}
	if current > newest {
		return nil, newer(current, newest)
	}
	if what != "" {
		return []error{fmt.Errorf("it has %s, which no Pantrie made", what)}, nil
	}
	if problems, err = integrity(ctx, on); err != nil || len(problems) > 0 {
		return problems, err
	}
	if current != newest {
		return problems, nil // the stock of older ones is elsewhere
	}
	unbalanced, err := one(ctx, on, scanInt, sqlBalanced)
	if unbalanced > 0 {
		problems = append(problems, fmt.Errorf("%d lots are not what their movements say", unbalanced))
	}
	return problems, err
}

// QuickCheck reads every page of the database while others use it, without comparing indexes with what they are of.
// [ErrDamaged] when SQLite finds it damaged.
func (db *DB) QuickCheck(ctx context.Context) error {
	rows, err := db.read.QueryContext(ctx, sqlQuickCheck) // which takes long in a large one, and may be interrupted
	if err != nil {
		return translate(err)
	}
	defer rows.Close()
	var problems []error
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		if text != "ok" {
			problems = append(problems, errors.New(text))
		}
	}
	if err := rows.Err(); err != nil {
		return translate(err)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%w: %w", ErrDamaged, errors.Join(problems...))
	}
	return nil
}

// integrity lists what SQLite finds wrong: damage first, then references to what is not there.
func integrity(ctx context.Context, on *sql.DB) ([]error, error) {
	list, err := many(ctx, on, func(s scanner) (text string, err error) { return text, s.Scan(&text) }, sqlIntegrity)
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, text := range slices.DeleteFunc(list, func(text string) bool { return text == "ok" }) {
		problems = append(problems, errors.New(text))
	}
	if len(problems) > 0 {
		return problems, nil
	}
	return many(ctx, on, func(s scanner) (problem error, err error) {
		var table, parent string
		var n int64
		err = s.Scan(&table, &parent, &n)
		return fmt.Errorf("%d rows of %s refer to nothing in %s", n, table, parent), err
	}, sqlReferences)
}

// keep copies the database at path to kept, and folds its log, which nobody else may use then.
func keep(ctx context.Context, path, kept string) error {
	return alone(ctx, path, false, func(on *sql.DB) error {
		if err := copyDatabase(ctx, on, kept); err != nil {
			return err
		}
		if err := foldLog(ctx, on); err != nil {
			return errors.Join(err, os.Remove(kept))
		}
		return nil
	})
}

// alone opens the database at path for one thing. folded says that the file is to be all there is of it then, which
// nobody else may have open.
func alone(ctx context.Context, path string, folded bool, do func(*sql.DB) error) error {
	on, err := openWrite(path)
	if err != nil {
		return err
	}
	err = do(on)
	if err == nil && folded {
		err = foldLog(ctx, on)
	}
	return errors.Join(err, on.Close())
}

// damaged says whether SQLite cannot read a file, or not as a database.
func damaged(err error) error {
	var se *sqlite.Error
	if errors.As(err, &se) && (se.Code()&0xff == sqlite3.SQLITE_CORRUPT || se.Code()&0xff == sqlite3.SQLITE_NOTADB) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

func openWrite(path string) (*sql.DB, error) {
	write, err := sql.Open("sqlite", dsn(path, false))
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	write.SetMaxOpenConns(1)
	return write, nil
}

// foldTries are tenths of a second.
const foldTries = 50

// fold writes the log into the file, so that the file is all there is. That needs the database for itself, for which
// SQLite does not wait: a backup that somebody makes at this moment comes to its end first.
func foldLog(ctx context.Context, on *sql.DB) error {
	for i := 0; ; i++ {
		_, err := on.ExecContext(ctx, sqlFold)
		var se *sqlite.Error
		busy := errors.As(err, &se) && se.Code()&0xff == sqlite3.SQLITE_BUSY
		switch {
		case busy && i < foldTries:
			select {
			case <-time.After(100 * time.Millisecond):
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		case busy:
			return fmt.Errorf("somebody has the database open, perhaps a backup or another program: end that, then try again: %w", err)
		case err != nil:
			return fmt.Errorf("fold the write-ahead log: %w", err)
		}
		return nil
	}
}

// execer runs statements: a pool, or one connection.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// copyDatabase writes a copy to path, which must be free, in a folder that is made when it is missing.
func copyDatabase(ctx context.Context, on execer, path string) error {
	folder, remove, err := Private(path)
	if err != nil {
		return err
	}
	defer remove()
	copied := filepath.Join(folder, "copy")
	// SQLite would make the file readable for everyone on the machine; it takes one that is empty.
	file, err := os.OpenFile(copied, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := on.ExecContext(ctx, sqlBackup, copied); err != nil {
		return errors.Join(translate(err), file.Close())
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	return Publish(copied, path)
}
