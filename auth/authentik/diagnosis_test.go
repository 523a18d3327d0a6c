package authentik

import (
	"strings"
	"testing"
)

func TestWhereEndsAtTheSetting(t *testing.T) {
	for _, s := range Settings() {
		if way := s.Where(); !strings.HasPrefix(way, "Applications → ") || !strings.HasSuffix(way, " → "+string(s)) {
			t.Errorf("the way to %q is %q", s, way)
		}
	}
	if got, want := SettingSigningKey.Where(), "Applications → Providers → Pantrie → Edit → Signing Key"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := SettingSlug.Where(), "Applications → Applications → Pantrie → Edit → Slug"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadErrorPage(t *testing.T) {
	for page, want := range map[string]Complaint{
		"<h1>Client ID Error</h1>": ComplaintClientID, "<title>Redirect URI Error - Home</title>": ComplaintRedirectURI,
		"<h1>Bad Request</h1>": ComplaintOther, "": ComplaintOther,
	} {
		if got := ReadErrorPage([]byte(page)); got != want {
			t.Errorf("ReadErrorPage(%q) = %q, want %q", page, got, want)
		}
	}
}

func TestReadTrouble(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
		want   Trouble
	}{
		{503, `{"error":"authentik starting"}`, TroubleStarting},
		{503, "<!doctype html><title>authentik starting</title>", TroubleStarting},
		{503, "503 Service Unavailable", TroubleNone}, // of a proxy
		{502, `{"error":"authentik starting"}`, TroubleNone},
		{500, "\n<!doctype html><title>authentik</title>Server Error", TroubleDatabase},
		{500, `{"detail":"Internal Server Error"}`, TroubleNone},
	} {
		got := ReadTrouble(tt.status, []byte(tt.body))
		seen, fix := got.Words()
		if got != tt.want || (seen == "") != (got == TroubleNone) || (fix == "") != (got == TroubleNone) {
			t.Errorf("%d %q is %q (%q, %q), want %q", tt.status, tt.body, got, seen, fix, tt.want)
		}
	}
}

func TestIsGlobalIssuer(t *testing.T) {
	for _, tt := range []struct {
		issuer, base string
		want         bool
	}{
		{"https://auth.example.org/", "https://auth.example.org", true},
		{"http://authentik:9000/", "https://auth.example.org", true},
		{"https://home.example.org/auth/", "https://home.example.org/auth", true},
		{"https://home.example.org/", "https://home.example.org/auth", false},
		{"https://auth.example.org/application/o/pantrie/", "https://auth.example.org", false},
		{"/", "https://auth.example.org", false},
		{"", "https://auth.example.org", false},
	} {
		if got := IsGlobalIssuer(tt.issuer, DiscoveryURL(tt.base, "pantrie")); got != tt.want {
			t.Errorf("IsGlobalIssuer(%q) below %s = %v", tt.issuer, tt.base, got)
		}
	}
	if IsGlobalIssuer("https://auth.example.org/", "https://auth.example.org/.well-known/openid-configuration") {
		t.Error("an address without a slug has a global issuer")
	}
}

func TestRefusesGrant(t *testing.T) {
	for code, want := range map[string]bool{"invalid_request": true, "unauthorized_client": true, "access_denied": false, "": false} {
		if RefusesGrant(code) != want {
			t.Errorf("RefusesGrant(%q) is not %v", code, want)
		}
	}
}
