//go:build !unix

package app

import "os/user"

// denied explains why this user may not use a path.
func (f dataFolder) denied(path string) string {
	runsAs := "a user who may not"
	if u, err := user.Current(); err == nil {
		runsAs = u.Username + ", who may not"
	}
	return path + " cannot be written: Pantrie runs as " + runsAs + ". Give that user the right to change " + full(f.dir) + " and everything in it, or choose another folder with PANTRIE_DATA_DIR"
}

func readOnly(error) bool { return false }

func noSpace(error) bool { return false }

// noFollow is an option of opening files that does not exist here.
const noFollow = 0

// asOwner has no meaning here.
func (f dataFolder) asOwner() error { return nil }

// ownedByMe is true where folders for temporary files are a user's own.
func ownedByMe(string) bool { return true }
