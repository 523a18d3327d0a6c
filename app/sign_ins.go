package app

import (
	"context"
	"net/http"
	"strings"

	"pantrie/auth/fault"
	"pantrie/auth/session"
	"pantrie/db"
)

func (a *API) signInRoutes() {
	add(a, route{method: http.MethodGet, path: "/admin/sign-ins", id: "listSignIns", tag: "Administration", summary: "The sign-in log, newest first", access: siteAdmin, fails: []fault.Code{fault.ValidationFailed}}, a.listSignIns)
	add(a, route{method: http.MethodGet, path: "/admin/sign-in", id: "getSignInRules", tag: "Administration", summary: "Whether people may sign in with a password, and where the sign-in page leads by itself", access: siteAdmin}, a.getSignInRules)
	take(a, route{method: http.MethodPut, path: "/admin/sign-in", id: "putSignInRules", tag: "Administration", summary: "Change these", access: siteAdmin, fails: []fault.Code{fault.Conflict, fault.EnvLocked, fault.ValidationFailed}, shown: shown{asks: []string{"localLogin=true, autoRedirect=authentik"}}}, a.putSignInRules)
}

// SignInFilter selects attempts of the log.
type SignInFilter struct {
	Person   string `query:"person" doc:"Part of a name or an address"`
	UserID   string `query:"userId"`
	Provider string `query:"provider" doc:"password, or a provider"`
	Outcome  string `query:"outcome" enum:"signed_in,created,linked,pending,tested,signed_out,refused,failed"`
	Ref      string `query:"ref" doc:"The reference on an error page" example:"K7F-2QX"`
	Before   string `query:"before" doc:"next of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// SignInList is a page of the log.
type SignInList struct {
	SignIns []SignIn `json:"signIns"`
	Next    string   `json:"next" doc:"For before; empty when there are no more" example:"1795507200000 0199c511-9f0a-73ef-b613-c9a574e8896d"`
}

// SignIn is an attempt to sign in, to link, to test, or a provider's sign-out.
type SignIn struct {
	ID           string       `json:"id" example:"0199c511-9f0a-73ef-b613-c9a574e8896d"`
	At           int64        `json:"at"`
	Provider     string       `json:"provider" doc:"password, or the provider" example:"authentik"`
	ProviderName string       `json:"providerName" example:"Authentik"`
	Purpose      db.Purpose   `json:"purpose" enum:"signin,link,test,logout"`
	Outcome      db.Outcome   `json:"outcome" enum:"signed_in,created,linked,pending,tested,signed_out,refused,failed"`
	Code         string       `json:"code" doc:"The reason when it did not work" example:""`
	Step         string       `json:"step" doc:"The one reached" example:"session"`
	Detail       string       `json:"detail" doc:"What was seen" example:""`
	Steps        []SignInStep `json:"steps"`
	Name         string       `json:"name" example:"Sam"`
	Email        string       `json:"email" doc:"As received" example:"sam@example.org"`
	UserID       string       `json:"userId" example:"0199c5cf-dd13-7f07-8c83-7e9023e6033b"`
	Address      string       `json:"address" example:"192.168.1.20"`
	Ref          string       `json:"ref" example:"K7F-2QX"`
}

// SignInStep is one thing that an attempt came to.
type SignInStep struct {
	Step   string `json:"step" example:"token"`
	At     int64  `json:"at" doc:"Milliseconds since the start" example:"120"`
	Detail string `json:"detail" example:""`
	Failed bool   `json:"failed"`
}

func stepsOf(steps []db.SignInStep) []SignInStep {
	list := []SignInStep{}
	for _, s := range steps {
		list = append(list, SignInStep{Step: s.Step, At: s.At, Detail: s.Detail, Failed: s.Failed})
	}
	return list
}

func (a *API) listSignIns(ctx context.Context, in *SignInFilter) (*body[SignInList], error) {
	names, err := a.providerNames(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := a.db.SignIns(ctx, db.SignInFilter{
		Person: strings.TrimSpace(in.Person), UserID: in.UserID, Provider: in.Provider, Outcome: db.Outcome(in.Outcome),
		Reference: strings.ToUpper(strings.TrimSpace(in.Ref)), Before: in.Before, Most: in.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	out := SignInList{SignIns: []SignIn{}}
	if len(rows) > in.Limit {
		rows = rows[:in.Limit]
		out.Next = rows[in.Limit-1].ID
	}
	for _, r := range rows {
		out.SignIns = append(out.SignIns, SignIn{
			ID: r.ID, At: r.At, Provider: r.Provider, ProviderName: names[r.Provider], Purpose: r.Purpose, Outcome: r.Outcome, Code: r.Code,
			Step: r.Step, Detail: r.Detail, Steps: stepsOf(r.Steps), Name: r.Name, Email: r.Email, UserID: r.UserID, Address: r.Address, Ref: r.Reference,
		})
	}
	return &body[SignInList]{out}, nil
}

// SignInRules are the switches of signing in.
type SignInRules struct {
	LocalLogin        bool   `json:"localLogin" doc:"As stored: everybody may sign in with a password" example:"true"`
	LocalLoginInForce bool   `json:"localLoginInForce" doc:"On as well while there is no other way in" example:"true"`
	EnvVar            string `json:"envVar" doc:"The variable that keeps it on; empty when it can be changed here"`
	AutoRedirect      string `json:"autoRedirect" enum:",authentik,google,oidc"`
	CanTurnOff        bool   `json:"canTurnOff" doc:"Local sign-in may be switched off: you have tested the other way in with your own account" example:"true"`
	CanTurnOffReason  string `json:"canTurnOffReason" enum:",needs_test,no_provider"`
	TestProvider      string `json:"testProvider" enum:",authentik,google,oidc" doc:"The provider to test"`
}

// SignInRulesInput changes the switches; what is left out stays.
type SignInRulesInput struct {
	LocalLogin   *bool   `json:"localLogin,omitempty"`
	AutoRedirect *string `json:"autoRedirect,omitempty" enum:",authentik,google,oidc"`
}

func (a *API) getSignInRules(ctx context.Context, _ *Empty) (*body[SignInRules], error) {
	r, err := a.auth.SignIns.Rules(ctx)
	if err != nil {
		return nil, err
	}
	out := SignInRules{LocalLogin: r.LocalLogin, LocalLoginInForce: r.InForce, AutoRedirect: r.AutoRedirect, CanTurnOff: r.CanTurnOff, CanTurnOffReason: r.Why, TestProvider: r.TestProvider}
	if r.Forced {
		out.EnvVar = "PANTRIE_LOCAL_LOGIN"
	}
	return &body[SignInRules]{out}, nil
}

func (a *API) putSignInRules(ctx context.Context, in *body[SignInRulesInput]) (*body[SignInRules], error) {
	if err := a.auth.SignIns.SetRules(ctx, in.Body.LocalLogin, in.Body.AutoRedirect); err != nil {
		return nil, err
	}
	person, _ := session.PersonFrom(ctx)
	a.log.InfoContext(ctx, "sign-in switches saved", "by", person.User.ID)
	return a.getSignInRules(ctx, nil)
}
