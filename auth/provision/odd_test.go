package provision_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/provision"
)

// TestAServerThatEchoesTheToken says it wherever it has a place for a text.
func TestAServerThatEchoesTheToken(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.newApplication("pantrie", b.newProvider("Something", nil)["pk"])
	b.wish.Existing = provision.ExistingUse
	b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		page := func(object string) http.HandlerFunc {
			return replyJSON(http.StatusOK, fmt.Sprintf(`{"pagination":{"next":0},"results":[`+object+`]}`, token))
		}
		switch at := strings.TrimPrefix(r.URL.Path, "/api/v3/"); {
		case at == "admin/version/":
			replyJSON(http.StatusOK, fmt.Sprintf(`{"version_current":"2026.5.%s"}`, token))(w, r)
		case at == "core/groups/":
			page(`{"pk":"a","name":"%s"}`)(w, r)
		case at == "core/applications/pantrie/":
			replyJSON(http.StatusOK, fmt.Sprintf(`{"pk":"a","slug":"pantrie","name":"of %s","provider":7,"provider_obj":{"name":"%[1]s","verbose_name":"%[1]s"}}`, token))(w, r)
		case strings.HasPrefix(at, "providers/oauth2/"):
			replyJSON(http.StatusOK, fmt.Sprintf(`{"pk":7,"name":"%s","client_id":"%[1]s","client_secret":"x","client_type":"confidential","redirect_uris":[{"url":"%[1]s"}]}`, token))(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
	for _, r := range []told{b.look().ok(t), b.apply().ok(t)} {
		if text := r.texts(t); strings.Contains(text, token) {
			t.Errorf("the token is in %s", text)
		}
	}
}

// TestTheBestOfSeveralKeysIsChosen knows both names that Authentik has had for the kind of a key.
func TestTheBestOfSeveralKeysIsChosen(t *testing.T) {
	for name, tt := range map[string]struct{ certificates, want string }{
		"rsa":        {`{"pk":"1","name":"a","private_key_available":true,"private_key_type":"ec"},{"pk":"2","name":"b","private_key_available":true,"private_key_type":"rsa"}`, `"b"`},
		"rsa, newer": {`{"pk":"1","name":"a","key_type":"ed25519"},{"pk":"2","name":"b","key_type":"rsa"}`, `"b"`},
		"any":        {`{"pk":"1","name":"a","private_key_available":false},{"pk":"2","name":"b","private_key_available":true,"private_key_type":"ec"}`, `"b"`},
	} {
		b := newBench(t, "2026.5.0")
		b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if !strings.HasSuffix(r.URL.Path, "/crypto/certificatekeypairs/") {
				next.ServeHTTP(w, r)
				return
			}
			list := tt.certificates
			if r.URL.Query().Get("name") != "" {
				list = ""
			}
			replyJSON(http.StatusOK, `{"pagination":{"next":0},"results":[`+list+`]}`)(w, r)
		})
		plan := b.look().ok(t).Plan
		if i := slices.IndexFunc(plan.Warnings, func(w provision.Warning) bool { return w.Code == provision.WarnSigningKey }); i < 0 || !strings.Contains(plan.Warnings[i].Text, tt.want) {
			t.Errorf("%s: warnings %v", name, plan.Warnings)
		}
	}
}

func TestAVersionOlderThanKnownIsTriedWithAWarning(t *testing.T) {
	b := newBench(t, "2023.5.1")
	r := b.apply().ok(t).Result
	if !slices.ContainsFunc(r.Warnings, func(w provision.Warning) bool { return w.Code == provision.WarnVersionOld }) {
		t.Errorf("warnings %v", r.Warnings)
	}
}

// TestBelowAPath: Authentik answers at a sub-path, over https with a certificate of its own.
func TestBelowAPath(t *testing.T) {
	p := authtest.Start(t, authtest.Config{APIToken: token, NoApplication: true, BasePath: "/auth", TLS: true})
	w := wish(p.BaseURL() + "/if/admin/#/core/applications")
	n := network()
	if got := apply(t.Context(), n, w).problem(t); got.Code != provision.CodeCertificate {
		t.Errorf("got %+v", got)
	}
	n.Transport = p.Client().Transport.(*http.Transport)
	r := apply(t.Context(), n, w).ok(t)
	if r.Result.Slug != "pantrie" || !strings.HasSuffix(p.BaseURL(), "/auth") {
		t.Errorf("result %+v at %s", r.Result, p.BaseURL())
	}
}
