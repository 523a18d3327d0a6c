package app_test

import (
	"fmt"
	"net/url"
	"testing"
)

// field is the code that an answer has for a field.
func (a answer) field(name string) any {
	fields, _ := a.json()["fields"].([]any)
	for _, each := range fields {
		if f, ok := each.(map[string]any); ok && f["name"] == name {
			return f["code"]
		}
	}
	return nil
}

// reads says what a line adds, or the first thing that is wrong with it.
func (p pantryHome) reads(line string) string {
	p.t.Helper()
	read := p.get("/stock/read?text=" + url.QueryEscape(line))
	if problems := at(p.t, read, "problems").([]any); len(problems) > 0 {
		return fmt.Sprint(at(p.t, problems, 0, "code"))
	}
	return fmt.Sprint(at(p.t, read, "amount", "amount"), " ", at(p.t, read, "amount", "unit"), " ", at(p.t, read, "name"), " ", at(p.t, read, "dateKind"))
}

func TestALineTellsWhatItWouldDo(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	p.post(200, "/stock/add", map[string]any{"text": "2 milk 30.11."})
	p.post(201, "/products", map[string]any{"name": "Sugar", "unit": "g"})
	p.post(201, "/products", map[string]any{"name": "Mince", "dateKind": "use_by"})
	for line, want := range map[string]string{
		"ham use by 3.12.": "1 piece ham use_by", "ham zu verbrauchen bis 3.12.": "1 piece ham use_by", "ham 3.12.": "1 piece ham best_before", "mince 3.12.": "1 piece mince use_by", "mince mhd 3.12.": "1 piece mince best_before",
		"1 l milk": "unit_mismatch", "sugar": "amount_needed", "-2 milk": "amount_negative", "0 milk": "amount_zero", "1e9 milk": "amount_invalid", "cheese 13/26": "date_impossible", "30.11.": "name_missing",
	} {
		if got := p.reads(line); got != want {
			t.Errorf("%s is read as %s, want %s", line, got, want)
		}
	}
	ham := p.post(200, "/stock/add", map[string]any{"text": "ham use by 3.12."})
	if got := at(t, ham, "lots", 0, "dateKind"); got != "use_by" {
		t.Errorf("stored as %v", got)
	}
	a := p.cook.do("POST", p.base+"/stock/add", map[string]any{"text": "-2 milk"})
	if a.status != 422 || a.field("text") != "amount_negative" {
		t.Errorf("added: %d %s", a.status, a.body)
	}
}

// One piece is a litre: told in the small unit, as factors are whole numbers.
func TestAPieceIsALitre(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	milk := at(t, p.post(200, "/stock/add", map[string]any{"text": "2 milk"}), "products", 0, "id").(string)
	for factor, want := range map[int]string{1: "factor_invalid", -1: "factor_invalid", 1_000_001: "factor_invalid"} {
		a := p.cook.do("POST", p.base+"/products/"+milk+"/units", map[string]any{"unit": "piece", "factor": factor, "of": "ml"})
		if a.status != 422 || a.field("factor") != want {
			t.Errorf("%d: %d %s", factor, a.status, a.body)
		}
	}
	p.post(200, "/products/"+milk+"/units", map[string]any{"unit": "piece", "factor": 1000, "of": "ml"})
	p.post(200, "/stock/add", map[string]any{"text": "1 l milk"})
	if got := at(t, p.get("/products/"+milk), "total"); fmt.Sprint(at(t, got, "amount"), " ", at(t, got, "unit")) != "3 piece" {
		t.Errorf("%v in all", got)
	}
	if usual := at(t, p.get("/products/"+milk), "usual"); at(t, usual, "amount") != "1" || at(t, usual, "unit") != "piece" {
		t.Errorf("usually %v", usual)
	}
	sugar := p.post(201, "/products", map[string]any{"name": "Sugar", "unit": "g"})
	if usual := sugar["usual"]; usual != nil {
		t.Errorf("usually %v of what there never was", usual)
	}
	p.post(200, "/stock/add", map[string]any{"text": "1500 g sugar"})
	if usual := at(t, p.get("/products/"+sugar["id"].(string)), "usual"); at(t, usual, "amount") != "1.5" || at(t, usual, "unit") != "kg" {
		t.Errorf("usually %v", usual)
	}
}

func TestTheTrayAsksAndTakesTheKindOfDate(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	for text, want := range map[string]string{"-5 kg nails": "amount_negative", "0 nails": "amount_zero", "999999999999 nails": "amount_too_large", "2 kg": "name_missing", "30.11.": "name_missing"} {
		if a := p.cook.do("POST", p.base+"/shopping", map[string]any{"text": text}); a.status != 422 || a.field("text") != want {
			t.Errorf("%s: %d %s", text, a.status, a.body)
		}
	}
	p.post(201, "/products", map[string]any{"name": "Sugar", "unit": "g", "dateKind": "use_by"})
	var ids []string
	for _, text := range []string{"1/3 melon", "2 kg ham", "sugar"} {
		id := p.post(200, "/shopping", map[string]any{"text": text})["id"].(string)
		p.cook.want(200, "PUT", p.base+"/shopping/"+id+"/ticked", map[string]any{"ticked": true})
		ids = append(ids, id)
	}
	tray := p.get("/shopping")
	if ham := at(t, tray, "tray", 1, "proposal"); at(t, ham, "amount") != "2" || at(t, ham, "dateKind") != "best_before" {
		t.Errorf("the ham: %v", ham)
	}
	if sugar := at(t, tray, "tray", 2, "proposal"); at(t, sugar, "amount") != nil || at(t, sugar, "unit") != "g" || at(t, sugar, "dateKind") != "use_by" {
		t.Errorf("the sugar: %v", sugar)
	}
	for amount, want := range map[string]string{"0": "amount_zero", "0.0": "amount_zero", "-1": "amount_negative", "": "amount_needed"} {
		a := p.cook.do("POST", p.base+"/shopping/put-away", map[string]any{"lines": []any{
			map[string]any{"itemId": ids[1]}, map[string]any{"itemId": ids[2], "amount": amount, "unit": "g"},
		}})
		if a.status != 422 || a.field("lines.1.amount") != want {
			t.Errorf("%q: %d %s", amount, a.status, a.body)
		}
	}
	away := p.post(200, "/shopping/put-away", map[string]any{"lines": []any{
		map[string]any{"itemId": ids[1], "dateKind": "use_by", "expires": "+3d"}, map[string]any{"itemId": ids[2], "amount": "500"}, map[string]any{"itemId": ids[0], "skip": true},
	}})
	if at(t, away, "lots", 0, "dateKind") != "use_by" || at(t, away, "lots", 1, "dateKind") != "use_by" {
		t.Errorf("put away: %v", away["lots"])
	}
}
