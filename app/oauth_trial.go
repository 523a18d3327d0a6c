package app

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"pantrie/auth/connection"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/rp"
	"pantrie/auth/session"
	"pantrie/db"
)

func (a *API) oauthTestRoutes() {
	addTest(a, route{method: http.MethodPost, path: "/admin/oauth/{provider}/test", id: "testOAuth", tag: "Administration", summary: "Test the connection to a provider with values that need not be saved", access: siteAdmin, fails: []fault.Code{fault.OAuthUnknownProvider, fault.EnvLocked, fault.ValidationFailed, fault.TestRunning}, shown: shown{asks: []string{"baseUrl, slug, clientId, clientSecret"}}}, a.testOAuth)
	add(a, route{method: http.MethodPost, path: "/admin/oauth/{provider}/test-sign-in", id: "startTestSignIn", tag: "Administration", summary: "Begin a sign-in that signs nobody in", access: siteAdmin, fails: []fault.Code{fault.OAuthUnknownProvider, fault.OAuthNotConfigured, fault.TooManyRequests, fault.Unavailable}}, a.startTestSignIn)
	add(a, route{method: http.MethodGet, path: "/admin/oauth/{provider}/test-sign-in", id: "getTestSignIn", tag: "Administration", summary: "What the last test sign-in showed", access: siteAdmin, fails: []fault.Code{fault.OAuthUnknownProvider}}, a.getTestSignIn)
	add(a, route{
		method: http.MethodPost, path: "/admin/oauth/{provider}/carry-links", id: "carryLinks", tag: "Administration",
		summary: "Let the links of the former address be links of the one in force", access: siteAdmin,
		fails: []fault.Code{fault.OAuthUnknownProvider, fault.ReauthRequired, fault.Conflict, fault.NotFound},
	}, a.carryLinks)
}

func (a *API) carryLinks(ctx context.Context, in *ProviderPath) (*body[CarriedLinks], error) {
	people, err := a.auth.Carrier.CarryLinks(ctx, in.Provider)
	if err != nil {
		return nil, err
	}
	return &body[CarriedLinks]{CarriedLinks{people}}, nil
}

// addTest registers a test of a connection and describes its two answers: all checks as JSON,
// or a line of JSON for each as soon as it is known.
func addTest[I any](a *API, r route, handle func(context.Context, *I) (*huma.StreamResponse, error)) {
	takeOther(a, r, handle)
	spec := a.huma.OpenAPI()
	spec.Paths[prefix+r.path].Post.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{
		"application/json":     {Schema: spec.Components.Schemas.Schema(reflect.TypeFor[ConnectionReport](), true, "")},
		"application/x-ndjson": {Schema: spec.Components.Schemas.Schema(reflect.TypeFor[ConnectionCheck](), true, "")},
	}}
}

// ConnectionReport is every check of a test, in the order they were made.
type ConnectionReport struct {
	Checks []ConnectionCheck `json:"checks"`
}

// ConnectionCheck is one check of a connection.
type ConnectionCheck struct {
	ID     CheckID           `json:"id"`
	Status connection.Status `json:"status" enum:"ok,warning,failed,skipped"`
	Code   CheckCode         `json:"code"`
	Seen   string            `json:"seen" doc:"What was seen" example:"192.168.1.5"`
	Fix    string            `json:"fix" doc:"What to change and where; empty when there is nothing to change"`
	Field  string            `json:"field" doc:"The provider's field to change, or Pantrie's; may be empty" example:""`
	Millis int64             `json:"millis" example:"4"`
}

// CheckID names a check, from a closed list.
type CheckID connection.ID

// Schema puts the closed list into the specification.
func (CheckID) Schema(huma.Registry) *huma.Schema { return enumOf(connection.IDs()) }

// CheckCode says what a check found, from a closed list.
type CheckCode connection.Code

// Schema puts the closed list into the specification.
func (CheckCode) Schema(huma.Registry) *huma.Schema { return enumOf(connection.Codes()) }

// OAuthTestInput is a change of settings to be tested without saving it.
type OAuthTestInput struct {
	ProviderPath
	Accept string `header:"Accept" doc:"application/x-ndjson for one check per line as soon as it is known"`
	Body   OAuthInput
}

func (a *API) testOAuth(ctx context.Context, in *OAuthTestInput) (*huma.StreamResponse, error) {
	p, err := a.auth.Providers.Unsaved(ctx, in.Provider, in.Body.input())
	if err != nil {
		return nil, err
	}
	return a.testConnection(in.Accept, p, a.auth.Address.Callback(p.ID))
}

// testConnection answers with the checks, one by one where the client asks for that. The test
// ends when the client goes away.
func (a *API) testConnection(accept string, p provider.Provider, redirect string) (*huma.StreamResponse, error) {
	run, err := a.auth.BeginTest(p, redirect)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		out := json.NewEncoder(ctx.BodyWriter())
		if !strings.Contains(accept, "application/x-ndjson") {
			report := ConnectionReport{Checks: []ConnectionCheck{}}
			run(ctx.Context(), func(c connection.Check) { report.Checks = append(report.Checks, checkOf(c)) })
			ctx.SetHeader("Content-Type", "application/json")
			_ = out.Encode(report) // the client is gone if this fails
			return
		}
		ctx.SetHeader("Content-Type", "application/x-ndjson")
		flush := http.NewResponseController(humagin.Unwrap(ctx).Writer)
		run(ctx.Context(), func(c connection.Check) {
			_ = out.Encode(checkOf(c))
			_ = flush.Flush()
		})
	}}, nil
}

func checkOf(c connection.Check) ConnectionCheck {
	return ConnectionCheck{ID: CheckID(c.ID), Status: c.Status, Code: CheckCode(c.Code), Seen: c.Seen, Fix: c.Fix, Field: c.Field, Millis: c.Millis}
}

// TestSignIn holds the last test, if there was one.
type TestSignIn struct {
	Result *TestResult `json:"result,omitempty" doc:"Left out before the first test"`
}

// TestResult is what a test sign-in showed and what signing in would have done.
type TestResult struct {
	At         int64           `json:"at"`
	ByMe       bool            `json:"byMe" example:"true"`
	Current    bool            `json:"current" doc:"Made with the settings that are in force now" example:"true"`
	OK         bool            `json:"ok" doc:"The whole way worked; the verdict may still be to refuse" example:"true"`
	Reason     string          `json:"reason" doc:"Why it did not" example:""`
	Detail     string          `json:"detail" example:""`
	Ref        string          `json:"ref" example:"K7F-2QX"`
	Steps      []SignInStep    `json:"steps"`
	IDToken    []Claim         `json:"idToken" nullable:"true" doc:"Null when it did not come that far"`
	Userinfo   []Claim         `json:"userinfo" nullable:"true"`
	Used       *UsedClaims     `json:"used,omitempty"`
	Verdict    *Verdict        `json:"verdict,omitempty"`
	SiteAdmin  *bool           `json:"siteAdmin" doc:"What it would become; null: as it is"`
	Households []TestHousehold `json:"households" doc:"What would change in households"`
	Warnings   []string        `json:"warnings" example:"[]"`
}

// Claim is one member of an ID token or of userinfo.
type Claim struct {
	Name  string `json:"name" example:"groups"`
	Value string `json:"value" doc:"As JSON text" example:"[\"family\"]"`
}

// UsedClaims is what Pantrie takes from the claims.
type UsedClaims struct {
	Subject       string   `json:"subject" example:"5f1c2a"`
	Email         string   `json:"email" example:"mara@example.org"`
	EmailVerified bool     `json:"emailVerified"`
	EmailFrom     string   `json:"emailFrom" enum:",userinfo,id_token" example:"userinfo"`
	Name          string   `json:"name" example:"Mara"`
	Groups        []string `json:"groups" nullable:"true" doc:"Null: the provider sends none" example:"[\"family\"]"`
}

// Verdict is what signing in would do.
type Verdict struct {
	Action        string  `json:"action" enum:"sign_in,link,ask_password,create,refuse"`
	Reason        string  `json:"reason" doc:"With refuse" example:""`
	Branch        string  `json:"branch" doc:"Why, in words" example:"The address belongs to an account here, and the provider says that it is verified."`
	AccountName   string  `json:"accountName" example:"Mara"`
	AccountEmail  string  `json:"accountEmail" example:"mara@example.org"`
	HouseholdName string  `json:"householdName" doc:"With create: where the new person goes" example:""`
	Role          db.Role `json:"role" enum:",admin,editor,viewer" example:""`
}

// TestHousehold is a change in a household.
type TestHousehold struct {
	Name string  `json:"name" example:"Brandt"`
	Role db.Role `json:"role" enum:",admin,editor,viewer" doc:"Empty: would leave"`
}

func (a *API) startTestSignIn(ctx context.Context, in *ProviderPath) (*body[Location], error) {
	return a.location(a.auth.SignIns.StartTest(ctx, in.Provider))
}

func (a *API) getTestSignIn(ctx context.Context, in *ProviderPath) (*body[TestSignIn], error) {
	p, err := a.auth.Providers.Get(ctx, in.Provider)
	if err != nil {
		return nil, err
	}
	r, err := a.auth.SignIns.TestResult(ctx, p)
	if err != nil || r == nil {
		return &body[TestSignIn]{}, err
	}
	person, _ := session.PersonFrom(ctx)
	out := TestResult{
		At: r.At, ByMe: r.UserID == person.User.ID, Current: r.Current, OK: r.OK, Reason: string(r.Reason), Detail: r.Detail, Ref: r.Reference,
		Steps: stepsOf(r.Steps), IDToken: claimsOf(r.IDToken), Userinfo: claimsOf(r.Userinfo), SiteAdmin: r.Roles.SiteAdmin,
		Households: []TestHousehold{}, Warnings: append([]string{}, r.Roles.Warnings...),
	}
	if r.Used != nil {
		used := UsedClaims(*r.Used)
		out.Used = &used
	}
	set := r.Roles.Set
	if v := r.Verdict; v != nil && v.Action == "create" && len(set) > 0 {
		set = set[1:] // it is in the verdict
	}
	for _, m := range set {
		out.Households = append(out.Households, TestHousehold{m.HouseholdName, m.Role})
	}
	for _, m := range r.Roles.Leave {
		out.Households = append(out.Households, TestHousehold{m.HouseholdName, ""})
	}
	if v := r.Verdict; v != nil {
		out.Verdict = &Verdict{Action: v.Action, Reason: string(v.Reason), Branch: v.Branch, AccountName: v.AccountName, AccountEmail: v.AccountEmail}
		if v.Action == "create" && len(r.Roles.Set) > 0 {
			out.Verdict.HouseholdName, out.Verdict.Role = r.Roles.Set[0].HouseholdName, r.Roles.Set[0].Role
		}
	}
	return &body[TestSignIn]{TestSignIn{&out}}, nil
}

func claimsOf(list []rp.Claim) []Claim {
	if list == nil {
		return nil
	}
	out := []Claim{}
	for _, c := range list {
		out = append(out, Claim(c))
	}
	return out
}
