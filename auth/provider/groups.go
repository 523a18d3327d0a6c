package provider

import (
	"bytes"
	"encoding/json"
	"slices"

	"pantrie/db"
)

// Groups is what a provider says of somebody's groups. Known is false when it says nothing
// that can be read: then nothing is changed, because a scope that was forgotten must not take
// everybody's role away. Where the provider has sent groups before, absent means none: see [Seen].
type Groups struct {
	Known bool
	Names []string
	// Absent says that the claim did not come, or was null.
	Absent bool
	// Odd says what came instead of a list of names, for the administrator.
	Odd string
}

// ReadGroups reads a claim of groups: an array of names, or one name, which is one group however
// many commas it has. Entries that are no text are left out. Absent and null are unknown, and so
// is everything else; an empty array or text means no group at all.
func ReadGroups(raw json.RawMessage) Groups {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return Groups{Absent: true, Odd: "the provider sends no groups"}
	}
	if bytes.Equal(raw, []byte("null")) {
		return Groups{Absent: true, Odd: "the provider sends null for groups"}
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		if one == "" {
			return Groups{Known: true, Names: []string{}}
		}
		return Groups{Known: true, Names: []string{one}}
	}
	var many []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &many) != nil {
		return Groups{Odd: "the provider sends groups that are no list of names"}
	}
	list := Groups{Known: true, Names: make([]string, 0, len(many))}
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

// Has says whether a group is among them, its name compared exactly.
func (g Groups) Has(name string) bool { return slices.Contains(g.Names, name) }

// MayEnter says whether the allowed groups let somebody in.
func (p Provider) MayEnter(g Groups) bool {
	return len(p.AllowedGroups) == 0 || g.Known && slices.ContainsFunc(p.AllowedGroups, g.Has)
}

// SignUpHousehold is where new people go: the one chosen, or the oldest while nobody has chosen.
// Empty when that is gone: nobody decided that strangers see what another household has.
func SignUpHousehold(p Provider, all []db.Household) string {
	switch {
	case p.SignUpHouseholdID == "" && len(all) > 0:
		return all[0].ID
	case slices.ContainsFunc(all, func(h db.Household) bool { return h.ID == p.SignUpHouseholdID }):
		return p.SignUpHouseholdID
	}
	return ""
}
