package app

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"pantrie/auth"
	"pantrie/auth/authentik"
	"pantrie/auth/fault"
	"pantrie/auth/provision"
)

func (a *API) authentikRoutes() {
	const wizard = "setupToken=V4tJ8mQz0sYw2Kc6, publicUrl=https://pantry.example.org, "
	fails := []fault.Code{fault.EnvLocked, fault.ValidationFailed}
	setup := []fault.Code{fault.SetupTokenInvalid, fault.SetupDone, fault.TooManyRequests, fault.EnvLocked, fault.ValidationFailed}
	take(a, route{method: http.MethodPost, path: "/admin/authentik/plan", id: "planAuthentik", tag: "Administration", summary: "What setting Authentik up through its API would do; nothing is changed", access: siteAdmin, fails: fails, shown: shown{tells: []string{"plan, -plan.found"}}}, a.planAuthentik(asAdministrator))
	addProvision(a, route{method: http.MethodPost, path: "/admin/authentik/apply", id: "applyAuthentik", tag: "Administration", summary: "Create provider and application in Authentik and save the settings", access: siteAdmin, fails: append(fails, fault.TestRunning), shown: shown{tells: []string{"step", "result"}}}, asAdministrator)
	take(a, route{method: http.MethodPost, path: "/admin/authentik/blueprint", id: "authentikBlueprint", tag: "Administration", summary: "The same as a blueprint to import in Authentik", access: siteAdmin, fails: fails}, a.authentikBlueprint(asAdministrator))
	take(a, route{method: http.MethodPost, path: "/setup/authentik/plan", id: "planSetupAuthentik", tag: "Setup", summary: "What setting Authentik up through its API would do; nothing is changed", fails: setup, shown: shown{asks: []string{wizard + "baseUrl, apiToken, slug"}, tells: []string{"plan, -plan.found"}}}, a.planAuthentik(inWizard))
	addProvision(a, route{method: http.MethodPost, path: "/setup/authentik/apply", id: "applySetupAuthentik", tag: "Setup", summary: "Create provider and application in Authentik; the answer has what the wizard saves", fails: append(setup, fault.TestRunning), shown: shown{asks: []string{wizard + "baseUrl, apiToken, slug"}, tells: []string{"step", "result, result.clientSecret=Yk3f0vQm7TzC2sWb"}}}, inWizard)
	take(a, route{method: http.MethodPost, path: "/setup/authentik/blueprint", id: "setupAuthentikBlueprint", tag: "Setup", summary: "The same as a blueprint to import in Authentik", fails: setup, shown: shown{asks: []string{wizard + "slug"}}}, a.authentikBlueprint(inWizard))
}

// addProvision registers a set-up and describes its answer: a line of JSON for each step, then one
// with the result or the problem.
func addProvision(a *API, r route, who asker) {
	takeOther(a, r, a.applyAuthentik(who))
	spec := a.huma.OpenAPI()
	spec.Paths[prefix+r.path].Post.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{
		"application/x-ndjson": {Schema: spec.Components.Schemas.Schema(reflect.TypeFor[ProvisionLine](), true, "")},
	}}
}

// AuthentikInput is how Authentik is to be set up. SetupToken and PublicURL belong to the wizard.
type AuthentikInput struct {
	SetupToken string             `json:"setupToken,omitempty" doc:"Only before the setup is done"`
	PublicURL  string             `json:"publicUrl,omitempty" doc:"Only before the setup is done"`
	BaseURL    string             `json:"baseUrl,omitempty" doc:"Left out when the environment sets it" example:"https://auth.example.org"`
	APIToken   string             `json:"apiToken" doc:"Of Authentik. Used for this request, kept nowhere" example:"ak-Yk3f0vQm7TzC2sWbXe9LrN5a"`
	Slug       string             `json:"slug,omitempty" doc:"pantrie when left out" example:"pantrie"`
	Consent    provision.Consent  `json:"consent,omitempty" enum:"implicit,explicit" doc:"implicit when left out"`
	Group      string             `json:"group,omitempty" doc:"The one Authentik group that may use the application; everybody when left out"`
	Existing   provision.Existing `json:"existing,omitempty" enum:",use,read" doc:"What is done with an application that is there: nothing, use it and add the redirect URI, or only read it"`
	CA         *string            `json:"ca,omitempty" doc:"PEM of further certificate authorities; those that are stored when left out"`
}

// BlueprintInput is what a blueprint is made for. SetupToken and PublicURL belong to the wizard.
type BlueprintInput struct {
	SetupToken    string            `json:"setupToken,omitempty" doc:"Only before the setup is done"`
	PublicURL     string            `json:"publicUrl,omitempty" doc:"Only before the setup is done"`
	Slug          string            `json:"slug,omitempty" maxLength:"50" doc:"pantrie when left out" example:"pantrie"`
	Consent       provision.Consent `json:"consent,omitempty" enum:"implicit,explicit" doc:"implicit when left out"`
	Group         string            `json:"group,omitempty" maxLength:"200"`
	EmailVerified bool              `json:"emailVerified,omitempty" doc:"With a scope mapping that takes email_verified from an attribute of each person"`
	Old           bool              `json:"old,omitempty" doc:"For an Authentik older than 2024.12"`
	Recent        bool              `json:"recent,omitempty" doc:"For an Authentik of 2026.5 or newer, which leads people back to Pantrie after signing out there"`
}

// Blueprint is a text for Authentik's Customization → Blueprints.
type Blueprint struct {
	FileName string `json:"fileName" example:"pantrie-authentik.yaml"`
	Text     string `json:"text" example:"version: 1\nmetadata:\n  name: Pantrie\nentries: []\n"`
}

// ProvisionAnswer holds the plan, or why there is none.
type ProvisionAnswer struct {
	Plan    *ProvisionPlan    `json:"plan,omitempty"`
	Problem *ProvisionProblem `json:"problem,omitempty"`
}

// ProvisionPlan is what would be done in Authentik.
type ProvisionPlan struct {
	Version  string             `json:"version" doc:"Of Authentik; empty when the token may not ask" example:"2025.10.1"`
	Slug     string             `json:"slug" example:"pantrie"`
	Items    []ProvisionItem    `json:"items"`
	Found    *ProvisionFound    `json:"found,omitempty" doc:"What is there already"`
	Groups   []string           `json:"groups" doc:"Groups in Authentik, as far as the token may list them" example:"[\"family\"]"`
	Warnings []ProvisionWarning `json:"warnings" example:"[]"`
}

// ProvisionItem is one part of a plan.
type ProvisionItem struct {
	Kind   provision.ItemKind `json:"kind" enum:"provider,application,redirect_uri,launch_url,scopes,flow,invalidation_flow,signing_key,logout,signed_out,group"`
	Action provision.Action   `json:"action" enum:"create,use,add,keep,omit"`
	Name   string             `json:"name" example:"Pantrie"`
	Detail string             `json:"detail" example:"Authorization Code, confidential"`
}

// ProvisionFound is an application or a provider that is there already.
type ProvisionFound struct {
	Application     string `json:"application" example:"Pantrie"`
	ApplicationSlug string `json:"applicationSlug" example:"pantrie"`
	Provider        string `json:"provider" example:"Pantrie"`
	ClientID        string `json:"clientId" example:"pantrie"`
	Usable          bool   `json:"usable" example:"true"`
	Reason          string `json:"reason" doc:"Why it cannot be used" example:""`
	HasRedirectURI  bool   `json:"hasRedirectUri" example:"true"`
	AdminURL        string `json:"adminUrl" doc:"Where Authentik shows it" example:"https://auth.example.org/if/admin/#/core/applications/pantrie"`
}

// ProvisionWarning is what somebody should know and what keeps nothing from working.
type ProvisionWarning struct {
	Code provision.WarningCode `json:"code" example:"no_groups"`
	Text string                `json:"text" example:"The token may not list groups."`
}

// ProvisionProblem is why Authentik could not be set up.
type ProvisionProblem struct {
	Code       ProvisionCode    `json:"code"`
	Message    string           `json:"message" doc:"What happened" example:"Authentik does not answer."`
	Fix        string           `json:"fix" doc:"What to do next" example:"Is the address right, and can this machine reach it?"`
	Field      string           `json:"field" doc:"The field that it is about; may be empty" example:"apiToken"`
	Fields     []ProvisionField `json:"fields" doc:"What Authentik says about single values"`
	Step       string           `json:"step" doc:"Where it happened; empty with a plan" example:""`
	Permission string           `json:"permission" doc:"What the token lacks, as Authentik calls it" example:""`
	Left       []ProvisionLeft  `json:"left" doc:"What this run created and could not remove"`
}

// ProvisionCode says what went wrong, from a closed list.
type ProvisionCode provision.Code

// Schema puts the closed list into the specification.
func (ProvisionCode) Schema(huma.Registry) *huma.Schema { return enumOf(provision.Codes()) }

// ProvisionField is what Authentik says about a value.
type ProvisionField struct {
	Name    string `json:"name" doc:"Authentik's name of the field" example:"slug"`
	Message string `json:"message" example:"Application with this slug already exists."`
}

// ProvisionLeft is something that is left in Authentik.
type ProvisionLeft struct {
	Kind provision.ItemKind `json:"kind" example:"provider"`
	Name string             `json:"name" example:"Pantrie"`
	URL  string             `json:"url" doc:"Where Authentik shows it" example:"https://auth.example.org/if/admin/#/core/providers/7"`
}

// ProvisionLine is one line of the answer to a set-up; the last one has the result or the problem.
type ProvisionLine struct {
	Step    *ProvisionStep    `json:"step,omitempty"`
	Result  *ProvisionResult  `json:"result,omitempty"`
	Problem *ProvisionProblem `json:"problem,omitempty"`
}

// ProvisionStep is how far a step is.
type ProvisionStep struct {
	ID     ProvisionStepID  `json:"id"`
	Status provision.Status `json:"status" enum:"running,done,skipped,failed,removed,left" example:"done"`
	Text   string           `json:"text" example:"Connected with Authentik 2025.10.1"`
}

// ProvisionStepID names a step, from a closed list.
type ProvisionStepID provision.StepID

// Schema puts the closed list into the specification.
func (ProvisionStepID) Schema(huma.Registry) *huma.Schema { return enumOf(provision.StepIDs()) }

// ProvisionResult is what signing in needs to know.
type ProvisionResult struct {
	BaseURL      string             `json:"baseUrl" doc:"Empty when the environment sets it" example:"https://auth.example.org"`
	Slug         string             `json:"slug" example:"pantrie"`
	ClientID     string             `json:"clientId" example:"pantrie"`
	ClientSecret string             `json:"clientSecret" doc:"Only for the wizard; else it is stored and never shown" example:""`
	Created      []string           `json:"created" doc:"In words" example:"[\"Provider Pantrie\",\"Application Pantrie\"]"`
	Version      string             `json:"version" example:"2025.10.1"`
	Warnings     []ProvisionWarning `json:"warnings" example:"[]"`
}

// asker tells the administrator's operations from the wizard's, where nobody is one yet.
type asker int

const (
	asAdministrator asker = iota
	inWizard
)

// authentikWish reads an input; in the wizard the setup token must be right.
func (a *API) authentikWish(ctx context.Context, who asker, in AuthentikInput) (auth.AuthentikWish, error) {
	w := auth.AuthentikWish{BaseURL: in.BaseURL, Token: in.APIToken, Slug: in.Slug, Consent: in.Consent, Group: in.Group, Existing: in.Existing, CA: in.CA}
	if who == asAdministrator {
		return w, nil
	}
	w.PublicURL = in.PublicURL
	return w, a.auth.Setup.CheckToken(ctx, in.SetupToken)
}

func (a *API) planAuthentik(who asker) func(context.Context, *body[AuthentikInput]) (*body[ProvisionAnswer], error) {
	return func(ctx context.Context, in *body[AuthentikInput]) (*body[ProvisionAnswer], error) {
		w, err := a.authentikWish(ctx, who, in.Body)
		if err != nil {
			return nil, err
		}
		plan, err := a.auth.PlanAuthentik(ctx, w)
		if p := provision.AsProblem(err); p != nil {
			return &body[ProvisionAnswer]{ProvisionAnswer{Problem: provisionProblemOf(p)}}, nil
		}
		if err != nil {
			return nil, err
		}
		out := ProvisionPlan{Version: plan.Version, Slug: plan.Slug, Items: []ProvisionItem{}, Groups: append([]string{}, plan.Groups...), Warnings: warningsOf(plan.Warnings)}
		for _, item := range plan.Items {
			out.Items = append(out.Items, ProvisionItem(item))
		}
		if f := plan.Found; f != nil {
			found := ProvisionFound(*f)
			out.Found = &found
		}
		return &body[ProvisionAnswer]{ProvisionAnswer{Plan: &out}}, nil
	}
}

func (a *API) applyAuthentik(who asker) func(context.Context, *body[AuthentikInput]) (*huma.StreamResponse, error) {
	return func(ctx context.Context, in *body[AuthentikInput]) (*huma.StreamResponse, error) {
		w, err := a.authentikWish(ctx, who, in.Body)
		if err != nil {
			return nil, err
		}
		save := who == asAdministrator
		run, err := a.auth.BeginProvision(ctx, w, save)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			ctx.SetHeader("Content-Type", "application/x-ndjson")
			out, flush := json.NewEncoder(ctx.BodyWriter()), http.NewResponseController(humagin.Unwrap(ctx).Writer)
			line := func(l ProvisionLine) {
				_ = out.Encode(l) // the client is gone if this fails
				_ = flush.Flush()
			}
			r, err := run(ctx.Context(), func(s provision.Step) {
				line(ProvisionLine{Step: &ProvisionStep{ProvisionStepID(s.ID), s.Status, s.Text}})
			})
			if p := provision.AsProblem(err); p != nil {
				line(ProvisionLine{Problem: provisionProblemOf(p)})
				return
			}
			if err != nil { // never, see provision.Apply
				a.log.ErrorContext(ctx.Context(), "set Authentik up", "error", err)
				return
			}
			result := ProvisionResult{Slug: r.Slug, ClientID: r.ClientID, Created: append([]string{}, r.Created...), Version: r.Version, Warnings: warningsOf(r.Warnings)}
			result.BaseURL, _, _ = authentik.ParseAddress(w.BaseURL) // it was parsed before
			if !save {
				result.ClientSecret = r.ClientSecret
			}
			line(ProvisionLine{Result: &result})
		}}, nil
	}
}

func provisionProblemOf(p *provision.Problem) *ProvisionProblem {
	out := &ProvisionProblem{Code: ProvisionCode(p.Code), Message: p.Message, Fix: p.Fix, Field: p.Field, Fields: []ProvisionField{}, Step: string(p.Step), Permission: p.Permission, Left: []ProvisionLeft{}}
	for _, f := range p.Fields {
		out.Fields = append(out.Fields, ProvisionField(f))
	}
	for _, l := range p.Left {
		out.Left = append(out.Left, ProvisionLeft(l))
	}
	return out
}

func warningsOf(list []provision.Warning) []ProvisionWarning {
	out := []ProvisionWarning{}
	for _, w := range list {
		out = append(out, ProvisionWarning(w))
	}
	return out
}

func (a *API) authentikBlueprint(who asker) func(context.Context, *body[BlueprintInput]) (*body[Blueprint], error) {
	return func(ctx context.Context, in *body[BlueprintInput]) (*body[Blueprint], error) {
		b := in.Body
		w, err := a.authentikWish(ctx, who, AuthentikInput{SetupToken: b.SetupToken, PublicURL: b.PublicURL, Slug: b.Slug, Consent: b.Consent, Group: b.Group})
		if err != nil {
			return nil, err
		}
		text, err := a.auth.AuthentikBlueprint(w, auth.BlueprintOptions{EmailVerified: b.EmailVerified, Old: b.Old, Recent: b.Recent})
		if err != nil {
			return nil, err
		}
		return &body[Blueprint]{Blueprint{FileName: "pantrie-authentik.yaml", Text: text}}, nil
	}
}
