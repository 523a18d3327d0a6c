package sheet_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry/parse"
	"pantrie/app/pantry/sheet"
	"pantrie/db/dated"
)

// Lists that people have, written anew: what their rows are read as, and what is told of them. Today is 24 July 2026.
func TestSheetsPeopleHave(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		rows       []string
		notices    []string
	}{
		{"a household list", "Items,Stock Quantity,UOM,Expiration,Storage Location,Date Purchased,Reorder Level\nRice,2,kg,12/24/2026,Cupboard,07/13/2026,1\n",
			[]string{"Rice 2 kg 2026-12-24 day Cupboard <2026-07-13 min 1"}, nil},
		{"a Grocy export", "name,location_name,stock_amount,due_date,min_stock_amount\nSalt,Shelf,1,2999-12-31,0\nMilk,Fridge,2,2026-08-01,1\n",
			[]string{"Salt 1 none Shelf", "Milk 2 2026-08-01 day Fridge min 1"}, nil},
		{"a Grocy export with what was paid", "id,name,location,amount,best_before_date,purchased_date,price,open\n1,Milk,Fridge,2,2026-08-01,2026-07-20,1.19,0\n",
			[]string{"Milk 2 2026-08-01 day Fridge <2026-07-20 119¢"}, nil},
		{"a Homebox export", "HB.name,HB.location,HB.quantity,HB.purchase_price,HB.purchase_time,HB.description\nDrill oil,Garage,1,4.50,0001-01-01,for the drill\n",
			[]string{"Drill oil 1 Garage 450¢"}, nil},
		{"an Italian list", "Prodotto;Quantità;Unità;Scadenza;Luogo\nLatte;2;l;2026-08-24T00:00:00;Frigo\nPasta;500 g;;24/12/2026 00:00;Dispensa\n",
			[]string{"Latte 2 l 2026-08-24 day Frigo", "Pasta 500 g 2026-12-24 day Dispensa"}, nil},
		{"ISO times", "Lebensmittel,Menge,Haltbarkeitsdatum\nReis,1,2026-12-24T22:00:00.000Z\nMehl,1,2026-12-24 10:30:00+02:00\n", []string{"Reis 1 2026-12-24 day", "Mehl 1 2026-12-24 day"}, nil},
		{"an empty second name column", "Name,Name,Amount\nMilk,,2\n", []string{"Milk 2"}, []string{"1 Name column_twice"}},
		{"a second name column that fills in", "Product,Item Name,Qty\nMilk,,2\n,Bread,1\n", []string{"Milk 2", "Bread 1"}, []string{"1 Item Name column_twice"}},
		{"amounts that are not quite ones", "Ingredient,Qty\nYoghurt,large tub\nEggs,1+\nBeans,2 cans\nOil,0.333333\nRice,ca. 3\nNuts,~2\n",
			[]string{"Yoghurt 1 cup", "Eggs 1", "Beans 2 can", "Oil 0.333", "Rice 3", "Nuts 2"}, []string{"2 Qty amount_guessed", "3 Qty amount_guessed", "5 Qty amount_rounded", "6 Qty amount_guessed", "7 Qty amount_guessed"}},
		{"never, in several spellings", "name,Best By\na,2999-12-31\nb,31.12.2999\nc,12/31/2999\nd,9999-12-31\ne,never\nf,0000-00-00\n", []string{"a none", "b none", "c none", "d none", "e none", "f"}, nil},
		{"no amounts at all", "Food,Due Date\nRice,2026-12-24\n", []string{"Rice 2026-12-24 day"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			read, err := sheet.Read(strings.NewReader(tt.file), onDay(t, sheetDay), parse.DayFirst)
			if err != nil {
				t.Fatal(err)
			}
			if len(read.Problems) > 0 {
				t.Errorf("problems %+v", read.Problems)
			}
			var rows, notices []string
			for _, r := range read.Rows {
				text := r.Name
				if r.Amount > 0 {
					text += " " + parse.Measured{Amount: r.Amount, Unit: r.Unit}.String()
				}
				text += " " + strings.TrimSpace(r.Expiry.Date.String()+" "+string(r.Expiry.Precision)) + " " + r.Location
				if r.BoughtOn != 0 {
					text += " <" + r.BoughtOn.String()
				}
				if r.Price != nil {
					text += fmt.Sprint(" ", *r.Price, "¢")
				}
				if r.Minimum > 0 {
					text += " min " + r.Minimum.String()
				}
				rows = append(rows, strings.Join(strings.Fields(text), " "))
			}
			for _, n := range read.Notices {
				notices = append(notices, fmt.Sprint(n.Row, " ", n.Column, " ", n.Code))
			}
			if !slices.Equal(rows, tt.rows) {
				t.Errorf("rows %q, want %q", rows, tt.rows)
			}
			if !slices.Equal(notices, tt.notices) {
				t.Errorf("notices %q, want %q", notices, tt.notices)
			}
		})
	}
}

// Whatever a row can say is written, and read again as it was.
func TestEveryFieldIsAColumn(t *testing.T) {
	t.Parallel()
	price := int64(199)
	row := sheet.Row{
		Number: 2, Name: "Oats", Brand: "Mill", Category: "Grain", Location: "Cellar", Amount: 1500, Unit: "kg", Expiry: parse.Expiry{Date: onDay(t, "2027-03-31"), Precision: dated.ByMonth},
		Kind: dated.UseBy, BoughtOn: onDay(t, "2026-11-02"), Price: &price, Barcodes: []string{"4006381333931", "96385074"}, Minimum: 500, Note: "=1+1",
	}
	for i := range reflect.TypeFor[sheet.Row]().NumField() {
		if name := reflect.TypeFor[sheet.Row]().Field(i).Name; name != "Other" && reflect.ValueOf(row).Field(i).IsZero() {
			t.Errorf("%s has no value here", name)
		}
	}
	var b strings.Builder
	if err := sheet.Write(&b, []sheet.Row{row}); err != nil {
		t.Fatal(err)
	}
	got, err := sheet.Read(strings.NewReader(b.String()), onDay(t, "2026-11-30"), parse.DayFirst)
	if err != nil || len(got.Rows) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if diff := cmp.Diff(row, got.Rows[0]); diff != "" {
		t.Errorf("written and read (-was +is):\n%s", diff)
	}
}
