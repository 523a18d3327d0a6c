package app

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"pantrie/auth"
	"pantrie/auth/fault"
)

func (a *API) oauthRoutes() {
	add(a, route{method: http.MethodGet, path: "/auth/oauth/providers", id: "listProviders", tag: "OAuth", summary: "The providers people can sign in with: configured and switched on"}, a.listProviders)
	add(a, route{method: http.MethodGet, path: "/auth/oauth/{provider}/login", id: "startOAuth", tag: "OAuth", summary: "Go to the provider. For the browser's address bar, not for fetch", status: http.StatusSeeOther, fails: []fault.Code{fault.OAuthUnknownProvider, fault.OAuthNotConfigured}}, a.startOAuth)
	add(a, route{method: http.MethodGet, path: "/auth/oauth/{provider}/callback", id: "finishOAuth", tag: "OAuth", summary: "The redirect URI: back from the provider", status: http.StatusSeeOther, fails: []fault.Code{fault.OAuthUnknownProvider}}, a.finishOAuth)
}

// ProviderButton is a provider on the sign-in page.
type ProviderButton struct {
	ID       string `json:"id" enum:"authentik"`
	Name     string `json:"name" example:"Authentik"`
	Label    string `json:"label" doc:"Text of the button" example:"Sign in with Authentik"`
	LoginURL string `json:"loginUrl" doc:"Where the button leads, with the sub-path of the public URL"`
}

func (a *API) listProviders(ctx context.Context, _ *Empty) (*body[[]ProviderButton], error) {
	p, err := a.auth.Provider(ctx, auth.ProviderAuthentik)
	if err != nil {
		return nil, err
	}
	out := &body[[]ProviderButton]{[]ProviderButton{}}
	if p.Enabled && p.Configured() {
		out.Body = append(out.Body, ProviderButton{ID: p.ID, Name: p.Name(), Label: p.ButtonLabel(), LoginURL: a.auth.BasePath() + prefix + "/auth/oauth/" + p.ID + "/login"})
	}
	return out, nil
}

// StartOAuthInput asks for the way to the provider.
type StartOAuthInput struct {
	Provider string `path:"provider" example:"authentik"`
	ReturnTo string `query:"returnTo" doc:"The page wanted after signing in; anything but a path inside Pantrie becomes /"`
	Accept   string `header:"Accept"`
}

// Redirect sends the browser elsewhere.
type Redirect struct {
	Location string `header:"Location"`
}

func (a *API) startOAuth(ctx context.Context, in *StartOAuthInput) (*Redirect, error) {
	to, err := a.auth.StartSignIn(ctx, in.Provider, in.ReturnTo)
	if err == nil {
		return &Redirect{to}, nil
	}
	var e *auth.SignInError
	if errors.As(err, &e) && e.Message != "" && !strings.Contains(in.Accept, "text/html") {
		return nil, &fault.Error{Code: fault.OAuthNotConfigured, Message: e.Message, Fields: missingFields(e.Missing)}
	}
	return a.signInPage(err)
}

func missingFields(missing []auth.MissingField) []fault.Field {
	fields := make([]fault.Field, len(missing))
	for i, m := range missing {
		fields[i] = fault.Field{Name: m.Field, Code: fault.Required, Message: m.Label + " is " + m.Reason + ". Set it in OAuth Settings, or by " + m.Variable + "."}
	}
	return fields
}

// FinishOAuthInput is the provider's answer (RFC 6749, section 4.1.2; RFC 9207).
type FinishOAuthInput struct {
	Provider         string `path:"provider" example:"authentik"`
	Code             string `query:"code"`
	State            string `query:"state"`
	Iss              string `query:"iss"`
	Error            string `query:"error"`
	ErrorDescription string `query:"error_description"`
}

func (a *API) finishOAuth(ctx context.Context, in *FinishOAuthInput) (*Redirect, error) {
	returnTo, err := a.auth.FinishSignIn(ctx, in.Provider, auth.Answer{Code: in.Code, State: in.State, Issuer: in.Iss, Error: in.Error, ErrorDescription: in.ErrorDescription})
	if err != nil {
		return a.signInPage(err)
	}
	return &Redirect{a.auth.BasePath() + returnTo}, nil
}

// signInPage leads back to the sign-in page with the reason and the reference. A browser
// never sees JSON on this way.
func (a *API) signInPage(err error) (*Redirect, error) {
	var e *auth.SignInError
	if !errors.As(err, &e) {
		return nil, err
	}
	query := url.Values{"error": {string(e.Reason)}}
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
	if e.ReturnTo != "" && e.ReturnTo != "/" {
		query.Set("returnTo", e.ReturnTo)
	}
	return &Redirect{a.auth.BasePath() + "/login?" + query.Encode()}, nil
}
