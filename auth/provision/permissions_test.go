package provision_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/provision"
)

// TestEveryPermissionIsListed for people who make a role for it.
func TestEveryPermissionIsListed(t *testing.T) {
	for _, file := range []string{"../../README.md", "../../frontend/src/lib/messages/en/authentik-guide.ts"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range provision.Permissions() {
			if !strings.Contains(string(text), name) {
				t.Errorf("%s does not list %s", file, name)
			}
		}
	}
}

// TestEachPermissionIsNeeded, and a run that lacks one names it.
func TestEachPermissionIsNeeded(t *testing.T) {
	for _, name := range provision.Permissions() {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "2026.5.0")
			b.wish.Group = "household"
			undoing := strings.Contains(name, ".delete_")
			switch {
			case strings.Contains(name, ".change_"):
				b.wish.Existing = provision.ExistingUse
				app := any(nil)
				if strings.HasSuffix(name, "oauth2provider") {
					app = b.newProvider("Something", nil)["pk"]
				}
				b.newApplication("pantrie", app)
			case undoing:
				b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if strings.HasSuffix(r.URL.Path, "/policies/bindings/") {
						replyJSON(http.StatusForbidden, `{"detail":"You do not have permission to perform this action."}`)(w, r)
						return
					}
					next.ServeHTTP(w, r)
				})
			}
			b.provider.Set(func(s *authtest.Settings) { s.DeniedPermissions = []string{name} })
			r := b.apply()
			p := r.problem(t)
			if undoing {
				told := slices.ContainsFunc(r.Steps, func(s provision.Step) bool { return strings.Contains(s.Text, name) })
				if len(p.Left) == 0 || !told {
					t.Errorf("left %+v; steps:\n%s", p.Left, r.log())
				}
				return
			}
			if p.Code != provision.CodeForbidden || p.Permission != name {
				t.Errorf("got %+v", p)
			}
			says(t, p.Message+p.Fix, name, "/help/authentik")
		})
	}
}
