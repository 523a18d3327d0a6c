package app_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestChangePasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	h, b := newHome(t)
	other := h.browser()
	other.login(200, adminEmail, adminPassword)
	change := func(status int, current, next string) answer {
		return b.want(status, "POST", "/api/v1/auth/password", map[string]any{"currentPassword": current, "newPassword": next})
	}
	if a := change(422, "wrong", "quince and thyme"); a.code() != "wrong_password" || fieldNames(a) != "currentPassword" {
		t.Errorf("wrong current password: %s", a.body)
	}
	if a := change(422, adminPassword, "12345678"); a.code() != "validation_failed" || fieldNames(a) != "newPassword" {
		t.Errorf("common new password: %s", a.body)
	}
	other.want(200, "GET", "/api/v1/auth/me", nil)
	before := h.lastCookie(b)
	change(204, adminPassword, "quince and thyme")
	b.want(200, "GET", "/api/v1/auth/me", nil)
	other.want(401, "GET", "/api/v1/auth/me", nil)
	stolen := h.browser()
	stolen.header.Set("Cookie", before)
	stolen.want(401, "GET", "/api/v1/auth/me", nil)
	h.browser().login(401, adminEmail, adminPassword)
	h.browser().login(200, adminEmail, "quince and thyme")
}

// A request that is under way while somebody signs out must not bring the session back.
func TestSignOutDuringAPasswordChange(t *testing.T) {
	t.Parallel()
	h := newHomeWith(t, nil, slowly)
	b := h.browser()
	b.login(200, adminEmail, adminPassword)
	cookie := h.lastCookie(b)
	for range 5 {
		out, change := h.browser(), h.browser()
		out.header.Set("Cookie", cookie)
		change.header.Set("Cookie", cookie)
		var wg sync.WaitGroup
		var changed answer
		wg.Go(func() { out.do("POST", "/api/v1/auth/logout", nil) })
		wg.Go(func() {
			changed = change.do("POST", "/api/v1/auth/password", map[string]any{"currentPassword": adminPassword, "newPassword": adminPassword})
		})
		wg.Wait()
		stale := h.browser()
		stale.header.Set("Cookie", cookie)
		stale.want(401, "GET", "/api/v1/auth/me", nil)
		if changed.status == 401 {
			if c := changed.header.Get("Set-Cookie"); c != "" {
				t.Errorf("refused, and yet a cookie: %s", c)
			}
		}
		again := h.browser()
		again.login(200, adminEmail, adminPassword)
		cookie = h.lastCookie(again)
	}
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

// While the owner changes the password, whoever knows the old one keeps signing in. No session
// may come of the old password once the change is answered.
func TestOldPasswordLeavesNoSessionBehind(t *testing.T) {
	t.Parallel()
	h := newHomeWith(t, nil, slowly)
	owner := h.browser()
	owner.login(200, adminEmail, adminPassword)
	old, next := adminPassword, "quince and thyme"
	for range 4 {
		stop := make(chan struct{})
		var wg sync.WaitGroup
		var mu sync.Mutex
		var intruders []*browser
		for range 2 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					b := h.browser()
					if b.do("POST", "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": old}).status == 200 {
						mu.Lock()
						intruders = append(intruders, b)
						mu.Unlock()
					}
				}
			})
		}
		owner.want(204, "POST", "/api/v1/auth/password", map[string]any{"currentPassword": old, "newPassword": next})
		close(stop)
		wg.Wait()
		for _, b := range intruders {
			b.want(401, "GET", "/api/v1/auth/me", nil)
		}
		owner.want(200, "GET", "/api/v1/auth/me", nil)
		h.clock.add(time.Hour) // the intruders' failures are forgotten
		old, next = next, old
	}
}

// Two who both know the password change it at once. One wins, and the other's is not in force.
func TestTwoPasswordChangesAtOnce(t *testing.T) {
	t.Parallel()
	h := newHomeWith(t, nil, slowly)
	current := adminPassword
	for round := range 6 {
		wanted := []string{"medlar and cream " + string(rune('a'+round)), "damson and rye " + string(rune('a'+round))}
		statuses := make([]int, 2)
		browsers := []*browser{h.browser(), h.browser()}
		for _, b := range browsers {
			b.login(200, adminEmail, current)
		}
		var wg sync.WaitGroup
		for i, b := range browsers {
			wg.Go(func() {
				statuses[i] = b.do("POST", "/api/v1/auth/password", map[string]any{"currentPassword": current, "newPassword": wanted[i]}).status
			})
		}
		wg.Wait()
		winner := slices.Index(statuses, 204)
		if winner < 0 || statuses[1-winner] == 204 {
			t.Fatalf("statuses %v, want one 204", statuses)
		}
		h.browser().login(401, adminEmail, wanted[1-winner])
		h.browser().login(200, adminEmail, wanted[winner])
		current = wanted[winner]
	}
}

// Sign-ins without an address are nobody's failures; somebody who has none is not kept from
// changing their password by them.
func TestPeopleWithoutAddressHaveAThrottleOfTheirOwn(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	link, err := h.auth.Accounts.NewPasswordLink(context.Background(), h.passwordless("").ID)
	if err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	b.want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": link.Token, "password": "quince and thyme"})
	for range 8 {
		h.browser().login(401, "", "wrong password")
	}
	change := func(status int, current string) {
		t.Helper()
		b.want(status, "POST", "/api/v1/auth/password", map[string]any{"currentPassword": current, "newPassword": "medlar and cream"})
	}
	change(204, "quince and thyme")
	for range 5 {
		change(422, "wrong password")
	}
	change(429, "medlar and cream") // their own failures do count
}

func TestPasswordLinkEndsWithAPasswordChange(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	id := admin.want(200, "GET", "/api/v1/auth/me", nil).json()["id"].(string)
	link := admin.want(200, "POST", "/api/v1/admin/users/"+id+"/password-link", nil).json()["passwordLink"].(string)
	_, secret, _ := strings.Cut(link, "#token=")
	admin.want(204, "POST", "/api/v1/auth/password", map[string]any{"currentPassword": adminPassword, "newPassword": "quince and thyme"})
	h.browser().want(404, "POST", "/api/v1/auth/password-link", map[string]any{"token": secret, "password": "medlar and cream"})
}
