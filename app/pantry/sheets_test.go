package pantry_test

import (
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/app/pantry/sheet"
)

// The same file twice is told before and after, with who imported it and when; once that import is undone it is as new.
func TestSheetThatWasImportedBefore(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	file, other := []byte("name,amount\nmilk,2\n"), []byte("name,amount\nmilk,3\n")
	before := func(by pantry.By, file []byte) string {
		t.Helper()
		p, err := k.s.PreviewCSV(ctx, by.HouseholdID, file, parse.DayFirst)
		if err != nil {
			t.Fatal(err)
		}
		told := noticed(p.Notices)
		if told != (p.Before != nil) {
			t.Errorf("told %v of %+v", told, p.Before)
		}
		if p.Before == nil {
			return ""
		}
		return p.Before.UserName
	}
	bring := func(by pantry.By, file []byte, again bool) pantry.Change {
		t.Helper()
		c, done, err := k.s.ImportCSV(ctx, by, file, parse.DayFirst, false)
		if err != nil || noticed(done.Notices) != again {
			t.Fatalf("imported with %+v, %v, want it told %v", done.Notices, err, again)
		}
		return c
	}
	if who := before(k.by, file); who != "" {
		t.Errorf("a new file was imported by %s", who)
	}
	first := bring(k.mara, file, false)
	if who := before(k.by, file); who != "Mara" {
		t.Errorf("the file was imported by %q, want Mara", who)
	}
	if who := before(k.by, other); who != "" {
		t.Errorf("another file was imported by %s", who)
	}
	if who := before(k.other, file); who != "" {
		t.Errorf("in another household it was imported by %s", who)
	}
	second := bring(k.by, file, true)
	if who := before(k.by, file); who != "Sam" {
		t.Errorf("the file was imported last by %q, want Sam", who)
	}
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: second.Transaction.ID}))
	if who := before(k.by, file); who != "Mara" {
		t.Errorf("after the undo the file was imported by %q, want Mara", who)
	}
	undone := k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: first.Transaction.ID}))
	if who := before(k.by, file); who != "" {
		t.Errorf("what is undone was imported by %s", who)
	}
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: undone.Transaction.ID}))
	if who := before(k.by, file); who != "Mara" {
		t.Errorf("what is done again was imported by %q, want Mara", who)
	}
}

// noticed says whether it is told that a file was imported before.
func noticed(list []sheet.Problem) bool {
	return len(list) > 0 && list[0].Code == pantry.ImportedBefore
}
