package provider

import (
	"testing"

	"pantrie/db"
)

// An identity leads in where its provider works and still lets the person in.
func TestWayIn(t *testing.T) {
	works := Provider{ID: OIDC, Settings: Settings{Enabled: true, IssuerURL: "https://id.example"}}
	off := Provider{ID: OIDC, Settings: Settings{IssuerURL: "https://id.example"}}
	linked := db.Identity{Issuer: "https://id.example/"}
	ended := db.Identity{Issuer: "https://id.example", AccessEndedAt: 1}
	for name, c := range map[string]struct {
		user       db.User
		identities []db.Identity
		provider   Provider
		local      bool
		want       bool
	}{
		"nothing":                                {db.User{}, nil, works, true, false},
		"a password":                             {db.User{PasswordHash: "x"}, nil, works, true, true},
		"a password where those are off":         {db.User{PasswordHash: "x"}, nil, works, false, false},
		"an administrator's where those are off": {db.User{PasswordHash: "x", SiteAdmin: true}, nil, works, false, true},
		"a link":                                 {db.User{}, []db.Identity{linked}, works, true, true},
		"a link of a provider that is off":       {db.User{}, []db.Identity{linked}, off, true, false},
		"a link of another issuer":               {db.User{}, []db.Identity{{Issuer: "https://other.example"}}, works, true, false},
		"a link whose access has ended":          {db.User{}, []db.Identity{ended}, works, true, false},
		"one of two":                             {db.User{}, []db.Identity{ended, linked}, works, true, true},
	} {
		if got := WayIn(c.user, c.identities, []Provider{c.provider}, c.local); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
