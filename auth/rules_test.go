package auth

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/provider"
)

func TestReturnPath(t *testing.T) {
	for asked, want := range map[string]string{
		"/": "/", "/items/5?tab=lots": "/items/5?tab=lots", "/a%20b": "/a%20b", "/settings/account": "/settings/account",
		"": "/", "items": "/", "//evil.example": "/", "///evil.example": "/", "/\\evil.example": "/", "\\\\evil.example": "/",
		"https://evil.example/": "/", "javascript:alert(1)": "/", "/\tevil": "/", "/a\r\nSet-Cookie: x": "/", "/a\u0085b": "/",
		"/%5cevil.example": "/", "/%2f%2fevil.example": "/", "/..//evil.example": "/", "/a/../b": "/", "/.": "/", "/a//b": "/", "/a/%2e%2e/b": "/", "/.well": "/.well", "/a#frag": "/a",
		"/api/v1/auth/logout": "/", "/%00": "/%00", "http:/evil.example": "/", "/" + strings.Repeat("a", 3000): "/",
	} {
		if got := ReturnPath(asked); got != want {
			t.Errorf("ReturnPath(%q) = %q, want %q", asked, got, want)
		}
	}
}

func FuzzReturnPath(f *testing.F) {
	for _, seed := range []string{"/", "//x", "/\\x", "/a?b=c#d", "/%2f/x", "https://x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, asked string) {
		got := ReturnPath(asked)
		if !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t") {
			t.Errorf("ReturnPath(%q) = %q", asked, got)
		}
		if again := ReturnPath(got); again != got {
			t.Errorf("ReturnPath(%q) = %q, and of that %q", asked, got, again)
		}
	})
}

func TestClaimsAreReadByTheirExactNames(t *testing.T) {
	c, err := parseClaims([]byte(`{"SUB":"admin","sub":"mara","Email_Verified":true,"email_verified":false,"aud":["a","b"],"exp":1.7e9,"locale":{"odd":1}}`))
	if err != nil {
		t.Fatal(err)
	}
	if c.GetSubject() != "mara" || c.truth("email_verified") || len(c.GetAudience()) != 2 || c.GetExpiration().Unix() != 1_700_000_000 {
		t.Errorf("claims: %v", c.raw)
	}
	for _, bad := range []string{`{"sub":"a","sub":"b"}`, `[]`, `"x"`, `{"sub":`, ``, `{} {}`, `null`} {
		if _, err := parseClaims([]byte(bad)); err == nil {
			t.Errorf("parseClaims(%q) accepts it", bad)
		}
	}
	for value, want := range map[string]bool{`true`: true, `"true"`: true, `false`: false, `"false"`: false, `1`: false, `null`: false, `"TRUE"`: false, `[true]`: false} {
		c, err := parseClaims([]byte(`{"email_verified":` + value + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.truth("email_verified"); got != want {
			t.Errorf("email_verified %s counts as %v", value, got)
		}
	}
	for _, wrong := range []string{`5`, `["a"]`, `null`, `{}`} {
		c, err := parseClaims([]byte(`{"sub":` + wrong + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.GetSubject(); got != "" {
			t.Errorf("sub %s counts as %q", wrong, got)
		}
	}
}

func FuzzParseClaims(f *testing.F) {
	for _, seed := range []string{`{}`, `{"sub":"a"}`, `{"sub":"a","sub":"b"}`, `{"a":{"b":[1,2]}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseClaims(data)
		if err == nil && c.raw == nil {
			t.Error("no error and no claims")
		}
		_, _, _ = c.GetSubject(), c.GetAudience(), c.GetExpiration()
	})
}

func TestProfileTakesAddressAndVerificationFromOneDocument(t *testing.T) {
	read := func(s string) claims {
		c, err := parseClaims([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, tt := range []struct {
		name, id, info string
		want           profile
	}{
		{"both agree", `{"sub":"s","email":"a@x.org","email_verified":true,"name":"A"}`, `{"email":"a@x.org","email_verified":true,"name":"A"}`, profile{Subject: "s", Email: "a@x.org", EmailVerified: true, EmailFrom: "userinfo", Name: "A"}},
		{"claims only in userinfo", `{"sub":"s"}`, `{"email":"a@x.org","email_verified":true,"given_name":"A B"}`, profile{Subject: "s", Email: "a@x.org", EmailVerified: true, EmailFrom: "userinfo", Name: "A B"}},
		{"claims only in the ID token", `{"sub":"s","email":"a@x.org","email_verified":true,"preferred_username":"ab"}`, `{}`, profile{Subject: "s", Email: "a@x.org", EmailVerified: true, EmailFrom: "id_token", Name: "ab"}},
		{"verified in the other document only", `{"sub":"s","email":"a@x.org","email_verified":true}`, `{"email":"b@x.org"}`, profile{Subject: "s", Email: "b@x.org", EmailFrom: "userinfo", Name: "b"}},
		{"verified without an address", `{"sub":"s","email_verified":true}`, `{"email":""}`, profile{Subject: "s"}},
		{"two at signs", `{"sub":"s"}`, `{"email":"a@b@x.org","email_verified":true}`, profile{Subject: "s"}},
		{"with a display name", `{"sub":"s"}`, `{"email":"Admin <a@x.org>","email_verified":true}`, profile{Subject: "s"}},
		{"padded", `{"sub":"s"}`, `{"email":" a@x.org ","email_verified":true}`, profile{Subject: "s", Email: "a@x.org", EmailVerified: true, EmailFrom: "userinfo", Name: "a"}},
		{"line breaks and invisible characters in the name", `{"sub":"s"}`, `{"name":"A\n\u202eB\u0000"}`, profile{Subject: "s", Name: "AB"}},
	} {
		got := readProfile(read(tt.id), read(tt.info), provider.Provider{})
		got.Groups = provider.Groups{} // see TestReadGroups
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestCookieFollowsTheAddress(t *testing.T) {
	ss := newSessions(&Service{cfg: Config{SessionLifetime: time.Hour, SessionIdle: time.Hour}})
	for _, tt := range []struct {
		name, public string
		from         Visitor
		want         string
	}{
		{"https by a trusted proxy", "https://pantry.example.org", Visitor{Secure: true, Host: "pantry.example.org"}, "__Host-pantrie"},
		{"https by a proxy nobody trusts", "https://pantry.example.org", Visitor{Host: "pantry.example.org"}, "__Host-pantrie"},
		{"a proxy that changes the host", "https://pantry.example.org", Visitor{Host: "127.0.0.1:8000", Proxied: true}, "__Host-pantrie"},
		{"the machine's own address at home", "https://pantry.example.org", Visitor{Host: "192.168.1.5:8000"}, "pantrie"},
		{"plain http everywhere", "http://pantry.home:8000", Visitor{Host: "pantry.home:8000"}, "pantrie"},
		{"before anybody said the address", "", Visitor{Host: "localhost:8000"}, "pantrie"},
	} {
		m := ss.choose(tt.public, tt.from)
		if m.Cookie.Name != tt.want || m.Cookie.Secure != strings.HasPrefix(tt.want, "__Host-") || !m.Cookie.HttpOnly || m.Cookie.Path != "/" {
			t.Errorf("%s: cookie %+v, want %s", tt.name, m.Cookie, tt.want)
		}
	}
}
