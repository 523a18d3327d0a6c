package app_test

import (
	"context"
	"testing"
)

// Everybody in the world has an account at Google.
func TestGoogleLetsInNobodyNewByItself(t *testing.T) {
	t.Parallel()
	_, admin := newHome(t)
	client := map[string]any{"clientId": "id", "clientSecret": "secret"}
	if got := admin.want(200, "PUT", "/api/v1/admin/oauth/google", client).json(); got["enabled"] != true || got["autoLink"] != true || got["signUp"] != false {
		t.Errorf("enabled %v, autoLink %v, signUp %v", got["enabled"], got["autoLink"], got["signUp"])
	}
	if got := admin.want(200, "PUT", "/api/v1/admin/oauth/google", map[string]any{"signUp": true}).json(); got["signUp"] != true {
		t.Error("cannot be switched on")
	}
	if got := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json(); got["signUp"] != true {
		t.Error("off for Authentik too")
	}
	wizard := newHost(t)
	token, err := wizard.auth.Setup.Token(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	boss := wizard.browser()
	boss.want(201, "POST", "/api/v1/setup", map[string]any{
		"setupToken": token, "publicUrl": wizard.server.URL, "household": map[string]any{"name": "Brandt"},
		"admin": map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword},
		"oauth": map[string]any{"provider": "google", "clientId": "id", "clientSecret": "secret"},
	})
	if got := boss.want(200, "GET", "/api/v1/admin/oauth/google", nil).json(); got["configured"] != true || got["signUp"] != false {
		t.Errorf("by the wizard: configured %v, signUp %v", got["configured"], got["signUp"])
	}
}
