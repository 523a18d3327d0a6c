package app

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/session"
	"pantrie/auth/setup"
)

func (a *API) setupRoutes() {
	add(a, route{method: http.MethodGet, path: "/setup", id: "getSetup", tag: "Setup", summary: "Whether Pantrie has been set up"}, a.getSetup)
	take(a, route{method: http.MethodPost, path: "/setup/check", id: "checkSetup", tag: "Setup", summary: "Check the setup link and what was typed so far; nothing is written", fails: []fault.Code{fault.SetupTokenInvalid, fault.SetupDone, fault.ValidationFailed, fault.TooManyRequests}}, a.checkSetup)
	take(a, route{method: http.MethodPost, path: "/setup", id: "completeSetup", tag: "Setup", summary: "Create the first administrator, the household and the settings, and sign in", status: http.StatusCreated, fails: []fault.Code{fault.SetupTokenInvalid, fault.SetupDone, fault.Conflict, fault.ValidationFailed, fault.TooManyRequests, fault.Unavailable}}, a.completeSetup)
	addTest(a, route{method: http.MethodPost, path: "/setup/oauth-test", id: "testSetupOAuth", tag: "Setup", summary: "Test the connection to a provider with what was typed; nothing is written", fails: []fault.Code{fault.SetupTokenInvalid, fault.SetupDone, fault.ValidationFailed, fault.TooManyRequests, fault.TestRunning},
		shown: shown{asks: []string{"setupToken, publicUrl, oauth.provider, oauth.baseUrl, oauth.slug, oauth.clientId, oauth.clientSecret"}}}, a.testSetupOAuth)
}

// SetupState says whether the wizard is done.
type SetupState struct {
	Completed bool `json:"completed" example:"true"`
}

// SetupAdmin is the first administrator.
type SetupAdmin struct {
	Name     string `json:"name" example:"Sam"`
	Email    string `json:"email" example:"sam@example.org"`
	Password string `json:"password" doc:"At least 8 characters" example:"quince cheese and pears"`
}

// SetupHousehold is the first household.
type SetupHousehold struct {
	Name     string `json:"name" example:"Brandt"`
	TimeZone string `json:"timeZone,omitempty" doc:"IANA name; UTC when it is missing or unknown" example:"Europe/Berlin"`
}

// SetupOAuth is the wizard's OAuth step. Fields that the environment sets may be left out.
type SetupOAuth struct {
	Provider     string `json:"provider" enum:"authentik,google,oidc"`
	BaseURL      string `json:"baseUrl,omitempty" example:"https://auth.example.org"`
	Slug         string `json:"slug,omitempty" example:"pantrie"`
	IssuerURL    string `json:"issuerUrl,omitempty" example:"https://id.example.org"`
	Label        string `json:"label,omitempty" doc:"Name of another OpenID Connect provider"`
	ClientID     string `json:"clientId,omitempty" example:"pantrie"`
	ClientSecret string `json:"clientSecret,omitempty" example:"Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
	CA           string `json:"ca,omitempty" doc:"PEM of further certificate authorities"`
}

// SetupTestInput is what a test of the connection needs.
type SetupTestInput struct {
	Accept string `header:"Accept" doc:"application/x-ndjson for one check per line as soon as it is known"`
	Body   struct {
		SetupToken string     `json:"setupToken" example:"V4tJ8mQz0sYw2Kc6"`
		PublicURL  string     `json:"publicUrl,omitempty" example:"https://pantry.example.org"`
		OAuth      SetupOAuth `json:"oauth"`
	}
}

// SetupInput is everything the wizard asks for.
type SetupInput struct {
	SetupToken string         `json:"setupToken" doc:"From the link in the server's log" example:"V4tJ8mQz0sYw2Kc6"`
	Admin      SetupAdmin     `json:"admin"`
	Household  SetupHousehold `json:"household"`
	PublicURL  string         `json:"publicUrl,omitempty" doc:"Needed unless the environment sets it" example:"https://pantry.example.org"`
	OAuth      *SetupOAuth    `json:"oauth,omitempty"`
}

// SetupCheckInput is as much of it as was typed so far.
type SetupCheckInput struct {
	SetupToken string          `json:"setupToken" example:"V4tJ8mQz0sYw2Kc6"`
	Admin      *SetupAdmin     `json:"admin,omitempty"`
	Household  *SetupHousehold `json:"household,omitempty"`
	PublicURL  *string         `json:"publicUrl,omitempty" example:"https://pantry.example.org"`
	OAuth      *SetupOAuth     `json:"oauth,omitempty"`
}

// EnvSecret is a secret that the environment may set.
type EnvSecret struct {
	Set    bool   `json:"set"`
	EnvVar string `json:"envVar" example:""`
}

// SetupInfo tells the wizard what the environment decides.
type SetupInfo struct {
	PublicURL          EnvValue       `json:"publicUrl" example:"{\"value\":\"https://pantry.example.org\",\"envVar\":\"\"}"`
	OAuth              SetupInfoOAuth `json:"oauth" doc:"Of Authentik, which the environment may set"`
	OAuthCallbackPaths CallbackPaths  `json:"oauthCallbackPaths"`
}

// CallbackPaths are what follows the public URL in each redirect URI.
type CallbackPaths struct {
	Authentik string `json:"authentik" example:"/api/v1/auth/oauth/authentik/callback"`
	Google    string `json:"google" example:"/api/v1/auth/oauth/google/callback"`
	OIDC      string `json:"oidc" example:"/api/v1/auth/oauth/oidc/callback"`
}

func callbackPath(provider string) string { return prefix + "/auth/oauth/" + provider + "/callback" }

// SetupInfoOAuth is the provider's part of it.
type SetupInfoOAuth struct {
	BaseURL      EnvValue  `json:"baseUrl" example:"{\"value\":\"https://auth.example.org\",\"envVar\":\"\"}"`
	Slug         EnvValue  `json:"slug" example:"{\"value\":\"pantrie\",\"envVar\":\"\"}"`
	ClientID     EnvValue  `json:"clientId" example:"{\"value\":\"pantrie\",\"envVar\":\"\"}"`
	ClientSecret EnvSecret `json:"clientSecret"`
}

func (a *API) getSetup(ctx context.Context, _ *Empty) (*body[SetupState], error) {
	done, err := a.auth.Setup.Completed(ctx)
	return &body[SetupState]{SetupState{done}}, err
}

func (a *API) checkSetup(ctx context.Context, in *body[SetupCheckInput]) (*body[SetupInfo], error) {
	if err := a.auth.Setup.CheckToken(ctx, in.Body.SetupToken); err != nil {
		return nil, err
	}
	b := in.Body
	setup := setup.Answers{OAuth: b.OAuth.input()}
	if b.Admin != nil {
		setup.AdminName, setup.AdminEmail, setup.AdminPassword = b.Admin.Name, b.Admin.Email, b.Admin.Password
	}
	if b.Household != nil {
		setup.HouseholdName = b.Household.Name
	}
	if b.PublicURL != nil {
		setup.PublicURL = *b.PublicURL
	}
	if err := fault.Fields(a.auth.Setup.Check(setup, b.Admin != nil, b.Household != nil, b.PublicURL != nil)); err != nil {
		return nil, err
	}
	p, err := a.auth.Providers.Get(ctx, provider.Authentik)
	if err != nil {
		return nil, err
	}
	return &body[SetupInfo]{SetupInfo{
		PublicURL:          a.publicURL(),
		OAuthCallbackPaths: CallbackPaths{Authentik: callbackPath(provider.Authentik), Google: callbackPath(provider.Google), OIDC: callbackPath(provider.OIDC)},
		OAuth: SetupInfoOAuth{
			BaseURL: a.envValue(p.ID, provider.FieldBaseURL, p.BaseURL), Slug: a.envValue(p.ID, provider.FieldSlug, p.Slug), ClientID: a.envValue(p.ID, provider.FieldClientID, p.ClientID),
			ClientSecret: EnvSecret{Set: p.ClientSecret != "", EnvVar: a.envValue(p.ID, provider.FieldClientSecret, "").EnvVar},
		},
	}}, nil
}

func (a *API) testSetupOAuth(ctx context.Context, in *SetupTestInput) (*huma.StreamResponse, error) {
	if err := a.auth.Setup.CheckToken(ctx, in.Body.SetupToken); err != nil {
		return nil, err
	}
	p, err := a.auth.Providers.Unsaved(ctx, in.Body.OAuth.Provider, in.Body.OAuth.unlocked(a.auth.Providers.LockedFields(in.Body.OAuth.Provider)))
	if err != nil {
		return nil, err
	}
	redirect, err := a.auth.Address.CallbackAt(in.Body.PublicURL, p.ID)
	if err != nil {
		return nil, err
	}
	return a.testConnection(in.Accept, p, redirect)
}

// unlocked leaves out what the environment sets: the wizard shows it locked.
func (o *SetupOAuth) unlocked(locked map[string]bool) provider.Input {
	in := o.input().Input
	if locked[provider.FieldBaseURL] {
		in.BaseURL = nil
	}
	if locked[provider.FieldSlug] {
		in.Slug = nil
	}
	if locked[provider.FieldClientID] {
		in.ClientID = nil
	}
	if locked[provider.FieldClientSecret] {
		in.ClientSecret = ""
	}
	return in
}

// envValue is a provider's field with the variable that locks it, if any.
func (a *API) envValue(providerID, field, value string) EnvValue {
	v := EnvValue{Value: value}
	if a.auth.Providers.LockedFields(providerID)[field] {
		v.EnvVar = provider.Variable(providerID, field)
	}
	return v
}

func (a *API) completeSetup(ctx context.Context, in *body[SetupInput]) (*body[Me], error) {
	b := in.Body
	user, err := a.auth.Setup.Complete(ctx, setup.Answers{
		Token: b.SetupToken, AdminName: b.Admin.Name, AdminEmail: b.Admin.Email, AdminPassword: b.Admin.Password,
		HouseholdName: b.Household.Name, TimeZone: b.Household.TimeZone, PublicURL: b.PublicURL, OAuth: b.OAuth.input(),
	})
	if err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "setup completed", "public_url", a.auth.Address.URL())
	return a.meOf(ctx, user, session.MethodSetup)
}

func (o *SetupOAuth) input() *setup.Provider {
	if o == nil {
		return nil
	}
	return &setup.Provider{Provider: o.Provider, Input: provider.Input{
		BaseURL: &o.BaseURL, Slug: &o.Slug, IssuerURL: &o.IssuerURL, Label: &o.Label, ClientID: &o.ClientID, ClientSecret: o.ClientSecret, CA: &o.CA,
	}}
}
