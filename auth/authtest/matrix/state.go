package matrix

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/db"
)

// cancelReturns is a provider that sends back who cancels, as all but Authentik do.
func cancelReturns(s *authtest.Settings) { s.CancelReturns = true }

// promisesIss adds the promise of RFC 9207, section 3, to discovery.
func promisesIss() func(*authtest.Settings) {
	return WithDiscovery(func(doc map[string]any) { doc["authorization_response_iss_parameter_supported"] = true })
}

// unposted checks that the code stayed here.
func unposted(a *attempt) {
	a.t.Helper()
	if n := a.p.Count(oidc.EndpointToken) - a.posts; n > 0 {
		a.t.Errorf("a code was sent to the provider %d times", n)
	}
}

// OpenID Connect Core 1.0, sections 3.1.2.5, 3.1.2.6 and 3.1.3.7, point 11; RFC 6749, section 10.12;
// RFC 9207, section 2.4.
func stateCases() []matrixCase {
	// returned changes what the browser brings back.
	returned := func(change func(back *url.URL) string) func(*attempt) *url.URL {
		return func(a *attempt) *url.URL { return a.Follow(change(a.authorize(a.Browser))) }
	}
	set := func(name, value string) func(*attempt) *url.URL {
		return returned(func(back *url.URL) string { return with(back, name, value) })
	}
	emptied := func(name string) func(*attempt) *url.URL {
		return returned(func(back *url.URL) string { return with(back, name, "") + "&" + name + "=" })
	}
	// reported lets the provider answer with an error in place of the code.
	reported := func(code, description string) func(*attempt) *url.URL {
		return returned(func(back *url.URL) string {
			return back.Scheme + "://" + back.Host + back.Path + "?" + url.Values{
				"error": {code}, "error_description": {description}, "state": {back.Query().Get("state")},
			}.Encode()
		})
	}
	quiet := func(a *attempt) {
		unposted(a)
		if row := a.newest(); strings.ContainsAny(row.Detail, "<\n") && !strings.Contains(row.Detail, `\n`) {
			a.t.Errorf("the sign-in log holds %q as it came", row.Detail)
		}
	}
	return []matrixCase{
		{name: "nonce wrong", spoil: Claim("nonce", "other"), reason: "token_invalid"},
		{name: "nonce missing", spoil: Claim("nonce", nil), reason: "token_invalid"},
		{name: "nonce empty", spoil: Claim("nonce", ""), reason: "token_invalid"},
		{name: "nonce a list", spoil: IDToken(func(tk *authtest.Token) { tk.Claims["nonce"] = []any{tk.Claims["nonce"]} }), reason: "token_invalid"},
		{name: "nonce twice", spoil: appended(`,"nonce":"other"}`), reason: "token_invalid"},
		{name: "nonce of another tab", play: func(a *attempt) *url.URL {
			back := a.authorize(a.Browser)
			a.p.Set(Claim("nonce", a.Start("/").Query().Get("nonce")))
			return a.Follow(back.String())
		}, reason: "token_invalid"},

		{name: "state absent", play: set("state", ""), reason: "state_invalid", check: unposted},
		{name: "state empty", play: emptied("state"), reason: "state_invalid", check: unposted},
		{name: "state wrong", play: set("state", "guess"), reason: "state_invalid", check: unposted},
		{name: "state of another browser", play: func(a *attempt) *url.URL {
			a.Start("/")
			return a.Follow(a.authorize(a.h.Browser()).String())
		}, reason: "state_invalid", check: unposted},
		{name: "state in a browser that has begun nothing", play: func(a *attempt) *url.URL {
			return a.Follow(a.authorize(a.h.Browser()).String())
		}, reason: "state_invalid", check: unposted},
		{name: "state used before", play: func(a *attempt) *url.URL {
			back := a.authorize(a.Browser).String()
			a.Follow(back)
			a.Want(http.StatusNoContent, "POST", "/api/v1/auth/logout", nil)
			a.mark()
			return a.Follow(back)
		}, reason: "state_invalid", check: unposted},
		{name: "state used before, without success", play: func(a *attempt) *url.URL {
			back := a.authorize(a.Browser)
			a.Follow(with(back, "code", "guess"))
			a.mark()
			return a.Follow(back.String())
		}, reason: "state_invalid", check: unposted},
		{name: "state of eleven minutes ago", play: func(a *attempt) *url.URL {
			back := a.authorize(a.Browser)
			a.h.Clock.Add(11 * time.Minute)
			return a.Follow(back.String())
		}, reason: "state_invalid", check: unposted},
		{name: "state of the first of nine tabs", play: func(a *attempt) *url.URL {
			back := a.authorize(a.Browser)
			a.h.Clock.Add(time.Second)
			for range 8 {
				a.Start("/")
			}
			return a.Follow(back.String())
		}, reason: "state_invalid", check: unposted},
		{name: "state of the first of eight tabs", play: func(a *attempt) *url.URL {
			back := a.authorize(a.Browser)
			for range 7 {
				a.Start("/")
			}
			return a.Follow(back.String())
		}},
		{name: "two tabs at once, the second first", play: func(a *attempt) *url.URL {
			first, second := a.authorize(a.Browser), a.authorize(a.Browser)
			if to := a.Follow(second.String()); to.String() != "/" {
				a.t.Errorf("the second tab ended at %s", to)
			}
			a.mark()
			return a.Follow(first.String())
		}, outcome: db.OutcomeSignedIn},
		{name: "at the callback of another provider", play: func(a *attempt) *url.URL {
			back := a.authorize(a.Browser)
			a.Want(http.StatusNotFound, "GET", strings.Replace(back.String(), "/authentik/", "/another/", 1), nil)
			a.Want(http.StatusUnauthorized, "GET", "/api/v1/auth/me", nil)
			unposted(a)
			return a.Follow(back.String())
		}},

		{name: "code absent", play: set("code", ""), reason: "provider_error", check: unposted},
		{name: "code empty", play: emptied("code"), reason: "provider_error", check: unposted},
		{name: "code made up", play: set("code", "guess"), reason: "code_rejected"},
		{name: "code of somebody else's sign-in", play: func(a *attempt) *url.URL {
			other := a.authorize(a.h.Browser())
			return a.Follow(with(a.authorize(a.Browser), "code", other.Query().Get("code")))
		}, reason: "code_rejected"},
		{name: "code too old", spoil: func(s *authtest.Settings) { s.CodeLifetime = -time.Second }, reason: "code_rejected"},

		{name: "cancelled there, and never back, as Authentik does it", ask: func(a *attempt) Answer {
			to, err := url.Parse(with(a.Start("/"), "prompt", "consent"))
			if err != nil {
				a.t.Fatal(err)
			}
			_, err = a.p.AuthorizeAs(context.Background(), nil, to.String(), authtest.Person{Username: "mara", Deny: true})
			var stuck *oidc.PageError
			if !errors.As(err, &stuck) || stuck.Title != "Cancelled" {
				a.t.Errorf("came to %v", err)
			}
			return a.Do("GET", "/api/v1/auth/me", nil)
		}, gets: gets{status: http.StatusUnauthorized, code: "unauthenticated"}},
		{name: "cancelled there", spoil: cancelReturns, play: func(a *attempt) *url.URL {
			to, err := url.Parse(with(a.Start("/"), "prompt", "consent"))
			if err != nil {
				a.t.Fatal(err)
			}
			return a.Follow(a.through(to, authtest.Person{Username: "mara", Deny: true}).String())
		}, reason: "provider_denied", check: unposted},
		{name: "access_denied without state", play: func(a *attempt) *url.URL {
			a.Start("/")
			return a.Follow(a.h.URL + CallbackPath + "?error=access_denied&error_description=%3Cscript%3E")
		}, reason: "state_invalid", check: unposted},
		{name: "access_denied beside a code", play: set("error", "access_denied"), reason: "provider_denied", check: unposted},
		{name: "another error", play: reported("server_error", "try later"), reason: "provider_error", check: unposted},
		{name: "markup in error_description", play: func(a *attempt) *url.URL {
			to := reported("access_denied", "<script>alert(1)</script>\r\nSet-Cookie: a=b")(a)
			if strings.Contains(to.RawQuery, "script") {
				a.t.Errorf("the description is passed on: %s", to)
			}
			return to
		}, reason: "provider_denied", check: quiet},
		{name: "markup in error", play: reported("<b>access_denied</b>", ""), reason: "provider_error", check: unposted},

		{name: "issuer parameter of another", play: set("iss", "https://other.example/"), reason: "token_invalid", check: unposted},
		{name: "issuer parameter promised and absent", spoil: promisesIss(), reason: "token_invalid", check: unposted},
		{name: "issuer parameter promised and of another", spoil: promisesIss(), play: set("iss", "https://other.example/"), reason: "token_invalid", check: unposted},
		{name: "issuer parameter promised and right", spoil: promisesIss(), play: func(a *attempt) *url.URL {
			return a.Follow(with(a.authorize(a.Browser), "iss", a.p.Issuer()))
		}},
	}
}
