package app

import (
	"cmp"
	"context"
	"net/http"

	"pantrie/auth/fault"
	"pantrie/auth/session"
	"pantrie/auth/signin"
	"pantrie/db"
)

func (a *API) invitationRoutes() {
	over := []fault.Code{fault.InvitationInvalid, fault.InvitationExpired, fault.InvitationUsed, fault.InvitationRevoked, fault.TooManyRequests}
	add(a, route{method: http.MethodGet, path: "/households/{household}/invitations", id: "listInvitations", tag: "Household", summary: "Invitations that are open", access: signedIn, role: db.RoleAdmin}, a.listInvitations)
	take(a, route{method: http.MethodPost, path: "/households/{household}/invitations", id: "createInvitation", tag: "Household", summary: "Invite one person, by a link that works once and for seven days", access: signedIn, role: db.RoleAdmin, status: http.StatusCreated, fails: []fault.Code{fault.Conflict, fault.ValidationFailed}}, a.createInvitation)
	addOther(a, route{method: http.MethodDelete, path: "/households/{household}/invitations/{id}", id: "revokeInvitation", tag: "Household", summary: "Withdraw an invitation", access: signedIn, role: db.RoleAdmin, status: http.StatusNoContent}, a.revokeInvitation)
	take(a, route{method: http.MethodPost, path: "/invitations/check", id: "checkInvitation", tag: "Invitation", summary: "Who invites to what", fails: over}, a.checkInvitation)
	take(a, route{method: http.MethodPost, path: "/invitations/accept", id: "acceptInvitation", tag: "Invitation", summary: "Join; a role that is higher already stays", access: signedIn, fails: over}, a.acceptInvitation)
	take(a, route{method: http.MethodPost, path: "/invitations/sign-in", id: "signInInvited", tag: "Invitation", summary: "The way to a provider, and back as a member, also when nobody else may sign up", fails: append(over, fault.OAuthUnknownProvider, fault.OAuthNotConfigured)}, a.signInInvited)
	take(a, route{method: http.MethodPost, path: "/invitations/account", id: "createInvitedAccount", tag: "Invitation", summary: "Make an account with a password, join, and sign in", status: http.StatusCreated, fails: append(over, fault.LocalLoginOff, fault.ValidationFailed, fault.EmailTaken, fault.Unavailable)}, a.createInvitedAccount)
}

// Invitation is a link into a household that nobody has used yet.
type Invitation struct {
	ID        string  `json:"id" example:"0199c5bd-958a-734a-a2ce-10b1f6e2050e"`
	Role      db.Role `json:"role" enum:"admin,editor,viewer" example:"editor"`
	InvitedBy string  `json:"invitedBy" doc:"Name of the administrator who made it. It ends when they stop being one" example:"Sam"`
	CreatedAt int64   `json:"createdAt"`
	ExpiresAt int64   `json:"expiresAt"`
}

// InvitationList is what is open, the newest first.
type InvitationList struct {
	Invitations []Invitation `json:"invitations"`
}

// InvitationInput invites somebody.
type InvitationInput struct {
	HouseholdPath
	Body struct {
		Role db.Role `json:"role" enum:"admin,editor,viewer" example:"editor"`
	}
}

// NewInvitation is an invitation with its link, which is shown once.
type NewInvitation struct {
	Invitation
	Link string `json:"link" doc:"Address to send to the person; shown once" example:"https://pantry.example.org/invite#token=Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
}

// InvitationInfo is what the person who has the link may know.
type InvitationInfo struct {
	HouseholdID string  `json:"householdId" example:"0199c5ea-20da-76d8-9aa9-ba63fe413ba8"`
	Household   string  `json:"household" example:"Brandt"`
	Role        db.Role `json:"role" enum:"admin,editor,viewer" example:"editor"`
	InvitedBy   string  `json:"invitedBy" example:"Sam"`
	ExpiresAt   int64   `json:"expiresAt"`
	OwnRole     db.Role `json:"ownRole" enum:",admin,editor,viewer" doc:"The role that whoever is signed in has there already"`
}

// InvitedTo names an invitation and a provider.
type InvitedTo struct {
	Token    string `json:"token" example:"Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
	Provider string `json:"provider" enum:"authentik,google,oidc"`
}

// InvitedAccount makes an account by an invitation.
type InvitedAccount struct {
	Token    string `json:"token" example:"Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
	Name     string `json:"name" example:"Mara"`
	Email    string `json:"email" example:"mara@example.org"`
	Password string `json:"password" doc:"At least 8 characters" example:"quince cheese and pears"`
}

func invitationOf(v db.Invitation) Invitation {
	return Invitation{ID: v.ID, Role: v.Role, InvitedBy: v.InviterName, CreatedAt: v.CreatedAt, ExpiresAt: v.ExpiresAt}
}

func (a *API) listInvitations(ctx context.Context, in *HouseholdPath) (*body[InvitationList], error) {
	person, _ := session.PersonFrom(ctx)
	open, err := a.auth.Households.Invitations(ctx, person.User.ID, in.Household)
	out := &body[InvitationList]{InvitationList{[]Invitation{}}}
	for _, v := range open {
		out.Body.Invitations = append(out.Body.Invitations, invitationOf(v))
	}
	return out, err
}

func (a *API) createInvitation(ctx context.Context, in *InvitationInput) (*body[NewInvitation], error) {
	person, _ := session.PersonFrom(ctx)
	v, token, err := a.auth.Households.Invite(ctx, person.User.ID, in.Household, in.Body.Role)
	if err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "invitation made", "household", in.Household, "invitation", v.ID, "role", v.Role, "by", person.User.ID)
	link := cmp.Or(a.auth.Address.URL(), requestOf(ctx).origin()) + "/invite#token=" + token
	return &body[NewInvitation]{NewInvitation{Invitation: invitationOf(v), Link: link}}, nil
}

func (a *API) revokeInvitation(ctx context.Context, in *ItemPath) (*Empty, error) {
	person, _ := session.PersonFrom(ctx)
	if err := a.auth.Households.Revoke(ctx, person.User.ID, in.Household, in.ID); err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "invitation withdrawn", "household", in.Household, "invitation", in.ID, "by", person.User.ID)
	return &Empty{}, nil
}

func (a *API) checkInvitation(ctx context.Context, in *body[LinkToken]) (*body[InvitationInfo], error) {
	v, err := a.auth.SignIns.Invitation(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	out := &body[InvitationInfo]{InvitationInfo{HouseholdID: v.HouseholdID, Household: v.HouseholdName, Role: v.Role, InvitedBy: v.InviterName, ExpiresAt: v.ExpiresAt}}
	if person, ok := session.PersonFrom(ctx); ok {
		out.Body.OwnRole = a.roleIn(ctx, person.User.ID, v.HouseholdID)
	}
	return out, nil
}

func (a *API) acceptInvitation(ctx context.Context, in *body[LinkToken]) (*body[MyHousehold], error) {
	joined, err := a.auth.SignIns.AcceptInvitation(ctx, in.Body.Token)
	if err != nil {
		return nil, err
	}
	person, _ := session.PersonFrom(ctx)
	a.live.tell(joined.HouseholdID, peopleChanged)
	a.log.InfoContext(ctx, "invitation accepted", "household", joined.HouseholdID, "role", joined.Role, "user", person.User.ID)
	return &body[MyHousehold]{MyHousehold{ID: joined.HouseholdID, Name: joined.HouseholdName, Role: joined.Role}}, nil
}

func (a *API) signInInvited(ctx context.Context, in *body[InvitedTo]) (*body[Location], error) {
	return a.location(a.auth.SignIns.InvitedSignIn(ctx, in.Body.Token, in.Body.Provider))
}

func (a *API) createInvitedAccount(ctx context.Context, in *body[InvitedAccount]) (*body[Me], error) {
	user, err := a.auth.SignIns.CreateInvited(ctx, signin.InvitedAccount(in.Body))
	if err != nil {
		return nil, err
	}
	me, err := a.meOf(ctx, user, session.MethodPassword)
	if err == nil {
		for _, home := range me.Body.Households {
			a.live.tell(home.ID, peopleChanged)
		}
	}
	return me, err
}
