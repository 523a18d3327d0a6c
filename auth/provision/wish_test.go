package provision_test

import (
	"net/http"
	"strings"
	"testing"

	"pantrie/auth/provision"
)

func TestAWishThatCannotBeIsRefusedBeforeAnythingIsAsked(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("asked for %s", r.URL)
		w.WriteHeader(http.StatusInternalServerError)
	})
	for _, tt := range []struct {
		name  string
		edit  func(*provision.Wish)
		field string
		says  string
	}{
		{"no address", func(w *provision.Wish) { w.BaseURL = "" }, provision.FieldBaseURL, "no http or https address"},
		{"another scheme", func(w *provision.Wish) { w.BaseURL = "file:///etc/passwd" }, provision.FieldBaseURL, "no http or https address"},
		{"an address with a password", func(w *provision.Wish) { w.BaseURL = "https://me:word@auth.example.org" }, provision.FieldBaseURL, "no http or https address"},
		{"no token", func(w *provision.Wish) { w.Token = "  \n" }, provision.FieldToken, "no API token"},
		{"a token of two words", func(w *provision.Wish) { w.Token = "Bearer " + token }, provision.FieldToken, "space"},
		{"a token with a line break", func(w *provision.Wish) { w.Token = token[:9] + "\r\nX-Evil: 1" }, provision.FieldToken, "space"},
		{"a token with a control character", func(w *provision.Wish) { w.Token = token + "\x00" + token }, provision.FieldToken, "another character"},
		{"a token of other letters", func(w *provision.Wish) { w.Token = token + "é" }, provision.FieldToken, "another character"},
		{"a token that is a file", func(w *provision.Wish) { w.Token = strings.Repeat(token, 100) }, provision.FieldToken, "longer than any"},
		{"a group that is a text", func(w *provision.Wish) { w.Group = strings.Repeat("g", 201) }, provision.FieldGroup, "200 characters"},
		{"a group of two lines", func(w *provision.Wish) { w.Group = "a\nb" }, provision.FieldGroup, "line break"},
		{"a reserved slug", func(w *provision.Wish) { w.Slug = "token" }, provision.FieldSlug, "address of its own"},
		{"a slug with a slash", func(w *provision.Wish) { w.Slug = "../users" }, provision.FieldSlug, "letters, digits"},
		{"a slug with a space", func(w *provision.Wish) { w.Slug = "my pantry" }, provision.FieldSlug, "letters, digits"},
		{"a slug too long", func(w *provision.Wish) { w.Slug = strings.Repeat("a", 51) }, provision.FieldSlug, "50 characters"},
		{"another consent", func(w *provision.Wish) { w.Consent = "never" }, provision.FieldConsent, "consent"},
		{"another way with what is there", func(w *provision.Wish) { w.Existing = "overwrite" }, provision.FieldExisting, "already"},
		{"no redirect URI", func(w *provision.Wish) { w.RedirectURI = "" }, "", "redirect URI"},
		{"a redirect URI of two lines", func(w *provision.Wish) { w.RedirectURI = callback + "\nhttps://evil.example" }, "", "redirect URI"},
		{"a launch URL that runs", func(w *provision.Wish) { w.LaunchURL = "javascript:alert(1)" }, "", "launch URL"},
		{"a logout URL that is a path", func(w *provision.Wish) { w.LogoutURI = "/logout" }, "", "back-channel logout URL"},
		{"a post-logout URL that is a word", func(w *provision.Wish) { w.SignedOutURL = "home" }, "", "post-logout redirect URI"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := wish(base)
			tt.edit(&w)
			for _, r := range []told{look(t.Context(), network(), w), apply(t.Context(), network(), w)} {
				p := r.problem(t)
				if p.Code != provision.CodeInvalid || p.Field != tt.field || p.Fix == "" {
					t.Errorf("got %+v, want field %q", p, tt.field)
				}
				says(t, p.Message, tt.says)
				if text := r.texts(t); strings.Contains(text, token[:9]) {
					t.Errorf("the token is in %s", text)
				}
			}
		})
	}
}

func TestTheAddressMayBePastedInItsManyForms(t *testing.T) {
	for _, tail := range []string{"", "/", "/application/o/pantrie/", "/application/o/pantrie/.well-known/openid-configuration", "/if/admin/#/core/applications", "/if/user/"} {
		var asked string
		var sent string
		base := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked, sent = r.URL.Path, r.Header.Get("Authorization")
			replyJSON(http.StatusInternalServerError, `{}`)(w, r)
		})
		w := wish("  " + base + "/home" + tail + " ")
		w.Token = " \t" + token + "\n"
		look(t.Context(), network(), w)
		if asked != "/home/api/v3/admin/version/" || sent != "Bearer "+token {
			t.Errorf("%q: asked for %s with %q", tail, asked, sent)
		}
	}
}

func TestClosedListsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	add := func(list, value string) {
		if value == "" || seen[list+value] {
			t.Errorf("%s has %q twice, or an empty one", list, value)
		}
		seen[list+value] = true
	}
	for _, v := range provision.Codes() {
		add("codes", string(v))
	}
	for _, v := range provision.StepIDs() {
		add("steps", string(v))
	}
	for _, v := range provision.Statuses() {
		add("statuses", string(v))
	}
	for _, v := range provision.ItemKinds() {
		add("kinds", string(v))
	}
	for _, v := range provision.Actions() {
		add("actions", string(v))
	}
	for _, v := range provision.WarningCodes() {
		add("warnings", string(v))
	}
}
