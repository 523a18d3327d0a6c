//go:build unix

package db

import (
	"errors"
	"io/fs"
	"os"
)

// held is the database file, kept open as long as SQLite has it open: so it can be told from one that takes its place.
// It must not be closed before SQLite's last connection is, because that would give up SQLite's locks (POSIX.1-2017,
// fcntl: closing any descriptor of a file releases all of the process's locks on it).
type held struct{ file *os.File }

// hold opens the file at path, and makes it where there is none: SQLite would make it readable for everyone on the machine.
func hold(path string) (held, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	return held{file}, err
}

// there says whether the file is the one at path still. What cannot be told, as of a folder that may not be looked into,
// counts as being there.
func (h held) there(path string) bool {
	mine, err := h.file.Stat()
	if err != nil {
		return true
	}
	now, err := os.Stat(path)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	return os.SameFile(mine, now)
}

func (h held) release() error { return h.file.Close() }
