package auth_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"pantrie/auth/account"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/fault"
	"pantrie/auth/session"
	"pantrie/db"
)

// newToken makes an API token for whoever is signed in.
func newToken(h *matrix.Host, b *matrix.Browser, scope session.Scope, lifetime time.Duration) (id, token string) {
	h.T.Helper()
	must(h.T, within(h, b, func(ctx context.Context) error {
		made, secret, err := h.Auth.Sessions.CreateAPIToken(ctx, " Kitchen display ", scope, lifetime)
		id, token = made.ID, secret
		return err
	}))
	return id, token
}

// load is a request with an API token.
func load(h *matrix.Host, token string) (context.Context, *httptest.ResponseRecorder, error) {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, h.URL+"/", nil)
	r.Header.Set("Authorization", "bearer "+token)
	given, ok := session.BearerToken(r)
	if !ok {
		given = token // no token of ours: it is not known, either
	}
	ctx, err := h.Auth.Sessions.LoadToken(w, r, session.Visitor{Address: "127.0.0.1", Host: r.Host}, given)
	return ctx, w, err
}

// program is such a request, of which the error alone counts.
func program(h *matrix.Host, token string) error {
	_, _, err := load(h, token)
	return err
}

func TestATokenActsAsItsUser(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	cook := join(h, "cook", "cook@example.org")
	b := h.Browser()
	b.Login(200, "cook@example.org", password)
	_, token := newToken(h, b, session.ScopeStock, 0)
	ctx, w, err := load(h, token)
	must(t, err)
	person, ok := session.PersonFrom(ctx)
	if !ok || person.User.ID != cook || person.Method != session.MethodToken || person.Scope != session.ScopeStock {
		t.Errorf("asks as %+v", person)
	}
	if id := session.SignedInAs(ctx); id != "" || len(w.Result().Cookies()) > 0 {
		t.Errorf("a token began the session of %q with the cookies %v", id, w.Result().Cookies())
	}
	for name, wrong := range map[string]string{
		"a letter more": token + "A", "a letter less": token[:len(token)-1], "none": "",
		"another's":   "eyJhbGciOiJub25lIn0.e30.",
		"well formed": "pantrie_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	} {
		fails(t, name, program(h, wrong), fault.Unauthenticated)
	}
	for has, covers := range map[session.Scope][]bool{
		session.ScopeRead: {true, false, false}, session.ScopeStock: {true, true, false},
		session.ScopeAll: {true, true, true}, "everything": {false, false, false},
	} {
		for i, need := range []session.Scope{session.ScopeRead, session.ScopeStock, session.ScopeAll} {
			if has.Covers(need) != covers[i] {
				t.Errorf("%s covers %s: %v", has, need, !covers[i])
			}
		}
		if has.Covers("") {
			t.Errorf("%s covers what no token may do", has)
		}
	}
	if on, err := h.Auth.Recheck.StillSignedIn(ctx); !on || err != nil {
		t.Errorf("a request that goes on has ended: %v", err)
	}
	must(t, h.Auth.Sessions.EndAllOf(context.Background(), cook))
	if on, err := h.Auth.Recheck.StillSignedIn(ctx); on || err != nil {
		t.Errorf("a request with a token that is gone goes on: %v", err)
	}
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, end := range map[string]func(h *matrix.Host, b *matrix.Browser, cook, token string) error{
		"revoked": func(h *matrix.Host, b *matrix.Browser, _, token string) error {
			return within(h, b, func(ctx context.Context) error { return h.Auth.Sessions.RevokeAPIToken(ctx, token) })
		},
		"expired": func(h *matrix.Host, _ *matrix.Browser, _, _ string) error {
			h.Clock.Add(30*24*time.Hour + time.Second)
			return nil
		},
		"disabled": func(h *matrix.Host, _ *matrix.Browser, cook, _ string) error {
			return h.Auth.Accounts.Update(ctx, cook, account.Change{Disabled: new(true)})
		},
		"deleted": func(h *matrix.Host, _ *matrix.Browser, cook, _ string) error {
			return h.Auth.Accounts.Delete(ctx, cook)
		},
		"signed out by an administrator": func(h *matrix.Host, _ *matrix.Browser, cook, _ string) error {
			return h.Auth.Sessions.EndAllOf(ctx, cook)
		},
		"new password": func(h *matrix.Host, b *matrix.Browser, _, _ string) error {
			return within(h, b, func(ctx context.Context) error {
				return h.Auth.Accounts.ChangePassword(ctx, password, "medlar and cream")
			})
		},
		"one-time link": func(h *matrix.Host, _ *matrix.Browser, cook, _ string) error {
			link, err := h.Auth.Accounts.NewPasswordLink(ctx, cook)
			must(h.T, err)
			return h.Auth.Accounts.ChoosePassword(ctx, link.Token, "medlar and cream")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t)
			cook := join(h, "cook", "cook@example.org")
			b := h.Browser()
			b.Login(200, "cook@example.org", password)
			id, token := newToken(h, b, session.ScopeStock, 30*24*time.Hour)
			_, other := newToken(h, asAdmin(h), session.ScopeStock, 0)
			must(t, program(h, token))
			must(t, end(h, b, cook, id))
			fails(t, "afterwards", program(h, token), fault.Unauthenticated)
			must(t, program(h, other))
		})
	}
}

func TestTokensAreKept(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	join(h, "cook", "cook@example.org")
	b := h.Browser()
	b.Login(200, "cook@example.org", password)
	id, token := newToken(h, b, session.ScopeRead, 90*24*time.Hour)
	one := func() (key db.APIToken) {
		t.Helper()
		must(t, within(h, b, func(ctx context.Context) error {
			list, err := h.Auth.Sessions.APITokens(ctx)
			if len(list) == 1 {
				key = list[0]
			}
			return err
		}))
		return key
	}
	first := one()
	if first.ID != id || first.Name != "Kitchen display" || first.Scope != "read" || first.LastUsedAt != 0 ||
		first.Token == token {
		t.Errorf("kept as %+v", first)
	}
	// The last use is known to the minute.
	must(t, program(h, token))
	used := one().LastUsedAt
	h.Clock.Add(59 * time.Second)
	must(t, program(h, token))
	if got := one().LastUsedAt; got != used || used != h.Clock.Now().Add(-59*time.Second).UnixMilli() {
		t.Errorf("last used at %d, first %d", got, used)
	}
	h.Clock.Add(time.Second)
	must(t, program(h, token))
	if got := one().LastUsedAt; got != used+60_000 {
		t.Errorf("last used at %d, first %d", got, used)
	}
	// It is nobody else's to revoke.
	revoke := func(b *matrix.Browser) error {
		return within(h, b, func(ctx context.Context) error { return h.Auth.Sessions.RevokeAPIToken(ctx, id) })
	}
	fails(t, "by another", revoke(asAdmin(h)), fault.NotFound)
	fails(t, "by nobody", revoke(h.Browser()), fault.Unauthenticated)
	must(t, revoke(b))
	fails(t, "twice", revoke(b), fault.NotFound)
}

func TestMakingATokenIsChecked(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := asAdmin(h)
	make := func(b *matrix.Browser, name string, scope session.Scope) error {
		return within(h, b, func(ctx context.Context) error {
			_, _, err := h.Auth.Sessions.CreateAPIToken(ctx, name, scope, 0)
			return err
		})
	}
	fails(t, "by nobody", make(h.Browser(), "x", session.ScopeRead), fault.Unauthenticated)
	fails(t, "without a name", make(b, " ", session.ScopeRead), fault.ValidationFailed, "name")
	fails(t, "an unknown scope", make(b, "x", "everything"), fault.ValidationFailed, "scope")
	fails(t, "no scope", make(b, "x", ""), fault.ValidationFailed, "scope")
	h.Clock.Add(11 * time.Minute)
	fails(t, "without a recent proof", make(b, "x", session.ScopeRead), fault.ReauthRequired)
	b.Want(422, "POST", "/api/v1/auth/reauthenticate", map[string]any{"password": "guess"})
	fails(t, "after a wrong one", make(b, "x", session.ScopeRead), fault.ReauthRequired)
	b.Want(204, "POST", "/api/v1/auth/reauthenticate", map[string]any{"password": matrix.AdminPassword})
	for range 50 {
		must(t, make(b, "x", session.ScopeRead))
	}
	fails(t, "one more", make(b, "x", session.ScopeRead), fault.Conflict)
	// Whoever signs everybody out leaves no token behind that is on its way.
	fails(t, "signed out meanwhile", within(h, b, func(ctx context.Context) error {
		must(t, h.Auth.Sessions.EndAllOf(ctx, me(b)))
		_, _, err := h.Auth.Sessions.CreateAPIToken(ctx, "x", session.ScopeAll, 0)
		return err
	}), fault.Unauthenticated)
}

func TestSessionsAreSeenAndEnded(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ctx := context.Background()
	cook := join(h, "cook", "cook@example.org")
	here, phone, tablet, other := asAdmin(h), asAdmin(h), asAdmin(h), h.Browser()
	other.Login(200, "cook@example.org", password)
	list := func(b *matrix.Browser) (all []db.Session, current string) {
		t.Helper()
		must(t, within(h, b, func(ctx context.Context) (err error) {
			person, _ := session.PersonFrom(ctx)
			all, current, err = h.Auth.Sessions.List(ctx, person.User.ID)
			return err
		}))
		return all, current
	}
	all, own := list(here)
	_, phones := list(phone)
	if len(all) != 3 || own == "" || own == phones {
		t.Errorf("%d sessions, of which %q asks", len(all), own)
	}
	// When it was last seen is known at once, and written once the writer is free.
	h.Clock.Add(3 * time.Minute)
	must(t, h.DB.InTx(ctx, func(*db.Tx) error {
		phone.Want(200, "GET", "/api/v1/auth/me", nil)
		all, _ := list(here)
		i := slices.IndexFunc(all, func(s db.Session) bool { return s.ID == phones })
		if i < 0 || all[i].LastSeenAt != h.Clock.Now().UnixMilli() {
			t.Errorf("last seen: %+v", all)
		}
		return nil
	}))
	end := func(b *matrix.Browser, id string) error {
		return within(h, b, func(ctx context.Context) error { return h.Auth.Sessions.EndByID(ctx, id) })
	}
	endOthers := func(b *matrix.Browser) error { return within(h, b, h.Auth.Sessions.EndOthers) }
	fails(t, "by another", end(other, phones), fault.NotFound)
	fails(t, "by nobody", end(h.Browser(), phones), fault.Unauthenticated)
	fails(t, "the others, by nobody", endOthers(h.Browser()), fault.Unauthenticated)
	phone.Want(200, "GET", "/api/v1/auth/me", nil)
	must(t, end(here, phones))
	fails(t, "twice", end(here, phones), fault.NotFound)
	phone.Want(401, "GET", "/api/v1/auth/me", nil)
	must(t, endOthers(here))
	tablet.Want(401, "GET", "/api/v1/auth/me", nil)
	here.Want(200, "GET", "/api/v1/auth/me", nil)
	other.Want(200, "GET", "/api/v1/auth/me", nil)
	count, err := h.Auth.Sessions.Count(ctx)
	if err != nil || count[cook] != 1 || count[me(here)] != 1 {
		t.Errorf("counted %v, %v", count, err)
	}
	fails(t, "of nobody", h.Auth.Sessions.EndAllOf(ctx, "nobody"), fault.NotFound)
	// An answer that goes on for long ends with the session.
	must(t, within(h, other, func(ctx context.Context) error {
		if on, err := h.Auth.Recheck.StillSignedIn(ctx); !on || err != nil {
			t.Errorf("signed in: %v, %v", on, err)
		}
		must(t, h.Auth.Sessions.EndAllOf(ctx, cook))
		if on, err := h.Auth.Recheck.StillSignedIn(ctx); on || err != nil {
			t.Errorf("signed out, and still there: %v, %v", on, err)
		}
		return nil
	}))
	must(t, within(h, h.Browser(), func(ctx context.Context) error {
		if on, err := h.Auth.Recheck.StillSignedIn(ctx); on || err != nil {
			t.Errorf("nobody is still there: %v, %v", on, err)
		}
		return nil
	}))
}

func TestSessionsRunOut(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b, c := asAdmin(h), asAdmin(h)
	for range 2 { // in use all the time
		h.Clock.Add(13 * 24 * time.Hour)
		b.Want(200, "GET", "/api/v1/auth/me", nil)
	}
	c.Want(401, "GET", "/api/v1/auth/me", nil) // idle for 26 days
	must(t, h.Auth.Tidy(context.Background()))
	b.Want(200, "GET", "/api/v1/auth/me", nil)
	h.Clock.Add(5 * 24 * time.Hour)
	b.Want(401, "GET", "/api/v1/auth/me", nil) // however often it was used
}

// At the public host, and behind any proxy, only the cookie of https counts. The machine's own address at home works by
// plain http.
func TestTheCookieFollowsTheAddress(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	must(t, h.Auth.Address.Set(context.Background(), "https://pantry.example.org"))
	for name, tt := range map[string]struct {
		from session.Visitor
		want string
	}{
		"the public host":      {session.Visitor{Host: "Pantry.example.org"}, "__Host-pantrie"},
		"by https":             {session.Visitor{Host: "elsewhere", Secure: true}, "__Host-pantrie"},
		"behind a proxy":       {session.Visitor{Host: "elsewhere", Proxied: true}, "__Host-pantrie"},
		"an address at home":   {session.Visitor{Host: "192.168.1.5:8000"}, "pantrie"},
		"a name that is alike": {session.Visitor{Host: "pantry.example.org:8000"}, "pantrie"},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil)
		ctx, err := h.Auth.Sessions.Load(w, r, tt.from)
		must(t, err)
		_, err = h.Auth.SignIns.WithPassword(ctx, matrix.AdminEmail, matrix.AdminPassword)
		must(t, err)
		set := w.Result().Cookies()
		if len(set) != 1 || set[0].Name != tt.want || set[0].Secure != (tt.want != "pantrie") || !set[0].HttpOnly ||
			set[0].SameSite != http.SameSiteLaxMode || set[0].Path != "/" || set[0].Domain != "" {
			t.Errorf("%s: %v", name, set)
		}
	}
}

// A logout token about one person leaves another's session at the provider alone, whatever sid it names: it neither
// ends it here nor keeps it from going on.
func TestALogoutTokenHoldsForItsPersonAlone(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	jar, err := cookiejar.New(nil)
	must(t, err)
	there := &http.Client{Jar: jar, Transport: h.Transport} // one session at the provider
	signIn := func(b *matrix.Browser) {
		t.Helper()
		back, err := p.Authorize(t.Context(), there, b.Start("/").String(), "mara")
		must(t, err)
		if to := b.Follow(back); to.String() != "/" {
			t.Fatalf("ended at %s", to)
		}
	}
	mara := h.Browser()
	signIn(mara)
	got := h.Backchannel(matrix.LogoutToken(t, p, p.Subject("sam"), p.SessionIDs("mara")[0], nil))
	if got.Status != http.StatusOK {
		t.Fatalf("logout token: %d %s", got.Status, got.Body)
	}
	first := map[string]any{"newPassword": password}
	mara.Want(http.StatusNoContent, "POST", "/api/v1/auth/password", first) // which renews the session
	mara.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil)
	signIn(h.Browser())
}
