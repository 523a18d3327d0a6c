package app

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"pantrie/db"
)

const (
	databaseFile = "pantrie.db"
	lockFile     = "pantrie.lock"
)

// HoldDataFolder makes the data folder, sees whether it can be written, and holds it for this process alone until
// release, or its end. Its errors say what is wrong with which path, and what to do.
func HoldDataFolder(dir string) (release func() error, err error) { return dataFolder{dir: dir}.hold() }

// dataFolder says what keeps Pantrie from using its data folder, and what to do about it.
type dataFolder struct {
	dir string
	// command is what was typed, when it is a command beside a server; a server has none.
	command string
}

// accessError has been explained already.
type accessError struct {
	text string
	err  error
}

func (e *accessError) Error() string { return e.text + ": " + e.err.Error() }
func (e *accessError) Unwrap() error { return e.err }

func (f dataFolder) hold() (release func() error, err error) {
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return nil, f.say(f.dir, err)
	}
	// A link could lead to a file of somebody else, which would be made or held.
	lock := flock.New(filepath.Join(f.dir, lockFile), flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR|noFollow))
	held, err := lock.TryLock()
	if err != nil {
		return nil, f.say(lock.Path(), err)
	}
	if !held {
		return nil, fmt.Errorf("another Pantrie is running with the data folder %s: stop it first, or give this one a folder of its own with PANTRIE_DATA_DIR", full(f.dir))
	}
	if err := f.usable(); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return lock.Unlock, nil
}

// usable sees whether the folder and the files of the database can be written. SQLite would say which of them cannot
// for none.
func (f dataFolder) usable() error {
	for _, name := range []string{databaseFile, databaseFile + "-wal", databaseFile + "-shm"} {
		path := filepath.Join(f.dir, name)
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return f.say(path, err)
		}
		if err := file.Close(); err != nil {
			return err
		}
	}
	_, remove, err := db.Private(filepath.Join(f.dir, databaseFile))
	if errors.Is(err, fs.ErrPermission) || readOnly(err) {
		return f.say(f.dir, err)
	}
	if err == nil {
		remove()
	}
	return nil // a disk that is full can still be read
}

// explain makes of an error about something in the data folder one that says what to do.
func (f dataFolder) explain(err error) error {
	var done *accessError
	if err == nil || errors.As(err, &done) || !errors.Is(err, fs.ErrPermission) {
		return err
	}
	var at *fs.PathError
	var link *os.LinkError
	path := ""
	switch {
	case errors.As(err, &at):
		path = at.Path
	case errors.As(err, &link):
		path = link.New
	}
	if path == "" || !within(f.dir, path) {
		return err
	}
	return f.say(path, err)
}

func within(dir, path string) bool {
	rel, err := filepath.Rel(full(dir), full(path))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// say explains why a path cannot be used, which is the data folder or in it.
func (f dataFolder) say(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return &accessError{f.denied(full(path)), err}
	case readOnly(err):
		return &accessError{full(path) + " is on a file system that is mounted read-only: mount it writable, or choose another folder with PANTRIE_DATA_DIR", err}
	case noSpace(err):
		return &accessError{full(path) + ": the disk is full; make room, then start Pantrie again", err}
	}
	return fmt.Errorf("data folder: %w", err)
}

// again is how another user runs what was typed.
func (f dataFolder) again(user string) string {
	return "sudo -u " + user + " PANTRIE_DATA_DIR=" + quoted(full(f.dir)) + " pantrie " + cmp.Or(f.command, "…")
}

func full(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// quoted is a word as a shell takes it for one.
func quoted(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+:,@%=", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Typed is a command line as a shell takes it.
func Typed(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = quoted(arg)
	}
	return strings.Join(words, " ")
}
