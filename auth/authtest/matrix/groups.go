package matrix

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/provider"
	"pantrie/db"
)

// sentGroups is a value of the claim, and what it must be taken for.
type sentGroups struct {
	name string
	// value is the claim; nil is no claim at all.
	value any
	// known says that it is a list of groups, in that family is among them.
	known, in bool
	// both says that the value cannot be in one document alone.
	both bool
	// absent says that there is no claim, or null in its place.
	absent bool
}

// hostile are names that are not family, however they look or whatever reads them.
func hostile() []string {
	return []string{
		"Family", "FAMILY", " family", "family ", "family\n", "family\x00", "\u200bfamily", "f\u0430mily", "\uff46amily", "family,", "family,admins",
		"*", "%", ".*", "", "null", "[]", `"family"`, "family' OR '1'='1", "<script>alert(1)</script>", "../family", "${family}", "family\r\nX-Role: admin",
		strings.Repeat("family", 5000),
	}
}

func many(n int, last string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("group %d", i)
	}
	list[n-1] = last
	return list
}

func groupValues() []sentGroups {
	raw := func(text string) json.RawMessage { return json.RawMessage(text) }
	return []sentGroups{
		{name: "an array", value: []string{"cooks", "family"}, known: true, in: true},
		{name: "an array with it twice", value: []string{"family", "family"}, known: true, in: true},
		{name: "an array of others", value: []string{"cooks"}, known: true},
		{name: "an empty array", value: []string{}, known: true},
		{name: "a text", value: "family", known: true, in: true},
		{name: "a text with commas", value: "family,cooks", known: true},
		{name: "an empty text", value: "", known: true},
		{name: "absent", both: true, absent: true},
		{name: "null", value: raw("null"), absent: true},
		{name: "an object", value: raw(`{"family":true}`)},
		{name: "an empty object", value: raw(`{}`)},
		{name: "a number", value: 5},
		{name: "true", value: true},
		{name: "an array of objects", value: raw(`[{"name":"family"},{"family":1}]`), known: true},
		{name: "an array in an array", value: raw(`[["family"]]`), known: true},
		{name: "an array of a name and other things", value: raw(`[1,null,true,{},["x"],"family"]`), known: true, in: true},
		{name: "10,000 entries with it", value: many(10_000, "family"), known: true, in: true},
		{name: "10,000 entries without it", value: many(10_000, "Family"), known: true},
		{name: "hostile names", value: hostile(), known: true},
		{name: "hostile names and it", value: append(hostile(), "family"), known: true, in: true},
	}
}

// groupDocuments are the ways in which a provider can send a claim.
func groupDocuments() map[string]func(name string) func(*authtest.Settings) {
	return map[string]func(string) func(*authtest.Settings){
		"ID token and userinfo": func(string) func(*authtest.Settings) { return func(*authtest.Settings) {} },
		"ID token": func(name string) func(*authtest.Settings) {
			return withUserinfo(func(c map[string]any) { delete(c, name) })
		},
		"userinfo": func(name string) func(*authtest.Settings) { return Claim(name, nil) },
	}
}

// sends makes a provider send a claim for mara in place of her groups.
func sends(name string, value any) func(*authtest.Settings) {
	return func(s *authtest.Settings) {
		u := s.User("mara")
		if u.OmitClaims = nil; name != "groups" || value == nil {
			u.OmitClaims = []string{"groups"}
		}
		if u.Claims = nil; value != nil {
			u.Claims = map[string]any{name: value}
		}
	}
}

// byGroups lets the group family decide about the site role and the household.
func byGroups(a *attempt) {
	group := "family"
	rules := []provider.GroupRule{{Group: group, HouseholdID: a.h.HouseholdID(), Role: db.RoleAdmin}}
	a.set(provider.Input{AdminGroup: &group, Rules: &rules})
}

// onlyFamily lets nobody else in, besides.
func onlyFamily(a *attempt) {
	byGroups(a)
	a.set(provider.Input{AllowedGroups: &[]string{"family"}})
}

// hasRoles checks what the groups have made of somebody.
func hasRoles(siteAdmin bool, role db.Role) func(*attempt) {
	return func(a *attempt) {
		a.t.Helper()
		if a.IsAdmin() != siteAdmin || a.Role() != string(role) {
			a.t.Errorf("site administrator %v, %q; want %v, %q", a.IsAdmin(), a.Role(), siteAdmin, role)
		}
		for _, step := range a.newest().Steps {
			if len(step.Detail) > 2000 {
				a.t.Errorf("the sign-in log holds %d characters of groups", len(step.Detail))
			}
		}
	}
}

// groupCases: the claim decides who may come in, and as what. What is no list of names changes
// nothing and lets nobody in.
func groupCases() []matrixCase {
	cases := []matrixCase{
		{name: "twice in the ID token", given: onlyFamily, spoil: appended(`,"groups":["family"]}`), reason: "token_invalid"},
		{name: "in capitals", given: onlyFamily, spoil: sends("Groups", []string{"family"}), reason: "not_allowed"},
		{name: "family in userinfo, none in the ID token", given: onlyFamily, spoil: Claim("groups", []string{}), check: hasRoles(true, db.RoleAdmin)},
		{name: "none in userinfo, family in the ID token", given: onlyFamily, spoil: withUserinfo(func(c map[string]any) { c["groups"] = []string{} }), reason: "not_allowed"},
		{name: "null in userinfo, family in the ID token", given: onlyFamily, spoil: withUserinfo(func(c map[string]any) { c["groups"] = nil }), reason: "not_allowed"},
		{name: "in a claim of another name", given: all(onlyFamily, groupClaim("roles")), spoil: sends("roles", []string{"family"}), check: hasRoles(true, db.RoleAdmin), next: "rolf"},
		{name: "in groups, while another name is set", given: all(onlyFamily, groupClaim("roles")), spoil: sends("groups", []string{"family"}), reason: "not_allowed", next: "rolf"},
		{
			name: "in a claim within a claim", given: all(onlyFamily, groupClaim("realm_access.roles")), next: "rolf",
			spoil: sends("realm_access", map[string]any{"roles": []string{"family"}}), check: hasRoles(true, db.RoleAdmin),
		},
		{
			name: "in a claim whose name has dots", given: all(onlyFamily, groupClaim("https://id.example/groups")), next: "rolf",
			spoil: sends("https://id.example/groups", []string{"family"}), check: hasRoles(true, db.RoleAdmin),
		},
		{
			name: "in a claim within a claim, in capitals", given: all(onlyFamily, groupClaim("realm_access.roles")), next: "rolf",
			spoil: sends("realm_access", map[string]any{"ROLES": []string{"family"}}), reason: "not_allowed",
		},
		{
			name: "the last administrator comes without the claim that came before", given: all(byGroups, known("sam")), as: "sam",
			spoil: func(s *authtest.Settings) { s.User("sam").OmitClaims = []string{"groups"} }, outcome: db.OutcomeSignedIn,
			check: all(hasRoles(true, db.RoleAdmin), warns("there is no other")),
		},
		{name: "an account here whose address is verified, in none", given: onlyFamily, as: "sam", reason: "not_allowed"},
		{name: "an account here whose address is not verified, in none", given: onlyFamily, as: "sam", spoil: func(s *authtest.Settings) { s.EmailVerified = oidc.VerifiedFalse }, reason: "not_allowed"},
		{name: "the last administrator loses the group", given: all(byGroups, known("sam")), as: "sam", outcome: db.OutcomeSignedIn, check: all(hasRoles(true, db.RoleAdmin), warns("there is no other"))},
	}
	for i := range cases {
		cases[i].config = addRolf
	}
	for where, only := range groupDocuments() {
		for _, v := range groupValues() {
			if where != "ID token and userinfo" && v.both {
				continue
			}
			spoil := func(s *authtest.Settings) { sends("groups", v.value)(s); only("groups")(s) }
			c := matrixCase{name: v.name + " in " + where, given: onlyFamily, spoil: spoil, reason: "not_allowed"}
			if v.in {
				c.reason, c.check = "", hasRoles(true, db.RoleAdmin)
			}
			cases = append(cases, c)
			if where == "ID token and userinfo" {
				cases = append(cases, ofSomebodyKnown(v, spoil))
			}
		}
	}
	return cases
}

// ofSomebodyKnown is about somebody whom the group has made administrator before. Losing it counts, and so does
// coming without the claim that came before; a claim that cannot be read does not.
func ofSomebodyKnown(v sentGroups, spoil func(*authtest.Settings)) matrixCase {
	c := matrixCase{name: v.name + ", of an administrator", given: all(byGroups, known("mara")), spoil: spoil, outcome: db.OutcomeSignedIn}
	switch {
	case v.in:
		c.check = all(hasRoles(true, db.RoleAdmin), otherIs(http.StatusOK))
	case v.absent:
		c.check = all(hasRoles(false, db.RoleEditor), otherIs(http.StatusUnauthorized), warns("taken as being in no group"))
	case v.known:
		c.check = all(hasRoles(false, db.RoleEditor), otherIs(http.StatusUnauthorized))
	default:
		c.check = all(hasRoles(true, db.RoleAdmin), otherIs(http.StatusOK), warns("stay as they are"))
	}
	return c
}

// addRolf adds somebody whose groups are in another claim as well.
func addRolf(c *authtest.Config) {
	c.Users = append(slices.Clone(c.Users), authtest.User{
		Username: "rolf", Password: "rolf", Name: "Rolf", Groups: []string{"family"}, Claims: map[string]any{
			"roles": "family", "realm_access": map[string]any{"roles": "family"}, "https://id.example/groups": "family",
		},
	})
}

func groupClaim(name string) func(*attempt) { return setting(provider.Input{GroupClaim: &name}) }

// otherIs checks whether the other browser's session is still there.
func otherIs(status int) func(*attempt) {
	return func(a *attempt) {
		a.t.Helper()
		if got := a.other.Do("GET", "/api/v1/auth/me", nil).Status; got != status {
			a.t.Errorf("the other browser's session: %d, want %d", got, status)
		}
	}
}

// warns checks what the sign-in log tells the administrator.
func warns(of string) func(*attempt) {
	return func(a *attempt) {
		a.t.Helper()
		if got := a.newest().Detail; !strings.Contains(got, of) {
			a.t.Errorf("the sign-in log says %q, nothing of %q", got, of)
		}
	}
}
