package app

import (
	"context"
	"net/http"

	"pantrie/auth/fault"
	"pantrie/auth/session"
	"pantrie/db"
)

func (a *API) accountRoutes() {
	add(a, route{method: http.MethodGet, path: "/auth/link", id: "getPendingLink", tag: "Session", summary: "The account at a provider that waits for a password to be linked", fails: []fault.Code{fault.LinkExpired}, shown: shown{cookie: true}}, a.getPendingLink)
	take(a, route{method: http.MethodPost, path: "/auth/link", id: "provePendingLink", tag: "Session", summary: "Prove the password, link, and sign in", fails: []fault.Code{fault.LinkExpired, fault.WrongPassword, fault.TooManyRequests, fault.AccountDisabled, fault.AlreadyLinked, fault.Unavailable}, shown: shown{cookie: true}}, a.provePendingLink)
	addOther(a, route{method: http.MethodDelete, path: "/auth/link", id: "cancelPendingLink", tag: "Session", summary: "Forget it", status: http.StatusNoContent, shown: shown{cookie: true}}, a.cancelPendingLink)
	add(a, route{method: http.MethodGet, path: "/auth/account", id: "getAccount", tag: "Account", summary: "One's own ways in, sessions, and recent sign-ins", access: signedIn}, a.getAccount)
	takeOnly(a, route{method: http.MethodPost, path: "/auth/reauthenticate", id: "reauthenticate", tag: "Account", summary: "Prove one's password once more", access: signedIn, status: http.StatusNoContent, fails: []fault.Code{fault.WrongPassword, fault.TooManyRequests, fault.Unavailable}}, a.reauthenticate)
	add(a, route{method: http.MethodPost, path: "/auth/oauth/{provider}/link", id: "startLink", tag: "Account", summary: "Link an account at a provider with the one that is signed in", access: signedIn, fails: []fault.Code{fault.ReauthRequired, fault.OAuthUnknownProvider, fault.OAuthNotConfigured, fault.TooManyRequests}}, a.startLink)
	addOther(a, route{method: http.MethodDelete, path: "/auth/identities/{id}", id: "unlinkIdentity", tag: "Account", summary: "Unlink an account at a provider", access: signedIn, status: http.StatusNoContent, fails: []fault.Code{fault.NotFound, fault.LastWayIn}}, a.unlinkIdentity)
	addOther(a, route{method: http.MethodDelete, path: "/auth/sessions/{id}", id: "endSession", tag: "Account", summary: "End one of one's own sessions", access: signedIn, status: http.StatusNoContent, fails: []fault.Code{fault.NotFound}}, a.endSession)
	addOther(a, route{method: http.MethodDelete, path: "/auth/sessions", id: "endOtherSessions", tag: "Account", summary: "End all of one's own sessions but this one", access: signedIn, status: http.StatusNoContent}, a.endOtherSessions)
}

// PendingLink is what the page that asks for the password shows.
type PendingLink struct {
	Provider     string `json:"provider" enum:"authentik,google,oidc"`
	ProviderName string `json:"providerName" example:"Authentik"`
	Email        string `json:"email" doc:"As the provider says it" example:"sam@example.org"`
	Name         string `json:"name" doc:"As the provider says it" example:"Sam"`
	Blind        bool   `json:"blind" doc:"Do not say whether the address has an account here: signing up is off"`
	Why          string `json:"why" enum:"unverified,unproven,always" doc:"unverified: the provider does not call the address verified. unproven: nobody has proven that the account here has it. always: linking by email is switched off"`
	ExpiresAt    int64  `json:"expiresAt"`
}

func (a *API) getPendingLink(ctx context.Context, _ *Empty) (*body[PendingLink], error) {
	p, err := a.auth.SignIns.PendingLink(ctx)
	if err != nil {
		return nil, err
	}
	return &body[PendingLink]{PendingLink{
		Provider: p.Provider, ProviderName: p.ProviderName, Email: p.Email, Name: p.Name,
		Blind: p.Blind, Why: string(p.Why), ExpiresAt: p.ExpiresAt.UnixMilli(),
	}}, nil
}

// PasswordProof is a password that proves who somebody is.
type PasswordProof struct {
	Password string `json:"password" example:"quince cheese and pears"`
}

// LinkProven is who is signed in now, and the page that was wanted.
type LinkProven struct {
	Me       Me     `json:"me"`
	ReturnTo string `json:"returnTo" example:"/"`
}

func (a *API) provePendingLink(ctx context.Context, in *body[PasswordProof]) (*body[LinkProven], error) {
	user, returnTo, err := a.auth.SignIns.ProvePendingLink(ctx, in.Body.Password)
	if err != nil {
		return nil, err
	}
	me, err := a.meOf(ctx, user, a.auth.Sessions.Method(ctx))
	if err != nil {
		return nil, err
	}
	return &body[LinkProven]{LinkProven{Me: me.Body, ReturnTo: returnTo}}, nil
}

func (a *API) cancelPendingLink(ctx context.Context, _ *Empty) (*Empty, error) {
	return &Empty{}, a.auth.SignIns.CancelPendingLink(ctx)
}

// Account is one's own account.
type Account struct {
	HasPassword    bool            `json:"hasPassword" example:"true"`
	FreshUntil     *int64          `json:"freshUntil" doc:"Until when linking and a first password need no further proof; null: prove again first"`
	ProofRefused   bool            `json:"proofRefused" doc:"The provider did not ask again, so that signing in there is no proof: only signing out there first is"`
	ReauthProvider string          `json:"reauthProvider" enum:",authentik,google,oidc" doc:"Where an account without a password proves itself again; empty: by its password"`
	Identities     []LinkedAccount `json:"identities"`
	Linkable       []ProviderRef   `json:"linkable" doc:"Providers this account is not linked with yet"`
	Sessions       []OwnSession    `json:"sessions" doc:"Live ones, the one used last first"`
	SignIns        []OwnSignIn     `json:"signIns" doc:"The newest ten, with what did not work"`
}

// LinkedAccount is a linked account at a provider.
type LinkedAccount struct {
	ID           string `json:"id" example:"0199c5cc-6517-757d-8cba-df758d026454"`
	Provider     string `json:"provider" example:"authentik"`
	ProviderName string `json:"providerName" example:"Authentik"`
	Issuer       string `json:"issuer" example:"https://auth.example.org/application/o/pantrie/"`
	LinkedAt     int64  `json:"linkedAt"`
	LastUsedAt   int64  `json:"lastUsedAt"`
	CanUnlink    bool   `json:"canUnlink" doc:"False for the last way into the account" example:"true"`
	// AccessEndedAt is null while the provider lets the person in.
	AccessEndedAt *int64 `json:"accessEndedAt" doc:"When the provider refused to let the person in any longer; null while it does"`
}

// ProviderRef names a provider.
type ProviderRef struct {
	ID   string `json:"id" enum:"authentik,google,oidc" example:"google"`
	Name string `json:"name" example:"Google"`
}

// OwnSession is a browser that is signed in.
type OwnSession struct {
	ID         string `json:"id" example:"0199c5ce-8810-7c03-ba4a-9a0071228c06"`
	Current    bool   `json:"current" example:"true"`
	Method     string `json:"method" enum:"password,setup,link,authentik,google,oidc" doc:"The way in"`
	MethodName string `json:"methodName" doc:"A provider's name; empty otherwise"`
	Address    string `json:"address" example:"192.168.1.20"`
	Device     string `json:"device" doc:"The browser's own description (User-Agent)" example:"Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"`
	SignedInAt int64  `json:"signedInAt"`
	LastSeenAt int64  `json:"lastSeenAt" doc:"To within two minutes"`
}

// OwnSignIn is an attempt to sign in to one's own account.
type OwnSignIn struct {
	At           int64      `json:"at"`
	Provider     string     `json:"provider" doc:"password, or the provider" example:"authentik"`
	ProviderName string     `json:"providerName" example:"Authentik"`
	Outcome      db.Outcome `json:"outcome" enum:"signed_in,created,linked,pending,tested,signed_out,refused,failed"`
	Code         string     `json:"code" doc:"The reason when it did not work" example:""`
	Address      string     `json:"address" example:"192.168.1.20"`
	Ref          string     `json:"ref" example:"K7F-2QX"`
}

func (a *API) getAccount(ctx context.Context, _ *Empty) (*body[Account], error) {
	person, _ := session.PersonFrom(ctx)
	found, err := a.auth.Accounts.Own(ctx)
	if err != nil {
		return nil, err
	}
	names, err := a.providerNames(ctx)
	if err != nil {
		return nil, err
	}
	out := Account{
		HasPassword: person.User.PasswordHash != "", ReauthProvider: found.ReauthProvider, ProofRefused: found.ProofRefused,
		Identities: []LinkedAccount{}, Linkable: []ProviderRef{}, Sessions: []OwnSession{}, SignIns: []OwnSignIn{},
	}
	if until := a.auth.Sessions.FreshUntil(ctx); !until.IsZero() {
		out.FreshUntil = timeOrNil(until.UnixMilli())
	}
	for _, i := range found.Identities {
		out.Identities = append(out.Identities, LinkedAccount{ID: i.ID, Provider: i.Provider, ProviderName: i.ProviderName, Issuer: i.Issuer, LinkedAt: i.CreatedAt, LastUsedAt: i.LastUsedAt, CanUnlink: i.CanUnlink, AccessEndedAt: timeOrNil(i.AccessEndedAt)})
	}
	for _, p := range found.Linkable {
		out.Linkable = append(out.Linkable, ProviderRef{ID: p.ID, Name: p.Name()})
	}
	for _, s := range found.Sessions {
		out.Sessions = append(out.Sessions, OwnSession{ID: s.ID, Current: s.ID == found.Current, Method: s.Method, MethodName: names[s.Method], Address: s.Address, Device: s.Device, SignedInAt: s.CreatedAt, LastSeenAt: s.LastSeenAt})
	}
	for _, r := range found.SignIns {
		out.SignIns = append(out.SignIns, OwnSignIn{At: r.At, Provider: r.Provider, ProviderName: names[r.Provider], Outcome: r.Outcome, Code: r.Code, Address: r.Address, Ref: r.Reference})
	}
	return &body[Account]{out}, nil
}

// providerNames maps provider ids to their names for people.
func (a *API) providerNames(ctx context.Context) (map[string]string, error) {
	all, err := a.auth.Providers.All(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, p := range all {
		names[p.ID] = p.Name()
	}
	return names, nil
}

func (a *API) reauthenticate(ctx context.Context, in *body[PasswordProof]) (*Empty, error) {
	return &Empty{}, a.auth.Accounts.Reauthenticate(ctx, in.Body.Password)
}

func (a *API) startLink(ctx context.Context, in *ProviderPath) (*body[Location], error) {
	return a.location(a.auth.SignIns.StartLink(ctx, in.Provider))
}

// IDPath names one of one's own things.
type IDPath struct {
	ID string `path:"id"`
}

func (a *API) unlinkIdentity(ctx context.Context, in *IDPath) (*Empty, error) {
	return &Empty{}, a.auth.Accounts.Unlink(ctx, in.ID)
}

func (a *API) endSession(ctx context.Context, in *IDPath) (*Empty, error) {
	return &Empty{}, a.auth.Sessions.EndByID(ctx, in.ID)
}

func (a *API) endOtherSessions(ctx context.Context, _ *Empty) (*Empty, error) {
	return &Empty{}, a.auth.Sessions.EndOthers(ctx)
}
