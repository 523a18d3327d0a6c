//go:build keycloak

package app_test

import (
	"html"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"time"
)

// loopbackJar sends Secure cookies over http, as browsers do to this machine: Keycloak knows that and sets them so.
type loopbackJar struct{ http.CookieJar }

func secured(u *url.URL) *url.URL {
	out := *u
	out.Scheme = "https"
	return &out
}

func (j loopbackJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(secured(u), cookies)
}

func (j loopbackJar) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(secured(u)) }

// browser is one that has been neither here nor at Keycloak.
func (r *realm) browser() *browser {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	b := r.host.browser()
	b.client.Jar = loopbackJar{jar}
	return b
}

// page is what Keycloak shows, or the address at Pantrie that it sends the browser to.
type page struct {
	at   *url.URL
	html string // empty at Pantrie
}

// open follows Keycloak's redirects. Pantrie's clock goes on meanwhile: Keycloak's does.
func (r *realm) open(b *browser, method, address string, form url.Values) page {
	r.t.Helper()
	for range 10 {
		var send any
		if form != nil {
			send = form.Encode()
			b.header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		a := b.do(method, address, send)
		b.header.Del("Content-Type")
		at := mustParse(r.t, address)
		if a.status == http.StatusOK {
			return page{at, a.body}
		}
		to, err := at.Parse(a.header.Get("Location"))
		if err != nil || a.status != http.StatusFound && a.status != http.StatusSeeOther {
			r.t.Fatalf("%s %s: %d %v", method, at.Path, a.status, err)
		}
		r.catchUp()
		if to.Host == mustParse(r.t, r.server.URL).Host {
			return page{at: to}
		}
		method, address, form = http.MethodGet, to.String(), nil
	}
	r.t.Fatalf("Keycloak redirects without end")
	return page{}
}

// catchUp sets Pantrie's clock.
func (r *realm) catchUp() { r.clock.add(time.Since(r.clock.Now())) }

var (
	formAction = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)
	formHidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
)

// submit fills in the form that Keycloak shows, and presses its button.
func (r *realm) submit(b *browser, p page, values url.Values) page {
	r.t.Helper()
	action := formAction.FindStringSubmatch(p.html)
	if action == nil {
		r.t.Fatalf("no form at %s:\n%s", p.at, p.html)
	}
	for _, field := range formHidden.FindAllStringSubmatch(p.html, -1) {
		if !values.Has(field[1]) {
			values.Set(field[1], html.UnescapeString(field[2]))
		}
	}
	to, err := p.at.Parse(html.UnescapeString(action[1]))
	if err != nil {
		r.t.Fatal(err)
	}
	return r.open(b, http.MethodPost, to.String(), values)
}

// start presses Pantrie's button, and returns the address that the browser is sent to.
func (r *realm) start(b *browser) *url.URL {
	r.t.Helper()
	r.catchUp()
	b.header.Set("Accept", "text/html")
	defer b.header.Del("Accept")
	return b.follow("/api/v1/auth/oauth/oidc/login?returnTo=/stock")
}

// proves types the password at Keycloak, and returns what comes then.
func (r *realm) proves(b *browser, username string) page {
	r.t.Helper()
	asked := r.open(b, http.MethodGet, r.start(b).String(), nil)
	return r.submit(b, asked, url.Values{"username": {username}, "password": {realmPassword}})
}

// ends goes on to where Pantrie leads a browser that Keycloak sends back.
func (r *realm) ends(b *browser, p page) *url.URL {
	r.t.Helper()
	if p.html != "" {
		r.t.Fatalf("Keycloak shows a page at %s:\n%s", p.at, p.html)
	}
	return b.follow(p.at.String())
}

// signIn lets somebody in whose browser is new, and returns it.
func (r *realm) signIn(username string) *browser {
	r.t.Helper()
	b := r.browser()
	if to := r.ends(b, r.proves(b, username)); to.String() != "/stock" {
		row, _ := r.host.signIn(to.Query().Get("ref"))
		r.t.Fatalf("%s ended at %s: %s", username, to, row.Detail)
	}
	return b
}
