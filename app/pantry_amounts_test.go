package app_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// What is entered in packs is told in packs wherever it comes out even, in every list.
func TestAmountsAreToldInTheProductsOwnUnit(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	eggs := p.post(201, "/products", map[string]any{"name": "Eggs", "unit": "pack"})["id"].(string)
	p.post(200, "/products/"+eggs+"/units", map[string]any{"unit": "pack", "factor": 6, "of": "piece"})
	p.cook.want(200, "PATCH", p.base+"/products/"+eggs, map[string]any{"minimum": "5"})
	added := p.post(200, "/stock/add", map[string]any{"productId": eggs, "amount": "12", "unit": "piece", "expires": "+2d"})
	p.post(200, "/stock/add", map[string]any{"productId": eggs, "amount": "9", "unit": "piece", "expires": "+3d"})
	flour := p.post(200, "/stock/add", map[string]any{"text": "500 g flour +1d"})

	for name, tell := range map[string]struct {
		in   any
		want string
	}{
		"a change":            {at(t, added, "movements", 0, "amount"), "2 pack"},
		"its lot":             {at(t, added, "lots", 0, "amount"), "2 pack"},
		"the stock":           {at(t, p.get("/stock"), "lots", 1, "amount"), "2 pack"},
		"one of it":           {at(t, p.get("/stock"), "lots", 1, "one"), "1 pack"},
		"what is no pack":     {at(t, p.get("/stock"), "lots", 2, "amount"), "9 piece"},
		"the home page":       {at(t, p.get("/home"), "groups", 2, "lots", 1, "amount"), "2 pack"},
		"running low":         {at(t, p.get("/home"), "low", "products", 0, "minimum"), "5 pack"},
		"its total":           {at(t, p.get("/home"), "low", "products", 0, "total"), "21 piece"},
		"the search":          {at(t, p.get("/products?q=egg"), "products", 0, "one"), "1 pack"},
		"the product's page":  {at(t, p.get("/products/"+eggs), "lots", 0, "amount"), "2 pack"},
		"the history":         {at(t, p.get("/history"), "events", 2, "movements", 0, "amount"), "2 pack"},
		"the product's own":   {at(t, p.get("/products/"+eggs+"/history"), "events", 1, "movements", 0, "amount"), "2 pack"},
		"what is weighed":     {at(t, flour, "lots", 0, "amount"), "500 g"},
		"all of what is left": {at(t, flour, "lots", 0, "one"), "500 g"},
	} {
		if got := fmt.Sprint(at(t, tell.in, "amount"), " ", at(t, tell.in, "unit")); got != tell.want {
			t.Errorf("%s: %s, want %s", name, got, tell.want)
		}
	}
	if one := at(t, p.get("/products?q=flour"), "products", 0, "one"); one != nil {
		t.Errorf("one flour is %v", one)
	}
	p.post(200, "/shopping/low", nil)
	if got := at(t, p.get("/shopping"), "wanted", 0, "amount"); at(t, got, "amount") != "2" || at(t, got, "unit") != "pack" {
		t.Errorf("to be bought: %v", got)
	}
	p.post(200, "/stock/use", map[string]any{"productId": eggs, "amount": "20", "unit": "piece"})
	if got := at(t, p.get("/products?q=egg"), "products", 0, "one"); at(t, got, "amount") != "1" || at(t, got, "unit") != "piece" {
		t.Errorf("of one egg, one is %v", got)
	}
}

func TestAProductTellsWhichDayItIsAtHome(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	milk := at(t, p.post(200, "/stock/add", map[string]any{"text": "2 milk"}), "products", 0, "id").(string)
	days := map[any]bool{}
	for _, zone := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"} { // 25 hours apart
		p.boss.want(200, "PATCH", p.base, map[string]any{"timeZone": zone})
		today := p.get("/products/" + milk)["today"]
		if home := p.get("/home")["today"]; today != home {
			t.Errorf("%s: %v, at home it is %v", zone, today, home)
		}
		days[today] = true
	}
	if len(days) != 2 {
		t.Errorf("the day is the same everywhere: %v", days)
	}
}

func TestAPhoneThatRetriesMergesOnce(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	from := at(t, p.post(200, "/stock/add", map[string]any{"text": "2 yogurt"}), "products", 0, "id").(string)
	into := at(t, p.post(200, "/stock/add", map[string]any{"text": "3 joghurt"}), "products", 0, "id").(string)
	p.cook.header.Set("Idempotency-Key", "one merge")
	first := p.post(200, "/products/"+from+"/merge", map[string]any{"into": into})
	again := p.post(200, "/products/"+from+"/merge", map[string]any{"into": into})
	if again["repeated"] != true || again["transactionId"] != first["transactionId"] {
		t.Errorf("sent again: %v", again)
	}
	if a := p.cook.do("POST", p.base+"/products/"+into+"/merge", map[string]any{"into": from}); a.code() != "conflict" {
		t.Errorf("the key for something else: %d %s", a.status, a.body)
	}
	if got := at(t, p.get("/products/"+from), "total", "amount"); got != "5" {
		t.Errorf("%v in all", got)
	}
}

// A date that was corrected can be put back as it was: by the month, and still a guess.
func TestADateIsPutBackAsItWas(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	rice := at(t, p.post(200, "/stock/add", map[string]any{"name": "Rice", "expires": "11/2027", "guessed": true}), "lots", 0, "id").(string)
	change := func(body map[string]any) string {
		lot := at(t, p.cook.want(200, "PATCH", p.base+"/lots/"+rice, body).json(), "lots", 0)
		return fmt.Sprint(at(t, lot, "expiresOn"), " ", at(t, lot, "precision"), " ", at(t, lot, "guessed"))
	}
	if got := change(map[string]any{"expires": "2027-12-24"}); got != "2027-12-24 day false" {
		t.Errorf("corrected: %s", got)
	}
	if got := change(map[string]any{"expires": "2027-11", "guessed": true}); got != "2027-11-30 month true" {
		t.Errorf("put back: %s", got)
	}
	if got := change(map[string]any{"note": "the long one"}); got != "2027-11-30 month true" {
		t.Errorf("with a note: %s", got)
	}
}

// A date in a line of the shopping list is a note, and no part of a product's name.
func TestShoppingLineWithADate(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	p.post(200, "/stock/add", map[string]any{"text": "3 milk"})
	line := p.post(200, "/shopping", map[string]any{"text": "2 milk 30.11.2030"})
	if line["text"] != "milk" || line["note"] != "2030-11-30" || line["amount"].(map[string]any)["amount"] != "2" {
		t.Errorf("%v", line)
	}
	if line := p.post(200, "/shopping", map[string]any{"text": "candles"}); line["text"] != "candles" || line["note"] != "" || line["amount"] != nil {
		t.Errorf("%v", line)
	}
}

// The − stands on what is counted, and on what is weighed or measured once it is used by the pack.
func TestUsingOneByTheUnit(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	for _, tt := range []struct {
		line, pack string // what is in a pack, empty for none
		before     string // what one is: empty where it is asked
		after      string // once it is used by the pack, "-" where that is refused
	}{
		{"4 yoghurt", "", "1 piece", "-"},
		{"4 jars jam", "", "1 jar", "-"},
		{"6 packs eggs", "", "1 pack", "-"},
		{"700 g carrots", "", "", "-"},
		{"2 l milk", "", "", "-"},
		{"1.5 kg flour", "500", "", "500 g"},
		{"300 g sugar", "500", "", "300 g"},
		{"3 l juice", "1000", "", "1 l"},
		{"2 x 750 ml passata", "learned", "", "750 ml"},
	} {
		added := p.post(200, "/stock/add", map[string]any{"text": tt.line})
		id := at(t, added, "products", 0, "id").(string)
		if tt.pack != "" && tt.pack != "learned" {
			n, err := strconv.Atoi(tt.pack)
			must(t, err)
			p.post(200, "/products/"+id+"/units", map[string]any{"unit": "pack", "factor": n, "of": at(t, added, "products", 0, "base")})
		}
		one := func() string {
			t.Helper()
			product := p.get("/products/" + id)
			lot, told := at(t, product, "lots", 0), ""
			if m, ok := product["one"]; ok {
				told = fmt.Sprint(at(t, m, "amount"), " ", at(t, m, "unit"))
			}
			if at(t, lot, "byOne") != (told != "") {
				t.Errorf("%s: one is %q, of its lot %v", tt.line, told, lot)
			}
			return told
		}
		if got := one(); got != tt.before {
			t.Errorf("%s: one is %q, want %q", tt.line, got, tt.before)
		}
		a := p.cook.do("PATCH", p.base+"/products/"+id, map[string]any{"usedByPack": true})
		if tt.after == "-" {
			if a.status != 422 || !strings.Contains(a.body, "pack_unknown") {
				t.Errorf("%s by the pack: %d %s", tt.line, a.status, a.body)
			}
			continue
		}
		if got := one(); a.status != 200 || a.json()["usedByPack"] != true || got != tt.after {
			t.Errorf("%s by the pack: %d, one is %q, want %q", tt.line, a.status, got, tt.after)
		}
		p.cook.want(200, "PATCH", p.base+"/products/"+id, map[string]any{"note": "kept"})
		if got := one(); got != tt.after {
			t.Errorf("%s after another change: one is %q, want %q", tt.line, got, tt.after)
		}
		p.cook.want(200, "PATCH", p.base+"/products/"+id, map[string]any{"usedByPack": false})
		if got := one(); got != "" {
			t.Errorf("%s not by the pack: one is %q", tt.line, got)
		}
	}
}

// A product says that some of it has expired, so that whoever uses it can be asked.
func TestProductsSayWhatHasExpired(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	for line, want := range map[string]bool{"2 ham yesterday": true, "2 soup today": false, "2 salt": false, "2 rice tomorrow": false} {
		id := at(t, p.post(200, "/stock/add", map[string]any{"text": line}), "products", 0, "id").(string)
		if got := p.get("/products/" + id)["expired"]; got != want {
			t.Errorf("%s: expired %v, want %v", line, got, want)
		}
		if name := strings.Fields(line)[1]; at(t, p.get("/products?q="+name), "products", 0, "expired") != want {
			t.Errorf("%s: the search does not say %v", line, want)
		}
		p.post(200, "/stock/use", map[string]any{"productId": id, "amount": "2"})
		if got := p.get("/products/" + id)["expired"]; got != false {
			t.Errorf("%s: nothing is left, expired %v", line, got)
		}
	}
}
