package provider

import (
	"net/url"
	"slices"
	"testing"

	"pantrie/auth/fault"
	"pantrie/db"
)

// Settings that are accepted lead to an address of http or https without credentials, and hold
// no more than they may.
func FuzzProviderInput(f *testing.F) {
	s := &Store{}
	f.Add("authentik", "https://auth.example.org", "pantrie", "id", "family", "openid email", "")
	f.Add("authentik", "auth.example.org/application/o/pantrie/", "", "", "", "", "")
	f.Add("authentik", "https://u:p@x/", "authorize", "\x00", "a\nb", "\"", "-----BEGIN CERTIFICATE-----")
	f.Add("oidc", "https://id.example.org/realms/home/.well-known/openid-configuration", "", "id", "", "groups", "")
	f.Add("oidc", "HTTP://X", "", "", "", "", "")
	f.Add("google", "", "", "id", "family", "", "")
	f.Fuzz(func(t *testing.T, id, address, slug, clientID, group, scope, ca string) {
		if !slices.Contains(IDs(), id) {
			return
		}
		role := db.Role(scope)
		next, fields := s.Check(id, Input{
			BaseURL: &address, IssuerURL: &address, Slug: &slug, ClientID: &clientID, CA: &ca, AuthMethod: &scope, SignUpRole: &role,
			AllowedGroups: &[]string{group, group, slug}, Rules: &[]GroupRule{{Group: group, HouseholdID: slug, Role: role}}, Scopes: &[]string{scope},
		}, defaultProvider(OIDC), false)
		if slices.ContainsFunc(fields, func(f fault.Field) bool { return f.Name == "" || f.Message == "" }) {
			t.Errorf("a refusal without a name or a sentence: %+v", fields)
		}
		if len(fields) > 0 {
			return
		}
		if issuer := (Provider{ID: id, Settings: next}).Issuer(); issuer != "" {
			u, err := url.Parse(issuer)
			if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
				t.Errorf("%q is accepted as the issuer %q", address, issuer)
			}
		}
		if len(next.ClientID) > 4*255 || len(next.AllowedGroups) > 2 || slices.Contains(next.AllowedGroups, "") {
			t.Errorf("accepted: %+v", next)
		}
	})
}
