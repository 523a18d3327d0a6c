package signin

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/rp"
	"pantrie/db"
)

func openProvider(change func(*provider.Provider)) provider.Provider {
	p := provider.Provider{Settings: provider.Settings{AutoLink: true, SignUp: true, SignUpRole: db.RoleEditor}}
	if change != nil {
		change(&p)
	}
	return p
}

func inGroups(names ...string) provider.Groups { return provider.Groups{Known: true, Names: names} }

func TestDecide(t *testing.T) {
	open := openProvider(nil)
	closed := openProvider(func(p *provider.Provider) { p.SignUp = false })
	trusting := openProvider(func(p *provider.Provider) { p.TrustEmail = true })
	family := openProvider(func(p *provider.Provider) { p.AllowedGroups = []string{"family", "friends"} })
	known := &db.Identity{ID: "i"}
	proven := func() *db.User { return &db.User{ID: "mara", EmailProof: db.ProofAdministrator} }
	verified, unverified := rp.Profile{Email: "m@x.org", EmailVerified: true}, rp.Profile{Email: "m@x.org"}
	in := func(who rp.Profile, g provider.Groups) rp.Profile { who.Groups = g; return who }
	for _, tt := range []struct {
		name string
		p    provider.Provider
		who  rp.Profile
		f    facts
		want decision
	}{
		{"1 known", open, verified, facts{identity: known, identityUser: db.User{ID: "mara"}}, decision{action: actSignIn, userID: "mara"}},
		{"1 known although sign-up is off", closed, unverified, facts{identity: known, identityUser: db.User{ID: "mara"}}, decision{action: actSignIn, userID: "mara"}},
		{"1 known and disabled", open, verified, facts{identity: known, identityUser: db.User{ID: "mara", Disabled: true}}, decision{action: actRefuse, reason: reason.AccountDisabled}},
		{"1 the identity wins over somebody else's address", open, verified, facts{identity: known, identityUser: db.User{ID: "jonas"}, emailUser: proven()}, decision{action: actSignIn, userID: "jonas"}},
		{"1 known, in an allowed group", family, in(verified, inGroups("friends")), facts{identity: known, identityUser: db.User{ID: "mara"}}, decision{action: actSignIn, userID: "mara"}},
		{"1 known, in none of the allowed groups", family, in(verified, inGroups("Family", "fam")), facts{identity: known, identityUser: db.User{ID: "mara"}}, decision{action: actRefuse, reason: reason.NotAllowed}},
		{"1 known, and the provider sends no groups", family, verified, facts{identity: known, identityUser: db.User{ID: "mara"}}, decision{action: actRefuse, reason: reason.NotAllowed}},
		{"1 disabled comes before the groups", family, verified, facts{identity: known, identityUser: db.User{ID: "mara", Disabled: true}}, decision{action: actRefuse, reason: reason.AccountDisabled}},
		{"3a linked to another identity", open, verified, facts{emailUser: proven(), emailUserLinked: true}, decision{action: actRefuse, reason: reason.LinkedElsewhere}},
		{"3b verified and proven", open, verified, facts{emailUser: proven()}, decision{action: actLink, userID: "mara"}},
		{"3b works with sign-up off", closed, verified, facts{emailUser: proven()}, decision{action: actLink, userID: "mara"}},
		{"3b disabled account", open, verified, facts{emailUser: &db.User{ID: "mara", EmailProof: db.ProofSetup, Disabled: true}}, decision{action: actRefuse, reason: reason.AccountDisabled}},
		{"3b this provider's addresses are trusted", trusting, unverified, facts{emailUser: proven()}, decision{action: actLink, userID: "mara"}},
		{"3b not in an allowed group", family, in(verified, inGroups()), facts{emailUser: proven()}, decision{action: actRefuse, reason: reason.NotAllowed}},
		{"3c not verified", open, unverified, facts{emailUser: proven()}, decision{action: actAsk, userID: "mara"}},
		{"3c local address unproven", open, verified, facts{emailUser: &db.User{ID: "mara"}}, decision{action: actAsk, userID: "mara"}},
		{"3c local address unproven, trust does not help", trusting, unverified, facts{emailUser: &db.User{ID: "mara"}}, decision{action: actAsk, userID: "mara"}},
		{"3c auto-link off", openProvider(func(p *provider.Provider) { p.AutoLink = false }), verified, facts{emailUser: proven()}, decision{action: actAsk, userID: "mara"}},
		{"3c not in an allowed group", family, in(unverified, inGroups("guests")), facts{emailUser: proven()}, decision{action: actRefuse, reason: reason.NotAllowed}},
		{"3c sign-up off: asks without saying whether there is an account", closed, unverified, facts{emailUser: proven()}, decision{action: actAsk, userID: "mara", blind: true}},
		{"3a sign-up off: the same", closed, unverified, facts{emailUser: proven(), emailUserLinked: true}, decision{action: actAsk, userID: "mara", blind: true}},
		{"no account, sign-up off: the same", closed, unverified, facts{}, decision{action: actAsk, blind: true}},
		{"4 somebody new", open, verified, facts{}, decision{action: actCreate}},
		{"4 somebody new without a verified address", open, unverified, facts{}, decision{action: actCreate}},
		{"4 somebody new without an address", open, rp.Profile{}, facts{}, decision{action: actCreate}},
		{"4 not in an allowed group", family, in(verified, inGroups("guests")), facts{}, decision{action: actRefuse, reason: reason.NotAllowed}},
		{"4 invited, sign-up off", closed, verified, facts{invited: "by Sam"}, decision{action: actCreate}},
		{"4 invited, sign-up off, without a verified address", closed, unverified, facts{invited: "by Sam"}, decision{action: actCreate}},
		{"4 invited, not in an allowed group", family, in(verified, inGroups("guests")), facts{invited: "by Sam"}, decision{action: actRefuse, reason: reason.NotAllowed}},
		{"3c invited, sign-up off, not verified", closed, unverified, facts{emailUser: proven(), invited: "by Sam"}, decision{action: actAsk, userID: "mara"}},
		{"3b invited and disabled", closed, verified, facts{emailUser: &db.User{ID: "mara", EmailProof: db.ProofSetup, Disabled: true}, invited: "by Sam"}, decision{action: actRefuse, reason: reason.AccountDisabled}},
		{"5 sign-up off", closed, verified, facts{}, decision{action: actRefuse, reason: reason.SignUpOff}},
		{"5 sign-up off and no address", closed, rp.Profile{}, facts{}, decision{action: actRefuse, reason: reason.SignUpOff}},
	} {
		got := decide(tt.p, tt.who, tt.f)
		if got.branch == "" {
			t.Errorf("%s: the log would not say which branch it was", tt.name)
		}
		got.branch = ""
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(decision{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestReadGroups(t *testing.T) {
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprint("g", i)
	}
	manyText, _ := json.Marshal(many)
	for _, tt := range []struct {
		name, claim string
		want        provider.Groups
		odd         bool
	}{
		{"array", `["family","admins"]`, inGroups("family", "admins"), false},
		{"one text is one group", `"family, admins"`, inGroups("family, admins"), false},
		{"empty array", `[]`, inGroups([]string{}...), false},
		{"empty text", `""`, inGroups([]string{}...), false},
		{"absent", ``, provider.Groups{Absent: true}, true},
		{"null", `null`, provider.Groups{Absent: true}, true},
		{"object", `{"family":true}`, provider.Groups{}, true},
		{"number", `5`, provider.Groups{}, true},
		{"true", `true`, provider.Groups{}, true},
		{"not JSON", `[`, provider.Groups{}, true},
		{"entries that are no names", `[1,"family",null,{"name":"admins"},["admins"],""]`, inGroups("family"), true},
		{"ten thousand", string(manyText), inGroups(many...), false},
	} {
		got := provider.ReadGroups(json.RawMessage(tt.claim))
		if (got.Odd != "") != tt.odd {
			t.Errorf("%s: odd is %q", tt.name, got.Odd)
		}
		got.Odd = ""
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func FuzzReadGroups(f *testing.F) {
	for _, seed := range []string{`["family"]`, `"family"`, `null`, `{}`, ``, `[[["family"]]]`, `[1,"a"]`, `"\ud800"`, `["a","a"]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, claim string) {
		g := provider.ReadGroups(json.RawMessage(claim))
		if !g.Known && (len(g.Names) > 0 || g.Odd == "") {
			t.Errorf("unknown groups %q without a reason: %+v", claim, g)
		}
		// Nobody is in a group whose name does not occur in what the provider sent.
		if g.Has("admins") && !strings.Contains(claim, "admins") && !strings.Contains(claim, `\u`) {
			t.Errorf("%q makes a member of admins", claim)
		}
	})
}

func TestPlanRoles(t *testing.T) {
	homes := []db.Household{{ID: "h1", Name: "Brandt"}, {ID: "h2", Name: "Cabin"}}
	mapped := openProvider(func(p *provider.Provider) {
		p.AdminGroup = "admins"
		p.Rules = []provider.GroupRule{{Group: "family", HouseholdID: "h1", Role: db.RoleViewer}, {Group: "cooks", HouseholdID: "h1", Role: db.RoleAdmin}, {Group: "cabin", HouseholdID: "h2", Role: db.RoleEditor}, {Group: "family", HouseholdID: "gone", Role: db.RoleAdmin}}
	})
	member := func(household string, role db.Role, byGroups bool) db.Membership {
		return db.Membership{HouseholdID: household, Role: role, ByGroups: byGroups}
	}
	yes, no := true, false
	for _, tt := range []struct {
		name     string
		p        provider.Provider
		g        provider.Groups
		f        roleFacts
		admin    *bool
		set      []db.Membership
		leave    []string
		warnings int
	}{
		{name: "nothing is mapped", p: openProvider(nil), g: inGroups("admins"), f: roleFacts{siteAdmin: true}},
		{name: "nothing is mapped, somebody new", p: openProvider(nil), g: provider.Groups{}, f: roleFacts{newcomer: true}, set: []db.Membership{member("h1", db.RoleEditor, false)}},
		{name: "somebody new, in the chosen household", p: openProvider(func(p *provider.Provider) { p.SignUpHouseholdID = "h2"; p.SignUpRole = db.RoleViewer }), f: roleFacts{newcomer: true}, set: []db.Membership{member("h2", db.RoleViewer, false)}},
		{name: "somebody new, the chosen household is gone", p: openProvider(func(p *provider.Provider) { p.SignUpHouseholdID = "gone" }), f: roleFacts{newcomer: true}, warnings: 1},
		{name: "somebody new who is invited", p: openProvider(nil), f: roleFacts{newcomer: true, invited: true}},
		{name: "somebody new, by a rule", p: mapped, g: inGroups("cabin"), f: roleFacts{newcomer: true}, set: []db.Membership{member("h2", db.RoleEditor, true)}},
		{name: "somebody new, by no rule", p: mapped, g: inGroups("guests"), f: roleFacts{newcomer: true}, set: []db.Membership{member("h1", db.RoleEditor, false)}},
		{name: "somebody new, no groups sent", p: mapped, g: provider.Groups{Odd: "none"}, f: roleFacts{newcomer: true}, set: []db.Membership{member("h1", db.RoleEditor, false)}, warnings: 1},
		{name: "the highest role of several rules", p: mapped, g: inGroups("family", "cooks"), f: roleFacts{newcomer: true}, set: []db.Membership{member("h1", db.RoleAdmin, true)}},
		{name: "names are compared exactly", p: mapped, g: inGroups("Admins", "admins ", "adm"), f: roleFacts{memberships: []db.Membership{member("h1", db.RoleViewer, false)}}},
		{name: "becomes site administrator", p: mapped, g: inGroups("admins"), admin: &yes},
		{name: "loses the site role", p: mapped, g: inGroups(), f: roleFacts{siteAdmin: true}, admin: &no},
		{name: "the last site administrator stays", p: mapped, g: inGroups(), f: roleFacts{siteAdmin: true, lastSiteAdmin: true}, warnings: 1},
		{name: "groups absent change nothing", p: mapped, g: provider.Groups{Odd: "none"}, f: roleFacts{siteAdmin: true, memberships: []db.Membership{member("h1", db.RoleAdmin, true)}}, warnings: 1},
		{name: "role follows the group", p: mapped, g: inGroups("family"), f: roleFacts{memberships: []db.Membership{member("h1", db.RoleEditor, false)}}, set: []db.Membership{member("h1", db.RoleViewer, true)}},
		{name: "same role, nothing to do", p: mapped, g: inGroups("family"), f: roleFacts{memberships: []db.Membership{member("h1", db.RoleViewer, false)}}},
		{name: "joins a second household", p: mapped, g: inGroups("family", "cabin"), f: roleFacts{memberships: []db.Membership{member("h1", db.RoleViewer, true)}}, set: []db.Membership{member("h2", db.RoleEditor, true)}},
		{name: "what groups gave they take", p: mapped, g: inGroups(), f: roleFacts{memberships: []db.Membership{member("h2", db.RoleEditor, true)}}, leave: []string{"h2"}},
		{name: "what a person gave stays", p: mapped, g: inGroups(), f: roleFacts{memberships: []db.Membership{member("h2", db.RoleEditor, false)}}},
		{name: "out of the group, back to the usual role", p: mapped, g: inGroups(), f: roleFacts{memberships: []db.Membership{member("h1", db.RoleAdmin, true)}}, set: []db.Membership{member("h1", db.RoleEditor, true)}},
		{name: "the last administrator of a household stays", p: mapped, g: inGroups("family"), f: roleFacts{memberships: []db.Membership{member("h1", db.RoleAdmin, false)}, lastAdminOf: map[string]bool{"h1": true}}, warnings: 1},
		{name: "the last rule is gone, and what it gave", p: openProvider(func(p *provider.Provider) { p.SignUpHouseholdID = "h1" }), f: roleFacts{memberships: []db.Membership{member("h1", db.RoleViewer, true), member("h2", db.RoleAdmin, true)}}, set: []db.Membership{member("h1", db.RoleEditor, true)}, leave: []string{"h2"}},
		{name: "what another provider's rules gave stays", p: openProvider(nil), f: roleFacts{memberships: []db.Membership{member("h2", db.RoleAdmin, true)}, ruledElsewhere: map[string]bool{"h2": true}}},
		{name: "odd entries are said", p: mapped, g: provider.Groups{Known: true, Names: []string{"admins"}, Odd: "some"}, admin: &yes, warnings: 1},
	} {
		tt.f.households = homes
		got := planRoles(tt.p, tt.g, tt.f)
		for i := range got.Set {
			got.Set[i].HouseholdName = ""
		}
		leave := []string(nil)
		for _, m := range got.Leave {
			leave = append(leave, m.HouseholdID)
		}
		if diff := cmp.Diff(tt.admin, got.SiteAdmin); diff != "" {
			t.Errorf("%s: site role (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.set, got.Set); diff != "" {
			t.Errorf("%s: households (-want +got):\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(tt.leave, leave); diff != "" {
			t.Errorf("%s: leaves (-want +got):\n%s", tt.name, diff)
		}
		if len(got.Warnings) != tt.warnings {
			t.Errorf("%s: warnings %q, want %d", tt.name, got.Warnings, tt.warnings)
		}
	}
}
