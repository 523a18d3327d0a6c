package db

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// privatePrefix begins the names of folders for what is not finished.
const privatePrefix = ".pantrie-"

// isPrivate tells such a folder from one that somebody called so.
var isPrivate = regexp.MustCompile(`^\.pantrie-[0-9]+$`)

// Private makes a folder beside path that nobody else can look into, for what is to become path: in a folder that
// others may write to, they could otherwise have put a file or a link there before. remove takes it away again.
func Private(path string) (folder string, remove func(), err error) {
	beside := filepath.Dir(path)
	if err := os.MkdirAll(beside, 0o700); err != nil {
		return "", nil, err
	}
	if folder, err = os.MkdirTemp(beside, privatePrefix); err != nil {
		return "", nil, err
	}
	return folder, func() { _ = os.RemoveAll(folder) }, nil
}

// Publish gives a finished file its name, and waits until that is on the disk where systems have that. It replaces
// nothing: an error of [fs.ErrExist] says that the name is taken.
func Publish(from, to string) error {
	err := os.Link(from, to)
	switch {
	case err == nil:
		return errors.Join(os.Remove(from), syncFolder(filepath.Dir(to)))
	case errors.Is(err, fs.ErrExist):
		return err
	}
	// Some file systems, such as exFAT, have no links.
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := moveFile(from, to); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}

// mostNumbered bounds how many of one second there can be.
const mostNumbered = 1000

// Numbered writes to stem and end, or to stem-2 and end, and so on, where the name is taken, and returns which it was.
func Numbered(stem, end string, write func(path string) error) (path string, err error) {
	for i := 1; i <= mostNumbered; i++ {
		path = stem + end
		if i > 1 {
			path = fmt.Sprintf("%s-%d%s", stem, i, end)
		}
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		if err := write(path); !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
	return path, fs.ErrExist
}

// moveFile renames a file, and waits until its folder is on the disk.
func moveFile(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = folder.Sync() // Windows and some file systems cannot
	return folder.Close()
}

// Remove deletes a database that nobody has open, with what belongs to it; one that is not there is no error.
func Remove(path string) error {
	for _, end := range []string{"-wal", "-shm", "-journal", ""} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// RemoveUnfinished deletes what processes that were killed left unfinished in a folder before a time.
func RemoveUnfinished(folder string, before time.Time) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var errs []error
	for _, e := range entries {
		if !e.IsDir() || !isPrivate.MatchString(e.Name()) {
			continue
		}
		if info, err := e.Info(); err == nil && info.ModTime().Before(before) {
			errs = append(errs, os.RemoveAll(filepath.Join(folder, e.Name())))
		}
	}
	return errors.Join(errs...)
}
