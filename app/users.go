package app

import (
	"context"
	"net/http"

	"pantrie/auth/account"
	"pantrie/auth/fault"
	"pantrie/auth/session"
	"pantrie/db"
)

func (a *API) userRoutes() {
	add(a, route{method: http.MethodGet, path: "/admin/users", id: "listUsers", tag: "Administration", summary: "Everyone with an account", access: siteAdmin}, a.listUsers)
	take(a, route{method: http.MethodPost, path: "/admin/users", id: "createUser", tag: "Administration", summary: "Add somebody, with a one-time link to choose a password", access: siteAdmin, status: http.StatusCreated, fails: []fault.Code{fault.ValidationFailed, fault.EmailTaken},
		shown: shown{tells: []string{"identities=[], lastSignInAt=null, sessions=0, passwordLinkExpiresAt=1796112000000"}}}, a.createUser)
	take(a, route{method: http.MethodPatch, path: "/admin/users/{id}", id: "updateUser", tag: "Administration", summary: "Rename, disable, or change the site role", access: siteAdmin, fails: []fault.Code{fault.NotFound, fault.LastAdmin, fault.ValidationFailed}}, a.updateUser)
	addOther(a, route{method: http.MethodDelete, path: "/admin/users/{id}", id: "deleteUser", tag: "Administration", summary: "Delete an account; what the person did stays", access: siteAdmin, status: http.StatusNoContent, fails: []fault.Code{fault.NotFound, fault.LastAdmin}}, a.deleteUser)
	add(a, route{method: http.MethodPost, path: "/admin/users/{id}/password-link", id: "createPasswordLink", tag: "Administration", summary: "A new one-time link; the one before stops working", access: siteAdmin, fails: []fault.Code{fault.NotFound}}, a.createPasswordLink)
	add(a, route{method: http.MethodDelete, path: "/admin/users/{id}/identities", id: "resetLinks", tag: "Administration", summary: "Forget the linked accounts of a user, who is signed out and links anew", access: siteAdmin, fails: []fault.Code{fault.NotFound, fault.LastAdmin}}, a.resetLinks)
	addOther(a, route{method: http.MethodDelete, path: "/admin/users/{id}/sessions", id: "endUserSessions", tag: "Administration", summary: "Sign a user out everywhere", access: siteAdmin, status: http.StatusNoContent, fails: []fault.Code{fault.NotFound}}, a.endUserSessions)
}

// User is somebody with an account.
type User struct {
	ID                    string         `json:"id" example:"0199c5e9-1377-785c-8f74-7ee0e5030c0e"`
	Name                  string         `json:"name" example:"Mara"`
	Email                 string         `json:"email" example:"mara@example.org"`
	SiteAdmin             bool           `json:"siteAdmin"`
	Disabled              bool           `json:"disabled"`
	HasPassword           bool           `json:"hasPassword" example:"true"`
	Identities            []UserIdentity `json:"identities"`
	Households            []MyHousehold  `json:"households"`
	CreatedAt             int64          `json:"createdAt"`
	LastSignInAt          *int64         `json:"lastSignInAt"`
	PasswordLinkExpiresAt *int64         `json:"passwordLinkExpiresAt" doc:"A one-time link is waiting to be used"`
	Sessions              int64          `json:"sessions" doc:"Browsers that are signed in" example:"1"`
}

// UserIdentity is a linked account at a provider.
type UserIdentity struct {
	Provider     string `json:"provider" example:"authentik"`
	ProviderName string `json:"providerName" example:"Authentik"`
	Issuer       string `json:"issuer" example:"https://auth.example.org/application/o/pantrie/"`
	LinkedAt     int64  `json:"linkedAt"`
	LastUsedAt   int64  `json:"lastUsedAt"`
}

// UserList is everyone.
type UserList struct {
	Users []User `json:"users"`
}

// UserInput adds somebody.
type UserInput struct {
	Name        string  `json:"name" example:"Mara"`
	Email       string  `json:"email" doc:"Counts as proven" example:"mara@example.org"`
	SiteAdmin   bool    `json:"siteAdmin,omitempty"`
	HouseholdID string  `json:"householdId,omitempty" doc:"Left out: the only household, if there is exactly one" example:"0199c5ea-20da-76d8-9aa9-ba63fe413ba8"`
	Role        db.Role `json:"role,omitempty" enum:"admin,editor,viewer" doc:"In the household; editor when it is left out" example:"editor"`
}

// NewLink is a one-time link. It is shown once.
type NewLink struct {
	PasswordLink          string `json:"passwordLink" doc:"Address to send to the person" example:"https://pantry.example.org/set-password#token=Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
	PasswordLinkExpiresAt int64  `json:"passwordLinkExpiresAt"`
}

// CreatedUser is somebody new, with the link.
type CreatedUser struct {
	User
	PasswordLink string `json:"passwordLink" doc:"Address to send to the person; shown once" example:"https://pantry.example.org/set-password#token=Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
}

// UserPath names a user.
type UserPath struct {
	ID string `path:"id"`
}

// UserPatch changes a user.
type UserPatch struct {
	UserPath
	Body UserChange
}

// UserChange holds what changes; what is left out stays.
type UserChange struct {
	Name      *string `json:"name,omitempty" example:"Mara Brandt"`
	SiteAdmin *bool   `json:"siteAdmin,omitempty"`
	Disabled  *bool   `json:"disabled,omitempty"`
}

func (a *API) listUsers(ctx context.Context, _ *Empty) (*body[UserList], error) {
	all, err := a.users(ctx)
	return &body[UserList]{UserList{all}}, err
}

// users puts together what is known of everyone. A home has few people, so a few whole tables
// are simpler than a join and read no more.
func (a *API) users(ctx context.Context) ([]User, error) {
	rows, err := a.db.Users(ctx)
	if err != nil {
		return nil, err
	}
	members, err := a.db.Memberships(ctx)
	if err != nil {
		return nil, err
	}
	identities, err := a.db.Identities(ctx)
	if err != nil {
		return nil, err
	}
	links, err := a.db.PasswordLinks(ctx, a.now().UnixMilli())
	if err != nil {
		return nil, err
	}
	last, err := a.db.LastSignIns(ctx)
	if err != nil {
		return nil, err
	}
	names, err := a.providerNames(ctx)
	if err != nil {
		return nil, err
	}
	sessions, err := a.auth.Sessions.Count(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]User, len(rows))
	at := map[string]*User{}
	for i, u := range rows {
		list[i] = User{ID: u.ID, Name: u.Name, Email: u.Email, SiteAdmin: u.SiteAdmin, Disabled: u.Disabled, HasPassword: u.PasswordHash != "",
			Identities: []UserIdentity{}, Households: []MyHousehold{}, CreatedAt: u.CreatedAt, LastSignInAt: timeOrNil(last[u.ID]), Sessions: sessions[u.ID]}
		at[u.ID] = &list[i]
	}
	for _, m := range members {
		if u := at[m.UserID]; u != nil {
			u.Households = append(u.Households, MyHousehold{ID: m.HouseholdID, Name: m.HouseholdName, Role: m.Role})
		}
	}
	for _, i := range identities {
		if u := at[i.UserID]; u != nil {
			u.Identities = append(u.Identities, UserIdentity{Provider: i.Provider, ProviderName: names[i.Provider], Issuer: i.Issuer, LinkedAt: i.CreatedAt, LastUsedAt: i.LastUsedAt})
		}
	}
	for _, l := range links {
		if u := at[l.UserID]; u != nil {
			u.PasswordLinkExpiresAt = timeOrNil(l.ExpiresAt)
		}
	}
	return list, nil
}

func (a *API) user(ctx context.Context, id string) (User, error) {
	all, err := a.users(ctx)
	if err != nil {
		return User{}, err
	}
	for _, u := range all {
		if u.ID == id {
			return u, nil
		}
	}
	return User{}, db.ErrNotFound
}

func (a *API) createUser(ctx context.Context, in *body[UserInput]) (*body[CreatedUser], error) {
	b := in.Body
	created, link, err := a.auth.Accounts.Create(ctx, account.NewUser{Name: b.Name, Email: b.Email, SiteAdmin: b.SiteAdmin, HouseholdID: b.HouseholdID, Role: b.Role})
	if err != nil {
		return nil, err
	}
	user, err := a.user(ctx, created.ID)
	return &body[CreatedUser]{CreatedUser{User: user, PasswordLink: a.linkAddress(ctx, link)}}, err
}

// linkAddress is where somebody chooses a password. The secret is in the fragment, which
// browsers keep out of requests, logs and Referer headers.
func (a *API) linkAddress(ctx context.Context, link account.PasswordLink) string {
	address := a.auth.Address.URL()
	if address == "" {
		address = requestOf(ctx).origin()
	}
	return address + "/set-password#token=" + link.Token
}

func (a *API) updateUser(ctx context.Context, in *UserPatch) (*body[User], error) {
	err := a.auth.Accounts.Update(ctx, in.ID, account.Change{Name: in.Body.Name, SiteAdmin: in.Body.SiteAdmin, Disabled: in.Body.Disabled})
	if err != nil {
		return nil, err
	}
	user, err := a.user(ctx, in.ID)
	return &body[User]{user}, err
}

func (a *API) deleteUser(ctx context.Context, in *UserPath) (*Empty, error) {
	return &Empty{}, a.auth.Accounts.Delete(ctx, in.ID)
}

func (a *API) createPasswordLink(ctx context.Context, in *UserPath) (*body[NewLink], error) {
	link, err := a.auth.Accounts.NewPasswordLink(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &body[NewLink]{NewLink{PasswordLink: a.linkAddress(ctx, link), PasswordLinkExpiresAt: link.ExpiresAt.UnixMilli()}}, nil
}

// ResetLinks tells how somebody without a password gets in again.
type ResetLinks struct {
	PasswordLink          string `json:"passwordLink" doc:"Address to send to the person; empty when the account has a password" example:"https://pantry.example.org/set-password#token=Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
	PasswordLinkExpiresAt *int64 `json:"passwordLinkExpiresAt"`
}

func (a *API) resetLinks(ctx context.Context, in *UserPath) (*body[ResetLinks], error) {
	link, err := a.auth.Accounts.ResetLinks(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &body[ResetLinks]{}
	if link.Token != "" {
		out.Body = ResetLinks{PasswordLink: a.linkAddress(ctx, link), PasswordLinkExpiresAt: timeOrNil(link.ExpiresAt.UnixMilli())}
	}
	person, _ := session.PersonFrom(ctx)
	a.log.InfoContext(ctx, "links reset", "user", in.ID, "by", person.User.ID)
	return out, nil
}

func (a *API) endUserSessions(ctx context.Context, in *UserPath) (*Empty, error) {
	return &Empty{}, a.auth.Sessions.EndAllOf(ctx, in.ID)
}
