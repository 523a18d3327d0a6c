//go:build unix && !linux

package db

// alone does nothing: the lock of the data folder has to do.
func (held) alone() error { return nil }
