package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pantrie/app/backup"
	"pantrie/auth"
	"pantrie/db"
)

type backupCommand struct {
	File string `arg:"" optional:"" complete:"file" help:"Where to; compressed when it ends in .gz. Default: a new file in the folder backups of the data folder."`
}

type restoreCommand struct {
	File string `arg:"" complete:"file" help:"The backup: .db or .db.gz."`
}

type checkCommand struct{}

// Offline is what the commands work with that need no open database.
type Offline struct {
	ctx context.Context
	cfg Config
	log *slog.Logger
	out io.Writer
}

// NewOffline prepares one; warnings go to a place of their own.
func NewOffline(ctx context.Context, cfg Config, out, warnings io.Writer) *Offline {
	cfg.LogLevel = "warn"
	return &Offline{ctx: ctx, cfg: cfg, log: NewLogger(cfg, warnings), out: out}
}

func (c *Offline) path() string { return filepath.Join(c.cfg.DataDir, databaseFile) }

func (cmd *backupCommand) Run(c *Offline) error {
	if _, err := os.Stat(c.path()); err != nil {
		return noDatabase(c.path(), err)
	}
	database, err := db.Open(c.ctx, db.Options{Path: c.path(), Shared: true, Log: c.log, Now: time.Now, NewID: NewID})
	if err != nil {
		return WayBack(c.cfg.DataDir, err)
	}
	err = cmd.write(c, database)
	return errors.Join(err, database.Close())
}

func (cmd *backupCommand) write(c *Offline, database *db.DB) error {
	path := cmd.File
	if path == "" {
		if err := asOwner(c.cfg.DataDir, "backup"); err != nil {
			return err
		}
		s, err := backup.New(backup.Deps{DB: database, Dir: c.cfg.DataDir, Log: c.log, Now: time.Now})
		if err != nil {
			return err
		}
		f, err := s.Make(c.ctx, backup.Manual)
		if err != nil {
			return err
		}
		path = filepath.Join(c.cfg.DataDir, db.BackupFolder, f.Name)
	} else {
		if _, err := os.Stat(path); err == nil {
			return fmt.Errorf("%s exists already; name a file that does not", path)
		}
		if err := backup.Write(c.ctx, database, path); err != nil {
			return err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	key := "the stored secrets need the key in PANTRIE_SECRET_KEY"
	if c.cfg.SecretKey == "" {
		key = "the stored secrets need " + filepath.Join(c.cfg.DataDir, db.KeyFile) + " as well; keep a copy of it elsewhere"
	}
	_, err = fmt.Fprintf(c.out, "Backup written: %s (%d bytes). Restored, %s.\n", path, info.Size(), key)
	return err
}

func (cmd *restoreCommand) Run(c *Offline) (err error) {
	if err := asOwner(c.cfg.DataDir, "restore "+cmd.File); err != nil {
		return err
	}
	release, err := HoldDataFolder(c.cfg.DataDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	file, err := os.Open(cmd.File)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it is only read
	sealer, err := db.LoadSealer(c.cfg.DataDir, c.cfg.SecretKey)
	if err != nil {
		return err
	}
	r := newRestorer(c.cfg.DataDir, sealer.Opens, c.log, time.Now)
	found, err := r.Prepare(c.ctx, file)
	if err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	_, err = os.Stat(c.path())
	before := err == nil
	kept, err := r.Put(c.ctx)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("Restored: %d accounts, %d households, %d products. Everybody signs in again, and open invitations have to be made again. Start Pantrie.\n", found.Users, found.Households, found.Products)
	if found.Users > 0 && found.Admins == 0 {
		text += "Nobody in it could administer Pantrie: make somebody with pantrie admin create <address>.\n"
	}
	if before {
		text += "What was there before is kept as " + kept + ".\n"
	}
	if names := auth.SecretNames(found.Unreadable); len(names) > 0 {
		text += "These were encrypted with another key and have to be entered again, unless you put back the key file of then (secret.key): " + strings.Join(names, ", ") + ".\n"
	}
	_, err = fmt.Fprint(c.out, text)
	return err
}

func (*checkCommand) Run(c *Offline) error {
	problems, err := db.Check(c.ctx, c.path())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return noDatabase(c.path(), err)
	case err != nil:
		return WayBack(c.cfg.DataDir, err)
	case len(problems) > 0:
		return WayBack(c.cfg.DataDir, fmt.Errorf("%w: %w", db.ErrDamaged, errors.Join(problems...)))
	}
	_, err = fmt.Fprintf(c.out, "%s is in order.\n", c.path())
	return err
}

func noDatabase(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database at %s: set PANTRIE_DATA_DIR as the server has it, or start Pantrie once", path)
	}
	return err
}

func newRestorer(dir string, readable func(db.Setting) bool, log *slog.Logger, now func() time.Time) backup.Restorer {
	return backup.Restorer{Dir: dir, Readable: readable, Log: log, Now: now, NewID: NewID}
}

// WayBack adds to an error that says that the database is damaged what to do about it.
func WayBack(dir string, err error) error {
	if !errors.Is(err, db.ErrDamaged) {
		return err
	}
	advice := "there is no backup in " + filepath.Join(full(dir), db.BackupFolder) + "; if you keep one elsewhere: pantrie restore <file>"
	if list, listed := backup.In(dir); listed == nil && len(list) > 0 {
		advice = "the newest backup is of " + time.UnixMilli(list[0].At).Format(time.DateTime) + ": pantrie restore " + filepath.Join(full(dir), db.BackupFolder, list[0].Name)
	}
	return fmt.Errorf("%w\n%s is left as it is. The way back: %s", err, filepath.Join(full(dir), databaseFile), advice)
}
