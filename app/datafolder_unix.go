//go:build unix

package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// noFollow opens no symbolic links.
const noFollow = syscall.O_NOFOLLOW

// asOwner refuses to write as root into a data folder that another user runs Pantrie in: what is made belonged to root,
// and that Pantrie could not read it.
func asOwner(dir, command string) error {
	info, err := os.Stat(filepath.Join(dir, databaseFile))
	if err != nil || os.Geteuid() != 0 {
		return nil
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok && s.Uid != 0 {
		return fmt.Errorf("%s belongs to user %d: run this as that user, or Pantrie could not use what is made: sudo -u '#%d' PANTRIE_DATA_DIR=%s pantrie %s", full(dir), s.Uid, s.Uid, full(dir), command)
	}
	return nil
}

// ownerOf is user and group of a path, or of what it would be in.
func ownerOf(path string) string {
	for {
		info, err := os.Stat(path)
		if err == nil {
			if s, ok := info.Sys().(*syscall.Stat_t); ok {
				return fmt.Sprintf("%d:%d", s.Uid, s.Gid)
			}
			return "0:0"
		}
		if up := filepath.Dir(path); up != path {
			path = up
			continue
		}
		return "0:0"
	}
}

func runsAs() string { return fmt.Sprintf("%d:%d", os.Geteuid(), os.Getegid()) }

func whose(path string) string {
	return fmt.Sprintf("it belongs to user and group %s, and Pantrie runs as %s", ownerOf(path), runsAs())
}

func readOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
