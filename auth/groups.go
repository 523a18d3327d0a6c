package auth

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"pantrie/auth/internal/input"
	"pantrie/db"
)

// groupList is what a provider says of somebody's groups. Known is false when it says nothing
// that can be read: then nothing is changed, because a scope that was forgotten must not take
// everybody's role away. Where the provider has sent groups before, absent means none: see [seen].
type groupList struct {
	Known bool
	Names []string
	// Absent says that the claim did not come, or was null.
	Absent bool
	// Odd says what came instead of a list of names, for the administrator.
	Odd string
}

// readGroups reads a claim of groups: an array of names, or one name, which is one group however
// many commas it has. Entries that are no text are left out. Absent and null are unknown, and so
// is everything else; an empty array or text means no group at all.
func readGroups(raw json.RawMessage) groupList {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return groupList{Absent: true, Odd: "the provider sends no groups"}
	}
	if bytes.Equal(raw, []byte("null")) {
		return groupList{Absent: true, Odd: "the provider sends null for groups"}
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		if one == "" {
			return groupList{Known: true, Names: []string{}}
		}
		return groupList{Known: true, Names: []string{one}}
	}
	var many []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &many) != nil {
		return groupList{Odd: "the provider sends groups that are no list of names"}
	}
	list := groupList{Known: true, Names: make([]string, 0, len(many))}
	for _, entry := range many {
		var name string
		if json.Unmarshal(entry, &name) != nil || bytes.Equal(entry, []byte("null")) {
			list.Odd = "some of the groups are no names; they are left out"
			continue
		}
		if name != "" {
			list.Names = append(list.Names, name)
		}
	}
	return list
}

func (g groupList) has(name string) bool { return slices.Contains(g.Names, name) }

// mayEnter says whether the allowed groups let somebody in.
func (p Provider) mayEnter(g groupList) bool {
	return len(p.AllowedGroups) == 0 || g.Known && slices.ContainsFunc(p.AllowedGroups, g.has)
}

func rank(r db.Role) int {
	return map[db.Role]int{db.RoleViewer: 1, db.RoleEditor: 2, db.RoleAdmin: 3}[r]
}

// roleFacts is what the database knows for deciding over somebody's roles.
type roleFacts struct {
	siteAdmin      bool
	lastSiteAdmin  bool // nobody else could administer Pantrie
	newcomer       bool
	invited        bool // into a household that is not chosen here
	memberships    []db.Membership
	lastAdminOf    map[string]bool // households that would be left without an administrator
	households     []db.Household  // all, oldest first
	ruledElsewhere map[string]bool // households that rules of another provider decide about
	groupsSeen     bool            // the provider has sent groups before
}

// rolePlan is what a sign-in changes about somebody's roles.
type rolePlan struct {
	SiteAdmin *bool           // nil: as it is
	Set       []db.Membership // joins and changes
	Leave     []db.Membership
	Warnings  []string
}

// drops says whether the plan takes anything away; other sessions end then.
func (r rolePlan) drops() bool {
	return r.SiteAdmin != nil && !*r.SiteAdmin || len(r.Leave) > 0
}

// planRoles decides over roles at a sign-in. The groups decide about the site role when an
// administrator group is set, and about each household that a rule names: the highest role of
// the rules that apply. Where no rule applies any more, a role that groups gave is taken back;
// one that a person gave stays. Nobody is the last administrator to go, of the site or of a
// household. It looks at nothing but its arguments.
func planRoles(p Provider, g groupList, f roleFacts) rolePlan {
	var plan rolePlan
	warn := func(format string, args ...any) { plan.Warnings = append(plan.Warnings, fmt.Sprintf(format, args...)) }
	if p.mapsRoles() && g.Absent && f.groupsSeen {
		warn("%s and has sent some before: taken as being in no group", g.Odd)
		g = groupList{Known: true}
	}
	if p.mapsRoles() && !g.Known {
		warn("%s: roles stay as they are", g.Odd)
	}
	if p.mapsRoles() && g.Known {
		if g.Odd != "" {
			warn("%s", g.Odd)
		}
		if in := g.has(p.AdminGroup); p.AdminGroup != "" && in != f.siteAdmin {
			if !in && f.lastSiteAdmin {
				warn("not in the administrator group %q, but stays site administrator because there is no other", p.AdminGroup)
			} else {
				plan.SiteAdmin = &in
			}
		}
		planHouseholds(p, g, f, &plan, warn)
	}
	if !p.mapsRoles() {
		planHouseholds(p, groupList{Known: true}, f, &plan, warn) // what rules gave that are gone
	}
	if f.newcomer && !f.invited && len(plan.Set) == 0 {
		if home := signUpHousehold(p, f.households); home != "" {
			plan.Set = append(plan.Set, db.Membership{HouseholdID: home, Role: p.SignUpRole})
		} else {
			warn("in no household, because the one for new people has been deleted")
		}
	}
	names := map[string]string{}
	for _, h := range f.households {
		names[h.ID] = h.Name
	}
	for _, list := range [][]db.Membership{plan.Set, plan.Leave} {
		for i := range list {
			list[i].HouseholdName = names[list[i].HouseholdID]
		}
	}
	return plan
}

func planHouseholds(p Provider, g groupList, f roleFacts, plan *rolePlan, warn func(string, ...any)) {
	best, ruled := map[string]db.Role{}, map[string]bool{}
	for _, rule := range p.Rules {
		ruled[rule.HouseholdID] = true
		if g.has(rule.Group) && rank(rule.Role) > rank(best[rule.HouseholdID]) {
			best[rule.HouseholdID] = rule.Role
		}
	}
	for _, h := range f.households {
		if !ruled[h.ID] && f.ruledElsewhere[h.ID] {
			continue
		}
		i := slices.IndexFunc(f.memberships, func(m db.Membership) bool { return m.HouseholdID == h.ID })
		role, applies := best[h.ID]
		switch {
		case applies && i < 0:
			plan.Set = append(plan.Set, db.Membership{HouseholdID: h.ID, Role: role, ByGroups: true})
		case applies && f.memberships[i].Role != role:
			if f.lastAdminOf[h.ID] {
				warn("stays administrator of %q, which has no other", h.Name)
				continue
			}
			plan.Set = append(plan.Set, db.Membership{HouseholdID: h.ID, Role: role, ByGroups: true})
		case !applies && i >= 0 && f.memberships[i].ByGroups:
			if f.lastAdminOf[h.ID] {
				warn("stays administrator of %q, which has no other", h.Name)
				continue
			}
			if h.ID == signUpHousehold(p, f.households) && p.SignUp {
				if f.memberships[i].Role != p.SignUpRole {
					plan.Set = append(plan.Set, db.Membership{HouseholdID: h.ID, Role: p.SignUpRole, ByGroups: true})
				}
				continue
			}
			plan.Leave = append(plan.Leave, f.memberships[i])
		}
	}
}

// signUpHousehold is where new people go: the one chosen, or the oldest while nobody has chosen.
// Empty when that is gone: nobody decided that strangers see what another household has.
func signUpHousehold(p Provider, all []db.Household) string {
	switch {
	case p.SignUpHouseholdID == "" && len(all) > 0:
		return all[0].ID
	case slices.ContainsFunc(all, func(h db.Household) bool { return h.ID == p.SignUpHouseholdID }):
		return p.SignUpHouseholdID
	}
	return ""
}

// describe tells the log what the provider said, without what could be a secret.
func (who profile) describe() string {
	parts := []string{}
	switch {
	case who.Email == "":
		parts = append(parts, "no email address")
	case who.EmailVerified:
		parts = append(parts, "email "+who.Email+", verified")
	default:
		parts = append(parts, "email "+who.Email+notVerified)
	}
	switch {
	case !who.Groups.Known:
		parts = append(parts, cmp.Or(who.Groups.Odd, "no groups"))
	case len(who.Groups.Names) == 0:
		parts = append(parts, "in no group")
	default:
		parts = append(parts, "groups "+input.Clip(strings.Join(who.Groups.Names, ", "), 200))
	}
	return strings.Join(parts, "; ")
}
