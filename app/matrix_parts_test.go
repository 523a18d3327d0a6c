package app_test

import (
	"context"
	"net/http"
	"net/url"

	"pantrie/auth/account"
	"pantrie/auth/authtest"
	"pantrie/auth/provider"
)

// intercepted lets answer stand in for one endpoint.
func intercepted(at authtest.Endpoint, answer func(w http.ResponseWriter, r *http.Request, next http.Handler)) func(*authtest.Settings) {
	return func(s *authtest.Settings) {
		s.Intercept = func(e authtest.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == at {
				answer(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		}
	}
}

// answered makes one endpoint give a fixed answer.
func answered(at authtest.Endpoint, status int, kind, text string) func(*authtest.Settings) {
	return intercepted(at, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	})
}

// redirected makes one endpoint redirect.
func redirected(at authtest.Endpoint, status int, to string) func(*authtest.Settings) {
	return intercepted(at, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, to, status)
	})
}

// cutOff makes one endpoint promise more than it sends.
func cutOff(at authtest.Endpoint) func(*authtest.Settings) {
	return intercepted(at, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"access_token":"a",`))
	})
}

func idToken(edit func(*authtest.Token)) func(*authtest.Settings) {
	return func(s *authtest.Settings) { s.EditIDToken = edit }
}

// claim sets a claim of the ID token; nil takes it away.
func claim(name string, value any) func(*authtest.Settings) {
	return idToken(func(tk *authtest.Token) {
		if value == nil {
			delete(tk.Claims, name)
			return
		}
		tk.Claims[name] = value
	})
}

func header(name string, value any) func(*authtest.Settings) {
	return idToken(func(tk *authtest.Token) { tk.Header[name] = value })
}

// with changes a parameter of an address; an empty value takes it away.
func with(u *url.URL, name, value string) string {
	c := *u
	q := c.Query()
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	c.RawQuery = q.Encode()
	return c.String()
}

// set changes the provider's settings in Pantrie.
func (a *attempt) set(in provider.Input) {
	a.t.Helper()
	if err := a.h.auth.Providers.Save(context.Background(), provider.Authentik, in); err != nil {
		a.t.Fatal(err)
	}
}

// setting is [attempt.set] as a given.
func setting(in provider.Input) func(*attempt) { return func(a *attempt) { a.set(in) } }

// all does one after the other, leaving out what is nil.
func all(steps ...func(*attempt)) func(*attempt) {
	return func(a *attempt) {
		for _, step := range steps {
			if step != nil {
				step(a)
			}
		}
	}
}

// known signs somebody in before, in the other browser.
func known(username string) func(*attempt) {
	return func(a *attempt) {
		a.other = a.h.browser()
		a.mustSignIn(a.other, username)
	}
}

// signedIn signs somebody in before, in the browser that the case is about.
func signedIn(username string) func(*attempt) {
	return func(a *attempt) {
		a.mustSignIn(a.browser, username)
		a.sid = a.p.SessionIDs(username)[0]
	}
}

func (a *attempt) mustSignIn(b *browser, username string) {
	a.t.Helper()
	if to := b.signInAs(a.p, username, "/"); to.String() != "/" {
		a.t.Fatalf("%s's sign-in before ended at %s", username, to)
	}
}

// asAdmin signs the administrator in by password, in the browser that the case is about.
func asAdmin(a *attempt) { a.login(http.StatusOK, adminEmail, adminPassword) }

func (a *attempt) admin() *browser {
	a.t.Helper()
	b := a.h.browser()
	b.login(http.StatusOK, adminEmail, adminPassword)
	return b
}

const memberPassword = "quince and thyme"

// member adds an account with a password, signed in with the other browser.
func member(name, email string) func(*attempt) {
	return func(a *attempt) {
		_, token := a.h.addUser(a.admin(), name, email)
		a.other = a.h.browser()
		a.other.want(http.StatusOK, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": memberPassword})
		a.secrets = append(a.secrets, memberPassword)
	}
}

// disabled disables the account with an address.
func disabled(email string) func(*attempt) {
	return func(a *attempt) {
		yes := true
		if err := a.h.auth.Accounts.Update(context.Background(), a.userID(email), account.Change{Disabled: &yes}); err != nil {
			a.t.Fatal(err)
		}
	}
}

func (a *attempt) userID(email string) string {
	a.t.Helper()
	user, err := a.h.db.UserByEmail(context.Background(), email)
	if err != nil {
		a.t.Fatal(err)
	}
	return user.ID
}

// held lets the provider's last answer wait while something happens.
func (a *attempt) held(back string, happens func(*attempt)) *url.URL {
	a.t.Helper()
	reached, leave := make(chan struct{}), make(chan struct{})
	a.p.Set(intercepted(authtest.EndpointUserinfo, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		close(reached)
		<-leave
		next.ServeHTTP(w, r)
	}))
	done := make(chan answer, 1)
	b := a.browser
	go func() {
		defer close(done)
		done <- b.do("GET", back, nil)
	}()
	select {
	case <-reached:
	case got := <-done:
		a.t.Fatalf("ended before userinfo was asked: %d %s", got.status, got.header.Get("Location"))
	}
	happens(a)
	a.p.Set(func(s *authtest.Settings) { s.Intercept = nil })
	close(leave)
	to, err := url.Parse((<-done).header.Get("Location"))
	if err != nil {
		a.t.Fatal(err)
	}
	return to
}
