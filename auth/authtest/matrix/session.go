package matrix

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pantrie/auth/authtest/oidc"
	"pantrie/db"
)

// plant puts a cookie into the browser, as a neighbouring site or a proxy could.
func (a *attempt) plant(name, value string) {
	a.t.Helper()
	u, err := url.Parse(a.h.URL)
	if err != nil {
		a.t.Fatal(err)
	}
	a.Client.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// cookie is the session cookie of a browser, its value alone.
func (a *attempt) cookie(b *Browser) string {
	a.t.Helper()
	_, value, _ := strings.Cut(b.Cookie(), "=")
	a.secrets = append(a.secrets, value)
	return value
}

// signedOutThere lets the provider end mara's session by a logout token.
func signedOutThere(a *attempt) {
	a.t.Helper()
	if got := a.post(LogoutToken(a.t, a.p, a.p.Subject("mara"), "", nil)); got.Status != http.StatusOK {
		a.t.Errorf("logout token: %d %s", got.Status, got.Body)
	}
	a.rows++ // the logout's own
}

func deleted(email string) func(*attempt) {
	return func(a *attempt) {
		a.t.Helper()
		if err := a.h.Auth.Accounts.Delete(context.Background(), a.userID(email)); err != nil {
			a.t.Fatal(err)
		}
		a.mark()
	}
}

func sessionsEnded(email string) func(*attempt) {
	return func(a *attempt) {
		a.t.Helper()
		if err := a.h.Auth.Sessions.EndAllOf(context.Background(), a.userID(email)); err != nil {
			a.t.Fatal(err)
		}
	}
}

// copied remembers the session cookie in the other browser, as a thief would.
func copied(a *attempt) {
	a.other = a.h.Browser()
	a.other.Header.Set("Cookie", "pantrie="+a.cookie(a.Browser))
}

// OWASP ASVS 5.0, chapter 7: a token is new after each sign-in, and one that has ended stays dead,
// whatever was under way.
func sessionCases() []matrixCase {
	me := func(a *attempt) Answer { return a.Do("GET", "/api/v1/auth/me", nil) }
	nobody := gets{status: http.StatusUnauthorized, code: "unauthenticated"}
	later := func(d time.Duration) func(*attempt) { return func(a *attempt) { a.h.Clock.Add(d) } }
	otherOut := otherIs(http.StatusUnauthorized)
	// during is a sign-in of mara's, with something happening while it is verified.
	during := func(happens ...func(*attempt)) func(*attempt) *url.URL {
		return func(a *attempt) *url.URL { return a.held(a.authorize(a.Browser).String(), all(happens...)) }
	}
	// linkingDuring is the same for a link from the account page.
	linkingDuring := func(happens ...func(*attempt)) func(*attempt) *url.URL {
		return func(a *attempt) *url.URL { return a.held(a.begins(a.Browser, "sam"), all(happens...)) }
	}
	signOut := func(a *attempt) { a.Want(http.StatusNoContent, "POST", "/api/v1/auth/logout", nil) }
	thief := all(signedIn("mara"), copied)
	return []matrixCase{
		{name: "fixation, cookie made up", given: func(a *attempt) {
			a.plant("pantrie", "chosen-by-somebody-else")
			a.other = a.h.Browser()
			a.other.Header.Set("Cookie", "pantrie=chosen-by-somebody-else")
		}, check: otherOut},
		{name: "fixation, cookie of a browser that has begun a sign-in", given: func(a *attempt) {
			attacker := a.h.Browser()
			attacker.Start("/")
			a.plant("pantrie", a.cookie(attacker))
			copied(a)
		}, check: otherOut},
		{name: "fixation, cookie of somebody who is signed in", given: func(a *attempt) {
			attacker := a.h.Browser()
			a.mustSignIn(attacker, "sam")
			a.plant("pantrie", a.cookie(attacker))
			copied(a)
		}, check: all(otherOut, isMe("mara@example.org"))},
		{name: "fixation, cookie with the prefix of https", given: func(a *attempt) {
			attacker := a.h.Browser()
			a.mustSignIn(attacker, "sam")
			a.plant("__Host-pantrie", a.cookie(attacker))
		}, ask: me, gets: nobody},
		{name: "renewed, by signing in again", given: thief, outcome: db.OutcomeSignedIn, check: otherOut},
		{name: "renewed, by linking", given: all(asAdmin, copied), play: links("sam"), outcome: db.OutcomeLinked, page: "/settings/account?linked=authentik", check: otherOut},
		{name: "renewed, by unlinking", given: all(asAdmin, func(a *attempt) { a.Link(a.p, "sam") }, copied), ask: unlinks(""), gets: gets{status: http.StatusNoContent, linked: -1}, stays: true, check: otherOut},

		{name: "in flight, link and sign-out", given: all(asAdmin, copied), play: linkingDuring(signOut), reason: "signed_out_meanwhile", check: otherOut},
		{name: "in flight, link and all sessions ended", given: all(asAdmin, copied), play: linkingDuring(sessionsEnded(AdminEmail)), reason: "signed_out_meanwhile", check: otherOut},
		{name: "in flight, link and account disabled", given: all(member("Nina", "nina@example.org"), func(a *attempt) { a.Browser = a.other }, copied), play: linkingDuring(disabled("nina@example.org")), reason: "signed_out_meanwhile", check: otherOut},
		{name: "in flight, link and account deleted", given: all(member("Nina", "nina@example.org"), func(a *attempt) { a.Browser = a.other }, copied), play: func(a *attempt) *url.URL {
			back := a.begins(a.Browser, "sam")
			posts := a.p.Count(oidc.EndpointToken)
			to := a.held(back, deleted("nina@example.org"))
			a.posts = posts
			return to
		}, reason: "signed_out_meanwhile", check: otherOut},
		{name: "in flight, sign-in and sign-out of the old session", given: thief, play: during(signOut), outcome: db.OutcomeSignedIn, check: otherOut},
		{name: "in flight, sign-in and account disabled", given: thief, play: during(disabled("mara@example.org")), reason: "account_disabled", check: otherOut, next: "sam"},

		{name: "back-channel, during a sign-in", play: during(signedOutThere), reason: "signed_out_meanwhile"},
		{name: "back-channel, during another sign-in", given: thief, play: during(signedOutThere), reason: "signed_out_meanwhile", check: otherOut},
		{name: "back-channel, during a link", given: all(signedIn("mara"), copied), play: func(a *attempt) *url.URL {
			return a.held(a.begins(a.Browser, "mara"), signedOutThere)
		}, reason: "signed_out_meanwhile", check: otherOut},

		{name: "cookie of a deleted user", given: all(signedIn("mara"), deleted("mara@example.org")), ask: me, gets: nobody},
		{name: "cookie of a deleted user, signing in anew", given: all(thief, deleted("mara@example.org")), check: otherOut},
		{name: "cookie of a disabled user", given: all(signedIn("mara"), disabled("mara@example.org")), ask: me, gets: nobody, next: "sam"},
		{name: "cookie of a session that an administrator ended", given: all(signedIn("mara"), sessionsEnded("mara@example.org")), ask: me, gets: nobody},
		{name: "cookie after signing out", given: all(thief, signOut, func(a *attempt) { a.Browser = a.other }), ask: me, gets: nobody},
		{name: "cookie of fifteen idle days", given: all(signedIn("mara"), later(15*24*time.Hour)), ask: me, gets: nobody},
		{name: "cookie of thirty-one days in use", given: all(signedIn("mara"), func(a *attempt) {
			for range 3 {
				a.h.Clock.Add(9 * 24 * time.Hour)
				a.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil)
			}
			a.h.Clock.Add(4 * 24 * time.Hour)
		}), ask: me, gets: nobody, check: later(-31 * 24 * time.Hour)}, // new sessions end by the real clock
		{name: "cookie empty", given: func(a *attempt) { a.plant("pantrie", "") }, ask: me, gets: nobody},
		{name: "cookie with a letter changed", given: all(signedIn("mara"), func(a *attempt) {
			value := a.cookie(a.Browser)
			a.plant("pantrie", strings.ToLower(value[:1])+strings.ToUpper(value[1:]))
		}), ask: me, gets: nobody},
		{name: "cookie as it is stored", given: all(signedIn("mara"), func(a *attempt) {
			all, err := a.h.DB.SessionsOf(context.Background(), a.userID("mara@example.org"), 0, 0)
			if err != nil || len(all) != 1 {
				a.t.Fatalf("%d sessions, %v", len(all), err)
			}
			a.plant("pantrie", all[0].Token)
		}), ask: me, gets: nobody},
		{name: "cookie of 8,000 characters", given: func(a *attempt) { a.plant("pantrie", strings.Repeat("a", 8000)) }, ask: me, gets: nobody},
	}
}
