package app

import (
	"cmp"
	"context"
	"net/http"

	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/signin"
	"pantrie/db"
)

func (a *API) oauthSettingsRoutes() {
	add(a, route{method: http.MethodGet, path: "/admin/oauth", id: "listOAuthSettings", tag: "Administration", summary: "The kinds of providers and how far each is set up", access: siteAdmin}, a.listOAuthSettings)
	add(a, route{method: http.MethodGet, path: "/admin/oauth/{provider}", id: "getOAuthSettings", tag: "Administration", summary: "A provider's settings; the secret is never shown", access: siteAdmin, fails: []fault.Code{fault.OAuthUnknownProvider}}, a.getOAuthSettings)
	take(a, route{method: http.MethodPut, path: "/admin/oauth/{provider}", id: "putOAuthSettings", tag: "Administration", summary: "Change a provider's settings; the next sign-in uses them", access: siteAdmin, fails: []fault.Code{fault.OAuthUnknownProvider, fault.EnvLocked, fault.LastAdmin, fault.ValidationFailed}}, a.putOAuthSettings)
	addOther(a, route{method: http.MethodDelete, path: "/admin/oauth/{provider}", id: "deleteOAuthSettings", tag: "Administration", summary: "Forget what is stored of a provider", access: siteAdmin, status: http.StatusNoContent, fails: []fault.Code{fault.OAuthUnknownProvider, fault.LastAdmin}}, a.deleteOAuthSettings)
}

// ProviderPath names a provider.
type ProviderPath struct {
	Provider string `path:"provider" example:"authentik"`
}

// OAuthSettings is the OAuth Settings tab.
type OAuthSettings struct {
	Provider              string         `json:"provider" enum:"authentik,google,oidc"`
	Name                  string         `json:"name" example:"Authentik"`
	Enabled               bool           `json:"enabled" example:"true"`
	Configured            bool           `json:"configured" doc:"Nothing is missing" example:"true"`
	Missing               []OAuthMissing `json:"missing" doc:"What keeps it from working, one by one" example:"[]"`
	BaseURL               EnvValue       `json:"baseUrl" example:"{\"value\":\"https://auth.example.org\",\"envVar\":\"\"}"`
	Slug                  EnvValue       `json:"slug" example:"{\"value\":\"pantrie\",\"envVar\":\"\"}"`
	IssuerURL             EnvValue       `json:"issuerUrl" doc:"Of another OpenID Connect provider" example:"{\"value\":\"\",\"envVar\":\"\"}"`
	ClientID              EnvValue       `json:"clientId" example:"{\"value\":\"pantrie\",\"envVar\":\"\"}"`
	ClientSecretSet       bool           `json:"clientSecretSet" example:"true"`
	ClientSecretEnvVar    string         `json:"clientSecretEnvVar" example:""`
	ClientSecretUpdatedAt *int64         `json:"clientSecretUpdatedAt" doc:"When the stored secret was saved"`
	Label                 string         `json:"label" doc:"Text of the button; empty for the usual one"`
	AutoLink              bool           `json:"autoLink" doc:"Link by a verified address" example:"true"`
	TrustEmail            bool           `json:"trustEmail" doc:"Link by any address of this provider, verified or not"`
	UnverifiedSeen        bool           `json:"unverifiedSeen" doc:"A recent sign-in came with an address that the provider does not call verified"`
	SignUp                bool           `json:"signUp" doc:"New people may come in"`
	SignUpHouseholdID     string         `json:"signUpHouseholdId" doc:"Where new people go" example:"0199c5ea-20da-76d8-9aa9-ba63fe413ba8"`
	SignUpRole            db.Role        `json:"signUpRole" enum:"admin,editor,viewer" example:"editor"`
	Households            []HouseholdRef `json:"households"`
	AllowedGroups         []string       `json:"allowedGroups" doc:"Empty: everybody the provider lets in" example:"[\"family\"]"`
	AdminGroup            string         `json:"adminGroup" doc:"Its members, and only they, are site administrators" example:""`
	GroupsSeen            bool           `json:"groupsSeen" doc:"The provider has sent groups before; someone who comes without any is in none" example:"true"`
	GroupClaim            string         `json:"groupClaim" doc:"The claim with the groups; groups unless it is set" example:"groups"`
	Rules                 []OAuthRule    `json:"rules"`
	LastGroups            []string       `json:"lastGroups" nullable:"true" doc:"Groups of the last test sign-in; null: none yet, or the provider sent none" example:"[\"family\"]"`
	LastTestAt            *int64         `json:"lastTestAt"`
	SignOutAtProvider     bool           `json:"signOutAtProvider" doc:"Signing out here signs out there"`
	MaxSessionHours       int            `json:"maxSessionHours" doc:"After how many hours people sign in again where the provider gives no refresh token; 0 for as long as other sessions last" minimum:"0" maximum:"8784"`
	Moved                 *MovedLinks    `json:"moved,omitempty" doc:"Links with an old address; left out when there are none"`
	OffersRefresh         *bool          `json:"offersRefresh,omitempty" doc:"Whether the provider gives refresh tokens, by which it is asked every 20 minutes whether a session still holds; absent while that is not known"`
	BackchannelURL        string         `json:"backchannelUrl" doc:"Where the provider may say that somebody signed out there" example:"https://pantry.example.org/api/v1/auth/oauth/authentik/backchannel-logout"`
	SignedOutURL          string         `json:"signedOutUrl" doc:"The post-logout redirect URI" example:"https://pantry.example.org/api/v1/auth/oauth/authentik/signed-out"`
	Scopes                []string       `json:"scopes" doc:"In force" example:"[\"openid\",\"email\",\"profile\"]"`
	DefaultScopes         []string       `json:"defaultScopes" example:"[\"openid\",\"email\",\"profile\"]"`
	AuthMethod            string         `json:"authMethod" enum:",post,basic" doc:"How Pantrie proves itself at the token endpoint; empty: post for Authentik, what discovery lists for others"`
	CA                    string         `json:"ca" doc:"PEM of further certificate authorities" example:""`
	Issuer                string         `json:"issuer" doc:"Derived from address and slug; empty while one is missing" example:"https://auth.example.org/application/o/pantrie/"`
	RedirectURI           string         `json:"redirectUri" doc:"Exactly what Pantrie sends" example:"https://pantry.example.org/api/v1/auth/oauth/authentik/callback"`
	LaunchURL             string         `json:"launchUrl" example:"https://pantry.example.org/"`
	PublicURL             EnvValue       `json:"publicUrl" example:"{\"value\":\"https://pantry.example.org\",\"envVar\":\"\"}"`
	RequestOrigin         string         `json:"requestOrigin" example:"https://pantry.example.org"`
	OriginMatches         bool           `json:"originMatches" example:"true"`
	UntrustedProxy        string         `json:"untrustedProxy" doc:"Address of a proxy whose forwarding headers are not believed; empty when this request came by none"`
	LinkedUsers           int64          `json:"linkedUsers" example:"2"`
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
	ID   string `json:"id" example:"0199c5ea-20da-76d8-9aa9-ba63fe413ba8"`
	Name string `json:"name" example:"Brandt"`
}

// RecentSignIn is an attempt, for the list on the tab.
type RecentSignIn struct {
	At      int64      `json:"at"`
	Purpose db.Purpose `json:"purpose" enum:"signin,link,test,logout"`
	Outcome db.Outcome `json:"outcome" enum:"signed_in,created,linked,pending,tested,signed_out,refused,failed"`
	Name    string     `json:"name" example:"Sam"`
	Email   string     `json:"email" example:"sam@example.org"`
	Code    string     `json:"code" doc:"The reason when it did not work" example:""`
	Detail  string     `json:"detail" doc:"What was seen, for the administrator" example:""`
	Ref     string     `json:"ref" doc:"The reference on the person's error page" example:"K7F-2QX"`
}

// MovedLinks are the links of people with an old address of the provider.
type MovedLinks struct {
	Issuer    string `json:"issuer" doc:"The former one" example:"https://auth.example.org/application/o/pantrie/"`
	People    int    `json:"people" example:"4"`
	Hindrance string `json:"hindrance" enum:",subjects,conflict,not_linked,needs_test,other_subject" doc:"Why they cannot be carried over; empty when they can" example:"needs_test"`
}

// CarriedLinks says how many links were carried over.
type CarriedLinks struct {
	People int `json:"people" example:"4"`
}

// OAuthRule puts the members of a group into a household.
type OAuthRule struct {
	Group       string  `json:"group" example:"family"`
	HouseholdID string  `json:"householdId" example:"0199c5ea-20da-76d8-9aa9-ba63fe413ba8"`
	Role        db.Role `json:"role" enum:"admin,editor,viewer" example:"editor"`
}

// OAuthInput changes the settings. A field that is left out stays; one that the environment
// sets must be left out.
type OAuthInput struct {
	Enabled           *bool        `json:"enabled,omitempty" example:"true"`
	BaseURL           *string      `json:"baseUrl,omitempty" doc:"Also accepted: the issuer or the discovery address" example:"https://auth.example.org"`
	Slug              *string      `json:"slug,omitempty" example:"pantrie"`
	IssuerURL         *string      `json:"issuerUrl,omitempty" doc:"Also accepted: the discovery address"`
	ClientID          *string      `json:"clientId,omitempty" example:"pantrie"`
	ClientSecret      *string      `json:"clientSecret,omitempty" doc:"Empty or left out: the stored one stays" example:"Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
	Label             *string      `json:"label,omitempty"`
	AutoLink          *bool        `json:"autoLink,omitempty" example:"true"`
	TrustEmail        *bool        `json:"trustEmail,omitempty"`
	SignUp            *bool        `json:"signUp,omitempty" example:"true"`
	SignUpHouseholdID *string      `json:"signUpHouseholdId,omitempty"`
	SignUpRole        *db.Role     `json:"signUpRole,omitempty" enum:"admin,editor,viewer" example:"editor"`
	AllowedGroups     *[]string    `json:"allowedGroups,omitempty"`
	AdminGroup        *string      `json:"adminGroup,omitempty"`
	GroupClaim        *string      `json:"groupClaim,omitempty"`
	Rules             *[]OAuthRule `json:"rules,omitempty"`
	SignOutAtProvider *bool        `json:"signOutAtProvider,omitempty"`
	MaxSessionHours   *int         `json:"maxSessionHours,omitempty" minimum:"0" maximum:"8784"`
	Scopes            *[]string    `json:"scopes,omitempty" doc:"Empty: the usual ones"`
	AuthMethod        *string      `json:"authMethod,omitempty" enum:",post,basic"`
	CA                *string      `json:"ca,omitempty"`
}

func (b OAuthInput) input() provider.Input {
	in := provider.Input{
		Enabled: b.Enabled, BaseURL: b.BaseURL, Slug: b.Slug, IssuerURL: b.IssuerURL, ClientID: b.ClientID, Label: b.Label,
		AutoLink: b.AutoLink, TrustEmail: b.TrustEmail, SignUp: b.SignUp, SignUpHouseholdID: b.SignUpHouseholdID, SignUpRole: b.SignUpRole,
		AllowedGroups: b.AllowedGroups, AdminGroup: b.AdminGroup, GroupClaim: b.GroupClaim, SignOutAtProvider: b.SignOutAtProvider, MaxSessionHours: b.MaxSessionHours,
		Scopes: b.Scopes, AuthMethod: b.AuthMethod, CA: b.CA,
	}
	if b.ClientSecret != nil {
		in.ClientSecret = *b.ClientSecret
	}
	if b.Rules != nil {
		rules := []provider.GroupRule{}
		for _, r := range *b.Rules {
			rules = append(rules, provider.GroupRule(r))
		}
		in.Rules = &rules
	}
	return in
}

// OAuthOverview lists the kinds of providers.
type OAuthOverview struct {
	Providers []OAuthState `json:"providers"`
}

// OAuthState is how far a provider is set up.
type OAuthState struct {
	ID          string `json:"id" enum:"authentik,google,oidc"`
	Name        string `json:"name" example:"Authentik"`
	Configured  bool   `json:"configured" example:"true"`
	Enabled     bool   `json:"enabled" example:"true"`
	LinkedUsers int64  `json:"linkedUsers" example:"2"`
}

func (a *API) listOAuthSettings(ctx context.Context, _ *Empty) (*body[OAuthOverview], error) {
	all, err := a.auth.Providers.All(ctx)
	if err != nil {
		return nil, err
	}
	out := OAuthOverview{Providers: []OAuthState{}}
	for _, p := range all {
		linked, err := a.db.CountIdentities(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		out.Providers = append(out.Providers, OAuthState{ID: p.ID, Name: p.Name(), Configured: p.Configured(), Enabled: p.Enabled, LinkedUsers: linked})
	}
	return &body[OAuthOverview]{out}, nil
}

// OAuthPut is a change of one provider.
type OAuthPut struct {
	ProviderPath
	Body OAuthInput
}

func (a *API) getOAuthSettings(ctx context.Context, in *ProviderPath) (*body[OAuthSettings], error) {
	p, err := a.auth.Providers.Get(ctx, in.Provider)
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
	recent, err := a.db.SignIns(ctx, db.SignInFilter{Provider: p.ID, Most: 50})
	if err != nil {
		return nil, err
	}
	test, err := a.auth.SignIns.TestResult(ctx, p)
	if err != nil {
		return nil, err
	}
	homes, err := a.db.Households(ctx)
	if err != nil {
		return nil, err
	}
	out := &body[OAuthSettings]{a.oauthSettingsOf(p)}
	seen, err := a.auth.Providers.Seen(ctx, p)
	if err != nil {
		return nil, err
	}
	out.Body.GroupsSeen, out.Body.OffersRefresh = seen.Groups, a.auth.OffersRefresh(p, seen)
	moved, err := a.auth.Carrier.Orphans(ctx, p)
	if err != nil {
		return nil, err
	}
	if moved != nil {
		out.Body.Moved = &MovedLinks{Issuer: moved.Issuer, People: moved.People, Hindrance: string(moved.Hindrance)}
	}
	out.Body.RequestOrigin, out.Body.OriginMatches = a.originOf(ctx)
	out.Body.LinkedUsers, out.Body.LastSignInAt = linked, timeOrNil(last)
	for _, h := range homes {
		out.Body.Households = append(out.Body.Households, HouseholdRef{h.ID, h.Name})
	}
	if len(homes) > 0 {
		out.Body.SignUpHouseholdID = cmp.Or(out.Body.SignUpHouseholdID, homes[0].ID)
	}
	if info := requestOf(ctx); info.proxied {
		out.Body.UntrustedProxy = info.peer
	}
	if test != nil {
		out.Body.LastTestAt = timeOrNil(test.At)
		if test.Used != nil {
			out.Body.LastGroups = test.Used.Groups
			out.Body.UnverifiedSeen = test.Used.Email != "" && !test.Used.EmailVerified
		}
	}
	for i, r := range recent {
		out.Body.UnverifiedSeen = out.Body.UnverifiedSeen || signin.ArrivedUnverified(r)
		if i >= 5 {
			continue
		}
		out.Body.RecentSignIns = append(out.Body.RecentSignIns, RecentSignIn{At: r.At, Purpose: r.Purpose, Outcome: r.Outcome, Name: r.Name, Email: r.Email, Code: r.Code, Detail: r.Detail, Ref: r.Reference})
	}
	return out, nil
}

func (a *API) oauthSettingsOf(p provider.Provider) OAuthSettings {
	s := OAuthSettings{
		Provider: p.ID, Name: p.Name(), Enabled: p.Enabled, Configured: p.Configured(), Missing: []OAuthMissing{},
		BaseURL: a.envValue(p.ID, provider.FieldBaseURL, p.BaseURL), Slug: a.envValue(p.ID, provider.FieldSlug, p.Slug),
		IssuerURL: a.envValue(p.ID, provider.FieldIssuerURL, p.IssuerURL), ClientID: a.envValue(p.ID, provider.FieldClientID, p.ClientID),
		ClientSecretSet: p.ClientSecret != "", ClientSecretEnvVar: a.envValue(p.ID, provider.FieldClientSecret, "").EnvVar, ClientSecretUpdatedAt: timeOrNil(p.SecretUpdatedAt),
		Label: p.Label, AutoLink: p.AutoLink, TrustEmail: p.TrustEmail, SignUp: p.SignUp, SignUpHouseholdID: p.SignUpHouseholdID, SignUpRole: p.SignUpRole,
		Households: []HouseholdRef{}, Issuer: p.Issuer(), RedirectURI: a.auth.Address.Callback(p.ID), LaunchURL: a.auth.Address.URL(), PublicURL: a.publicURL(),
		AllowedGroups: append([]string{}, p.AllowedGroups...), AdminGroup: p.AdminGroup, GroupClaim: cmp.Or(p.GroupClaim, "groups"), Rules: []OAuthRule{},
		MaxSessionHours:   p.MaxSessionHours,
		SignOutAtProvider: p.SignOutAtProvider, BackchannelURL: a.auth.Address.BackchannelLogout(p.ID), SignedOutURL: a.auth.Address.SignedOut(p.ID),
		Scopes: p.ScopesInForce(), DefaultScopes: provider.DefaultScopes(), AuthMethod: p.AuthMethod, CA: p.CA,
		RecentSignIns: []RecentSignIn{},
	}
	for _, r := range p.Rules {
		s.Rules = append(s.Rules, OAuthRule(r))
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
	if err := a.auth.Providers.Save(ctx, in.Provider, in.Body.input()); err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "OAuth settings saved", "provider", in.Provider)
	return a.getOAuthSettings(ctx, &in.ProviderPath)
}

func (a *API) deleteOAuthSettings(ctx context.Context, in *ProviderPath) (*Empty, error) {
	if err := a.auth.Providers.Forget(ctx, in.Provider); err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "OAuth settings deleted", "provider", in.Provider)
	return &Empty{}, nil
}
