package app_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"strings"
	"testing"
)

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := h.browser()
	for _, tt := range []struct {
		path, accept   string
		status         int
		body, encoding string
		cache          string
	}{
		{"/_app/immutable/entry.js", "gzip, deflate, br", 200, "br", "br", "public, max-age=31536000, immutable"},
		{"/_app/immutable/entry.js", "gzip", 200, "gz", "gzip", "public, max-age=31536000, immutable"},
		{"/_app/immutable/entry.js", "br;q=0, gzip;q=0.5", 200, "gz", "gzip", "public, max-age=31536000, immutable"},
		{"/_app/immutable/entry.js", "", 200, "plain", "", "public, max-age=31536000, immutable"},
		{"/_app/immutable/gone.js", "", 404, "not found\n", "", "no-store"},
		{"/_app/immutable/entry.js.br", "", 404, "not found\n", "", "no-store"},
		{"/nothing.png", "", 404, "not found\n", "", "no-store"},
		{"/_app/version.json", "", 200, "{}", "", "no-cache"},
		{"/favicon.svg", "", 200, "<svg/>", "", "no-cache"},
		{"/../../etc/passwd", "", 200, "", "", "no-cache"}, // a page address like any other
	} {
		b.header.Set("Accept-Encoding", tt.accept)
		a := b.do("GET", tt.path, nil)
		if a.status != tt.status || tt.body != "" && a.body != tt.body || a.header.Get("Content-Encoding") != tt.encoding || a.header.Get("Cache-Control") != tt.cache {
			t.Errorf("%s accepting %q: %d %q, encoding %q, cache %q", tt.path, tt.accept, a.status, a.body, a.header.Get("Content-Encoding"), a.header.Get("Cache-Control"))
		}
	}
	b.header.Del("Accept-Encoding")
	sum := sha256.Sum256([]byte("start()"))
	hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	for _, path := range []string{"/", "/login", "/settings/administration/oauth", "/no/such/page", "/index.html"} {
		a := b.want(200, "GET", path, nil)
		if a.header.Get("Content-Type") != "text/html; charset=utf-8" || a.header.Get("Cache-Control") != "no-cache" || !strings.Contains(a.header.Get("Content-Security-Policy"), hash) {
			t.Errorf("%s: %v", path, a.header)
		}
		b.header.Set("If-None-Match", a.header.Get("ETag"))
		if again := b.do("GET", path, nil); again.status != 304 {
			t.Errorf("%s again: %d", path, again.status)
		}
		b.header.Del("If-None-Match")
	}
	if a := b.do("POST", "/login", nil); a.status != 405 {
		t.Errorf("POST to a page: %d", a.status)
	}
	if a := b.do("HEAD", "/login", nil); a.status != 200 || a.body != "" {
		t.Errorf("HEAD of a page: %d %q", a.status, a.body)
	}
}

func TestSubPath(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	if err := h.auth.Address.Set(context.Background(), h.server.URL+"/home/pantrie"); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	for _, base := range []string{"/home/pantrie", ""} { // proxies that keep the path, and that take it off
		b.want(200, "GET", base+"/api/v1/instance", nil)
		b.want(404, "GET", base+"/api/v1/nothing", nil)
		b.want(200, "GET", base+"/_app/immutable/entry.js", nil)
		page := b.want(200, "GET", base+"/login", nil)
		for _, want := range []string{`href="/home/pantrie/_app/immutable/a.css"`, `base: "/home/pantrie"`, `data-base="/home/pantrie"`, `import("/home/pantrie/_app/immutable/entry.js")`} {
			if !strings.Contains(page.body, want) {
				t.Errorf("page below %q lacks %s: %s", base, want, page.body)
			}
		}
	}
	b.want(200, "GET", "/home/pantrie", nil)
	b.header.Set("Accept", "text/html")
	if to := b.want(303, "GET", "/home/pantrie/api/v1/auth/oauth/authentik/login", nil).header.Get("Location"); !strings.HasPrefix(to, "/home/pantrie/login?") {
		t.Errorf("redirected to %s", to)
	}
}
