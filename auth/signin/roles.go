package signin

import (
	"fmt"
	"slices"

	"pantrie/auth/provider"
	"pantrie/db"
)

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
func planRoles(p provider.Provider, g provider.Groups, f roleFacts) rolePlan {
	var plan rolePlan
	warn := func(format string, args ...any) { plan.Warnings = append(plan.Warnings, fmt.Sprintf(format, args...)) }
	if p.MapsRoles() && g.Absent && f.groupsSeen {
		warn("%s and has sent some before: taken as being in no group", g.Odd)
		g = provider.Groups{Known: true}
	}
	if p.MapsRoles() && !g.Known {
		warn("%s: roles stay as they are", g.Odd)
	}
	if p.MapsRoles() && g.Known {
		if g.Odd != "" {
			warn("%s", g.Odd)
		}
		if in := g.Has(p.AdminGroup); p.AdminGroup != "" && in != f.siteAdmin {
			if !in && f.lastSiteAdmin {
				warn("not in the administrator group %q, but stays site administrator because there is no other", p.AdminGroup)
			} else {
				plan.SiteAdmin = &in
			}
		}
		planHouseholds(p, g, f, &plan, warn)
	}
	if !p.MapsRoles() {
		planHouseholds(p, provider.Groups{Known: true}, f, &plan, warn) // what rules gave that are gone
	}
	if f.newcomer && !f.invited && len(plan.Set) == 0 {
		if home := provider.SignUpHousehold(p, f.households); home != "" {
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

func planHouseholds(p provider.Provider, g provider.Groups, f roleFacts, plan *rolePlan, warn func(string, ...any)) {
	best, ruled := map[string]db.Role{}, map[string]bool{}
	for _, rule := range p.Rules {
		ruled[rule.HouseholdID] = true
		if g.Has(rule.Group) && rule.Role.Rank() > best[rule.HouseholdID].Rank() {
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
			if h.ID == provider.SignUpHousehold(p, f.households) && p.SignUp {
				if f.memberships[i].Role != p.SignUpRole {
					plan.Set = append(plan.Set, db.Membership{HouseholdID: h.ID, Role: p.SignUpRole, ByGroups: true})
				}
				continue
			}
			plan.Leave = append(plan.Leave, f.memberships[i])
		}
	}
}
