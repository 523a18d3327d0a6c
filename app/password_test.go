package app_test

import (
	"strings"
	"testing"
	"time"
)

func TestChangePasswordIsAnswered(t *testing.T) {
	t.Parallel()
	h, b := newHome(t)
	for _, tt := range []struct {
		current, next string
		status        int
		code, fields  string
	}{
		{"wrong", "quince and thyme", 422, "wrong_password", "currentPassword"},
		{adminPassword, "12345678", 422, "validation_failed", "newPassword"},
		{adminPassword, "quince and thyme", 204, "", ""},
	} {
		in := map[string]any{"currentPassword": tt.current, "newPassword": tt.next}
		if a := b.want(tt.status, "POST", "/api/v1/auth/password", in); a.code() != tt.code || fieldNames(a) != tt.fields {
			t.Errorf("%s, %s: %s", tt.current, tt.next, a.body)
		}
	}
	b.want(200, "GET", "/api/v1/auth/me", nil)
	h.browser().login(401, adminEmail, adminPassword)
	h.browser().login(200, adminEmail, "quince and thyme")
}

func TestPasswordLinkWorksOnce(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	id, token := h.addUser(admin, "Mara", "mara@example.org")
	b := h.browser()
	if got := b.want(200, "POST", "/api/v1/auth/password-link/check", map[string]any{"token": token}).json(); got["email"] != "mara@example.org" {
		t.Errorf("whose link: %v", got)
	}
	b.want(404, "POST", "/api/v1/auth/password-link/check", map[string]any{"token": token + "x"})
	b.want(422, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": "password"})
	me := b.want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": "quince and thyme"}).json()
	if homes := me["households"].([]any); len(homes) != 1 || homes[0].(map[string]any)["role"] != "editor" {
		t.Errorf("households of somebody new: %v", homes)
	}
	b.want(200, "GET", "/api/v1/auth/me", nil)
	h.browser().want(404, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": "quince and thyme"})
	first := admin.want(200, "POST", "/api/v1/admin/users/"+id+"/password-link", nil).json()["passwordLink"].(string)
	second := admin.want(200, "POST", "/api/v1/admin/users/"+id+"/password-link", nil).json()["passwordLink"].(string)
	secret := func(link string) string { _, s, _ := strings.Cut(link, "#token="); return s }
	h.browser().want(404, "POST", "/api/v1/auth/password-link/check", map[string]any{"token": secret(first)})
	h.browser().want(200, "POST", "/api/v1/auth/password-link/check", map[string]any{"token": secret(second)})
	h.clock.add(8 * 24 * time.Hour)
	h.browser().want(404, "POST", "/api/v1/auth/password-link/check", map[string]any{"token": secret(second)})
	if strings.Contains(h.log.String(), secret(second)) {
		t.Error("the link is in the log")
	}
}
