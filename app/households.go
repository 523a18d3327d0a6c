package app

import (
	"context"
	"net/http"

	"pantrie/auth/fault"
	"pantrie/auth/household"
	"pantrie/auth/session"
	"pantrie/db"
)

func (a *API) householdRoutes() {
	take(a, route{method: http.MethodPost, path: "/households", id: "createHousehold", tag: "Household", summary: "Make a household; its administrator is who makes it", access: signedIn, status: http.StatusCreated, fails: []fault.Code{fault.Conflict, fault.ValidationFailed}}, a.createHousehold)
	add(a, route{method: http.MethodGet, path: "/households/{household}", id: "getHousehold", tag: "Household", summary: "A household and its members", access: signedIn, fails: []fault.Code{fault.NotFound}}, a.getHousehold)
	take(a, route{method: http.MethodPatch, path: "/households/{household}", id: "updateHousehold", tag: "Household", summary: "Rename, or change the time zone", access: signedIn, fails: []fault.Code{fault.NotFound, fault.Forbidden, fault.ValidationFailed}}, a.updateHousehold)
	addOther(a, route{method: http.MethodDelete, path: "/households/{household}", id: "deleteHousehold", tag: "Household", summary: "Delete it with everything in it; people keep their accounts", access: signedIn, role: db.RoleAdmin, status: http.StatusNoContent}, a.deleteHousehold(false))
	take(a, route{method: http.MethodPut, path: "/households/{household}/members/{id}", id: "setMember", tag: "Household", summary: "Change a member's role", access: signedIn, role: db.RoleAdmin, fails: []fault.Code{fault.NotFound, fault.Forbidden, fault.LastAdmin, fault.ValidationFailed}}, a.setMember(false))
	addOther(a, route{method: http.MethodDelete, path: "/households/{household}/members/{id}", id: "removeMember", tag: "Household", summary: "Take a member out, or leave", access: signedIn, status: http.StatusNoContent, fails: []fault.Code{fault.NotFound, fault.Forbidden, fault.LastAdmin}}, a.removeMember(false))
	add(a, route{method: http.MethodGet, path: "/admin/households", id: "listHouseholds", tag: "Administration", summary: "All households and their members", access: siteAdmin}, a.listHouseholds)
	addOther(a, route{method: http.MethodDelete, path: "/admin/households/{household}", id: "deleteAnyHousehold", tag: "Administration", summary: "Delete a household with everything in it; people keep their accounts", access: siteAdmin, status: http.StatusNoContent, fails: []fault.Code{fault.NotFound}}, a.deleteHousehold(true))
	take(a, route{method: http.MethodPut, path: "/admin/households/{household}/members/{id}", id: "setMemberOfAny", tag: "Administration", summary: "Put somebody into a household, or change their role", access: siteAdmin, fails: []fault.Code{fault.NotFound, fault.LastAdmin, fault.ValidationFailed}}, a.setMember(true))
	addOther(a, route{method: http.MethodDelete, path: "/admin/households/{household}/members/{id}", id: "removeMemberOfAny", tag: "Administration", summary: "Take somebody out of a household", access: siteAdmin, status: http.StatusNoContent, fails: []fault.Code{fault.NotFound, fault.LastAdmin}}, a.removeMember(true))
}

// HouseholdPath names a household.
type HouseholdPath struct {
	Household string `path:"household" doc:"Its id, as /auth/me tells it" example:"0199c5ea-20da-76d8-9aa9-ba63fe413ba8"`
}

// ItemPath names something of a household: a member by the user's id, a product, a lot, a place.
type ItemPath struct {
	HouseholdPath
	ID string `path:"id"`
}

// Household is who shares an inventory.
type Household struct {
	ID        string   `json:"id" example:"0199c5ea-20da-76d8-9aa9-ba63fe413ba8"`
	Name      string   `json:"name" example:"Brandt"`
	TimeZone  string   `json:"timeZone" doc:"IANA name; decides what today is" example:"Europe/Berlin"`
	Role      db.Role  `json:"role" enum:",admin,editor,viewer" doc:"One's own; empty for a site administrator who is no member" example:"admin"`
	Members   []Member `json:"members"`
	CreatedAt int64    `json:"createdAt"`

	IgnoreOpened  bool `json:"ignoreOpened" doc:"What is opened does not count towards a minimum"`
	IgnoreExpired bool `json:"ignoreExpired" doc:"What has expired does not count towards a minimum"`
}

// Member is somebody in a household.
type Member struct {
	ID       string  `json:"id" doc:"Of the user" example:"0199c5e9-1377-785c-8f74-7ee0e5030c0e"`
	Name     string  `json:"name" example:"Mara"`
	Email    string  `json:"email" doc:"Only for administrators of the household and of the site" example:"mara@example.org"`
	Role     db.Role `json:"role" enum:"admin,editor,viewer" example:"editor"`
	ByGroups bool    `json:"byGroups" doc:"Groups at a provider decide over the role, at the next sign-in again"`
	Disabled bool    `json:"disabled"`
	Since    int64   `json:"since"`
}

// HouseholdList is all of them.
type HouseholdList struct {
	Households []Household `json:"households"`
}

// HouseholdInput makes a household.
type HouseholdInput struct {
	Name     string `json:"name" example:"Brandt"`
	TimeZone string `json:"timeZone,omitempty" doc:"IANA name; UTC when it is left out" example:"Europe/Berlin"`
}

// HouseholdPatch changes one.
type HouseholdPatch struct {
	HouseholdPath
	Body struct {
		Name     *string `json:"name,omitempty" example:"Brandt"`
		TimeZone *string `json:"timeZone,omitempty" example:"Europe/Vienna"`

		IgnoreOpened  *bool `json:"ignoreOpened,omitempty" doc:"What is opened does not count towards a minimum"`
		IgnoreExpired *bool `json:"ignoreExpired,omitempty" doc:"What has expired does not count towards a minimum"`
	}
}

// MemberPut sets a member's role.
type MemberPut struct {
	ItemPath
	Body struct {
		Role db.Role `json:"role" enum:"admin,editor,viewer" example:"editor"`
	}
}

func (a *API) createHousehold(ctx context.Context, in *body[HouseholdInput]) (*body[Household], error) {
	person, _ := session.PersonFrom(ctx)
	home, err := a.auth.Households.Create(ctx, person.User.ID, in.Body.Name, in.Body.TimeZone)
	if err != nil {
		return nil, err
	}
	return a.getHousehold(ctx, &HouseholdPath{home.ID})
}

func (a *API) getHousehold(ctx context.Context, in *HouseholdPath) (*body[Household], error) {
	person, _ := session.PersonFrom(ctx)
	own, err := a.auth.Households.MemberOf(ctx, person.User.ID, in.Household, db.RoleViewer)
	if err != nil {
		return nil, err
	}
	home, err := a.db.HouseholdByID(ctx, in.Household)
	if err != nil {
		return nil, err
	}
	out, err := a.householdOf(ctx, home, own.Role, own.Role == db.RoleAdmin || person.User.SiteAdmin)
	return &body[Household]{out}, err
}

// householdOf adds the members; addresses are for those who manage people.
func (a *API) householdOf(ctx context.Context, home db.Household, own db.Role, withAddresses bool) (Household, error) {
	out := Household{ID: home.ID, Name: home.Name, TimeZone: home.TimeZone, Role: own, Members: []Member{}, CreatedAt: home.CreatedAt, IgnoreOpened: home.IgnoreOpened, IgnoreExpired: home.IgnoreExpired}
	members, err := a.db.Members(ctx, home.ID)
	for _, m := range members {
		member := Member{ID: m.UserID, Name: m.Name, Role: m.Role, ByGroups: m.ByGroups, Disabled: m.Disabled, Since: m.Since}
		if withAddresses {
			member.Email = m.Email
		}
		out.Members = append(out.Members, member)
	}
	return out, err
}

func (a *API) updateHousehold(ctx context.Context, in *HouseholdPatch) (*body[Household], error) {
	person, _ := session.PersonFrom(ctx)
	if err := a.auth.Households.Change(ctx, person.User.ID, in.Household, household.Changes(in.Body)); err != nil {
		return nil, err
	}
	a.live.tell(in.Household, peopleChanged)
	a.live.tell(in.Household, stockChanged) // what runs low may be something else now
	return a.getHousehold(ctx, &in.HouseholdPath)
}

func (a *API) deleteHousehold(asSite bool) func(context.Context, *HouseholdPath) (*Empty, error) {
	return func(ctx context.Context, in *HouseholdPath) (*Empty, error) {
		person, _ := session.PersonFrom(ctx)
		home, err := a.auth.Households.Delete(ctx, person.User, asSite, in.Household)
		if err != nil {
			return nil, err
		}
		a.live.check(home.ID)
		a.log.InfoContext(ctx, "household deleted", "household", home.ID, "name", home.Name, "by", person.User.ID)
		return &Empty{}, nil
	}
}

func (a *API) setMember(asSite bool) func(context.Context, *MemberPut) (*body[Household], error) {
	return func(ctx context.Context, in *MemberPut) (*body[Household], error) {
		person, _ := session.PersonFrom(ctx)
		if err := a.auth.Households.SetMember(ctx, person.User, asSite, in.Household, in.ID, in.Body.Role); err != nil {
			return nil, err
		}
		a.live.tell(in.Household, peopleChanged)
		a.log.InfoContext(ctx, "member's role set", "household", in.Household, "user", in.ID, "role", in.Body.Role, "by", person.User.ID)
		home, err := a.db.HouseholdByID(ctx, in.Household)
		if err != nil {
			return nil, err
		}
		out, err := a.householdOf(ctx, home, a.roleIn(ctx, person.User.ID, home.ID), true)
		return &body[Household]{out}, err
	}
}

// roleIn is a user's role in a household, empty for none.
func (a *API) roleIn(ctx context.Context, userID, householdID string) db.Role {
	own, err := a.auth.Households.MemberOf(ctx, userID, householdID, db.RoleViewer)
	if err != nil {
		return ""
	}
	return own.Role
}

func (a *API) removeMember(asSite bool) func(context.Context, *ItemPath) (*Empty, error) {
	return func(ctx context.Context, in *ItemPath) (*Empty, error) {
		person, _ := session.PersonFrom(ctx)
		if err := a.auth.Households.RemoveMember(ctx, person.User, asSite, in.Household, in.ID); err != nil {
			return nil, err
		}
		a.live.tell(in.Household, peopleChanged)
		a.log.InfoContext(ctx, "member removed", "household", in.Household, "user", in.ID, "by", person.User.ID)
		return &Empty{}, nil
	}
}

func (a *API) listHouseholds(ctx context.Context, _ *Empty) (*body[HouseholdList], error) {
	person, _ := session.PersonFrom(ctx)
	homes, err := a.db.Households(ctx)
	if err != nil {
		return nil, err
	}
	out := HouseholdList{Households: []Household{}}
	for _, home := range homes {
		one, err := a.householdOf(ctx, home, a.roleIn(ctx, person.User.ID, home.ID), true)
		if err != nil {
			return nil, err
		}
		out.Households = append(out.Households, one)
	}
	return &body[HouseholdList]{out}, nil
}
