package app_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"
)

// Every operation of a household, found in the specification, is a 401 for nobody and a 404 for a
// stranger; a viewer may look and change nothing.
func TestWhoMayDoWhatWithTheStock(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	seen := 0
	for path, methods := range p.h.operations() {
		if !strings.HasPrefix(path, "/api/v1/households/{household}") || path == "/api/v1/households/{household}/events" {
			continue
		}
		for method, op := range methods {
			seen++
			method = strings.ToUpper(method)
			address := strings.NewReplacer("{household}", p.home, "{id}", "nothing", "{code}", "nothing", "{verb}", "use").Replace(path)
			body := bodyOf(method)
			if a := p.h.browser().do(method, address, body); a.status != 401 {
				t.Errorf("%s as nobody: %d %s", op.OperationID, a.status, a.body)
			}
			if a := p.other.do(method, address, body); a.status != 404 {
				t.Errorf("%s as a stranger: %d %s", op.OperationID, a.status, a.body)
			}
			a := p.child.do(method, address, body)
			if leave := op.OperationID == "removeMember"; method != "GET" && !leave && a.status != 403 {
				t.Errorf("%s as a viewer: %d %s", op.OperationID, a.status, a.body)
			}
			if method == "GET" && a.status == 403 && !strings.Contains(path, "invitations") {
				t.Errorf("%s as a viewer: %s", op.OperationID, a.body)
			}
			if a := p.cook.do(method, address, body); a.status >= 500 {
				t.Errorf("%s as an editor: %d %s", op.OperationID, a.status, a.body)
			}
		}
	}
	if seen < 35 {
		t.Errorf("only %d operations were tried", seen)
	}
}

func bodyOf(method string) any {
	if method == "GET" || method == "DELETE" {
		return nil
	}
	return map[string]any{}
}

// pantry is what a household's cook does by HTTP.
type pantryHome struct {
	people
	t    *testing.T
	base string
}

func newPantry(t *testing.T) pantryHome {
	p := newPeople(t)
	return pantryHome{p, t, "/api/v1/households/" + p.home}
}

func (p pantryHome) post(status int, path string, body map[string]any) map[string]any {
	p.t.Helper()
	return p.cook.want(status, "POST", p.base+path, body).json()
}

func (p pantryHome) get(path string) map[string]any {
	p.t.Helper()
	return p.cook.want(200, "GET", p.base+path, nil).json()
}

func (p pantryHome) place(name, kind string) string {
	p.t.Helper()
	return p.post(201, "/locations", map[string]any{"name": name, "kind": kind})["id"].(string)
}

// at walks into an answer: names of fields and numbers of elements.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok {
				t.Fatalf("%v: no object in %v", path, v)
			}
			v = m[s]
		case int:
			list, ok := v.([]any)
			if !ok || len(list) <= s {
				t.Fatalf("%v: no such element in %v", path, v)
			}
			v = list[s]
		}
	}
	return v
}

func TestAnIDOfAnotherHouseholdIsNotFound(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	theirs := "/api/v1/households/" + p.elsewhere
	place := p.other.want(201, "POST", theirs+"/locations", map[string]any{"name": "Cellar"}).json()["id"]
	category := p.other.want(201, "POST", theirs+"/categories", map[string]any{"name": "Wine"}).json()["id"]
	added := p.other.want(200, "POST", theirs+"/stock/add", map[string]any{"text": "3 red wine"}).json()
	product, lot, transaction := at(t, added, "products", 0, "id").(string), at(t, added, "lots", 0, "id").(string), added["transactionId"].(string)
	item := p.other.want(200, "POST", theirs+"/shopping", map[string]any{"text": "cork"}).json()["id"].(string)
	own := at(t, p.post(200, "/stock/add", map[string]any{"text": "2 milk"}), "products", 0, "id").(string)
	ownItem := p.post(200, "/shopping", map[string]any{"text": "soap"})["id"].(string)
	p.cook.want(200, "PUT", p.base+"/shopping/"+ownItem+"/ticked", map[string]any{"ticked": true})
	for name, try := range map[string]struct {
		method, path string
		body         any
	}{
		"product":                 {"GET", "/products/" + product, nil},
		"change a product":        {"PATCH", "/products/" + product, map[string]any{"name": "Mine"}},
		"a product's category":    {"PATCH", "/products/" + own, map[string]any{"categoryId": category}},
		"a product's place":       {"PATCH", "/products/" + own, map[string]any{"locationId": place}},
		"a new product's place":   {"POST", "/products", map[string]any{"name": "x", "locationId": place}},
		"delete theirs":           {"DELETE", "/products/" + product, nil},
		"merge theirs":            {"POST", "/products/" + product + "/merge", map[string]any{"into": own}},
		"merge into theirs":       {"POST", "/products/" + own + "/merge", map[string]any{"into": product}},
		"a barcode for theirs":    {"POST", "/products/" + product + "/barcodes", map[string]any{"code": "4006381333931"}},
		"a unit for theirs":       {"POST", "/products/" + product + "/units", map[string]any{"unit": "pack", "factor": 6, "of": "piece"}},
		"add to theirs":           {"POST", "/stock/add", map[string]any{"productId": product}},
		"add in their place":      {"POST", "/stock/add", map[string]any{"productId": own, "locationId": place}},
		"use theirs":              {"POST", "/stock/use", map[string]any{"productId": product}},
		"use their lot":           {"POST", "/stock/use", map[string]any{"lotId": lot}},
		"waste their lot":         {"POST", "/stock/waste", map[string]any{"lotId": lot, "reason": "other"}},
		"open their lot":          {"POST", "/stock/open", map[string]any{"lotId": lot}},
		"move to their place":     {"POST", "/stock/move", map[string]any{"productId": own, "locationId": place}},
		"count theirs":            {"POST", "/stock/count", map[string]any{"productId": product, "amount": "7"}},
		"correct their lot":       {"PATCH", "/lots/" + lot, map[string]any{"note": "x"}},
		"undo theirs":             {"POST", "/transactions/" + transaction + "/undo", map[string]any{}},
		"rename their place":      {"PATCH", "/locations/" + place.(string), map[string]any{"name": "Mine"}},
		"delete their place":      {"DELETE", "/locations/" + place.(string), nil},
		"order their places":      {"PUT", "/locations/order", map[string]any{"ids": []any{place}}},
		"order their categories":  {"PUT", "/categories/order", map[string]any{"ids": []any{category}}},
		"rename their category":   {"PATCH", "/categories/" + category.(string), map[string]any{"name": "Mine"}},
		"delete their category":   {"DELETE", "/categories/" + category.(string), nil},
		"buy theirs":              {"POST", "/shopping", map[string]any{"productId": product}},
		"change their line":       {"PATCH", "/shopping/" + item, map[string]any{"note": "x"}},
		"tick their line":         {"PUT", "/shopping/" + item + "/ticked", map[string]any{"ticked": true}},
		"take their line away":    {"DELETE", "/shopping/" + item, nil},
		"put their line away":     {"POST", "/shopping/put-away", map[string]any{"lines": []any{map[string]any{"itemId": item}}}},
		"put away as theirs":      {"POST", "/shopping/put-away", map[string]any{"lines": []any{map[string]any{"itemId": ownItem, "productId": product}}}},
		"put away in their place": {"POST", "/shopping/put-away", map[string]any{"lines": []any{map[string]any{"itemId": ownItem, "locationId": place}}}},
	} {
		if a := p.cook.do(try.method, p.base+try.path, try.body); a.status != 404 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if left := at(t, p.other.want(200, "GET", theirs+"/products/"+product, nil).json(), "total", "amount"); left != "3" {
		t.Errorf("of theirs are left: %v", left)
	}
}

func TestALineBecomesStock(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	if h := p.get("/home"); h["empty"] != true || at(t, h, "groups", 3, "name") != "week" {
		t.Errorf("at first: %v", h)
	}
	today := p.get("/home")["today"].(string)
	read := p.get("/stock/read?text=2+milk+" + today)
	if read["name"] != "milk" || at(t, read, "amount", "amount") != "2" || read["expiresOn"] != today || read["productId"] != "" || read["guessed"] != false {
		t.Errorf("read: %v", read)
	}
	if p.get("/home")["empty"] != true {
		t.Error("reading a line has stored something")
	}
	added := p.post(200, "/stock/add", map[string]any{"text": "2 milk " + today})
	if got := p.get("/stock/read?text=milk")["productId"]; got != at(t, added, "products", 0, "id") {
		t.Errorf("the product is not found again: %v", got)
	}
	home := p.get("/home")
	if at(t, home, "groups", 1, "count") != 1.0 || at(t, home, "groups", 1, "lots", 0, "productName") != "milk" || home["empty"] != false {
		t.Errorf("home: %v", home)
	}
	lot := at(t, home, "groups", 1, "lots", 0, "id").(string)
	used := p.post(200, "/stock/use", map[string]any{"lotId": lot})
	if at(t, used, "lots", 0, "amount", "amount") != "1" || at(t, used, "movements", 0, "amount", "amount") != "-1" {
		t.Errorf("used: %v", used)
	}
	p.post(200, "/transactions/"+used["transactionId"].(string)+"/undo", map[string]any{})
	if again := p.cook.do("POST", p.base+"/transactions/"+used["transactionId"].(string)+"/undo", map[string]any{}); again.code() != "conflict" || !strings.Contains(again.body, "already_undone") {
		t.Errorf("undone twice: %s", again.body)
	}
	if a := p.cook.do("POST", p.base+"/stock/use", map[string]any{"lotId": lot, "amount": "3"}); a.code() != "conflict" || !strings.Contains(a.body, "not_enough") {
		t.Errorf("more than there is: %s", a.body)
	}
}

func TestPlacesAreMadeAndOrderedInOneStep(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	kitchen := map[string]any{"locations": []any{
		map[string]any{"name": "Fridge", "kind": "fridge", "position": 0},
		map[string]any{"name": "Freezer", "kind": "freezer", "position": 1},
		map[string]any{"name": "Cupboard", "position": 2},
	}}
	made := p.post(200, "/locations/batch", kitchen)
	if at(t, made, "locations", 1, "kind") != "freezer" || at(t, made, "locations", 2, "kind") != "cupboard" {
		t.Errorf("made: %v", made)
	}
	if again := p.post(200, "/locations/batch", kitchen); fmt.Sprint(again) != fmt.Sprint(made) {
		t.Errorf("made twice: %v, not %v", again, made)
	}
	a := p.cook.do("POST", p.base+"/locations/batch", map[string]any{
		"locations": []any{map[string]any{"name": "Attic"}, map[string]any{"name": " "}},
	})
	if a.status != 422 || a.field("locations.1.name") == "" {
		t.Errorf("a place without a name: %d %s", a.status, a.body)
	}

	last := at(t, made, "locations", 2, "id")
	p.cook.want(200, "PUT", p.base+"/locations/order", map[string]any{"ids": []any{last}})
	spices := p.post(201, "/categories", map[string]any{"name": "Spices"})["id"]
	p.post(201, "/categories", map[string]any{"name": "Drinks", "position": -1})
	p.cook.want(200, "PUT", p.base+"/categories/order", map[string]any{"ids": []any{spices}})
	places := p.get("/places")
	for i, want := range []string{"Cupboard", "Fridge", "Freezer"} {
		if name := at(t, places, "locations", i, "name"); name != want {
			t.Errorf("place %d is %v, not %s", i, name, want)
		}
	}
	if name := at(t, places, "categories", 0, "name"); name != "Spices" {
		t.Errorf("the first category is %v", name)
	}
}

// A jar is opened and thrown away: what it had cost is told of the lot, the movement and the month.
func TestPriceFollowsTheGoodsThroughTheAPI(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	added := p.post(200, "/stock/add", map[string]any{"name": "Pesto", "amount": "2", "price": "6.50"})
	if price := at(t, added, "lots", 0, "price"); price != "6.5" {
		t.Errorf("two jars cost %v, want 6.5", price)
	}
	product := at(t, added, "products", 0, "id")
	opened := p.post(200, "/stock/open", map[string]any{"productId": product, "amount": "1"})
	if left, open := at(t, opened, "lots", 0, "price"), at(t, opened, "lots", 1, "price"); left != "3.25" || open != "3.25" {
		t.Errorf("one of them and the other: %v and %v, want 3.25 each", left, open)
	}
	jar := at(t, opened, "lots", 1, "id").(string)
	wasted := p.post(200, "/stock/waste", map[string]any{"lotId": jar, "amount": "1"})
	if value, price := at(t, wasted, "movements", 0, "value"), at(t, wasted, "lots", 0, "price"); value != "3.25" || price != "" {
		t.Errorf("it had cost %v and costs %v, want 3.25 and nothing", value, price)
	}
	if value := at(t, p.get("/waste?months=1"), "months", 0, "value"); value != "3.25" {
		t.Errorf("thrown away: %v, want 3.25", value)
	}
	p.cook.want(422, "PATCH", p.base+"/lots/"+jar, map[string]any{"price": "2"})
	p.cook.want(200, "PATCH", p.base+"/lots/"+jar, map[string]any{"price": "", "note": "mouldy"})
}

func TestWhatPeopleTypeIsRefusedByField(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	product := at(t, p.post(200, "/stock/add", map[string]any{"text": "2 milk"}), "products", 0, "id").(string)
	long := strings.Repeat("x", 5000)
	for name, try := range map[string]struct {
		path  string
		body  map[string]any
		field string
	}{
		"an impossible day":       {"/stock/add", map[string]any{"productId": product, "expires": "31.02.2027"}, "expires"},
		"no date at all":          {"/stock/add", map[string]any{"productId": product, "expires": "whenever"}, "expires"},
		"less than nothing":       {"/stock/add", map[string]any{"productId": product, "amount": "-1"}, "amount"},
		"nothing":                 {"/stock/add", map[string]any{"productId": product, "amount": "0"}, "amount"},
		"far too much":            {"/stock/add", map[string]any{"productId": product, "amount": "99999999999999"}, "amount"},
		"too fine":                {"/stock/add", map[string]any{"productId": product, "amount": "0.00001"}, "amount"},
		"no unit of it":           {"/stock/add", map[string]any{"productId": product, "unit": "kg"}, "unit"},
		"a price":                 {"/stock/add", map[string]any{"productId": product, "price": "cheap"}, "price"},
		"the day of buying":       {"/stock/add", map[string]any{"productId": product, "boughtOn": "yesterday"}, "boughtOn"},
		"a long note":             {"/stock/add", map[string]any{"productId": product, "note": long}, "note"},
		"a long name":             {"/products", map[string]any{"name": long}, "name"},
		"no name":                 {"/products", map[string]any{"name": "  "}, "name"},
		"an absurd life":          {"/products", map[string]any{"name": "Salt", "shelfLife": 999999}, "shelfLife"},
		"an absurd minimum":       {"/products", map[string]any{"name": "Salt", "minimum": "-2"}, "minimum"},
		"an odd reason":           {"/stock/waste", map[string]any{"productId": product, "reason": "boring"}, "reason"},
		"a line that is all date": {"/stock/add", map[string]any{"text": "30.11.2027"}, "text"},
	} {
		a := p.cook.do("POST", p.base+try.path, try.body)
		named := false
		if fields, ok := a.json()["fields"].([]any); ok {
			for _, f := range fields {
				named = named || at(t, f, "name") == try.field && at(t, f, "message") != ""
			}
		}
		if a.status != 422 || !named {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if strings.Contains(a.body, "xxxxxxxx") {
			t.Errorf("%s: the answer repeats the value", name)
		}
	}
	if list := p.get("/products")["products"].([]any); len(list) != 1 {
		t.Errorf("%d products are stored", len(list))
	}
	for _, name := range []string{"🥛 Hafermilch", "حليب طازج", "Crème fraîche", "<b>Salt</b>"} {
		if got := p.post(201, "/products", map[string]any{"name": name})["name"]; got != name {
			t.Errorf("%q is stored as %q", name, got)
		}
	}
}

func TestAPhoneThatRetriesAddsOnce(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	p.cook.header.Set("Idempotency-Key", "one tap")
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if a := p.cook.do("POST", p.base+"/stock/add", map[string]any{"text": "2 milk"}); a.status != 200 {
				t.Errorf("%d %s", a.status, a.body)
			}
		}()
	}
	wg.Wait()
	if a := p.cook.do("POST", p.base+"/stock/add", map[string]any{"text": "3 milk"}); a.code() != "conflict" || !strings.Contains(a.body, "key_reused") {
		t.Errorf("the key for something else: %s", a.body)
	}
	p.cook.header.Del("Idempotency-Key")
	if list := p.get("/products?q=milk")["products"].([]any); len(list) != 1 || at(t, list[0], "total", "amount") != "2" {
		t.Errorf("stock: %v", list)
	}
}

func TestABarcodeIsAsGoodAsItsProduct(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	product := p.post(201, "/products", map[string]any{"name": "Eggs"})["id"].(string)
	p.post(200, "/products/"+product+"/units", map[string]any{"unit": "pack", "factor": 6, "of": "piece"})
	p.post(200, "/products/"+product+"/barcodes", map[string]any{"code": "4006381333931", "unit": "pack"})
	scan := "/stock/by-barcode/4006381333931/"
	if got := at(t, p.post(200, scan+"add", map[string]any{}), "products", 0, "total"); at(t, got, "amount") != "6" && at(t, got, "amount") != "1" {
		t.Errorf("a pack is %v", got)
	}
	p.post(200, scan+"use", map[string]any{"amount": "2", "unit": "piece"})
	p.post(200, scan+"open", map[string]any{"amount": "1", "unit": "piece"})
	p.post(200, scan+"waste", map[string]any{"amount": "1", "unit": "piece"})
	p.post(200, scan+"move", map[string]any{"amount": "1", "unit": "piece", "locationId": p.place("Fridge", "fridge")})
	if got := at(t, p.post(200, scan+"count", map[string]any{"amount": "2", "unit": "piece"}), "products", 0, "total", "amount"); got != "2" {
		t.Errorf("counted: %v", got)
	}
	if a := p.cook.do("POST", p.base+"/stock/by-barcode/0000/use", map[string]any{}); a.status != 404 {
		t.Errorf("a barcode nobody knows: %d %s", a.status, a.body)
	}
	if got := p.get("/barcodes/4006381333931")["name"]; got != "Eggs" {
		t.Errorf("found: %v", got)
	}
}

func TestShoppingBecomesStock(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	p.post(201, "/products", map[string]any{"name": "Coffee", "minimum": "2"})
	if n := p.post(200, "/shopping/low", nil)["count"]; n != 1.0 {
		t.Errorf("%v things run low", n)
	}
	p.post(200, "/shopping", map[string]any{"text": "2 l oat milk"})
	list := p.get("/shopping")
	if at(t, list, "wanted", 1, "text") != "oat milk" || at(t, list, "wanted", 1, "amount", "unit") != "l" {
		t.Errorf("the list: %v", list)
	}
	for _, item := range list["wanted"].([]any) {
		p.cook.want(200, "PUT", p.base+"/shopping/"+at(t, item, "id").(string)+"/ticked", map[string]any{"ticked": true})
	}
	if home := p.get("/home"); home["tray"] != 2.0 || home["shopping"] != 0.0 {
		t.Errorf("home: %v", home)
	}
	var lines []any
	for _, item := range p.get("/shopping")["tray"].([]any) {
		lines = append(lines, at(t, item, "proposal"))
	}
	put := p.post(200, "/shopping/put-away", map[string]any{"lines": lines})
	if len(put["lots"].([]any)) != 2 {
		t.Errorf("put away: %v", put)
	}
	if again := p.cook.do("POST", p.base+"/shopping/put-away", map[string]any{"lines": lines}); again.code() != "conflict" {
		t.Errorf("put away twice: %s", again.body)
	}
	p.post(200, "/transactions/"+put["transactionId"].(string)+"/undo", map[string]any{})
	if home := p.get("/home"); home["tray"] != 2.0 {
		t.Errorf("after undoing: %v", home)
	}
}

func TestWhatWasDoneIsTold(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	added := p.post(200, "/stock/add", map[string]any{"text": "5 yoghurt"})
	product := at(t, added, "products", 0, "id").(string)
	wasted := p.post(200, "/stock/waste", map[string]any{"productId": product, "amount": "2", "reason": "spoiled"})
	used := p.post(200, "/stock/use", map[string]any{"productId": product})
	p.post(200, "/transactions/"+used["transactionId"].(string)+"/undo", map[string]any{})
	var verbs []any
	for next := ""; ; {
		page := p.get("/history?limit=2&before=" + next)
		for _, e := range page["events"].([]any) {
			verbs = append(verbs, at(t, e, "verb"))
		}
		if next = page["next"].(string); next == "" {
			break
		}
	}
	if len(verbs) != 4 || verbs[0] != "undo" || verbs[3] != "add" {
		t.Errorf("the household's history: %v", verbs)
	}
	of := 0
	for next := ""; ; {
		page := p.get("/products/" + product + "/history?limit=1&before=" + strings.ReplaceAll(next, " ", "+"))
		of += len(page["events"].([]any))
		if next = page["next"].(string); next == "" {
			break
		}
	}
	if of != 4 {
		t.Errorf("%d events of the product", of)
	}
	months := p.get("/waste?months=3")
	if len(months["months"].([]any)) != 3 || at(t, months, "months", 0, "count") != 1.0 || at(t, months, "months", 0, "byReason", "spoiled") != 1.0 {
		t.Errorf("thrown away: %v", months)
	}
	p.post(200, "/transactions/"+wasted["transactionId"].(string)+"/undo", map[string]any{})
	if got := at(t, p.get("/waste?months=1"), "months", 0, "count"); got != 0.0 {
		t.Errorf("thrown away although it is undone: %v", got)
	}
}

func TestAProductHasAPicture(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	product := p.post(201, "/products", map[string]any{"name": "Jam"})["id"].(string)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	address := p.base + "/products/" + product + "/photo"
	id := p.cook.want(200, "PUT", address, picture.String()).json()["photoId"].(string)
	got := p.child.want(200, "GET", p.base+"/photos/"+id, nil)
	if got.header.Get("Content-Type") != "image/png" || !strings.Contains(got.header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(got.body, "\x89PNG") {
		t.Errorf("the picture: %v", got.header)
	}
	if a := p.other.do("GET", "/api/v1/households/"+p.elsewhere+"/photos/"+id, nil); a.status != 404 {
		t.Errorf("in another household: %d", a.status)
	}
	for name, try := range map[string]struct {
		data   string
		status int
	}{
		"no picture":     {"<svg onload=alert(1)>", 422},
		"nothing":        {"", 422},
		"half a picture": {picture.String()[:picture.Len()/2], 422},
		"1.5 MB":         {picture.String() + strings.Repeat("x", 1_500_000), 422},
		"10 MB":          {picture.String() + strings.Repeat("x", 10_000_000), 413},
	} {
		if a := p.cook.do("PUT", address, try.data); a.status != try.status && a.status != 400 || a.json()["message"] == "" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if got := p.cook.want(200, "DELETE", address, nil).json()["photoId"]; got != "" {
		t.Errorf("still there: %v", got)
	}
	p.cook.want(404, "GET", p.base+"/photos/"+id, nil)
}

func TestAHouseholdLeavesAsAFileAndComesBack(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	p.post(200, "/stock/add", map[string]any{"text": "2 l milk"})
	p.post(200, "/shopping", map[string]any{"text": "soap"})
	sheet := p.child.want(200, "GET", p.base+"/export.csv", nil)
	if !strings.Contains(sheet.body, "milk") || !strings.Contains(sheet.header.Get("Content-Disposition"), "pantrie.csv") {
		t.Errorf("the sheet: %v %s", sheet.header, sheet.body)
	}
	whole := p.cook.want(200, "GET", p.base+"/export.json", nil).body

	theirs := "/api/v1/households/" + p.elsewhere
	bad := "name,amount\nrice,lots\nbeans,2\n"
	preview := p.other.want(200, "POST", theirs+"/import/csv/preview", bad).json()
	if preview["problemCount"] != 1.0 || at(t, preview, "problems", 0, "row") != 2.0 || at(t, preview, "problems", 0, "column") != "amount" {
		t.Errorf("preview: %v", preview)
	}
	if a := p.other.do("POST", theirs+"/import/csv", bad); a.status != 422 {
		t.Errorf("a sheet with a problem: %d %s", a.status, a.body)
	}
	if got := p.other.want(200, "GET", theirs+"/products", nil).json()["products"].([]any); len(got) != 0 {
		t.Errorf("half imported: %v", got)
	}
	if a := p.other.do("POST", theirs+"/import/json", whole[:len(whole)/2]); a.status != 422 {
		t.Errorf("half an export: %d %s", a.status, a.body)
	}
	if a := p.cook.do("POST", p.base+"/import/json", whole); a.status != 403 {
		t.Errorf("an editor imports a household: %d %s", a.status, a.body)
	}
	p.other.want(200, "POST", theirs+"/import/json", whole)
	if again := p.other.want(200, "GET", theirs+"/export.csv", nil).body; again != sheet.body {
		t.Errorf("after the import:\n%s\nbefore:\n%s", again, sheet.body)
	}
	if a := p.other.do("POST", theirs+"/import/json", whole); a.code() != "conflict" {
		t.Errorf("into a household that is not empty: %d %s", a.status, a.body)
	}
	imported := p.other.want(200, "POST", theirs+"/import/csv", "\ufeffName;Menge\nSalz;1\n").json()
	if imported["lots"] != 1.0 || len(imported["notices"].([]any)) != 0 {
		t.Errorf("imported: %v", imported)
	}
	preview = p.other.want(200, "POST", theirs+"/import/csv/preview", "\ufeffName;Menge\nSalz;1\n").json()
	if at(t, preview, "notices", 0, "code") != "imported_before" || at(t, preview, "importedBefore", "transactionId") != imported["transactionId"] || at(t, preview, "importedBefore", "userName") == "" {
		t.Errorf("the same file once more: %v", preview)
	}
	for _, path := range []string{"/import/csv/preview", "/import/csv"} {
		if a := p.other.do("POST", theirs+path, ""); a.status != 422 || !strings.Contains(a.body, "file_empty") {
			t.Errorf("an empty file to %s: %d %s", path, a.status, a.body)
		}
	}
	if a := p.other.do("POST", theirs+"/import/json", ""); a.status != 422 && a.code() != "conflict" {
		t.Errorf("an empty export: %d %s", a.status, a.body)
	}
	p.other.want(200, "POST", theirs+"/transactions/"+imported["transactionId"].(string)+"/undo", map[string]any{})
	if a := p.other.do("POST", theirs+"/import/csv", strings.Repeat("x", 11<<20)); a.status != 422 || !strings.Contains(a.body, "file_too_large") {
		t.Errorf("11 MB: %d %s", a.status, a.body)
	}
}
