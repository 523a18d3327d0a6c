package db

import (
	"errors"
	"strings"
	"testing"
)

// A plan does not depend on what is bound: SQLite would use the index for this beginning if it looked at it.
func TestPlansAreStable(t *testing.T) {
	d := open(t)
	if _, err := d.conn.ExecContext(t.Context(), `CREATE TABLE words (word TEXT COLLATE NOCASE PRIMARY KEY) STRICT`); err != nil {
		t.Fatal(err)
	}
	plan := func(on queryer, where string, args ...any) (step string) {
		var id, parent, unused int
		if err := on.QueryRowContext(t.Context(), `EXPLAIN QUERY PLAN SELECT word FROM words WHERE word LIKE `+where, args...).Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		return step
	}
	for name, on := range map[string]queryer{"reading": d.read, "writing": d.conn} {
		if step := plan(on, `'ab%'`); !strings.HasPrefix(step, "SEARCH") {
			t.Fatalf("%s: what is in the statement is not looked at: %s", name, step)
		}
		if step := plan(on, `?`, "ab%"); !strings.HasPrefix(step, "SCAN") {
			t.Errorf("%s: the plan is made for the value: %s", name, step)
		}
	}
}

// Only a transaction that says so does not wait for the disk.
func TestUnsyncedIsForOneTransaction(t *testing.T) {
	d := open(t)
	how := func() (mode int) {
		if err := d.conn.QueryRowContext(t.Context(), `PRAGMA synchronous`).Scan(&mode); err != nil {
			t.Fatal(err)
		}
		return mode
	}
	const normal, full = 1, 2
	failed := errors.New("no")
	for _, err := range []error{nil, failed} {
		got := d.InTxUnsynced(t.Context(), func(*Tx) error {
			if how() != normal {
				t.Errorf("within it: %d", how())
			}
			return err
		})
		if !errors.Is(got, err) || how() != full {
			t.Errorf("after it: %d, %v", how(), got)
		}
	}
	if err := d.InTx(t.Context(), func(*Tx) error {
		if how() != full {
			t.Errorf("within another one: %d", how())
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}
