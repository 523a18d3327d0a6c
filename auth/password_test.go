package auth_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/fault"
)

func TestChangePasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b, other := asAdmin(h), asAdmin(h)
	change := func(status int, current, next string) matrix.Answer {
		in := map[string]any{"currentPassword": current, "newPassword": next}
		return b.Want(status, "POST", "/api/v1/auth/password", in)
	}
	if a := change(422, "wrong", password); a.Code() != "wrong_password" {
		t.Errorf("wrong current password: %s", a.Body)
	}
	if a := change(422, matrix.AdminPassword, "12345678"); a.Code() != "validation_failed" {
		t.Errorf("common new password: %s", a.Body)
	}
	other.Want(200, "GET", "/api/v1/auth/me", nil)
	before := b.Cookie()
	change(204, matrix.AdminPassword, password)
	b.Want(200, "GET", "/api/v1/auth/me", nil)
	other.Want(401, "GET", "/api/v1/auth/me", nil)
	stolen := h.Browser()
	stolen.Header.Set("Cookie", before)
	stolen.Want(401, "GET", "/api/v1/auth/me", nil)
	h.Browser().Login(401, matrix.AdminEmail, matrix.AdminPassword)
	h.Browser().Login(200, matrix.AdminEmail, password)
}

// A request that is under way while somebody signs out must not bring the session back.
func TestSignOutDuringAPasswordChange(t *testing.T) {
	t.Parallel()
	h := newHost(t, slowly)
	b := h.Browser()
	b.Login(200, matrix.AdminEmail, matrix.AdminPassword)
	cookie := b.Cookie()
	for range 5 {
		out, change := h.Browser(), h.Browser()
		out.Header.Set("Cookie", cookie)
		change.Header.Set("Cookie", cookie)
		var wg sync.WaitGroup
		var changed matrix.Answer
		wg.Go(func() { out.Do("POST", "/api/v1/auth/logout", nil) })
		wg.Go(func() {
			changed = change.Do("POST", "/api/v1/auth/password",
				map[string]any{"currentPassword": matrix.AdminPassword, "newPassword": matrix.AdminPassword})
		})
		wg.Wait()
		stale := h.Browser()
		stale.Header.Set("Cookie", cookie)
		stale.Want(401, "GET", "/api/v1/auth/me", nil)
		if changed.Status == 401 {
			if c := changed.Header.Get("Set-Cookie"); c != "" {
				t.Errorf("refused, and yet a cookie: %s", c)
			}
		}
		again := h.Browser()
		again.Login(200, matrix.AdminEmail, matrix.AdminPassword)
		cookie = again.Cookie()
	}
}

// While the owner changes the password, whoever knows the old one keeps signing in. No session
// may come of the old password once the change is answered.
func TestOldPasswordLeavesNoSessionBehind(t *testing.T) {
	t.Parallel()
	h := newHost(t, slowly)
	owner := h.Browser()
	owner.Login(200, matrix.AdminEmail, matrix.AdminPassword)
	old, next := matrix.AdminPassword, password
	for range 4 {
		stop := make(chan struct{})
		var wg sync.WaitGroup
		var mu sync.Mutex
		var intruders []*matrix.Browser
		for range 2 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					b := h.Browser()
					if b.Do("POST", "/api/v1/auth/login", map[string]any{"email": matrix.AdminEmail, "password": old}).Status == 200 {
						mu.Lock()
						intruders = append(intruders, b)
						mu.Unlock()
					}
				}
			})
		}
		owner.Want(204, "POST", "/api/v1/auth/password", map[string]any{"currentPassword": old, "newPassword": next})
		close(stop)
		wg.Wait()
		for _, b := range intruders {
			b.Want(401, "GET", "/api/v1/auth/me", nil)
		}
		owner.Want(200, "GET", "/api/v1/auth/me", nil)
		h.Clock.Add(time.Hour) // the intruders' failures are forgotten
		old, next = next, old
	}
}

// Two who both know the password change it at once. One wins, and the other's is not in force.
func TestTwoPasswordChangesAtOnce(t *testing.T) {
	t.Parallel()
	h := newHost(t, slowly)
	current := matrix.AdminPassword
	for round := range 6 {
		wanted := []string{"medlar and cream " + string(rune('a'+round)), "damson and rye " + string(rune('a'+round))}
		statuses := make([]int, 2)
		browsers := []*matrix.Browser{h.Browser(), h.Browser()}
		for _, b := range browsers {
			b.Login(200, matrix.AdminEmail, current)
		}
		var wg sync.WaitGroup
		for i, b := range browsers {
			wg.Go(func() {
				in := map[string]any{"currentPassword": current, "newPassword": wanted[i]}
				statuses[i] = b.Do("POST", "/api/v1/auth/password", in).Status
			})
		}
		wg.Wait()
		winner := slices.Index(statuses, 204)
		if winner < 0 || statuses[1-winner] == 204 {
			t.Fatalf("statuses %v, want one 204", statuses)
		}
		h.Browser().Login(401, matrix.AdminEmail, wanted[1-winner])
		h.Browser().Login(200, matrix.AdminEmail, wanted[winner])
		current = wanted[winner]
	}
}

// Sign-ins without an address are nobody's failures; somebody who has none is not kept from
// changing their password by them.
func TestPeopleWithoutAddressHaveAThrottleOfTheirOwn(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	link, err := h.Auth.Accounts.NewPasswordLink(context.Background(), h.Passwordless("").ID)
	must(t, err)
	b := h.Browser()
	b.Want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": link.Token, "password": password})
	for range 8 {
		h.Browser().Login(401, "", "wrong password")
	}
	change := func(status int, current string) {
		t.Helper()
		in := map[string]any{"currentPassword": current, "newPassword": "medlar and cream"}
		b.Want(status, "POST", "/api/v1/auth/password", in)
	}
	change(204, password)
	for range 5 {
		change(422, "wrong password")
	}
	change(429, "medlar and cream") // their own failures do count
}

func TestPasswordLinkEndsWithAPasswordChange(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	admin := asAdmin(h)
	link, err := h.Auth.Accounts.NewPasswordLink(context.Background(), me(admin))
	must(t, err)
	admin.Want(204, "POST", "/api/v1/auth/password",
		map[string]any{"currentPassword": matrix.AdminPassword, "newPassword": password})
	fails(t, "afterwards", h.Auth.Accounts.ChoosePassword(context.Background(), link.Token, "medlar and cream"),
		fault.PasswordLinkInvalid)
}

// Without an account the same hash is computed. The margin is wide, because hashing takes many times what everything
// else does, and they are measured in turns, at least three times and until the quickest of each fit: something else
// may keep the machine busy.
func TestLoginWithoutAccountTakesAsLong(t *testing.T) {
	h := newHost(t, func(c *auth.Config) { c.HashMemory = 0 }) // what it is in production
	h.Passwordless("nopass@example.org")
	emails := []string{matrix.AdminEmail, "nobody@example.org", "nopass@example.org"}
	quickest := map[string]time.Duration{}
	for round := 1; round <= 50; round++ {
		h.Clock.Add(time.Hour) // the failures are forgotten
		fits := true
		for _, email := range emails {
			start := time.Now()
			h.Browser().Login(401, email, "wrong password")
			took := time.Since(start)
			if before, measured := quickest[email]; measured {
				took = min(took, before)
			}
			quickest[email] = took
			fits = fits && took >= quickest[matrix.AdminEmail]/3
		}
		if fits && round >= 3 {
			return
		}
	}
	t.Errorf("the quickest answers: %v", quickest)
}

func TestManyGuessesAtOnceAreNotTriedAtOnce(t *testing.T) {
	t.Parallel()
	h := newHost(t, slowly)
	var wg sync.WaitGroup
	var mu sync.Mutex
	count := map[int]int{}
	for range 40 {
		b := h.Browser()
		wg.Go(func() {
			in := map[string]any{"email": matrix.AdminEmail, "password": "wrong password"}
			s := b.Do("POST", "/api/v1/auth/login", in).Status
			mu.Lock()
			count[s]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if count[401] > 7 || count[401]+count[429] != 40 {
		t.Errorf("statuses %v: more guesses were tried than the throttle allows", count)
	}
}

func TestPasswordTypedAsAddressIsNotKept(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	h.Browser().Login(401, "plum jam marker 4711", "x")
	if strings.Contains(h.Log.String(), "4711") {
		t.Error("it is in the log")
	}
}
