package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"pantrie/db"
)

// mostUnpacked bounds what a compressed file may become.
const mostUnpacked = 16 << 30

// databaseName is the database in the data folder, preparedName one that is to take its place.
const (
	databaseName = "pantrie.db"
	preparedName = "pantrie.db.restored"
)

// Restored says what a backup has that was prepared.
type Restored struct {
	db.Copy
	// Unreadable are the keys of the secrets that were encrypted with another key than this Pantrie has.
	Unreadable []string
}

// Restorer prepares a backup to take the place of the database.
type Restorer struct {
	Dir string // the data folder
	// Readable says whether the key of this Pantrie opens a secret.
	Readable func(db.Setting) bool
	Log      *slog.Logger
	Now      func() time.Time
	NewID    func() string
}

// Path is where the database is.
func (r Restorer) Path() string { return filepath.Join(r.Dir, databaseName) }

func (r Restorer) prepared() string { return filepath.Join(r.Dir, preparedName) }

// Prepare checks a backup, compressed or not, and brings it to the version of this Pantrie, beside the database,
// which stays as it is. [db.ErrNoBackup], [db.ErrDamaged], [db.ErrNewer].
func (r Restorer) Prepare(ctx context.Context, from io.Reader) (Restored, error) {
	path := r.prepared()
	if err := r.Forget(); err != nil {
		return Restored{}, err
	}
	out, err := r.prepare(ctx, from, path)
	if err != nil {
		return out, errors.Join(err, r.Forget())
	}
	for _, s := range out.Sealed {
		if !r.Readable(s) {
			out.Unreadable = append(out.Unreadable, s.Key)
		}
	}
	return out, nil
}

func (r Restorer) prepare(ctx context.Context, from io.Reader, path string) (out Restored, err error) {
	if err := unpack(ctx, from, path); err != nil {
		return out, err
	}
	out.Copy, err = db.PrepareCopy(ctx, db.Options{Path: path, Log: r.Log, Now: r.Now, NewID: r.NewID})
	return out, err
}

// Forget removes what was prepared.
func (r Restorer) Forget() error { return db.Remove(r.prepared()) }

// Put puts what was prepared in the place of the database, which nobody may have open, and returns where that one is
// kept.
func (r Restorer) Put(ctx context.Context) (kept string, err error) {
	stem := filepath.Join(r.Dir, db.BackupFolder, string(BeforeRestore)+"-"+r.Now().UTC().Format(timeFormat))
	return db.Numbered(stem, ".db", func(path string) error { return db.Replace(ctx, r.Path(), r.prepared(), path) })
}

// unpack writes a database to path. What is neither one nor a compressed one is [db.ErrNoBackup].
func unpack(ctx context.Context, from io.Reader, path string) error {
	buffered := bufio.NewReader(reading{ctx, from})
	start, err := buffered.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the backup: %w", err)
	}
	plain := buffered
	if bytes.Equal(start, []byte{0x1f, 0x8b}) { // RFC 1952, section 2.3.1
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return fmt.Errorf("%w: %w", db.ErrNoBackup, err)
		}
		plain = bufio.NewReader(z)
	}
	if start, _ := plain.Peek(16); string(start) != "SQLite format 3\x00" {
		return db.ErrNoBackup
	}
	to, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(to, io.LimitReader(plain, mostUnpacked+1))
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: the file ends too early, or is not what was written: %w", db.ErrDamaged, err)
	}
	if n > mostUnpacked {
		err = fmt.Errorf("%w: it is larger than 16 GiB", db.ErrNoBackup)
	}
	return errors.Join(err, to.Sync(), to.Close())
}
