package app_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// token makes an API token for whoever is signed in.
func (b *browser) token(scope, lifetime string) (id, secret string) {
	b.h.t.Helper()
	made := b.want(201, "POST", "/api/v1/auth/tokens", map[string]any{"name": " Kitchen display ", "scope": scope, "lifetime": lifetime}).json()
	return made["id"].(string), made["token"].(string)
}

// program is a client without cookies that sends a token.
func (h *host) program(token string) *browser {
	b := h.browser()
	b.header.Set("Authorization", "Bearer "+token)
	return b
}

// scopeOf is the rule: below /households looking takes read, changing what is in one stock, and
// managing them all. Who one is may be read too. Nothing else takes a token.
func scopeOf(path, method, operationID string) string {
	managing := []string{"createHousehold", "updateHousehold", "deleteHousehold", "setMember", "removeMember", "createInvitation", "revokeInvitation", "importHousehold"}
	switch rest := strings.TrimPrefix(path, "/api/v1"); {
	case operationID == "getMe":
		return "read"
	case rest != "/households" && !strings.HasPrefix(rest, "/households/"):
		return ""
	case method == "get":
		return "read"
	}
	for _, id := range managing {
		if id == operationID {
			return "all"
		}
	}
	return "stock"
}

// Every operation of the specification is called with a token of every scope. A new one that manages
// households has to be named above.
func TestWhatATokenMayDo(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	spec, err := h.api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Security    []map[string][]string
		}
	}
	if err := json.Unmarshal(spec, &doc); err != nil {
		t.Fatal(err)
	}
	programs := map[string]*browser{}
	scopes := []string{"read", "stock", "all"}
	for _, scope := range scopes {
		_, secret := admin.token(scope, "never")
		programs[scope] = h.program(secret)
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			need := scopeOf(path, method, op.OperationID)
			said := ""
			for _, way := range op.Security {
				if list, ok := way["token"]; ok {
					said = strings.Join(list, " ")
				}
			}
			if said != need {
				t.Errorf("the specification of %s says scope %q, want %q", op.OperationID, said, need)
			}
			address := strings.NewReplacer("{provider}", "authentik", "{id}", "someone", "{household}", "something").Replace(path)
			enough := false
			for _, scope := range scopes {
				enough = enough || scope == need
				a := programs[scope].do(strings.ToUpper(method), address, bodyFor(method))
				refused := a.status == 403 && a.code() == "forbidden" && strings.Contains(a.body, "API token")
				switch {
				case enough && (refused || a.status == 401):
					t.Errorf("%s with %s: %d %s", op.OperationID, scope, a.status, a.body)
				case !enough && !refused:
					t.Errorf("%s with %s is not refused: %d %s", op.OperationID, scope, a.status, a.body)
				case refused && need != "" && !strings.Contains(a.body, `scope \"`+need+`\"`):
					t.Errorf("%s with %s does not say what is needed: %s", op.OperationID, scope, a.body)
				}
				if a.header.Get("Set-Cookie") != "" {
					t.Errorf("%s with a token sets a cookie", op.OperationID)
				}
			}
		}
	}
	if a := h.browser().do("GET", "/api/v1/auth/me", nil); a.status != 401 || a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("without anything: %d, %v", a.status, a.header)
	}
}

func TestATokenActsAsItsUser(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	home := "/api/v1/households/" + p.home
	_, secret := p.cook.token("all", "never")
	if !strings.HasPrefix(secret, "pantrie_") || strings.Contains(p.h.log.String(), secret) {
		t.Errorf("token %s", secret)
	}
	program := p.h.program(secret)
	if me := program.want(200, "GET", "/api/v1/auth/me", nil).json(); me["name"] != "cook" || me["signedInWith"] != "token" {
		t.Errorf("me: %v", me)
	}
	program.want(200, "GET", home, nil)
	program.want(403, "PATCH", home, map[string]any{"name": "Mine"}) // an editor's token is an editor's
	program.want(404, "GET", "/api/v1/households/"+p.elsewhere, nil)
	p.boss.want(200, "PUT", home+"/members/"+p.ids["cook"], map[string]any{"role": "admin"})
	program.want(200, "PATCH", home, map[string]any{"name": "Green house"})
	p.boss.want(204, "DELETE", home+"/members/"+p.ids["cook"], nil)
	program.want(404, "GET", home, nil)

	// Whatever else comes with it, the token counts.
	both := p.boss
	both.header.Set("Authorization", "bearer "+secret)
	if me := both.want(200, "GET", "/api/v1/auth/me", nil).json(); me["name"] != "cook" {
		t.Errorf("with a cookie beside it: %v", me)
	}
	both.header.Set("Authorization", "Bearer "+secret+"x")
	if a := both.do("GET", "/api/v1/auth/me", nil); a.status != 401 || a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("a broken token beside a good cookie: %d %v", a.status, a.header)
	}
	both.header.Set("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30.") // a proxy's own
	both.want(200, "GET", "/api/v1/auth/me", nil)
	both.header.Set("Sec-Fetch-Site", "cross-site")
	if a := both.do("PATCH", home, map[string]any{"name": "Theirs"}); a.code() != "cross_origin" {
		t.Errorf("a foreign bearer token opens the way for other sites: %s", a.body)
	}
}

func TestATokenIsNotAskedForItsOrigin(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	_, secret := p.boss.token("all", "1y")
	program := p.h.program(secret)
	program.header.Set("Origin", "http://homeassistant.local:8123")
	program.want(200, "PATCH", "/api/v1/households/"+p.home, map[string]any{"name": "Green house"})
}

func TestARevokedTokenIsAnswered(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	id, secret := p.cook.token("stock", "30d")
	program := p.h.program(secret)
	program.want(200, "GET", "/api/v1/auth/me", nil)
	p.cook.want(204, "DELETE", "/api/v1/auth/tokens/"+id, nil)
	a := program.do("GET", "/api/v1/auth/me", nil)
	if a.status != 401 || a.code() != "unauthenticated" || a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("%d %s", a.status, a.body)
	}
	program.want(401, "GET", "/api/v1/instance", nil)
}

func TestTokensAreKept(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	list := func() []any {
		t.Helper()
		return p.cook.want(200, "GET", "/api/v1/auth/tokens", nil).json()["tokens"].([]any)
	}
	if got := list(); len(got) != 0 {
		t.Errorf("at first: %v", got)
	}
	id, secret := p.cook.token("read", "90d")
	if a := p.cook.want(200, "GET", "/api/v1/auth/tokens", nil); strings.Contains(a.body, secret) || strings.Contains(a.body, secret[10:30]) {
		t.Error("the token is shown again")
	}
	one := list()[0].(map[string]any)
	if one["name"] != "Kitchen display" || one["scope"] != "read" || one["lastUsedAt"] != nil || one["expired"] != false || one["expiresAt"] == nil {
		t.Errorf("listed as %v", one)
	}
	p.h.program(secret).want(200, "GET", "/api/v1/auth/me", nil)
	if used := list()[0].(map[string]any)["lastUsedAt"]; used == nil {
		t.Error("used, and listed as if not")
	}
	// It is nobody else's to see or to revoke.
	p.child.want(404, "DELETE", "/api/v1/auth/tokens/"+id, nil)
	p.cook.want(204, "DELETE", "/api/v1/auth/tokens/"+id, nil)
	p.cook.want(404, "DELETE", "/api/v1/auth/tokens/"+id, nil)
}

func TestMakingATokenIsChecked(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	make := func(status int, name, scope, lifetime string) answer {
		t.Helper()
		return p.cook.want(status, "POST", "/api/v1/auth/tokens", map[string]any{"name": name, "scope": scope, "lifetime": lifetime})
	}
	make(422, " ", "read", "never")
	make(422, "x", "everything", "never")
	make(422, "x", "", "never")
	make(422, "x", "read", "2y")
	p.h.clock.add(11 * time.Minute)
	if a := make(403, "x", "read", "never"); a.code() != "reauth_required" {
		t.Errorf("without a recent proof: %s", a.body)
	}
}
