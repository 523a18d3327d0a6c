package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// kitchen is a household with one of everything that the examples name.
type kitchen struct {
	pantryHome
	spec    spec
	picture string
}

// stocked makes one, and what turns the examples' ids into its own. What the operation is about to do is
// not done already.
func (k kitchen) stocked(operation string) (home string, ids *strings.Replacer) {
	k.t.Helper()
	home = k.boss.want(201, "POST", "/api/v1/households", map[string]any{"name": "Kitchen"}).json()["id"].(string)
	if operation == "importHousehold" {
		return home, strings.NewReplacer(k.spec.example("Household", "id"), home)
	}
	base := "/api/v1/households/" + home
	post := func(path string, body map[string]any) map[string]any {
		k.t.Helper()
		a := k.boss.do("POST", base+path, body)
		if a.status > 201 {
			k.t.Fatalf("%s %s: %d %s", operation, path, a.status, a.body)
		}
		return a.json()
	}
	k.site.want(200, "PUT", "/api/v1/admin/households/"+home+"/members/"+k.ids["cook"], map[string]any{"role": "viewer"})
	place := post("/locations", map[string]any{"name": "Cellar"})["id"].(string)
	category := post("/categories", map[string]any{"name": "Drinks"})["id"].(string)
	product := post("/products", map[string]any{"name": "Milk", "unit": "l"})["id"].(string)
	other := post("/products", map[string]any{"name": "Fresh milk", "unit": "l"})["id"].(string)
	if operation != "addBarcode" {
		post("/products/"+product+"/barcodes", map[string]any{"code": k.spec.example("Barcode", "code")})
	}
	photo := k.boss.want(200, "PUT", base+"/products/"+product+"/photo", k.picture).json()["photoId"].(string)
	added := post("/stock/add", map[string]any{"productId": product, "amount": "5", "expires": "+9d"})
	if operation == "deleteProduct" {
		post("/stock/use", map[string]any{"productId": product, "amount": "5"})
	}
	item := post("/shopping", map[string]any{"productId": product, "amount": "2"})["id"].(string)
	if operation == "putAway" {
		k.boss.want(200, "PUT", base+"/shopping/"+item+"/ticked", map[string]any{"ticked": true})
	}
	invitation := post("/invitations", map[string]any{"role": "viewer"})["id"].(string)
	return home, strings.NewReplacer(
		k.spec.example("Household", "id"), home, k.spec.example("Member", "id"), k.ids["cook"], k.spec.example("Invitation", "id"), invitation,
		k.spec.example("Place", "id"), place, k.spec.example("Category", "id"), category, k.spec.example("Product", "id"), product, k.spec.example("MergeInputBody", "into"), other,
		k.spec.example("Product", "photoId"), photo, k.spec.example("Lot", "id"), at(k.t, added, "lots", 0, "id").(string), k.spec.example("StockChange", "transactionId"), added["transactionId"].(string),
		k.spec.example("ShoppingItem", "id"), item, "2026-", fmt.Sprint(k.h.clock.Now().Year(), "-"))
}

// run does what a command of the documentation says, with a token.
func (k kitchen) run(command, token, file string, ids *strings.Replacer) answer {
	k.t.Helper()
	c := readCurl(k.t, ids.Replace(command), strings.NewReplacer("$TOKEN", token, "$(date +%s%N)", "1795507200000000000"))
	b := k.h.browser()
	maps.Copy(b.header, c.header)
	var body any
	switch {
	case c.upload == "photo.jpg":
		body = k.picture
	case c.upload != "":
		body = ids.Replace(file)
	case c.body != "":
		body = c.body
	}
	return b.do(c.method, c.url, body)
}

// Every example that takes a token works as it is, once the ids are those of a household, and is answered
// as the specification says.
func TestExamplesWork(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	k := kitchen{pantryHome: p, spec: specOf(t, p.h), picture: picture.String()}
	_, shown := p.h.documentation()
	_, token := p.boss.token("all", "never")
	tried := 0
	for _, path := range slices.Sorted(maps.Keys(k.spec.Paths)) {
		for method, op := range k.spec.Paths[path] {
			if takes, _ := op.takes(); !takes || op.OperationID == "watchHousehold" { // which does not end
				continue
			}
			d := shown[op.OperationID]
			for _, command := range d.curls {
				tried++
				home, ids := k.stocked(op.OperationID)
				file := d.file
				if op.OperationID == "importHousehold" {
					file = shown["exportHousehold"].answers[0]
				}
				a := k.run(command, token, file, ids)
				status := fmt.Sprint(a.status)
				answer, known := op.Responses[status]
				if status >= "3" || !known {
					t.Errorf("%s: %d %s\n%s", op.OperationID, a.status, a.body, command)
				}
				if m := answer.Content["application/json"]; m != nil && !strings.HasSuffix(path, "/export.json") {
					var value any
					if err := json.Unmarshal([]byte(a.body), &value); err != nil {
						t.Errorf("%s: %v", op.OperationID, err)
					}
					for _, wrong := range k.spec.check(m.Schema, value, "") {
						t.Errorf("%s is answered with what the specification has not: %s", op.OperationID, wrong)
					}
				}
				if op.OperationID == "createHousehold" {
					p.boss.want(204, "DELETE", "/api/v1/households/"+a.json()["id"].(string), nil)
				}
				if a := p.boss.do("DELETE", "/api/v1/households/"+home, nil); a.status != 204 && (method != "delete" || a.status != 404) {
					t.Errorf("after %s: %d %s", op.OperationID, a.status, a.body)
				}
			}
		}
	}
	if tried < 60 {
		t.Errorf("only %d examples were tried", tried)
	}
}

// The stream's first words are those that the documentation shows.
func TestExampleOfTheStream(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	_, shown := p.h.documentation()
	_, token := p.cook.token("read", "never")
	s := specOf(t, p.h)
	c := readCurl(t, strings.ReplaceAll(shown["watchHousehold"].curls[0], s.example("Household", "id"), p.home), strings.NewReplacer("$TOKEN", token))
	req, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = c.header
	resp, err := p.h.browser().client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	want := shown["watchHousehold"].answers[0]
	want = want[:strings.Index(want, "data: {}\n\n")+len("data: {}\n\n")]
	got := make([]byte, len(want))
	read := 0
	for told := false; read < len(want); {
		n, err := resp.Body.Read(got[read:])
		if read += n; err != nil {
			t.Fatal(err)
		}
		if !told {
			told = true
			p.post(200, "/stock/add", map[string]any{"text": "2 milk"})
		}
	}
	if string(got) != want {
		t.Errorf("the stream begins with %q", got)
	}
}

// What needs a browser works with the cookie that the example of signing in keeps.
func TestExampleOfSigningIn(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	_, shown := p.h.documentation()
	if c := readCurl(t, shown["login"].curls[0], asWritten); !c.keepsCookie || c.sendsCookie {
		t.Errorf("signing in: %+v", c)
	}
	s := specOf(t, p.h)
	own := p.cook.want(200, "GET", "/api/v1/auth/me", nil).json()["id"].(string)
	ids := strings.NewReplacer(s.example("Member", "id"), p.ids["child"], s.example("Me", "id"), own, s.example("Household", "id"), p.home)
	for _, tt := range []struct {
		operation string
		who       *browser
	}{
		{"getMe", p.cook}, {"updateMe", p.cook}, {"createToken", p.cook}, {"listTokens", p.cook}, {"reauthenticate", p.cook}, {"changePassword", p.cook}, {"endOtherSessions", p.cook}, {"logout", p.cook},
		{"createUser", p.site}, {"updateUser", p.site}, {"createPasswordLink", p.site}, {"setMemberOfAny", p.site}, {"putBackupSchedule", p.site}, {"putOAuthSettings", p.site}, {"getOAuthSettings", p.site},
		{"listSignIns", p.site}, {"makeBackup", p.site}, {"authentikBlueprint", p.site}, {"putAdminInstance", p.site},
	} {
		c := readCurl(t, ids.Replace(shown[tt.operation].curls[0]), asWritten)
		var body any
		if c.body != "" {
			body = c.body
		}
		if a := tt.who.do(c.method, c.url, body); a.status >= 300 {
			t.Errorf("%s: %d %s", tt.operation, a.status, a.body)
		}
	}
}
