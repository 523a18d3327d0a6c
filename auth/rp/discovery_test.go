package rp

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"pantrie/auth/provider"
	"pantrie/auth/reason"
)

// Under an https issuer nothing may be sent in clear: not the browser, not the code and the secret,
// not the access token, and no key may come that way.
func TestEndpointsAreAsSafeAsTheIssuer(t *testing.T) {
	d := New(&http.Transport{}, time.Now, slog.New(slog.DiscardHandler), context.WithCancel)
	const issuer = "https://auth.example.org/application/o/pantrie/"
	document := func(change func(map[string]any)) []byte {
		doc := map[string]any{
			"issuer":                                issuer,
			"authorization_endpoint":                "https://auth.example.org/application/o/authorize/",
			"token_endpoint":                        "https://auth.example.org/application/o/token/",
			"userinfo_endpoint":                     "https://auth.example.org/application/o/userinfo/",
			"jwks_uri":                              issuer + "jwks/",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		}
		change(doc)
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	p := provider.Provider{ID: provider.Authentik, Settings: provider.Settings{BaseURL: "https://auth.example.org", Slug: "pantrie"}}
	if _, err := d.check(http.DefaultClient, document(func(map[string]any) {}), issuer, p); err != nil {
		t.Errorf("all https: %v", err)
	}
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"} {
		_, err := d.check(http.DefaultClient, document(func(doc map[string]any) {
			doc[name] = strings.Replace(doc[name].(string), "https://", "http://", 1)
		}), issuer, p)
		var e *reason.Failure
		if !errors.As(err, &e) || e.Reason != reason.ProviderInvalid || !strings.Contains(e.Detail, name) {
			t.Errorf("%s by http: %v", name, err)
		}
	}
}
