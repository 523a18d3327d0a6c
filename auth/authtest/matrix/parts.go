package matrix

import (
	"context"
	"net/http"
	"net/url"

	"pantrie/auth/account"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/provider"
)

// Intercepted lets answer stand in for one endpoint.
func Intercepted(at oidc.Endpoint, answer func(w http.ResponseWriter, r *http.Request, next http.Handler)) func(*authtest.Settings) {
	return func(s *authtest.Settings) {
		s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == at {
				answer(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		}
	}
}

// Answered makes one endpoint give a fixed answer.
func Answered(at oidc.Endpoint, status int, kind, text string) func(*authtest.Settings) {
	return Intercepted(at, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	})
}

// Redirected makes one endpoint redirect.
func Redirected(at oidc.Endpoint, status int, to string) func(*authtest.Settings) {
	return Intercepted(at, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, to, status)
	})
}

// CutOff makes one endpoint promise more than it sends.
func CutOff(at oidc.Endpoint) func(*authtest.Settings) {
	return Intercepted(at, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"access_token":"a",`))
	})
}

// IDToken edits every ID token.
func IDToken(edit func(*authtest.Token)) func(*authtest.Settings) {
	return func(s *authtest.Settings) { s.EditIDToken = edit }
}

// Claim sets a claim of the ID token; nil takes it away.
func Claim(name string, value any) func(*authtest.Settings) {
	return IDToken(func(tk *authtest.Token) {
		if value == nil {
			delete(tk.Claims, name)
			return
		}
		tk.Claims[name] = value
	})
}

func header(name string, value any) func(*authtest.Settings) {
	return IDToken(func(tk *authtest.Token) { tk.Header[name] = value })
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
	if err := a.h.Auth.Providers.Save(context.Background(), provider.Authentik, in); err != nil {
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
		a.other = a.h.Browser()
		a.mustSignIn(a.other, username)
	}
}

// signedIn signs somebody in before, in the browser that the case is about.
func signedIn(username string) func(*attempt) {
	return func(a *attempt) {
		a.mustSignIn(a.Browser, username)
		a.sid = a.p.SessionIDs(username)[0]
	}
}

func (a *attempt) mustSignIn(b *Browser, username string) {
	a.t.Helper()
	if to := b.SignInAs(a.p, username, "/"); to.String() != "/" {
		a.t.Fatalf("%s's sign-in before ended at %s", username, to)
	}
}

// asAdmin signs the administrator in by password, in the browser that the case is about.
func asAdmin(a *attempt) { a.Login(http.StatusOK, AdminEmail, AdminPassword) }

func (a *attempt) admin() *Browser {
	a.t.Helper()
	b := a.h.Browser()
	b.Login(http.StatusOK, AdminEmail, AdminPassword)
	return b
}

const memberPassword = "quince and thyme"

// member adds an account with a password, signed in with the other browser.
func member(name, email string) func(*attempt) {
	return func(a *attempt) {
		_, link, err := a.h.Auth.Accounts.Create(context.Background(), account.NewUser{Name: name, Email: email})
		if err != nil {
			a.t.Fatal(err)
		}
		a.other = a.h.Browser()
		a.other.Want(http.StatusOK, "POST", "/api/v1/auth/password-link",
			map[string]any{"token": link.Token, "password": memberPassword})
		a.secrets = append(a.secrets, memberPassword)
	}
}

// disabled disables the account with an address.
func disabled(email string) func(*attempt) {
	return func(a *attempt) {
		yes := true
		if err := a.h.Auth.Accounts.Update(context.Background(), a.userID(email), account.Change{Disabled: &yes}); err != nil {
			a.t.Fatal(err)
		}
	}
}

func (a *attempt) userID(email string) string {
	a.t.Helper()
	user, err := a.h.DB.UserByEmail(context.Background(), email)
	if err != nil {
		a.t.Fatal(err)
	}
	return user.ID
}

// held lets the provider's last answer wait while something happens.
func (a *attempt) held(back string, happens func(*attempt)) *url.URL {
	a.t.Helper()
	reached, leave := make(chan struct{}), make(chan struct{})
	a.p.Set(Intercepted(oidc.EndpointUserinfo, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		close(reached)
		<-leave
		next.ServeHTTP(w, r)
	}))
	done := make(chan Answer, 1)
	b := a.Browser
	go func() {
		defer close(done)
		done <- b.Do("GET", back, nil)
	}()
	select {
	case <-reached:
	case got := <-done:
		a.t.Fatalf("ended before userinfo was asked: %d %s", got.Status, got.Header.Get("Location"))
	}
	happens(a)
	a.p.Set(func(s *authtest.Settings) { s.Intercept = nil })
	close(leave)
	to, err := url.Parse((<-done).Header.Get("Location"))
	if err != nil {
		a.t.Fatal(err)
	}
	return to
}
