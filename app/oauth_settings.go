package app

import (
	"cmp"
	"context"
	"net/http"

	"pantrie/auth"
	"pantrie/auth/fault"
	"pantrie/db"
)

func (a *API) oauthSettingsRoutes() {
	add(a, route{method: http.MethodGet, path: "/admin/oauth/{provider}", id: "getOAuthSettings", tag: "Administration", summary: "A provider's settings; the secret is never shown", access: siteAdmin, fails: []fault.Code{fault.OAuthUnknownProvider}}, a.getOAuthSettings)
	add(a, route{method: http.MethodPut, path: "/admin/oauth/{provider}", id: "putOAuthSettings", tag: "Administration", summary: "Change a provider's settings; the next sign-in uses them", access: siteAdmin, fails: []fault.Code{fault.OAuthUnknownProvider, fault.EnvLocked, fault.ValidationFailed}}, a.putOAuthSettings)
	add(a, route{method: http.MethodDelete, path: "/admin/oauth/{provider}", id: "deleteOAuthSettings", tag: "Administration", summary: "Forget what is stored of a provider", access: siteAdmin, status: http.StatusNoContent, fails: []fault.Code{fault.OAuthUnknownProvider}}, a.deleteOAuthSettings)
}

// ProviderPath names a provider.
type ProviderPath struct {
	Provider string `path:"provider" example:"authentik"`
}

// OAuthSettings is the OAuth Settings tab.
type OAuthSettings struct {
	Provider              string         `json:"provider" enum:"authentik"`
	Enabled               bool           `json:"enabled"`
	Configured            bool           `json:"configured" doc:"Nothing is missing"`
	Missing               []OAuthMissing `json:"missing" doc:"What keeps it from working, one by one"`
	BaseURL               EnvValue       `json:"baseUrl"`
	Slug                  EnvValue       `json:"slug"`
	ClientID              EnvValue       `json:"clientId"`
	ClientSecretSet       bool           `json:"clientSecretSet"`
	ClientSecretEnvVar    string         `json:"clientSecretEnvVar"`
	ClientSecretUpdatedAt *int64         `json:"clientSecretUpdatedAt" doc:"When the stored secret was saved"`
	Label                 string         `json:"label" doc:"Text of the button; empty for the usual one"`
	AutoLink              bool           `json:"autoLink" doc:"Link by a verified address"`
	SignUp                bool           `json:"signUp" doc:"New people may come in"`
	SignUpHouseholdID     string         `json:"signUpHouseholdId" doc:"Where new people go"`
	SignUpRole            db.Role        `json:"signUpRole" enum:"admin,editor,viewer"`
	Households            []HouseholdRef `json:"households"`
	Issuer                string         `json:"issuer" doc:"Derived from address and slug; empty while one is missing"`
	RedirectURI           string         `json:"redirectUri" doc:"Exactly what Pantrie sends"`
	LaunchURL             string         `json:"launchUrl"`
	PublicURL             EnvValue       `json:"publicUrl"`
	RequestOrigin         string         `json:"requestOrigin"`
	OriginMatches         bool           `json:"originMatches"`
	LinkedUsers           int64          `json:"linkedUsers"`
	LastSignInAt          *int64         `json:"lastSignInAt"`
	RecentSignIns         []RecentSignIn `json:"recentSignIns"`
}

// OAuthMissing is a value without which the provider cannot work.
type OAuthMissing struct {
	Field  string `json:"field" example:"slug"`
	Label  string `json:"label" example:"Application Slug"`
	EnvVar string `json:"envVar" example:"OAUTH_AUTHENTIK_SLUG"`
	Reason string `json:"reason" enum:"missing,invalid,unreadable"`
}

// HouseholdRef names a household.
type HouseholdRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// RecentSignIn is an attempt, for the list on the tab.
type RecentSignIn struct {
	At      int64      `json:"at"`
	Outcome db.Outcome `json:"outcome" enum:"signed_in,created,linked,refused,failed"`
	Name    string     `json:"name"`
	Email   string     `json:"email"`
	Code    string     `json:"code" doc:"The reason when it did not work"`
	Detail  string     `json:"detail" doc:"What was seen, for the administrator"`
	Ref     string     `json:"ref" doc:"The reference on the person's error page"`
}

// OAuthInput changes the settings. A field that is left out stays; one that the environment
// sets must be left out.
type OAuthInput struct {
	Enabled           *bool    `json:"enabled,omitempty"`
	BaseURL           *string  `json:"baseUrl,omitempty" doc:"Also accepted: the issuer or the discovery address"`
	Slug              *string  `json:"slug,omitempty"`
	ClientID          *string  `json:"clientId,omitempty"`
	ClientSecret      *string  `json:"clientSecret,omitempty" doc:"Empty or left out: the stored one stays"`
	Label             *string  `json:"label,omitempty"`
	AutoLink          *bool    `json:"autoLink,omitempty"`
	SignUp            *bool    `json:"signUp,omitempty"`
	SignUpHouseholdID *string  `json:"signUpHouseholdId,omitempty"`
	SignUpRole        *db.Role `json:"signUpRole,omitempty" enum:"admin,editor,viewer"`
}

// OAuthPut is a change of one provider.
type OAuthPut struct {
	ProviderPath
	Body OAuthInput
}

func (a *API) getOAuthSettings(ctx context.Context, in *ProviderPath) (*body[OAuthSettings], error) {
	p, err := a.auth.Provider(ctx, in.Provider)
	if err != nil {
		return nil, err
	}
	linked, err := a.db.CountIdentities(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	last, err := a.db.LastSignIn(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	recent, err := a.db.RecentSignIns(ctx, p.ID, 5)
	if err != nil {
		return nil, err
	}
	homes, err := a.db.Households(ctx)
	if err != nil {
		return nil, err
	}
	out := &body[OAuthSettings]{a.oauthSettingsOf(p)}
	out.Body.RequestOrigin, out.Body.OriginMatches = a.originOf(ctx)
	out.Body.LinkedUsers, out.Body.LastSignInAt = linked, timeOrNil(last)
	for _, h := range homes {
		out.Body.Households = append(out.Body.Households, HouseholdRef{h.ID, h.Name})
	}
	if len(homes) > 0 {
		out.Body.SignUpHouseholdID = cmp.Or(out.Body.SignUpHouseholdID, homes[0].ID)
	}
	for _, r := range recent {
		out.Body.RecentSignIns = append(out.Body.RecentSignIns, RecentSignIn{At: r.At, Outcome: r.Outcome, Name: r.Name, Email: r.Email, Code: r.Code, Detail: r.Detail, Ref: r.Reference})
	}
	return out, nil
}

func (a *API) oauthSettingsOf(p auth.Provider) OAuthSettings {
	s := OAuthSettings{
		Provider: p.ID, Enabled: p.Enabled, Configured: p.Configured(), Missing: []OAuthMissing{},
		BaseURL: a.envValue(auth.FieldBaseURL, p.BaseURL), Slug: a.envValue(auth.FieldSlug, p.Slug), ClientID: a.envValue(auth.FieldClientID, p.ClientID),
		ClientSecretSet: p.ClientSecret != "", ClientSecretEnvVar: a.envValue(auth.FieldClientSecret, "").EnvVar, ClientSecretUpdatedAt: timeOrNil(p.SecretUpdatedAt),
		Label: p.Label, AutoLink: p.AutoLink, SignUp: p.SignUp, SignUpHouseholdID: p.SignUpHouseholdID, SignUpRole: p.SignUpRole,
		Households: []HouseholdRef{}, Issuer: p.Issuer(), RedirectURI: a.auth.CallbackURL(p.ID), LaunchURL: a.auth.PublicURL(), PublicURL: a.publicURL(),
		RecentSignIns: []RecentSignIn{},
	}
	for _, m := range p.Missing {
		s.Missing = append(s.Missing, OAuthMissing{Field: m.Field, Label: m.Label, EnvVar: m.Variable, Reason: m.Reason})
	}
	return s
}

func timeOrNil(ms int64) *int64 {
	if ms == 0 {
		return nil
	}
	return &ms
}

func (a *API) putOAuthSettings(ctx context.Context, in *OAuthPut) (*body[OAuthSettings], error) {
	b := in.Body
	change := auth.ProviderInput{
		Enabled: b.Enabled, BaseURL: b.BaseURL, Slug: b.Slug, ClientID: b.ClientID, Label: b.Label,
		AutoLink: b.AutoLink, SignUp: b.SignUp, SignUpHouseholdID: b.SignUpHouseholdID, SignUpRole: b.SignUpRole,
	}
	if b.ClientSecret != nil {
		change.ClientSecret = *b.ClientSecret
	}
	if err := a.auth.SaveProvider(ctx, in.Provider, change); err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "OAuth settings saved", "provider", in.Provider)
	return a.getOAuthSettings(ctx, &in.ProviderPath)
}

func (a *API) deleteOAuthSettings(ctx context.Context, in *ProviderPath) (*Empty, error) {
	if err := a.auth.ForgetProvider(ctx, in.Provider); err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "OAuth settings deleted", "provider", in.Provider)
	return &Empty{}, nil
}
