package db

import (
	"errors"
	"fmt"
	"syscall"
)

// File systems whose locks of whole files are the same as SQLite's, or none: those of other machines, and of programs.
// The numbers are those of statfs(2).
var sharedFileSystems = map[int64]bool{
	0x6969: true, 0x517b: true, 0xff534d42: true, 0xfe534d42: true, // NFS, SMB, CIFS, SMB 2
	0x65735546: true, 0x01021997: true, 0x00c36400: true, 0x5346414f: true, // FUSE, 9P, Ceph, AFS
}

// alone keeps every other process from holding the file alone, whatever name it has for it. [ErrInUse] when another one
// holds it. Where the file is on another machine it does nothing.
func (h held) alone() error {
	var fs syscall.Statfs_t
	if err := syscall.Fstatfs(int(h.file.Fd()), &fs); err != nil || sharedFileSystems[int64(fs.Type)&0xffffffff] {
		return nil //nolint:nilerr // then the lock of the data folder has to do
	}
	switch err := syscall.Flock(int(h.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return ErrInUse
	case errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENOLCK):
		return nil
	case err != nil:
		return fmt.Errorf("lock the database: %w", err)
	}
	return nil
}
