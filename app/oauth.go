package app

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/rp"
	"pantrie/auth/signin"
	"pantrie/db"
)

func (a *API) oauthRoutes() {
	add(a, route{method: http.MethodGet, path: "/auth/oauth/providers", id: "listProviders", tag: "OAuth", summary: "The providers people can sign in with: configured and switched on"}, a.listProviders)
	addOther(a, route{method: http.MethodGet, path: "/auth/oauth/{provider}/login", id: "startOAuth", tag: "OAuth", summary: "Go to the provider. For the browser's address bar, not for fetch", status: http.StatusSeeOther, fails: []fault.Code{fault.OAuthUnknownProvider, fault.OAuthNotConfigured}, shown: shown{sample: "Location: https://auth.example.org/application/o/authorize/?client_id=pantrie&…"}}, a.startOAuth)
	addOther(a, route{method: http.MethodGet, path: "/auth/oauth/{provider}/callback", id: "finishOAuth", tag: "OAuth", summary: "The redirect URI: back from the provider", status: http.StatusSeeOther, fails: []fault.Code{fault.OAuthUnknownProvider}, shown: shown{cookie: true, sample: "Location: /"}}, a.finishOAuth)
	addOther(a, route{method: http.MethodGet, path: "/auth/oauth/{provider}/signed-out", id: "signedOutOAuth", tag: "OAuth", summary: "The post-logout redirect URI: back from the provider after signing out there", status: http.StatusSeeOther, shown: shown{cookie: true, sample: "Location: /login?signedOut=authentik"}}, a.signedOutOAuth)
	register(a, a.operation(route{method: http.MethodPost, path: "/auth/oauth/{provider}/backchannel-logout", id: "backchannelLogout", tag: "OAuth", summary: "The provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0)", fails: []fault.Code{fault.BadRequest, fault.OAuthUnknownProvider, fault.TooManyRequests, fault.Unavailable}, shown: shown{sample: "logout_token=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS5vcmcvIn0.c2ln", tells: []string{"-error, -error_description"},
		fields: []docsField{{"logout_token", "string, always", "The logout token of section 2.4, in a form"}}}}), a.backchannelLogout)
}

// ProviderButton is a provider on the sign-in page.
type ProviderButton struct {
	ID       string `json:"id" enum:"authentik,google,oidc"`
	Name     string `json:"name" example:"Authentik"`
	Label    string `json:"label" doc:"Text of the button" example:"Sign in with Authentik"`
	LoginURL string `json:"loginUrl" doc:"Where the button leads, with the sub-path of the public URL" example:"/api/v1/auth/oauth/authentik/login"`
}

func (a *API) listProviders(ctx context.Context, _ *Empty) (*body[[]ProviderButton], error) {
	all, err := a.auth.Providers.All(ctx)
	if err != nil {
		return nil, err
	}
	out := &body[[]ProviderButton]{[]ProviderButton{}}
	for _, p := range all {
		if p.Usable() {
			out.Body = append(out.Body, ProviderButton{ID: p.ID, Name: p.Name(), Label: p.ButtonLabel(), LoginURL: a.auth.Address.BasePath() + prefix + "/auth/oauth/" + p.ID + "/login"})
		}
	}
	return out, nil
}

// StartOAuthInput asks for the way to the provider.
type StartOAuthInput struct {
	Provider string `path:"provider" example:"authentik"`
	ReturnTo string `query:"returnTo" doc:"The page wanted after signing in; anything but a path inside Pantrie becomes /" example:"/stock"`
	Reauth   bool   `query:"reauth" doc:"Have the provider ask for the password again"`
	Accept   string `header:"Accept"`
}

// Redirect sends the browser elsewhere.
type Redirect struct {
	Location string `header:"Location"`
}

func (a *API) startOAuth(ctx context.Context, in *StartOAuthInput) (*Redirect, error) {
	to, err := a.auth.SignIns.Start(ctx, signin.Start{Provider: in.Provider, ReturnTo: in.ReturnTo, Reauth: in.Reauth})
	if err == nil {
		return &Redirect{to}, nil
	}
	var e *signin.Error
	if errors.As(err, &e) && e.Message != "" && !strings.Contains(in.Accept, "text/html") {
		return nil, startProblem(e)
	}
	return a.signInPage(err)
}

// startProblem is the answer to programs, and to pages that ask by fetch.
func startProblem(e *signin.Error) error {
	switch {
	case e.Reason == reason.TooMany:
		return &fault.Error{Code: fault.TooManyRequests, Message: "Too many attempts. Wait a little before the next one.", RetryAfter: time.Second}
	case e.Message != "":
		return &fault.Error{Code: fault.OAuthNotConfigured, Message: e.Message, Fields: missingFields(e.Missing)}
	}
	return &fault.Error{Code: fault.Unavailable, Message: "The provider cannot be used right now. The sign-in log has the reason under " + e.Reference + ".", Err: e}
}

// location answers a page that asks by fetch where to go next.
func (a *API) location(to string, err error) (*body[Location], error) {
	var e *signin.Error
	if errors.As(err, &e) {
		return nil, startProblem(e)
	}
	return &body[Location]{Location{to}}, err
}

// Location is an address for the browser to go to.
type Location struct {
	Location string `json:"location" doc:"An address at the provider" example:"https://auth.example.org/application/o/authorize/?client_id=pantrie"`
}

func missingFields(missing []provider.MissingField) []fault.Field {
	fields := make([]fault.Field, len(missing))
	for i, m := range missing {
		fields[i] = fault.Field{Name: m.Field, Code: fault.Required, Message: m.Label + " is " + m.Reason + ". Set it in OAuth Settings" + orBy(m.Variable) + "."}
	}
	return fields
}

func orBy(variable string) string {
	if variable == "" {
		return ""
	}
	return ", or by " + variable
}

// FinishOAuthInput is the provider's answer (RFC 6749, section 4.1.2; RFC 9207).
type FinishOAuthInput struct {
	Provider         string `path:"provider" example:"authentik"`
	Code             string `query:"code" example:"x1Yf"`
	State            string `query:"state" example:"b3Jh"`
	Iss              string `query:"iss"`
	Error            string `query:"error"`
	ErrorDescription string `query:"error_description"`
}

func (a *API) finishOAuth(ctx context.Context, in *FinishOAuthInput) (*Redirect, error) {
	next, err := a.auth.SignIns.Finish(ctx, in.Provider, signin.Answer{Code: in.Code, State: in.State, Issuer: in.Iss, Error: in.Error, ErrorDescription: in.ErrorDescription})
	if err != nil {
		return a.signInPage(err)
	}
	if !strings.HasPrefix(next, "/") {
		return &Redirect{next}, nil // to the provider once more
	}
	return &Redirect{a.auth.Address.BasePath() + next}, nil
}

// signInPage leads to the page that explains what did not work, with the reason and the
// reference: the sign-in page, or the one where a link or a test was begun. A browser never sees
// JSON on this way.
func (a *API) signInPage(err error) (*Redirect, error) {
	var e *signin.Error
	if !errors.As(err, &e) {
		return nil, err
	}
	query := url.Values{"error": {string(e.Reason)}}
	page := "/login"
	if e.Reason != reason.SignedOutMeanwhile {
		switch e.Purpose {
		case db.PurposeLink:
			page = "/settings/account"
		case db.PurposeTest:
			page = "/settings/administration/oauth"
			query.Set("tested", "1")
		}
	}
	if e.Provider != "" {
		query.Set("provider", e.Provider)
	}
	if e.Reference != "" {
		query.Set("ref", e.Reference)
	}
	if len(e.Missing) > 0 {
		names := make([]string, len(e.Missing))
		for i, m := range e.Missing {
			names[i] = m.Field
		}
		query.Set("missing", strings.Join(names, ","))
	}
	if page == "/login" && e.Invited {
		page = "/invite" // still open in this tab, with the other ways in
	}
	if page == "/login" && e.ReturnTo != "" && e.ReturnTo != "/" {
		query.Set("returnTo", e.ReturnTo)
	}
	return &Redirect{a.auth.Address.BasePath() + page + "?" + query.Encode()}, nil
}

// SignedOutInput is what a provider sends back after signing out there (RP-Initiated Logout 1.0, section 2).
type SignedOutInput struct {
	ProviderPath
	State string `query:"state" example:"b3Jh"`
}

func (a *API) signedOutOAuth(ctx context.Context, in *SignedOutInput) (*Redirect, error) {
	value := "1"
	if a.auth.SignIns.SignedOut(ctx, in.Provider, in.State) {
		value = in.Provider
	}
	return &Redirect{a.auth.Address.BasePath() + "/login?" + url.Values{"signedOut": {value}}.Encode()}, nil
}

// BackchannelInput is a logout token in a form (OpenID Connect Back-Channel Logout 1.0, section 2.5).
type BackchannelInput struct {
	ProviderPath
	RawBody []byte `contentType:"application/x-www-form-urlencoded"`
}

// Backchannel is the answer to a logout token (section 2.8): 200, or 400 with an error.
type Backchannel struct {
	Status       int
	CacheControl string `header:"Cache-Control"`
	Body         BackchannelAnswer
}

// BackchannelAnswer has an error when the token was refused.
type BackchannelAnswer struct {
	Error            string `json:"error,omitempty" example:"invalid_request"`
	ErrorDescription string `json:"error_description,omitempty"`
}

func (a *API) backchannelLogout(ctx context.Context, in *BackchannelInput) (*Backchannel, error) {
	form, err := url.ParseQuery(string(in.RawBody))
	if err != nil {
		form = url.Values{}
	}
	out := &Backchannel{Status: http.StatusOK, CacheControl: "no-store"}
	err = a.auth.SignIns.BackchannelLogout(ctx, in.Provider, form.Get("logout_token"))
	if errors.Is(err, rp.ErrLogoutToken) {
		out.Status = http.StatusBadRequest
		out.Body = BackchannelAnswer{Error: "invalid_request", ErrorDescription: "The logout token was refused. Pantrie's sign-in log says why."}
		return out, nil
	}
	var e *signin.Error
	if errors.As(err, &e) {
		return nil, startProblem(e)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}
