package app_test

import (
	"net/url"
	"testing"
)

// The locale says whether the day comes first: that of the request, or else the browser's. Without either it is asked.
func TestLocaleOfALine(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	read := "/api/v1/households/" + p.home + "/stock/read?text=" + url.QueryEscape("2 milk 5/12/2040")
	add := "/api/v1/households/" + p.home + "/stock/add"
	for _, tt := range []struct{ header, locale, want string }{
		{"", "en-US", "2040-05-12"}, {"", "de", "2040-12-05"}, {"en-US,en;q=0.9", "", "2040-05-12"}, {"de-DE,de;q=0.9,en;q=0.8", "", "2040-12-05"}, {"de", "en-US", "2040-05-12"}, {"", "", ""}, {"en", "", ""}, {"*", "", ""},
	} {
		p.cook.header.Set("Accept-Language", tt.header)
		line := p.cook.want(200, "GET", read+"&locale="+tt.locale, nil).json()
		problems, _ := line["problems"].([]any)
		if got, _ := line["expiresOn"].(string); got != tt.want || (len(problems) > 0) != (tt.want == "") {
			t.Errorf("%+v is read as %v, problems %v", tt, got, problems)
		}
		body := map[string]any{"text": "2 milk 5/12/2040", "locale": tt.locale}
		if tt.want == "" {
			a := p.cook.want(422, "POST", add, body)
			fields, _ := a.json()["fields"].([]any)
			field, _ := fields[0].(map[string]any)
			if choices, _ := field["choices"].([]any); field["code"] != "date_ambiguous" || len(choices) != 2 || choices[0] != "2040-12-05" || choices[1] != "2040-05-12" {
				t.Errorf("%+v is refused with %v", tt, field)
			}
			continue
		}
		lots, _ := p.cook.want(200, "POST", add, body).json()["lots"].([]any)
		if lot, _ := lots[0].(map[string]any); lot["expiresOn"] != tt.want {
			t.Errorf("%+v is added as %v", tt, lot["expiresOn"])
		}
	}
	p.cook.header.Del("Accept-Language")
	sheet := "name,amount,date\nrye,1,5/12/2040\n"
	preview := "/api/v1/households/" + p.home + "/import/csv/preview"
	for locale, want := range map[string]float64{"": 1, "en-US": 0} {
		p.cook.header.Set("Content-Type", "text/csv")
		if got := p.cook.want(200, "POST", preview+"?locale="+locale, sheet).json()["problemCount"]; got != want {
			t.Errorf("a sheet from %q: %v problems, want %v", locale, got, want)
		}
	}
}
