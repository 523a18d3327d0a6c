package session

import (
	"strings"
	"testing"
	"time"
)

func TestCookieFollowsTheAddress(t *testing.T) {
	ss := New(nil, nil, nil, nil, Options{Lifetime: time.Hour, Idle: time.Hour})
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
