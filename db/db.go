// Package db keeps Pantrie's data in one SQLite file; it knows SQL and nothing of HTTP.
//
// Reads run on a pool of read-only connections, writes one after the other on a
// single connection inside [DB.InTx]. See DESIGN.md for the reasons.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors that callers tell apart. All come from SQLite's result codes, never from its texts.
var (
	// ErrNotFound says that no row matches.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that a row with the same unique value exists already.
	ErrConflict = errors.New("conflict")
	// ErrReference says that a row refers to another one that does not exist (any more).
	ErrReference = errors.New("referenced row is missing")
	// ErrFull says that there is no room for it on the disk.
	ErrFull = errors.New("the disk is full")
	// ErrRange says that a value is outside of what its column may hold.
	ErrRange = errors.New("value out of range")
	// ErrInUse says that another process has the database for itself.
	ErrInUse = errors.New("another Pantrie has this database open")
	// ErrGone says that somebody removed or replaced the database file while it was open: what was stored from then on
	// would be lost.
	ErrGone = errors.New("the database file was removed or replaced while it was open")
)

// Options says where the database is and how it is opened.
type Options struct {
	// Path of the database file. Its folder must exist.
	Path string
	// Shared says that another process may have the database open: it is not migrated then.
	Shared bool
	// Alone keeps other processes that open it so out, whatever name they have for the file, where the system can do that.
	Alone bool
	// ReadConnections is the size of the read pool; 0 means 4.
	ReadConnections int
	// Log receives what happens while opening: migrations and backups. Required.
	Log *slog.Logger
	// Now is the clock. Required.
	Now func() time.Time
	// NewID makes row ids: UUIDv7 text. Required.
	NewID func() string
}

// DB is an open database. Its methods read; writing happens in [DB.InTx].
type DB struct {
	reader
	read, write *sql.DB
	// conn is the only connection that writes; turn admits one transaction to it at a time.
	conn     *sql.Conn
	turn     chan struct{}
	prepared *cachedQueries // on conn
	path     string
	held     held
	now      func() time.Time
	newID    func() string
}

// Tx is a write transaction. It reads what it has written.
type Tx struct {
	reader
	on    *cachedQueries
	now   int64
	newID func() string
	words []string // that were indexed
}

// Open opens the database at o.Path, creates it when it is missing, and brings it to
// the current version. A database that is not empty is backed up before it is migrated.
// A database written by a newer Pantrie is refused with [ErrNewer] and left untouched, an older one that is shared
// with [ErrOlder], and one that is to be alone and is not with [ErrInUse].
func Open(ctx context.Context, o Options) (_ *DB, err error) {
	if o.Path == "" || o.Log == nil || o.Now == nil || o.NewID == nil {
		return nil, errors.New("open database: Path, Log, Now and NewID are required")
	}
	if o.ReadConnections == 0 {
		o.ReadConnections = 4
	}
	file, err := holdAs(o)
	if err != nil {
		return nil, err
	}
	opened := false
	defer func() {
		if !opened {
			err = errors.Join(err, file.release())
		}
	}()
	if err := keepPlans(); err != nil {
		return nil, err
	}
	write, err := openWrite(o.Path)
	if err != nil {
		return nil, err
	}
	if write, err = migrate(ctx, write, o); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	if !file.there(o.Path) { // the migrated copy is
		migrated, err := holdAs(o)
		if err != nil {
			return nil, errors.Join(err, write.Close())
		}
		err = file.release()
		if file = migrated; err != nil {
			return nil, errors.Join(err, write.Close())
		}
	}
	read, err := sql.Open("sqlite", dsn(o.Path, true))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), write.Close())
	}
	read.SetMaxOpenConns(o.ReadConnections)
	read.SetMaxIdleConns(o.ReadConnections)
	conn, err := write.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), read.Close(), write.Close())
	}
	opened = true
	d := &DB{
		held:   file,
		reader: reader{newCachedQueries(read), &vocabulary{of: map[string][]term{}}},
		read:   read, write: write, conn: conn, turn: make(chan struct{}, 1), prepared: newCachedQueries(conn),
		path: o.Path, now: o.Now, newID: o.NewID,
	}
	if !o.Shared {
		if err := d.index(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("index the search: %w", err), d.Close())
		}
	}
	return d, nil
}

// holdAs opens the file that SQLite is going to open.
func holdAs(o Options) (held, error) {
	file, err := hold(o.Path)
	if err != nil {
		return file, fmt.Errorf("open database: %w", err)
	}
	if o.Alone {
		if err := file.alone(); err != nil {
			return held{}, errors.Join(fmt.Errorf("%s: %w", o.Path, err), file.release())
		}
	}
	return file, nil
}

// dsn builds the data source name. The pragmas belong to it, because a pragma that is
// executed on a pool reaches only one of its connections; busy_timeout comes first, so
// that the others already wait for a lock.
func dsn(path string, readOnly bool) string {
	pragmas := "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)&_pragma=cache_size(-1000)&_pragma=temp_store(2)" // there may be no folder for temporary files
	if readOnly {
		return address(path) + pragmas + "&_pragma=query_only(1)&mode=rw" // it makes no file
	}
	return address(path) + pragmas + "&_txlock=immediate"
}

// address is a path as SQLite takes it.
func address(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	abs = filepath.ToSlash(abs)
	if abs[0] != '/' {
		abs = "/" + abs
	}
	u := url.URL{Scheme: "file", Path: abs}
	return u.String()
}

// Close waits for running statements and closes both pools. The write pool goes last,
// so that it folds the write-ahead log into the file.
func (db *DB) Close() error {
	db.turn <- struct{}{}
	defer func() { <-db.turn }()
	err := errors.Join(db.read.Close(), db.prepared.close())
	if again := db.conn.Close(); !errors.Is(again, sql.ErrConnDone) { // closing twice is fine
		err = errors.Join(err, again)
	}
	err = errors.Join(err, db.write.Close())
	if again := db.held.release(); !errors.Is(again, fs.ErrClosed) {
		err = errors.Join(err, again)
	}
	return err
}

// InTx runs fn in one write transaction: committed when fn returns nil, rolled back
// otherwise (also when it panics, or ctx has ended). Transactions run one at a time; fn must not
// use the network and must not start another transaction.
//
// Statements are prepared once on the write connection and run there directly, which is inside
// the transaction: to prepare them anew for each transaction takes longer than to run them. A
// transaction is therefore never rolled back from outside while fn runs, as database/sql would do
// when ctx ends: what fn did next would not be part of it.
func (db *DB) InTx(ctx context.Context, fn func(*Tx) error) error {
	return db.inTx(ctx, true, fn)
}

// InTxUnsynced is [DB.InTx] for what nobody misses when the power fails within the next seconds, such as a
// sign-in on its way: it does not wait for the disk. A process that is killed loses nothing of it, and the next
// transaction that is synced takes it along, as both are in the same write-ahead log.
func (db *DB) InTxUnsynced(ctx context.Context, fn func(*Tx) error) error {
	return db.inTx(ctx, false, fn)
}

func (db *DB) inTx(ctx context.Context, synced bool, fn func(*Tx) error) (err error) {
	select {
	case db.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("begin transaction: %w", ctx.Err())
	}
	defer func() { <-db.turn }()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	if err := db.There(); err != nil {
		return err
	}
	if !synced {
		if err := db.sync(ctx, sqlSyncLater); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.sync(ctx, sqlSyncNow)) }()
	}
	tx, err := db.conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", translate(err))
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	work := &Tx{reader: reader{db.prepared, db.vocabulary}, on: db.prepared, now: db.now().UnixMilli(), newID: db.newID}
	if err := fn(work); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("commit transaction: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit transaction: %w", translate(err))
	}
	db.vocabulary.add(work.words)
	return nil
}

// sync sets whether a commit waits for the disk. It does nothing inside of a transaction, and SQLite obeys it while it
// prepares it, so it is not a statement that can be kept.
func (db *DB) sync(ctx context.Context, pragma string) error {
	if _, err := db.conn.ExecContext(context.WithoutCancel(ctx), pragma); err != nil {
		return fmt.Errorf("set synchronous: %w", err)
	}
	return nil
}

// There answers [ErrGone] once the file that is open is not the one that the next start would open.
func (db *DB) There() error {
	if !db.held.there(db.path) {
		return fmt.Errorf("%s: %w", db.path, ErrGone)
	}
	return nil
}

// Ready answers nil when the database can be read and written and is at the current version. Who writes just now is not
// waited for. [ErrGone].
func (db *DB) Ready(ctx context.Context) error {
	var one int
	if err := db.read.QueryRowContext(ctx, sqlReady).Scan(&one); err != nil {
		return fmt.Errorf("read database: %w", err)
	}
	if err := db.There(); err != nil {
		return err
	}
	select {
	case db.turn <- struct{}{}:
	default:
		return nil // it can
	}
	defer func() { <-db.turn }()
	tx, err := db.conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", translate(err))
	}
	return tx.Rollback()
}

// Size is the space of the database's pages in bytes, without the write-ahead log.
func (db *DB) Size(ctx context.Context) (int64, error) {
	var n int64
	err := db.read.QueryRowContext(ctx, sqlSize).Scan(&n)
	return n, translate(err)
}

const (
	sqlReady = `SELECT count(*) FROM (SELECT 1 FROM users LIMIT 1)`
	sqlSize  = `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`

	sqlSyncLater = `PRAGMA synchronous = NORMAL`
	sqlSyncNow   = `PRAGMA synchronous = FULL`
)

// queryer is what both a transaction and the read pool offer.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// reader holds every query that only reads, so that it works inside and outside a transaction.
type reader struct {
	q          queryer
	vocabulary *vocabulary
}

// preparer is what statements are prepared on: a pool, or one connection.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// cachedQueries prepares each statement once per connection; the texts are constants,
// so their number is bounded.
type cachedQueries struct {
	db    preparer
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

func newCachedQueries(on preparer) *cachedQueries {
	return &cachedQueries{db: on, stmts: map[string]*sql.Stmt{}}
}

func (c *cachedQueries) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, stmt := range c.stmts {
		errs = append(errs, stmt.Close())
	}
	clear(c.stmts)
	return errors.Join(errs...)
}

func (c *cachedQueries) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	c.mu.RLock()
	stmt := c.stmts[query]
	c.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if stmt = c.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := c.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = stmt
	return stmt, nil
}

func (c *cachedQueries) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (c *cachedQueries) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := c.prepare(ctx, query)
	if err != nil { // let the row carry the error: the same query fails the same way
		return c.db.QueryRowContext(ctx, query, args...)
	}
	return stmt.QueryRowContext(ctx, args...)
}

// translate turns driver errors into the ones of this package.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return fmt.Errorf("%w: %w", ErrConflict, err)
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return fmt.Errorf("%w: %w", ErrReference, err)
		case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_DATATYPE:
			return fmt.Errorf("%w: %w", ErrRange, err)
		case sqlite3.SQLITE_FULL:
			return fmt.Errorf("%w: %w", ErrFull, err)
		}
		return damaged(err)
	}
	return err
}

// one runs a query for a single row. A query that has begun is not interrupted: those here take
// microseconds, and to watch for the end of a context the driver starts a goroutine each time.
func one[T any](ctx context.Context, q queryer, scan func(scanner) (T, error), query string, args ...any) (v T, err error) {
	if err := ctx.Err(); err != nil {
		return v, err
	}
	v, err = scan(q.QueryRowContext(context.WithoutCancel(ctx), query, args...))
	return v, translate(err)
}

// many runs a query for all its rows; the answer is never nil. As with one, it is not interrupted.
func many[T any](ctx context.Context, q queryer, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(context.WithoutCancel(ctx), query, args...)
	if err != nil {
		return nil, translate(err)
	}
	defer rows.Close() // rows.Err below tells
	list := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, translate(rows.Err())
}

// perUser runs a query for pairs of a user id and a number.
func perUser(ctx context.Context, q queryer, query string, args ...any) (map[string]int64, error) {
	type row struct {
		user string
		n    int64
	}
	rows, err := many(ctx, q, func(s scanner) (v row, err error) { return v, s.Scan(&v.user, &v.n) }, query, args...)
	m := make(map[string]int64, len(rows))
	for _, v := range rows {
		m[v.user] = v.n
	}
	return m, err
}

type scanner interface{ Scan(dest ...any) error }

func scanInt(s scanner) (n int64, err error) { return n, s.Scan(&n) }

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	stmt, err := tx.on.prepare(ctx, query)
	if err != nil {
		return 0, translate(err)
	}
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, translate(err)
	}
	n, err := res.RowsAffected()
	return n, translate(err)
}

// IgnoreNotFound is nil for [ErrNotFound], and err otherwise.
func IgnoreNotFound(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// change runs a statement that must change at least one row, else [ErrNotFound].
func (tx *Tx) change(ctx context.Context, query string, args ...any) error {
	n, err := tx.exec(ctx, query, args...)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}
