package oidc

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// Person is who sits at the browser in AuthorizeAs.
type Person struct {
	Username string
	// Password overrides the user's own.
	Password string
	// Deny presses "Cancel" when asked for consent, which leads nowhere unless Settings.CancelReturns.
	Deny bool
}

// PageError is a page of the provider where a person would be stuck, such as "Redirect URI Error".
// Title is its heading.
type PageError struct {
	URL    string
	Status int
	Title  string
}

func (e *PageError) Error() string {
	return fmt.Sprintf("stuck on %q (%d) at %s", e.Title, e.Status, e.URL)
}

// Authorize plays the person for an authorization request: it opens the URL, signs in when asked,
// agrees when asked, and returns the URL of the application the provider redirects to at the end,
// without opening it. That may carry an error instead of a code.
//
// The URL may also be one of the application that redirects to the authorize endpoint.
//
// The client's cookie jar is the browser's, so that a second call with the same client finds the
// person signed in. A nil client is a fresh browser. A page with no way on is a *PageError.
func (p *Provider) Authorize(ctx context.Context, client *http.Client, authorizeURL, username string) (callbackURL string, err error) {
	return p.AuthorizeAs(ctx, client, authorizeURL, Person{Username: username})
}

// AuthorizeAs is Authorize for a person who types another password or refuses.
func (p *Provider) AuthorizeAs(ctx context.Context, client *http.Client, authorizeURL string, who Person) (callbackURL string, err error) {
	if client == nil {
		client = p.Client()
	}
	browser := *client
	if browser.Jar == nil {
		if browser.Jar, err = cookiejar.New(nil); err != nil {
			return "", fmt.Errorf("make cookie jar: %w", err)
		}
	}
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if u := p.Settings().User(who.Username); u != nil && who.Password == "" {
		who.Password = u.Password
	}
	goal := "" // the redirect URI, known once the authorize endpoint is reached

	req, err := http.NewRequestWithContext(ctx, http.MethodGet, authorizeURL, nil)
	for range 20 {
		if err != nil {
			return "", fmt.Errorf("make request: %w", err)
		}
		here := req.URL
		if strings.HasSuffix(here.Path, applicationPath+"authorize/") {
			goal = here.Query().Get("redirect_uri")
		}
		res, err2 := browser.Do(req)
		if err2 != nil {
			return "", err2
		}
		body, err2 := io.ReadAll(io.LimitReader(res.Body, maxBody))
		_ = res.Body.Close()
		if err2 != nil {
			return "", fmt.Errorf("read page: %w", err2)
		}
		if location, err2 := res.Location(); err2 == nil {
			if strings.HasSuffix(location.Path, cancelPath) {
				return "", &PageError{URL: location.String(), Status: res.StatusCode, Title: "Cancelled"}
			}
			if isCallback(location, goal) {
				return location.String(), nil
			}
			if goal != "" && location.Host != here.Host {
				return "", fmt.Errorf("redirected away from the provider and not to the application: %s", location)
			}
			req, err = http.NewRequestWithContext(ctx, http.MethodGet, location.String(), nil)
			continue
		}
		form := who.fillIn(here.Path)
		if form == nil || res.StatusCode != http.StatusOK || req.Method == http.MethodPost {
			return "", &PageError{URL: here.String(), Status: res.StatusCode, Title: title(body)}
		}
		req, err = http.NewRequestWithContext(ctx, http.MethodPost, here.String(), strings.NewReader(form.Encode()))
		if err == nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
	}
	return "", errors.New("the provider redirects in circles")
}

func isCallback(location *url.URL, goal string) bool {
	bare := *location
	bare.RawQuery, bare.Fragment = "", ""
	goal, _, _ = strings.Cut(goal, "?")
	return goal != "" && bare.String() == goal
}

// fillIn returns what the person sends from a page, or nil if it is none of the two with a form.
func (who Person) fillIn(path string) url.Values {
	switch {
	case strings.HasSuffix(path, loginPath):
		return url.Values{"username": {who.Username}, "password": {who.Password}}
	case strings.HasSuffix(path, consentPath) && who.Deny:
		return url.Values{"decision": {"deny"}}
	case strings.HasSuffix(path, consentPath):
		return url.Values{"decision": {"accept"}}
	}
	return nil
}

func title(body []byte) string {
	_, rest, _ := strings.Cut(string(body), "<h1>")
	t, _, _ := strings.Cut(rest, "</h1>")
	return html.UnescapeString(t)
}
