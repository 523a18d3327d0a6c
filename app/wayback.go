package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"pantrie/app/backup"
	"pantrie/db"
)

// WayBack adds to an error that says that the database is damaged what to do about it.
func WayBack(dir string, err error) error {
	if !errors.Is(err, db.ErrDamaged) {
		return err
	}
	return fmt.Errorf("%w\n%s is left as it is. The way back: %s", err, filepath.Join(full(dir), databaseFile), advice(dir))
}

// advice names the newest backup and the command that restores it.
func advice(dir string) string {
	list, err := backup.In(dir)
	if err != nil || len(list) == 0 {
		return "there is no backup in " + filepath.Join(full(dir), db.BackupFolder) + "; if you keep one elsewhere: pantrie restore <file>"
	}
	newest := list[0]
	// What a restore replaced may have been replaced for being damaged.
	if i := slices.IndexFunc(list, func(f backup.File) bool { return f.Kind != backup.BeforeRestore }); i >= 0 {
		newest = list[i]
	}
	return "the newest backup is of " + time.UnixMilli(newest.At).Format(time.DateTime) + ": pantrie restore " + quoted(filepath.Join(full(dir), db.BackupFolder, newest.Name))
}

// notLost refuses to begin anew where a database has been: one that is empty or gone beside backups, or empty beside
// a key, is not a first start.
func notLost(dir string) error {
	path, folder := filepath.Join(full(dir), databaseFile), filepath.Join(full(dir), db.BackupFolder)
	info, err := os.Stat(path)
	gone := errors.Is(err, fs.ErrNotExist)
	if err != nil && !gone || err == nil && info.Size() > 0 {
		return nil // whoever opens it says what is wrong
	}
	list, err := backup.In(dir)
	if err != nil {
		return err
	}
	_, err = os.Lstat(filepath.Join(dir, db.KeyFile))
	switch {
	case len(list) > 0 && gone:
		return fmt.Errorf("%s is gone, and beside it are backups of it. The way back: %s\nIf a fresh start is meant, move %s elsewhere first", path, advice(dir), folder)
	case len(list) > 0:
		return fmt.Errorf("%s is empty (0 bytes), and beside it are backups of it. The way back: %s\nIf a fresh start is meant, remove that file and move %s elsewhere first", path, advice(dir), folder)
	case !gone && err == nil:
		return fmt.Errorf("%s is empty (0 bytes), and beside it is the key of one that was not (%s). The way back: %s\nIf a fresh start is meant, remove the empty file", path, db.KeyFile, advice(dir))
	}
	return nil
}

// noDatabase says why a command has nothing to work with, or nil.
func noDatabase(dir string) error {
	path := filepath.Join(dir, databaseFile)
	info, err := os.Stat(path)
	if err == nil && info.Size() > 0 {
		return nil
	}
	if err := notLost(dir); err != nil {
		return err
	}
	switch {
	case err == nil:
		return fmt.Errorf("%s is empty (0 bytes): start Pantrie once, which makes the database", full(path))
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no database at %s: set PANTRIE_DATA_DIR as the server has it (--env-file reads its settings from a file), or start Pantrie once", full(path))
	}
	return err
}
