package app_test

import (
	"maps"
	"testing"
)

// people are a household's administrator, who is no site administrator, an editor, a viewer, and
// somebody of another household.
type people struct {
	h                              *host
	site, boss, cook, child, other *browser
	home, elsewhere                string
	ids                            map[string]string
}

func newPeople(t *testing.T) people {
	t.Helper()
	dir := startHousehold.copied(t)
	justNow(t, dir)
	p := startHousehold.people
	p.h = newHomeIn(t, dir, nil)
	p.ids = maps.Clone(p.ids)
	for name, b := range p.browsers() {
		*b = p.h.as(startHousehold.cookies[name])
	}
	return p
}

// browsers is where those of everybody are kept, by name.
func (p *people) browsers() map[string]**browser {
	return map[string]**browser{"site": &p.site, "boss": &p.boss, "cook": &p.cook, "child": &p.child, "other": &p.other}
}

// join lets everybody in, with passwords of their own, and makes the households.
func join(h *host, site *browser) people {
	p := people{h: h, site: site, ids: map[string]string{}}
	for _, name := range []string{"boss", "cook", "child", "other"} {
		id, token := h.addUser(site, name, name+"@example.org")
		p.ids[name] = id
		b := h.browser()
		b.want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": "quince cheese and pears"})
		*p.browsers()[name] = b
	}
	p.home = p.boss.want(201, "POST", "/api/v1/households", map[string]any{"name": "Blue house", "timeZone": "Europe/Berlin"}).json()["id"].(string)
	p.elsewhere = p.other.want(201, "POST", "/api/v1/households", map[string]any{"name": "Elsewhere"}).json()["id"].(string)
	for name, role := range map[string]string{"cook": "editor", "child": "viewer"} {
		site.want(200, "PUT", "/api/v1/admin/households/"+p.home+"/members/"+p.ids[name], map[string]any{"role": role})
	}
	return p
}

func TestWhoMayDoWhatInAHousehold(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	home := "/api/v1/households/" + p.home
	for _, tt := range []struct {
		name, method, path               string
		body                             any
		nobody, stranger, viewer, editor int
	}{
		{"look", "GET", home, nil, 401, 404, 200, 200},
		{"rename", "PATCH", home, map[string]any{"name": "Mine"}, 401, 404, 403, 403},
		{"set a role", "PUT", home + "/members/" + p.ids["cook"], map[string]any{"role": "admin"}, 401, 404, 403, 403},
		{"take somebody out", "DELETE", home + "/members/" + p.ids["boss"], nil, 401, 404, 403, 403},
		{"a household that is not there", "GET", "/api/v1/households/nothing", nil, 401, 404, 404, 404},
		{"all of them", "GET", "/api/v1/admin/households", nil, 401, 403, 403, 403},
		{"set any role", "PUT", "/api/v1/admin/households/" + p.home + "/members/" + p.ids["cook"], map[string]any{"role": "admin"}, 401, 403, 403, 403},
		{"take anybody out", "DELETE", "/api/v1/admin/households/" + p.home + "/members/" + p.ids["boss"], nil, 401, 403, 403, 403},
	} {
		for who, b := range map[string]*browser{"nobody": p.h.browser(), "stranger": p.other, "viewer": p.child, "editor": p.cook} {
			want := map[string]int{"nobody": tt.nobody, "stranger": tt.stranger, "viewer": tt.viewer, "editor": tt.editor}[who]
			if a := b.do(tt.method, tt.path, tt.body); a.status != want {
				t.Errorf("%s as %s: %d, want %d: %s", tt.name, who, a.status, want, a.body)
			}
		}
	}
	for _, m := range p.child.want(200, "GET", home, nil).json()["members"].([]any) {
		if m.(map[string]any)["email"] != "" {
			t.Errorf("a viewer sees an address: %v", m)
		}
	}
}

func TestAHouseholdIsManaged(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	home := "/api/v1/households/" + p.home
	changed := p.boss.want(200, "PATCH", home, map[string]any{"name": " Green house ", "timeZone": "Asia/Tokyo"}).json()
	if changed["name"] != "Green house" || changed["timeZone"] != "Asia/Tokyo" || changed["role"] != "admin" || len(changed["members"].([]any)) != 3 {
		t.Errorf("after the change: %v", changed)
	}
	for name, body := range map[string]map[string]any{
		"no name": {"name": "  "}, "a long name": {"name": string(make([]byte, 300))}, "no time zone": {"timeZone": "Mars/Olympus"}, "the server's own": {"timeZone": "Local"},
	} {
		if a := p.boss.do("PATCH", home, body); a.status != 422 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	me := p.boss.want(200, "GET", "/api/v1/auth/me", nil).json()["households"].([]any)
	if len(me) != 2 {
		t.Errorf("households of somebody in two: %v", me)
	}

	// The last administrator stays, whoever tries, and can go once there is another.
	boss := home + "/members/" + p.ids["boss"]
	for _, try := range []func() answer{
		func() answer { return p.boss.do("DELETE", boss, nil) },
		func() answer { return p.boss.do("PUT", boss, map[string]any{"role": "viewer"}) },
		func() answer { return p.site.do("DELETE", "/api/v1/admin"+boss[len("/api/v1"):], nil) },
	} {
		if a := try(); a.code() != "last_admin" {
			t.Errorf("the last administrator: %d %s", a.status, a.body)
		}
	}
	p.boss.want(200, "PUT", home+"/members/"+p.ids["cook"], map[string]any{"role": "admin"})
	p.boss.want(204, "DELETE", boss, nil)
	p.boss.want(404, "GET", home, nil)
	p.child.want(204, "DELETE", home+"/members/"+p.ids["child"], nil)
	if got := p.cook.want(200, "GET", home, nil).json()["members"].([]any); len(got) != 1 {
		t.Errorf("members in the end: %v", got)
	}

	// A household's administrator puts nobody in who is not in it; a site administrator does.
	p.cook.want(404, "PUT", home+"/members/"+p.ids["other"], map[string]any{"role": "viewer"})
	p.site.want(200, "PUT", "/api/v1/admin/households/"+p.home+"/members/"+p.ids["other"], map[string]any{"role": "viewer"})
	p.site.want(404, "PUT", "/api/v1/admin/households/"+p.home+"/members/nobody", map[string]any{"role": "viewer"})
	p.site.want(404, "PUT", "/api/v1/admin/households/nothing/members/"+p.ids["other"], map[string]any{"role": "viewer"})
	p.other.want(200, "GET", home, nil)
	all := p.site.want(200, "GET", "/api/v1/admin/households", nil).json()["households"].([]any)
	if len(all) != 3 {
		t.Errorf("%d households", len(all))
	}
}

func TestAHouseholdIsDeleted(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	home := "/api/v1/households/" + p.home
	for name, b := range map[string]*browser{"nobody": p.h.browser(), "stranger": p.other, "viewer": p.child, "editor": p.cook, "site administrator": p.site} {
		want := map[string]int{"nobody": 401, "viewer": 403, "editor": 403}[name]
		if want == 0 {
			want = 404
		}
		b.want(want, "DELETE", home, nil)
	}
	p.boss.want(403, "DELETE", "/api/v1/admin/households/"+p.home, nil)
	token := p.boss.invite(p.home, "viewer")
	p.boss.want(204, "DELETE", home, nil)
	p.boss.want(404, "DELETE", home, nil)
	for name, b := range map[string]*browser{"boss": p.boss, "cook": p.cook, "child": p.child} {
		b.want(404, "GET", home, nil)
		if got := b.homes(); len(got) != 1 || got["Brandt"] != "editor" {
			t.Errorf("households of %s afterwards: %v", name, got)
		}
	}
	if a := p.other.checkInvitation(404, token); a.code() != "invitation_invalid" {
		t.Errorf("its invitation: %s", a.body)
	}
	p.site.want(204, "DELETE", "/api/v1/admin/households/"+p.elsewhere, nil)
	p.site.want(404, "DELETE", "/api/v1/admin/households/"+p.elsewhere, nil)
	p.other.want(404, "GET", "/api/v1/households/"+p.elsewhere, nil)
}

// Pantrie goes on without any household.
func TestTheLastHouseholdIsDeleted(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	home := admin.want(200, "GET", "/api/v1/admin/households", nil).json()["households"].([]any)[0].(map[string]any)["id"].(string)
	admin.want(204, "DELETE", "/api/v1/households/"+home, nil)
	if got := h.browser().want(200, "GET", "/api/v1/instance", nil).json(); got["name"] != "" || got["setupCompleted"] != true {
		t.Errorf("instance: %v", got)
	}
	admin.want(200, "GET", "/api/v1/auth/me", nil)
	admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil)
	admin.want(201, "POST", "/api/v1/admin/users", map[string]any{"name": "Mara", "email": "mara@example.org"})
	admin.want(201, "POST", "/api/v1/households", map[string]any{"name": "Anew"})
}
