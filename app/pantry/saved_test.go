package pantry

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/db"
)

// What the database keeps of a household comes back out of an export, but for what is told here.
func TestEveryFieldIsInAnExport(t *testing.T) {
	t.Parallel()
	comesBack(t, saveLocation, savedLocation.location)
	comesBack(t, saveHousehold, func(s savedHousehold, _ string) db.Household { return s.household(db.Household{}) }, "ID", "CreatedAt")
	comesBack(t, saveCategory, savedCategory.category)
	comesBack(t, saveBarcode, savedBarcode.barcode)
	comesBack(t, saveMovement, savedMovement.movement)
	comesBack(t, saveLot, savedLot.lot, "SortKey")                                                     // reckoned from the others
	comesBack(t, saveProduct, savedProduct.product, "Row", "UnitFactor", "UsedFactor", "Total", "Low", // reckoned
		"MergedInto") // told once all products are there
	comesBack(t, saveTransaction, savedTransaction.transaction, "UserID", "Key", "RequestHash") // an account's
	comesBack(t, saveShopping, savedShopping.item, "TickedBy")                                  // an account
}

// comesBack saves a row in which every field has a value and reads it again.
func comesBack[T, S any](t *testing.T, save func(T) S, back func(S, string) T, not ...string) {
	t.Helper()
	var row T
	all := reflect.ValueOf(&row).Elem()
	for i := range all.NumField() {
		fill(t, all.Field(i), int64(i+1))
	}
	if name := all.FieldByName("Name"); name.IsValid() {
		name.SetString("name")
		if key := all.FieldByName("NameKey"); key.IsValid() {
			key.SetString("nam")
		}
	}
	if json := all.FieldByName("Nutrition"); json.IsValid() {
		json.SetString(`{"a":1}`)
	}
	household := ""
	if id := all.FieldByName("HouseholdID"); id.IsValid() {
		household = id.String()
	}
	for _, field := range not {
		all.FieldByName(field).SetZero()
	}
	text, err := json.Marshal(save(row))
	if err != nil {
		t.Fatal(err)
	}
	var saved S
	if err := json.Unmarshal(text, &saved); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(row, back(saved, household)); diff != "" {
		t.Errorf("%T after an export and an import (-was +is):\n%s", row, diff)
	}
}

// fill gives a field a value that is not its zero.
func fill(t *testing.T, field reflect.Value, n int64) {
	t.Helper()
	switch field.Kind() {
	case reflect.String:
		field.SetString(fmt.Sprint("text ", n))
	case reflect.Int64:
		field.SetInt(n * 1000)
	case reflect.Bool:
		field.SetBool(true)
	case reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
		fill(t, field.Elem(), n)
	case reflect.Slice:
		field.SetBytes([]byte{byte(n)})
	default:
		t.Fatalf("no value for a field of type %s", field.Type())
	}
}

// Goods are put together with others of their kind where all that is known of both is the same. A field that is added to a
// lot counts unless it is named here.
func TestWhatMakesTwoLotsAlike(t *testing.T) {
	t.Parallel()
	apart := map[string]bool{"ID": true, "Amount": true, "Price": true, "CreatedAt": true, "ClosedAt": true, "SortKey": true}
	for i := range reflect.TypeFor[db.Lot]().NumField() {
		name := reflect.TypeFor[db.Lot]().Field(i).Name
		var lot db.Lot
		fill(t, reflect.ValueOf(&lot).Elem().Field(i), 1)
		if alike := lot.Alike(db.Lot{}); alike != apart[name] {
			t.Errorf("another %s: alike %v", name, alike)
		}
	}
}
