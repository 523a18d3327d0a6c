package rp

import (
	"testing"

	"golang.org/x/oauth2"
)

// A refresh token is kept only where one was asked for and granted.
func TestRefreshToken(t *testing.T) {
	for name, c := range map[string]struct {
		asked bool
		scope any
		want  string
	}{
		"asked for, and the scope says so":            {true, "openid email offline_access", "r"},
		"asked for, and the scope is not told":        {true, nil, "r"},
		"asked for, and the scope leaves it out":      {true, "openid email", ""},
		"asked for, and the scope is empty":           {true, "", ""},
		"asked for, and the scope has a longer word":  {true, "openid offline_access_not", ""},
		"given without being asked for":               {false, nil, ""},
		"given without being asked for, and told so":  {false, "openid offline_access", ""},
		"asked for, and the scope is no text at all":  {true, 7, "r"},
		"asked for, and the scope has it in the end":  {true, "offline_access openid", "r"},
		"asked for, and the scope has it many spaces": {true, "openid   offline_access", "r"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := (&oauth2.Token{RefreshToken: "r"}).WithExtra(map[string]any{"scope": c.scope})
			if c.scope == nil {
				answer = (&oauth2.Token{RefreshToken: "r"}).WithExtra(map[string]any{})
			}
			if got := RefreshToken(answer, c.asked); got != c.want {
				t.Errorf("kept %q, want %q", got, c.want)
			}
		})
	}
}

// Keycloak lists offline_access for every client, and is not asked for it.
func TestOffersRefresh(t *testing.T) {
	for name, c := range map[string]struct {
		doc  discoveryDocument
		want bool
	}{
		"Authentik with the mapping":    {discoveryDocument{Scopes: []string{"openid", "offline_access"}, Token: "https://a.example/application/o/token/"}, true},
		"Authentik without the mapping": {discoveryDocument{Scopes: []string{"openid"}, Token: "https://a.example/application/o/token/"}, false},
		"no list":                       {discoveryDocument{Token: "https://a.example/token"}, false},
		"Keycloak":                      {discoveryDocument{Scopes: []string{"openid", "offline_access"}, Token: "https://k.example/realms/home/protocol/openid-connect/token"}, false},
		"Keycloak below a path":         {discoveryDocument{Scopes: []string{"offline_access"}, Token: "https://k.example/auth/realms/home/protocol/openid-connect/token"}, false},
	} {
		if got := offersRefresh(c.doc); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
