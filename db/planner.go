package db

import (
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Every connection gets SQLite's query planner stability guarantee (SQLITE_DBCONFIG_ENABLE_QPSG): a plan does not
// depend on what is bound. Without it this build of SQLite, which can look at samples of the values (STAT4), prepares
// a statement anew whenever it is run with other values, which takes longer than to run it. The driver has no option
// for it, so it is set as SQLite offers for extensions, by a function that each new connection calls.
func init() {
	stable := func(tls *libc.TLS, connection, _, _ uintptr) int32 {
		const size = 16 // of two variadic arguments
		args := tls.Alloc(size)
		defer tls.Free(size)
		return sqlite3.Xsqlite3_db_config(tls, connection, sqlite3.SQLITE_DBCONFIG_ENABLE_QPSG, libc.VaList(args, int32(1), uintptr(0)))
	}
	tls := libc.NewTLS()
	defer tls.Close()
	sqlite3.Xsqlite3_auto_extension(tls, functionPointer(stable))
}

// functionPointer is what the translated C code calls a function by. It must not be a closure: nothing would keep
// that alive.
func functionPointer(f func(tls *libc.TLS, connection, message, api uintptr) int32) uintptr {
	return *(*uintptr)(unsafe.Pointer(&f)) //nolint:gosec // as the driver itself does
}
