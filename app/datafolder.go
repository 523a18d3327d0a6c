package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// HoldDataFolder makes the data folder, sees whether it can be written, and holds it for this process alone until
// release, or its end. Its errors say what is wrong with which path, and what to do.
func HoldDataFolder(dir string) (release func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, sayFolder(dir, err)
	}
	// A link could lead to a file of somebody else, which would be made or held.
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR|noFollow))
	held, err := lock.TryLock()
	if err != nil {
		return nil, sayFolder(dir, err)
	}
	if !held {
		return nil, fmt.Errorf("another Pantrie is running with the data folder %s: stop it first, or give this one a folder of its own with PANTRIE_DATA_DIR", full(dir))
	}
	for _, name := range []string{databaseFile, databaseFile + "-wal", databaseFile + "-shm"} {
		file, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, errors.Join(sayFolder(filepath.Join(dir, name), err), lock.Unlock())
		}
		if err := file.Close(); err != nil {
			return nil, errors.Join(err, lock.Unlock())
		}
	}
	return lock.Unlock, nil
}

const (
	databaseFile = "pantrie.db"
	lockFile     = "pantrie.lock"
)

func full(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// sayFolder explains why a path cannot be written.
func sayFolder(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s cannot be written: %s. Either give it to that user (chown -R %s %s), or run Pantrie as the owner (in a container: user: \"%s\"): %w",
			full(path), whose(path), runsAs(), full(path), ownerOf(path), err)
	case readOnly(err):
		return fmt.Errorf("%s is on a file system that is mounted read-only: mount it writable, or choose another folder with PANTRIE_DATA_DIR: %w", full(path), err)
	case noSpace(err):
		return fmt.Errorf("%s: the disk is full; make room, then start Pantrie again: %w", full(path), err)
	}
	return fmt.Errorf("data folder: %w", err)
}
