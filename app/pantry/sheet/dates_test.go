package sheet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pantrie/app/pantry/parse"
	"pantrie/app/pantry/sheet"
)

// Whether the day comes first or the month is one thing for a column: one date that can be read in one way alone decides.
// Today is 24 July 2026.
func TestOrderOfAColumn(t *testing.T) {
	for _, tt := range []struct {
		name  string
		file  string
		order parse.Order
		want  string // the dates of the rows, and the rows that are asked about
	}{
		{"an American list", "name,amount,date\nmilk,1,12/24/2026\nyogurt,1,12/05/2026\n", parse.DayFirst, "2026-12-24 2026-12-05"},
		{"the other way round", "name,amount,date\nyogurt,1,12/05/2026\nmilk,1,12/24/2026\n", parse.UnknownOrder, "2026-12-05 2026-12-24"},
		{"a British list", "name,date\na,24/12/2026\nb,12/05/2026\n", parse.MonthFirst, "2026-12-24 2026-05-12"},
		{"hyphens", "name,date\na,12-24-2026\nb,08-09-2026\n", parse.UnknownOrder, "2026-12-24 2026-08-09"},
		{"two digits of the year", "name,date\na,12/24/26\nb,08/09/26\n", parse.UnknownOrder, "2026-12-24 2026-08-09"},
		{"with times", "name,date\na,12/24/2026 00:00:00\nb,08/09/2026 12:00\nc,9/8/2026 12:00 AM\n", parse.UnknownOrder, "2026-12-24 2026-08-09 2026-09-08"},
		{"nothing decides, an American asks", "name,date\na,12/05/2026\nb,08/09/2026\n", parse.MonthFirst, "2026-12-05 2026-08-09"},
		{"nothing decides, a German asks", "name,date\na,12/05/2026\nb,08/09/2026\n", parse.DayFirst, "2026-05-12 2026-09-08"},
		{"nothing decides, nobody knows", "name,date\na,12/05/2026\nb,1.9.2026\nc,08/08/2026\n", parse.UnknownOrder, "2026-09-01 2026-08-08 ?2:2026-05-12/2026-12-05"},
		{"both orders", "name,date\na,24/12/2026\nb,12/25/2026\nc,08/09/2026\n", parse.MonthFirst, "2026-12-24 2026-12-25 2026-08-09"},
		{"points do not decide", "name,date\na,24.12.2026\nb,08/09/2026\n", parse.UnknownOrder, "2026-12-24 ?3:2026-09-08/2026-08-09"},
		{"each column for itself", "name,date,bought_on\na,12/24/2026,13/05/2026\nb,08/09/2026,08/06/2026\n", parse.UnknownOrder, "2026-12-24<2026-05-13 2026-08-09<2026-06-08"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			read, err := sheet.Read(strings.NewReader(tt.file), onDay(t, sheetDay), tt.order)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, row := range read.Rows {
				text := row.Expiry.Date.String()
				if row.BoughtOn != 0 {
					text += "<" + row.BoughtOn.String()
				}
				got = append(got, text)
			}
			for _, p := range read.Problems {
				if p.Code != parse.DateAmbiguous {
					t.Errorf("row %d: %s", p.Row, p.Code)
				}
				got = append(got, fmt.Sprintf("?%d:%s", p.Row, strings.Join(p.Choices, "/")))
			}
			if want := strings.Fields(tt.want); !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}
