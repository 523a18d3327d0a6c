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
	"pantrie/auth/provider"
	"pantrie/db"
)

type backupCommand struct {
	File string `arg:"" optional:"" complete:"file" help:"Where to: a folder, which gets a new file named after the time, or a new file, compressed when it ends in .gz. Default: a new file in the folder backups of the data folder."`
}

type restoreCommand struct {
	File string `arg:"" complete:"file" help:"The backup: .db or .db.gz."`
}

type checkCommand struct{}

// Offline is what the commands work with that need no open database.
type Offline struct {
	ctx    context.Context
	cfg    Config
	log    *slog.Logger
	out    io.Writer
	folder dataFolder
}

// NewOffline prepares one for a command, which was typed as in [Typed]; warnings go to a place of their own.
func NewOffline(ctx context.Context, cfg Config, typed string, out, warnings io.Writer) *Offline {
	cfg.LogLevel = "warn"
	return &Offline{ctx: ctx, cfg: cfg, log: NewLogger(cfg, warnings), out: out, folder: dataFolder{cfg.DataDir, typed}}
}

func (c *Offline) path() string { return filepath.Join(c.cfg.DataDir, databaseFile) }

// there makes sure that there is a database, and that this user may use it.
func (c *Offline) there() error {
	if err := noDatabase(c.cfg.DataDir); err != nil {
		return c.folder.explain(err)
	}
	return c.folder.usable()
}

// open opens the database, which a server may have open too.
func (c *Offline) open() (*db.DB, error) {
	if err := c.there(); err != nil {
		return nil, err
	}
	database, err := db.Open(c.ctx, db.Options{Path: c.path(), Shared: true, Log: c.log, Now: time.Now, NewID: NewID})
	return database, WayBack(c.cfg.DataDir, err)
}

func (cmd *backupCommand) Run(c *Offline) error {
	database, err := c.open()
	if err != nil {
		return err
	}
	err = cmd.write(c, database)
	return errors.Join(c.folder.explain(err), database.Close())
}

func (cmd *backupCommand) write(c *Offline, database *db.DB) error {
	path := cmd.File
	if path == "" {
		if err := c.folder.asOwner(); err != nil {
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
		var err error
		if path, err = writeTo(c.ctx, database, path); err != nil {
			return err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	key := "the key that the server has in PANTRIE_SECRET_KEY"
	if file := filepath.Join(c.cfg.DataDir, db.KeyFile); c.cfg.SecretKey == "" && db.ReadSealer(c.cfg.DataDir, "").Missing() == nil {
		key = file + " as well; keep a copy of it elsewhere"
	}
	_, err = fmt.Fprintf(c.out, "Backup written: %s (%d bytes). Restored, the stored secrets need %s.\n", path, info.Size(), key)
	return err
}

// writeTo writes a backup to a file that must not be there, or to a new one in a folder. It makes no folders: where a
// disk is not mounted, the one that is missing would be made on another.
func writeTo(ctx context.Context, database *db.DB, path string) (string, error) {
	info, err := os.Stat(path)
	folder := filepath.Dir(path)
	switch {
	case err == nil && info.IsDir():
		stem := filepath.Join(path, "pantrie-"+time.Now().UTC().Format("20060102-150405"))
		return db.Numbered(stem, ".db.gz", func(path string) error { return backup.Write(ctx, database, path) })
	case err == nil:
		return "", fmt.Errorf("%s exists already: name a file that does not, or a folder, which gets a new file each time", path)
	case strings.HasSuffix(path, "/") || os.IsPathSeparator(path[len(path)-1]):
		folder = path
	}
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the folder %s does not exist: make it first, or mount the disk that it is on", folder)
	}
	return path, backup.Write(ctx, database, path)
}

func (cmd *restoreCommand) Run(c *Offline) (err error) {
	if err := c.folder.asOwner(); err != nil {
		return err
	}
	release, err := c.folder.hold()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(c.folder.explain(err), release()) }()
	file, err := os.Open(cmd.File)
	if err != nil {
		return err
	}
	defer file.Close()
	sealer := db.ReadSealer(c.cfg.DataDir, c.cfg.SecretKey)
	if err := sealer.Missing(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	r := newRestorer(c.cfg.DataDir, sealer.Opens, c.log, time.Now)
	found, err := r.Prepare(c.ctx, file)
	if err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	info, err := os.Stat(c.path())
	before := err == nil && info.Size() > 0
	kept, err := r.Put(c.ctx)
	if err != nil {
		return errors.Join(fmt.Errorf("nothing was restored: %w", err), r.Forget())
	}
	text := fmt.Sprintf("Restored: %d accounts, %d households, %d products. Everybody signs in again, and open invitations have to be made again. Start Pantrie.\n", found.Users, found.Households, found.Products)
	if found.Users > 0 && found.Admins == 0 {
		text += "Nobody in it could administer Pantrie: make somebody with pantrie admin create <address>.\n"
	}
	if before {
		text += "What was there before is kept as " + kept + ".\n"
	}
	if names := provider.SecretNames(found.Unreadable); len(names) > 0 {
		why := "These were encrypted with another key"
		if sealer.Missing() != nil {
			why = "These are encrypted, and there is no key here (PANTRIE_SECRET_KEY, or " + filepath.Join(c.cfg.DataDir, db.KeyFile) + "); they"
		}
		text += why + " and have to be entered again, unless you put back the key file of then (secret.key): " + strings.Join(names, ", ") + ".\n"
	}
	_, err = fmt.Fprint(c.out, text)
	return err
}

func (*checkCommand) Run(c *Offline) error {
	if err := c.there(); err != nil {
		return err
	}
	problems, err := db.Check(c.ctx, c.path())
	switch {
	case err != nil:
		return WayBack(c.cfg.DataDir, err)
	case len(problems) > 0:
		return WayBack(c.cfg.DataDir, fmt.Errorf("%w: %w", db.ErrDamaged, errors.Join(problems...)))
	}
	_, err = fmt.Fprintf(c.out, "%s is in order.\n", c.path())
	return err
}

func newRestorer(dir string, readable func(db.Setting) bool, log *slog.Logger, now func() time.Time) backup.Restorer {
	return backup.Restorer{Dir: dir, Readable: readable, Log: log, Now: now, NewID: NewID}
}
