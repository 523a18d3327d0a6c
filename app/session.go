package app

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pantrie/auth/account"
	"pantrie/auth/fault"
	"pantrie/auth/session"
	"pantrie/db"
)

func (a *API) sessionRoutes() {
	take(a, route{method: http.MethodPost, path: "/auth/login", id: "login", tag: "Session", summary: "Sign in with address and password", fails: []fault.Code{fault.InvalidCredentials, fault.AccountDisabled, fault.LocalLoginOff, fault.TooManyRequests, fault.Unavailable}}, a.login)
	addOther(a, route{method: http.MethodPost, path: "/auth/logout", id: "logout", tag: "Session", summary: "Sign out; 200 with an address when the browser is to sign out at the provider next", status: http.StatusNoContent, shown: shown{cookie: true}}, a.logout)
	add(a, route{method: http.MethodGet, path: "/auth/me", id: "getMe", tag: "Session", summary: "Who is signed in", access: signedIn, scope: session.ScopeRead}, a.getMe)
	take(a, route{method: http.MethodPatch, path: "/auth/me", id: "updateMe", tag: "Session", summary: "Change one's own name", access: signedIn, fails: []fault.Code{fault.ValidationFailed}}, a.updateMe)
	takeOnly(a, route{method: http.MethodPost, path: "/auth/password", id: "changePassword", tag: "Session", summary: "Change one's own password, or set the first one, and end the other sessions", access: signedIn, status: http.StatusNoContent, fails: []fault.Code{fault.WrongPassword, fault.ReauthRequired, fault.ValidationFailed, fault.TooManyRequests, fault.Unavailable}}, a.changePassword)
	take(a, route{method: http.MethodPost, path: "/auth/password-link/check", id: "checkPasswordLink", tag: "Session", summary: "Whose one-time link it is", fails: []fault.Code{fault.PasswordLinkInvalid}}, a.checkPasswordLink)
	take(a, route{method: http.MethodPost, path: "/auth/password-link", id: "usePasswordLink", tag: "Session", summary: "Choose a password by a one-time link, and sign in", fails: []fault.Code{fault.PasswordLinkInvalid, fault.ValidationFailed, fault.Unavailable}}, a.usePasswordLink)
	// Two answers that one output type cannot describe.
	logout := a.huma.OpenAPI().Paths[prefix+"/auth/logout"].Post
	logout.Responses["200"] = &huma.Response{Description: "OK", Content: logout.Responses["204"].Content}
	logout.Responses["204"].Content = nil
}

// Me is who is signed in.
type Me struct {
	ID           string        `json:"id" example:"0199c5cf-dd13-7f07-8c83-7e9023e6033b"`
	Name         string        `json:"name" example:"Sam"`
	Email        string        `json:"email" doc:"Empty when there is none" example:"sam@example.org"`
	SiteAdmin    bool          `json:"siteAdmin" example:"true"`
	HasPassword  bool          `json:"hasPassword" example:"true"`
	Households   []MyHousehold `json:"households"`
	Providers    []string      `json:"providers" doc:"Providers this account is linked with; the name then comes from there" example:"[\"authentik\"]"`
	SignedInWith string        `json:"signedInWith" enum:"password,setup,link,token,authentik,google,oidc"`
	Notice       string        `json:"notice" enum:",linked" doc:"linked: this sign-in connected the provider's account with the one here. Told once"`
}

// MyHousehold is a household with the role one has in it.
type MyHousehold struct {
	ID   string  `json:"id" example:"0199c5ea-20da-76d8-9aa9-ba63fe413ba8"`
	Name string  `json:"name" example:"Brandt"`
	Role db.Role `json:"role" enum:"admin,editor,viewer"`
}

// Credentials are the local way in.
type Credentials struct {
	Email    string `json:"email" example:"sam@example.org"`
	Password string `json:"password" example:"quince cheese and pears"`
}

// MeInput changes one's own profile.
type MeInput struct {
	Name string `json:"name" example:"Sam Brandt"`
}

// PasswordInput changes one's own password.
type PasswordInput struct {
	CurrentPassword string `json:"currentPassword,omitempty" doc:"Left out when the account has no password yet" example:"quince cheese and pears"`
	NewPassword     string `json:"newPassword" doc:"At least 8 characters" example:"medlar and cream"`
}

// LinkToken is the secret of a one-time link.
type LinkToken struct {
	Token string `json:"token" example:"Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
}

// LinkOwner is whose link it is.
type LinkOwner struct {
	Name  string `json:"name" example:"Mara"`
	Email string `json:"email" example:"mara@example.org"`
}

// LinkPassword chooses a password by a one-time link.
type LinkPassword struct {
	Token    string `json:"token" example:"Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
	Password string `json:"password" doc:"At least 8 characters" example:"quince cheese and pears"`
}

func (a *API) login(ctx context.Context, in *body[Credentials]) (*body[Me], error) {
	user, err := a.auth.SignIns.WithPassword(ctx, in.Body.Email, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return a.meOf(ctx, user, session.MethodPassword)
}

// SignedOut tells where to go after signing out here.
type SignedOut struct {
	Status int
	Body   *Location
}

func (a *API) logout(ctx context.Context, _ *Empty) (*SignedOut, error) {
	next, err := a.auth.SignIns.SignOut(ctx)
	if err != nil || next == "" {
		return &SignedOut{Status: http.StatusNoContent}, err
	}
	return &SignedOut{Status: http.StatusOK, Body: &Location{next}}, nil
}

func (a *API) getMe(ctx context.Context, _ *Empty) (*body[Me], error) {
	person, _ := session.PersonFrom(ctx)
	out, err := a.meOf(ctx, person.User, person.Method)
	if err != nil {
		return nil, err
	}
	out.Body.Notice, err = a.auth.Sessions.TakeNotice(ctx)
	return out, err
}

func (a *API) meOf(ctx context.Context, u db.User, method string) (*body[Me], error) {
	members, err := a.db.MembershipsOf(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	identities, err := a.db.IdentitiesOf(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	me := Me{ID: u.ID, Name: u.Name, Email: u.Email, SiteAdmin: u.SiteAdmin, HasPassword: u.PasswordHash != "", Households: []MyHousehold{}, Providers: []string{}, SignedInWith: method}
	for _, m := range members {
		me.Households = append(me.Households, MyHousehold{ID: m.HouseholdID, Name: m.HouseholdName, Role: m.Role})
	}
	for _, i := range identities {
		me.Providers = append(me.Providers, i.Provider)
	}
	return &body[Me]{me}, nil
}

func (a *API) updateMe(ctx context.Context, in *body[MeInput]) (*body[Me], error) {
	person, _ := session.PersonFrom(ctx)
	name := in.Body.Name
	if err := a.auth.Accounts.Update(ctx, person.User.ID, account.Change{Name: &name}); err != nil {
		return nil, err
	}
	person.User.Name = strings.TrimSpace(name)
	return a.meOf(ctx, person.User, person.Method)
}

func (a *API) changePassword(ctx context.Context, in *body[PasswordInput]) (*Empty, error) {
	return &Empty{}, a.auth.Accounts.ChangePassword(ctx, in.Body.CurrentPassword, in.Body.NewPassword)
}

func (a *API) checkPasswordLink(ctx context.Context, in *body[LinkToken]) (*body[LinkOwner], error) {
	user, err := a.auth.Accounts.PasswordLinkUser(ctx, in.Body.Token)
	return &body[LinkOwner]{LinkOwner{Name: user.Name, Email: user.Email}}, err
}

func (a *API) usePasswordLink(ctx context.Context, in *body[LinkPassword]) (*body[Me], error) {
	user, err := a.auth.Accounts.UsePasswordLink(ctx, in.Body.Token, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return a.meOf(ctx, user, session.MethodLink)
}
