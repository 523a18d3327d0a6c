package app_test

import (
	"context"
	"testing"

	"pantrie/db"
)

// Switching a provider off, or deleting it, holds for what is on its way as well.
func TestSwitchedOffProviderFinishesNothing(t *testing.T) {
	for name, off := range map[string]func(*browser){
		"switched off": func(admin *browser) {
			admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"enabled": false})
		},
		"deleted": func(admin *browser) { admin.want(204, "DELETE", "/api/v1/admin/oauth/authentik", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			h, admin, p := withAuthentik(t, unverified)
			h.withPassword(admin, "Mara", "mara@example.org", "quince and thyme")
			mara, b := h.browser(), h.browser()
			mara.asked(mara.signInAs(p, "mara", "/"), 2, 0)
			signIn, err := p.Authorize(context.Background(), nil, b.start("/").String(), "nomail")
			if err != nil {
				t.Fatal(err)
			}
			link, err := p.Authorize(context.Background(), nil, admin.want(200, "POST", "/api/v1/auth/oauth/authentik/link", nil).json()["location"].(string), "sam")
			if err != nil {
				t.Fatal(err)
			}
			off(admin)
			b.refused(b.follow(signIn), "oauth_not_configured", 2, 0)
			if to := admin.follow(link); to.Path != "/settings/account" || to.Query().Get("error") != "oauth_not_configured" {
				t.Errorf("the link ended at %s", to)
			}
			mara.want(404, "GET", "/api/v1/auth/link", nil)
			if a := mara.prove(404, "quince and thyme"); a.code() != "link_expired" {
				t.Errorf("%s", a.body)
			}
			if n := h.identities(); n != 0 {
				t.Errorf("%d identities", n)
			}
			if rows := h.signIns(db.SignInFilter{Outcome: db.OutcomeLinked}); len(rows) != 0 {
				t.Errorf("the log has %+v", rows)
			}
		})
	}
}

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
