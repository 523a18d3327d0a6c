package db

import (
	"fmt"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// keepPlans gives every connection from now on SQLite's query planner stability guarantee: a plan does not depend on
// what is bound. Without it this build of SQLite, which can look at samples of the values (STAT4), prepares a
// statement anew whenever it is run with other values, which takes longer than to run it. The driver has no option
// for it, so it is set as SQLite offers for extensions: by a function that each new connection calls, of which
// SQLite takes note once.
func keepPlans() error {
	tls := libc.NewTLS()
	defer tls.Close()
	if code := sqlite3.Xsqlite3_auto_extension(tls, functionPointer(setStable)); code != sqlite3.SQLITE_OK {
		return fmt.Errorf("open database: SQLite takes no extension: code %d", code)
	}
	return nil
}

// setStable is called by SQLite with a new connection.
func setStable(tls *libc.TLS, connection, _, _ uintptr) int32 {
	const size = 16 // of two variadic arguments
	args := tls.Alloc(size)
	defer tls.Free(size)
	return sqlite3.Xsqlite3_db_config(tls, connection, sqlite3.SQLITE_DBCONFIG_ENABLE_QPSG, libc.VaList(args, int32(1), uintptr(0)))
}

// functionPointer is what the translated C code calls a function by. It must not be a closure: nothing would keep
// that alive.
func functionPointer(f func(tls *libc.TLS, connection, message, api uintptr) int32) uintptr {
	return *(*uintptr)(unsafe.Pointer(&f)) // as the driver itself does
}
