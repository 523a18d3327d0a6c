//go:build unix

package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"pantrie/db"
)

// noFollow opens no symbolic links.
const noFollow = syscall.O_NOFOLLOW

// asOwner refuses to write as root into a data folder that another user runs Pantrie in: what is made belonged to root,
// and that Pantrie could not read it.
func (f dataFolder) asOwner() error {
	info, err := os.Stat(filepath.Join(f.dir, databaseFile))
	if err != nil { // it is gone, perhaps: then whose the folder is says who runs Pantrie
		info, err = os.Stat(f.dir)
	}
	if err != nil || os.Geteuid() != 0 {
		return nil //nolint:nilerr // opening the folder tells what is wrong with it
	}
	if uid, _ := ownerOf(info); uid != 0 {
		return fmt.Errorf("%s belongs to user %d: run this as that user, or Pantrie could not use what is made: %s", full(f.dir), uid, f.again(fmt.Sprintf("'#%d'", uid)))
	}
	return nil
}

func ownerOf(info fs.FileInfo) (uid, gid uint32) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Uid, s.Gid
	}
	return 0, 0
}

// ownedByMe says whether a path is of the user that Pantrie runs as; a link is not followed.
func ownedByMe(path string) bool {
	info, err := os.Lstat(path)
	if err != nil {
		return false
	}
	uid, _ := ownerOf(info)
	return int(uid) == os.Geteuid()
}

// denied explains why this user may not use a path.
func (f dataFolder) denied(path string) string {
	runsAs := fmt.Sprintf("%d:%d", os.Geteuid(), os.Getegid())
	at, info, err := path, fs.FileInfo(nil), error(nil)
	closed := false // a folder on the way may not be entered
	for {
		if info, err = os.Stat(at); err == nil || at == filepath.Dir(at) {
			break
		}
		closed = closed || errors.Is(err, fs.ErrPermission)
		at = filepath.Dir(at)
	}
	if err != nil {
		return path + " cannot be written, and Pantrie runs as " + runsAs
	}
	dir := full(f.dir)
	missing := at != path && !within(dir, at)
	uid, gid := ownerOf(info)
	owner, mine := fmt.Sprintf("%d:%d", uid, gid), int(uid) == os.Geteuid()
	whose := fmt.Sprintf("it belongs to user and group %s, and Pantrie runs as %s", owner, runsAs)
	do := "written"
	switch {
	case closed:
		do = "entered"
	case filepath.Base(at) == db.KeyFile:
		do = "read"
	}
	switch {
	case mine:
		return f.deniedMine(at, runsAs, info)
	case missing && closed:
		return fmt.Sprintf("%s cannot be reached, as %s cannot be entered: %s. Let others through (chmod a+x %s), or choose another folder with PANTRIE_DATA_DIR", path, at, whose, quoted(at))
	case missing:
		return fmt.Sprintf("%s does not exist, and %s cannot be written to make it: %s. Make it and give it to that user (mkdir -p %s && chown %s %s), or choose another folder with PANTRIE_DATA_DIR",
			path, at, whose, quoted(path), runsAs, quoted(path))
	case at != dir && ownedByMe(dir):
		return fmt.Sprintf("%s cannot be %s: %s, to whom the folder belongs. Somebody else made it, as a Pantrie that was run as root does. Give everything in the folder to that user: chown -R %s %s",
			at, do, whose, runsAs, quoted(dir))
	case f.command != "":
		return fmt.Sprintf("%s cannot be %s: %s. Either run this as the owner (%s), or, if Pantrie is to run as %s, give the folder to that user (chown -R %s %s)",
			at, do, whose, f.again(fmt.Sprintf("'#%d'", uid)), runsAs, runsAs, quoted(dir))
	}
	return fmt.Sprintf("%s cannot be %s: %s. Either give the folder to that user (chown -R %s %s), or run Pantrie as the owner (in a container: user: \"%s\")",
		at, do, whose, runsAs, quoted(dir), owner)
}

// deniedMine explains the same of what is this user's own.
func (f dataFolder) deniedMine(at, runsAs string, info fs.FileInfo) string {
	need, allow := fs.FileMode(0o600), "u+rw"
	if info.IsDir() {
		need, allow = 0o700, "u+rwx"
	}
	if info.Mode()&need == need {
		return fmt.Sprintf("%s cannot be used, although it belongs to the user that Pantrie runs as (%s) and its mode is %#o: something else forbids it, such as an access control list, SELinux or AppArmor, or the file system it is on",
			at, runsAs, info.Mode().Perm())
	}
	return fmt.Sprintf("%s cannot be written: it belongs to the user that Pantrie runs as (%s), and its mode, %#o, does not let that user. Allow it: chmod %s %s",
		at, runsAs, info.Mode().Perm(), allow, quoted(at))
}

func readOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
