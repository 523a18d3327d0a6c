package db

import (
	"errors"
	"strconv"
	"strings"
	"testing"
)

// No statement of the pantry reads a whole table, however much is in it: everything is found by an
// index that begins with the household. Only the search sorts a few rows, by how well a product fits.
func TestPantryIsFoundByIndexes(t *testing.T) {
	d := open(t)
	checked := 0
	for name, statement := range packageStatements(t) {
		pantry := false
		for _, prefix := range []string{"sqlLot", "sqlProduct", "sqlMovement", "sqlTransaction", "sqlLocation", "sqlCategory", "sqlUnit", "sqlBarcode", "sqlAllergen", "sqlWatch", "sqlShopping", "sqlSearch", "sqlHistory", "sqlPhoto", "sqlExport", "sqlImport"} {
			pantry = pantry || strings.HasPrefix(name, prefix)
		}
		if !pantry {
			continue
		}
		checked++
		args := make([]any, parameters(statement))
		rows, err := d.conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			scan := strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "VIRTUAL TABLE") && !strings.HasPrefix(step, "SCAN same") && step != "SCAN s" && step != "SCAN CONSTANT ROW"
			sorts := strings.Contains(step, "TEMP B-TREE") && name != "sqlSearchWords" && name != "sqlLocationList" && name != "sqlCategoryList" && name != "sqlBarcodesOfProduct" && name != "sqlLotsClosed" && name != "sqlLotsOfProducts"
			if scan || sorts {
				t.Errorf("%s: %s", name, step)
			}
			if name == "sqlLotsExpiringN" && !strings.Contains(step, "COVERING") {
				t.Errorf("%s reads each lot to count it: %s", name, step)
			}
			if strings.Contains(step, "AUTOMATIC") {
				t.Errorf("%s builds an index each time: %s", name, step)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Error(err)
		}
	}
	if checked < 60 {
		t.Errorf("only %d statements found", checked)
	}
}

// parameters counts the values a statement wants, plain or numbered.
func parameters(statement string) int {
	for n := 20; n > 0; n-- {
		if strings.Contains(statement, "?"+strconv.Itoa(n)) {
			return n
		}
	}
	return strings.Count(statement, "?")
}
