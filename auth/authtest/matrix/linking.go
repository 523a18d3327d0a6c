package matrix

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/provider"
	"pantrie/db"
)

// EmailVerified is what the provider says about every address.
func EmailVerified(verified oidc.Verified) func(*authtest.Settings) {
	return func(s *authtest.Settings) { s.EmailVerified = verified }
}

// spoilt changes the provider in the midst of what is given.
func spoilt(change func(*authtest.Settings)) func(*attempt) {
	return func(a *attempt) { a.p.Set(change) }
}

func reinstalled(s *authtest.Settings) { s.InstanceID = "reinstalled" }

// isMe checks which account somebody is signed in to.
func isMe(email string) func(*attempt) {
	return func(a *attempt) {
		a.t.Helper()
		if me := a.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil).JSON(); me["email"] != email {
			a.t.Errorf("signed in as %v", me["email"])
		}
	}
}

// without adds an account without a password, whose address nobody has proven.
func without(email string) func(*attempt) {
	return func(a *attempt) { a.h.Passwordless(email) }
}

// identityCases: identity is (issuer, subject), and decides over all else.
func identityCases() []matrixCase {
	return []matrixCase{
		{name: "1 known", given: known("mara"), outcome: db.OutcomeSignedIn, check: otherIs(http.StatusOK)},
		{name: "1 known, now with an administrator's verified address", given: known("mara"), spoil: func(s *authtest.Settings) { s.User("mara").Email = AdminEmail }, outcome: db.OutcomeSignedIn, check: isMe("mara@example.org")},
		{name: "1 known, now with an administrator's user name", given: known("mara"), spoil: func(s *authtest.Settings) {
			s.User("sam").Username = "old"
			s.User("mara").Claims = map[string]any{"preferred_username": "sam", "nickname": "sam", "upn": AdminEmail}
		}, outcome: db.OutcomeSignedIn, check: isMe("mara@example.org")},
		{name: "1 disabled", given: all(known("mara"), disabled("mara@example.org")), reason: "account_disabled", next: "sam"},
		{name: "1 disabled, by another verified address", given: all(known("mara"), disabled("mara@example.org")), spoil: func(s *authtest.Settings) { s.User("mara").Email = "new@example.org" }, reason: "account_disabled", next: "sam"},
		{name: "1 disabled while on the way", play: func(a *attempt) *url.URL {
			known("mara")(a)
			a.mark()
			return a.held(a.authorize(a.Browser).String(), disabled("mara@example.org"))
		}, reason: "account_disabled", next: "sam"},
		{name: "3a linked with another identity", given: known("sam"), spoil: reinstalled, as: "sam", reason: "already_linked_elsewhere", check: otherIs(http.StatusOK)},
		{name: "3a linked with another identity, address not verified", given: known("sam"), spoil: func(s *authtest.Settings) { reinstalled(s); EmailVerified(oidc.VerifiedFalse)(s) }, as: "sam", reason: "already_linked_elsewhere"},
		{name: "3a linked with another identity, addresses trusted", given: all(known("sam"), setting(provider.Input{TrustEmail: new(true)})), spoil: reinstalled, as: "sam", reason: "already_linked_elsewhere"},
	}
}

// addressCases: the address has an account here, or not.
func addressCases() []matrixCase {
	trust := setting(provider.Input{TrustEmail: new(true)})
	manual := setting(provider.Input{AutoLink: new(false)})
	closed := setting(provider.Input{SignUp: new(false)})
	viewer := db.RoleViewer
	return []matrixCase{
		{name: "3b verified, and the account's other sessions end", given: func(a *attempt) { a.other = a.admin() }, as: "sam", outcome: db.OutcomeLinked, check: all(isMe(AdminEmail), otherIs(http.StatusUnauthorized))},
		{name: "3b verified, signing up is off", given: closed, as: "sam", outcome: db.OutcomeLinked, next: "sam"},
		{name: "3b verified, the account is disabled", given: all(member("Mara", "mara@example.org"), disabled("mara@example.org")), reason: "account_disabled", next: "sam"},
		{name: "3c not verified", as: "sam", spoil: EmailVerified(oidc.VerifiedFalse), outcome: db.OutcomePending},
		{name: "3c linking by address is off", given: manual, as: "sam", outcome: db.OutcomePending},
		{name: "3c linking by address is off, addresses trusted", given: all(manual, trust), as: "sam", outcome: db.OutcomePending},
		{name: "3c address here unproven", given: without("mara@example.org"), outcome: db.OutcomePending, check: saysWhy("unproven"), next: "sam"},
		{name: "3c address here unproven, addresses trusted", given: all(without("mara@example.org"), trust), outcome: db.OutcomePending, check: saysWhy("unproven"), next: "sam"},
		{name: "3c not verified, the account is disabled", given: all(member("Mara", "mara@example.org"), disabled("mara@example.org")), spoil: EmailVerified(oidc.VerifiedFalse), outcome: db.OutcomePending, next: "sam"},
		{name: "4 signing up as a viewer", given: setting(provider.Input{SignUpRole: &viewer}), check: hasRoles(false, db.RoleViewer)},
		{name: "4 the same person in two browsers", play: func(a *attempt) *url.URL {
			other := a.h.Browser()
			first, second := a.authorize(other), a.authorize(a.Browser)
			if to := other.Follow(first.String()); to.String() != "/" {
				a.t.Errorf("the first browser ended at %s", to)
			}
			a.mark()
			return a.Follow(second.String())
		}, outcome: db.OutcomeSignedIn},
		{name: "4 two people with one address", given: func(a *attempt) {
			known("mara")(a)
			a.p.Set(func(s *authtest.Settings) {
				s.PutUser(authtest.User{Username: "twin", Password: "twin", Email: "mara@example.org", Name: "Twin"})
			})
		}, as: "twin", reason: "already_linked_elsewhere"},
		{name: "5 signing up is off", given: closed, reason: "signup_off", next: "sam"},
		{name: "5 signing up is off, no address", given: closed, spoil: func(s *authtest.Settings) { s.User("mara").Email = "" }, reason: "signup_off", next: "sam"},
		{name: "5 signing up is off, address of nobody not verified", given: closed, spoil: EmailVerified(oidc.VerifiedFalse), outcome: db.OutcomePending, next: "sam"},
		{name: "5 signing up is off, address of an account not verified", given: closed, as: "sam", spoil: EmailVerified(oidc.VerifiedFalse), outcome: db.OutcomePending, next: "sam"},
		{name: "addresses trusted, verified false", given: trust, as: "sam", spoil: EmailVerified(oidc.VerifiedFalse), outcome: db.OutcomeLinked},
		{name: "addresses trusted, verified absent", given: trust, as: "sam", spoil: EmailVerified(oidc.VerifiedAbsent), outcome: db.OutcomeLinked},
		{name: "addresses trusted, two @", given: trust, spoil: func(s *authtest.Settings) { s.User("mara").Email = AdminEmail + "@example.org" }, check: isMe("")},
	}
}

// asked leaves the browser on the page that asks for the account's password.
func asked(as string) func(*attempt) {
	return func(a *attempt) {
		a.t.Helper()
		a.p.Set(EmailVerified(oidc.VerifiedFalse))
		if to := a.SignInAs(a.p, as, "/"); to.String() != "/login/link" {
			a.t.Fatalf("ended at %s", to)
		}
	}
}

// proves types a password there.
func proves(password string) func(*attempt) Answer {
	return func(a *attempt) Answer {
		return a.Do("POST", "/api/v1/auth/link", map[string]any{"password": password})
	}
}

// pendingCases: the page that asks for the account's password works once, for ten minutes, in this
// browser.
func pendingCases() []matrixCase {
	expired := gets{status: http.StatusNotFound, code: "link_expired"}
	wrong := gets{status: http.StatusUnprocessableEntity, code: "wrong_password", row: "wrong_password"}
	taken := gets{status: http.StatusConflict, code: "already_linked", row: "already_linked"}
	after := func(step func(*attempt)) func(*attempt) { return all(asked("sam"), step) }
	right := proves(AdminPassword)
	return []matrixCase{
		{name: "3c the right password", given: after(func(a *attempt) { a.other = a.admin() }), ask: right, gets: gets{status: http.StatusOK, row: "linked", linked: 1}, stays: true, check: all(isMe(AdminEmail), otherIs(http.StatusUnauthorized))},
		{name: "3c a wrong password", given: asked("sam"), ask: proves("guess"), gets: wrong},
		{name: "3c no password", given: asked("sam"), ask: proves(""), gets: wrong},
		{name: "3c account without a password", given: all(without("mara@example.org"), asked("mara")), ask: proves(""), gets: wrong, next: "sam"},
		{name: "3c address of nobody, signing up is off", given: all(setting(provider.Input{SignUp: new(false)}), asked("mara")), ask: right, gets: wrong, next: "sam"},
		{name: "3c another account's password", given: all(member("Mara", "mara@example.org"), asked("sam")), ask: proves(memberPassword), gets: wrong},
		{name: "3c disabled account", given: all(member("Mara", "mara@example.org"), disabled("mara@example.org"), asked("mara")), ask: proves(memberPassword), gets: gets{status: http.StatusForbidden, code: "account_disabled", row: "account_disabled"}, next: "sam"},
		{name: "3c disabled account, wrong password", given: all(member("Mara", "mara@example.org"), disabled("mara@example.org"), asked("mara")), ask: proves("guess"), gets: wrong, next: "sam"},
		{name: "3c used again", given: after(func(a *attempt) { a.Prove(http.StatusOK, AdminPassword) }), ask: right, gets: expired, stays: true},
		{name: "3c eleven minutes later", given: after(func(a *attempt) { a.h.Clock.Add(11 * time.Minute) }), ask: right, gets: expired},
		{name: "3c in another browser", given: after(func(a *attempt) { a.Browser = a.h.Browser() }), ask: right, gets: expired},
		{name: "3c in another browser that is on its way", given: after(func(a *attempt) { a.Browser = a.h.Browser(); a.Start("/") }), ask: right, gets: expired},
		{name: "3c cancelled", given: after(func(a *attempt) { a.Want(http.StatusNoContent, "DELETE", "/api/v1/auth/link", nil) }), ask: right, gets: expired},
		{name: "3c signed out in between", given: after(func(a *attempt) { a.Want(http.StatusNoContent, "POST", "/api/v1/auth/logout", nil) }), ask: right, gets: expired},
		{name: "3c account linked in between", given: after(all(spoilt(reinstalled), func(a *attempt) {
			b := a.h.Browser()
			b.SignInAs(a.p, "sam", "/")
			b.Prove(http.StatusOK, AdminPassword)
		})), ask: right, gets: taken},
		{name: "3c identity linked with another account in between", given: after(all(member("Nina", "nina@example.org"), func(a *attempt) { a.other.Link(a.p, "sam") })), ask: right, gets: taken},
		{name: "3c password changed in between", given: after(func(a *attempt) {
			a.admin().Want(http.StatusNoContent, "POST", "/api/v1/auth/password", map[string]any{"currentPassword": AdminPassword, "newPassword": memberPassword})
		}), ask: right, gets: wrong},
		{name: "3c signed out by the provider in between", given: after(func(a *attempt) {
			if got := a.h.Backchannel(LogoutToken(a.t, a.p, a.p.Subject("sam"), "", nil)); got.Status != http.StatusOK {
				a.t.Fatalf("%d %s", got.Status, got.Body)
			}
		}), ask: right, gets: gets{status: http.StatusNotFound, code: "link_expired", row: "link_expired"}},
		{name: "3c asked by another site", given: asked("sam"), ask: func(a *attempt) Answer {
			a.Header.Set("Sec-Fetch-Site", "cross-site")
			defer a.Header.Del("Sec-Fetch-Site")
			return right(a)
		}, gets: gets{status: http.StatusForbidden, code: "cross_origin"}},
	}
}

// begins clicks "Link Authentik", goes to the provider as somebody, and returns the way back.
func (a *attempt) begins(b *Browser, as string) string {
	a.t.Helper()
	location, _ := b.Want(http.StatusOK, "POST", "/api/v1/auth/oauth/authentik/link", nil).JSON()["location"].(string)
	to, err := url.Parse(location)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.through(to, authtest.Person{Username: as}).String()
}

// links links from the account page, with something in between.
func links(as string, between ...func(*attempt)) func(*attempt) *url.URL {
	return func(a *attempt) *url.URL {
		back := a.begins(a.Browser, as)
		all(between...)(a)
		return a.Follow(back)
	}
}

// accountCases: whoever is signed in links on the account page, and unlinks there.
func accountCases() []matrixCase {
	const account = "/settings/account"
	signOut := func(a *attempt) { a.Want(http.StatusNoContent, "POST", "/api/v1/auth/logout", nil) }
	post := func(path string) func(*attempt) Answer {
		return func(a *attempt) Answer { return a.Do("POST", path, nil) }
	}
	const link = "/api/v1/auth/oauth/authentik/link"
	return []matrixCase{
		{name: "2 linked, whatever the address", given: asAdmin, play: links("mara"), outcome: db.OutcomeLinked, page: account + "?linked=authentik", check: isMe(AdminEmail)},
		{name: "2 linked, and the other sessions end", given: all(asAdmin, func(a *attempt) { a.other = a.admin() }), play: links("mara"), outcome: db.OutcomeLinked, page: account + "?linked=authentik", check: otherIs(http.StatusUnauthorized)},
		{name: "2 somebody else's identity", given: all(known("mara"), asAdmin), play: links("mara"), reason: "identity_taken", page: account, stays: true},
		{name: "2 a second identity of this provider", given: all(asAdmin, func(a *attempt) { a.Link(a.p, "sam") }), play: links("mara"), reason: "already_linked_elsewhere", page: account, stays: true, next: "sam"},
		{name: "2 one identity, two people, two tabs", given: all(member("Nina", "nina@example.org"), asAdmin), play: func(a *attempt) *url.URL {
			first, second := a.begins(a.other, "mara"), a.begins(a.Browser, "mara")
			if to := a.other.Follow(first); to.String() != account+"?linked=authentik" {
				a.t.Errorf("the first one ended at %s", to)
			}
			a.mark()
			return a.Follow(second)
		}, reason: "identity_taken", page: account, stays: true},
		{name: "2 cancelled there", given: asAdmin, spoil: cancelReturns, play: func(a *attempt) *url.URL {
			location, _ := a.Want(http.StatusOK, "POST", link, nil).JSON()["location"].(string)
			to, err := url.Parse(location)
			if err != nil {
				a.t.Fatal(err)
			}
			to, err = url.Parse(with(to, "prompt", "consent"))
			if err != nil {
				a.t.Fatal(err)
			}
			return a.Follow(a.through(to, authtest.Person{Username: "mara", Deny: true}).String())
		}, reason: "provider_denied", page: account, stays: true, check: unposted},
		{name: "2 signed out in between", given: asAdmin, play: links("mara", signOut), reason: "state_invalid", check: unposted},
		{name: "2 somebody else signed in in between", given: all(member("Nina", "nina@example.org"), asAdmin), play: links("mara", signOut, func(a *attempt) {
			a.Login(http.StatusOK, "nina@example.org", memberPassword)
		}), reason: "state_invalid", stays: true, check: unposted},
		{name: "2 somebody else signed in over it in between", given: all(member("Nina", "nina@example.org"), asAdmin), play: links("mara", func(a *attempt) {
			a.Login(http.StatusOK, "nina@example.org", memberPassword)
		}), reason: "state_invalid", stays: true, check: all(unposted, isMe("nina@example.org"))},
		{name: "2 ended by an administrator in between", given: asAdmin, play: links("mara", func(a *attempt) {
			if err := a.h.Auth.Sessions.EndAllOf(context.Background(), a.userID(AdminEmail)); err != nil {
				a.t.Fatal(err)
			}
		}), reason: "state_invalid", check: unposted},
		{name: "2 disabled in between", given: all(member("Nina", "nina@example.org"), func(a *attempt) { a.Browser = a.other }), play: links("mara", disabled("nina@example.org")), reason: "state_invalid", check: unposted},
		{name: "2 begun by somebody else, in another browser", given: all(member("Nina", "nina@example.org"), asAdmin), play: func(a *attempt) *url.URL {
			return a.Follow(a.begins(a.other, "mara"))
		}, reason: "state_invalid", stays: true, check: unposted},
		{name: "2 answered twice", given: asAdmin, play: func(a *attempt) *url.URL {
			back := a.begins(a.Browser, "mara")
			a.Follow(back)
			a.mark()
			return a.Follow(back)
		}, reason: "state_invalid", stays: true, check: unposted},
		{name: "2 proof of eleven minutes ago", given: all(asAdmin, func(a *attempt) { a.h.Clock.Add(11 * time.Minute) }), ask: post(link), gets: gets{status: http.StatusForbidden, code: "reauth_required"}, stays: true},
		{name: "2 nobody signed in", ask: post(link), gets: gets{status: http.StatusUnauthorized, code: "unauthenticated"}},

		{name: "last way in unlinked", given: signedIn("mara"), ask: unlinks(""), gets: gets{status: http.StatusConflict, code: "last_way_in"}, stays: true},
		{name: "one of two ways in unlinked", given: all(asAdmin, func(a *attempt) { a.Link(a.p, "sam") }), ask: unlinks(""), gets: gets{status: http.StatusNoContent, linked: -1}, stays: true},
		{name: "somebody else's way in unlinked", given: all(known("mara"), asAdmin), ask: unlinks("mara@example.org"), gets: gets{status: http.StatusNotFound, code: "not_found"}, stays: true},
		{name: "unlinked twice", given: all(asAdmin, func(a *attempt) { a.Link(a.p, "sam") }), ask: func(a *attempt) Answer {
			path := a.identityPath(AdminEmail)
			a.Want(http.StatusNoContent, "DELETE", path, nil)
			a.mark()
			return a.Do("DELETE", path, nil)
		}, gets: gets{status: http.StatusNotFound, code: "not_found"}, stays: true},
	}
}

// unlinks deletes the identity of the account with an address; without one, one's own.
func unlinks(email string) func(*attempt) Answer {
	return func(a *attempt) Answer {
		if email == "" {
			email, _ = a.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil).JSON()["email"].(string)
		}
		return a.Do("DELETE", a.identityPath(email), nil)
	}
}

func (a *attempt) identityPath(email string) string {
	a.t.Helper()
	all, err := a.h.DB.IdentitiesOf(context.Background(), a.userID(email))
	if err != nil || len(all) != 1 {
		a.t.Fatalf("%d identities of %s, %v", len(all), strings.ToLower(email), err)
	}
	return "/api/v1/auth/identities/" + all[0].ID
}

// linkingCases are the branches of the decision over who somebody is, and the ways to link.
func linkingCases() []matrixCase {
	cases := identityCases()
	for _, more := range [][]matrixCase{addressCases(), pendingCases(), accountCases()} {
		cases = append(cases, more...)
	}
	return cases
}

// saysWhy checks what the page that asks for a password gives as the reason.
func saysWhy(want string) func(*attempt) {
	return func(a *attempt) {
		a.t.Helper()
		if got := a.Browser.Want(200, "GET", "/api/v1/auth/link", nil).JSON()["why"]; got != want {
			a.t.Errorf("the page says %v, want %s", got, want)
		}
	}
}
