//go:build !unix

package app

import "os/user"

func ownerOf(string) string { return "owner" }

func runsAs() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "another user"
}

func whose(string) string { return "Pantrie runs as " + runsAs() + ", who may not" }

func readOnly(error) bool { return false }

func noSpace(error) bool { return false }

// noFollow is an option of opening files that does not exist here.
const noFollow = 0

// asOwner has no meaning here.
func asOwner(string, string) error { return nil }
