package authentik

import (
	"errors"
	"testing"
)

func TestParseAddress(t *testing.T) {
	for _, tt := range []struct {
		pasted, base, slug string
		bad                bool
	}{
		{pasted: "https://auth.example.org", base: "https://auth.example.org"},
		{pasted: " https://Auth.Example.org/ ", base: "https://auth.example.org"},
		{pasted: "auth.example.org", base: "https://auth.example.org"},
		{pasted: "http://192.168.1.5:9000/", base: "http://192.168.1.5:9000"},
		{pasted: "https://home.example.org/auth/", base: "https://home.example.org/auth"},
		{pasted: "https://auth.example.org/application/o/pantrie/", base: "https://auth.example.org", slug: "pantrie"},
		{pasted: "https://auth.example.org/application/o/pantrie", base: "https://auth.example.org", slug: "pantrie"},
		{pasted: "https://home.example.org/auth/application/o/food/.well-known/openid-configuration", base: "https://home.example.org/auth", slug: "food"},
		{pasted: "https://auth.example.org/application/o/authorize/", base: "https://auth.example.org"},
		{pasted: "https://auth.example.org/application/o/authorize/?client_id=x", base: "https://auth.example.org"},
		{pasted: "https://auth.example.org/if/admin/#/core/applications/pantrie", base: "https://auth.example.org"},
		{pasted: "", bad: true},
		{pasted: "ftp://auth.example.org", bad: true},
		{pasted: "https://", bad: true},
		{pasted: "https://user:secret@auth.example.org", bad: true},
		{pasted: "https://auth.example.org/?next=/x", bad: true},
		{pasted: "javascript:alert(1)", bad: true},
		{pasted: "https://auth example.org", bad: true},
	} {
		base, slug, err := ParseAddress(tt.pasted)
		if (err != nil) != tt.bad || base != tt.base || slug != tt.slug {
			t.Errorf("ParseAddress(%q) = %q, %q, %v; want %q, %q, error %v", tt.pasted, base, slug, err, tt.base, tt.slug, tt.bad)
		}
	}
}

func TestCheckSlug(t *testing.T) {
	for slug, want := range map[string]error{
		"pantrie": nil, "My-Pantrie_2": nil, "": ErrInvalidSlug, "a b": ErrInvalidSlug, "a/b": ErrInvalidSlug, "..": ErrInvalidSlug,
		"authorize": ErrReservedSlug, "token": ErrReservedSlug, "userinfo": ErrReservedSlug,
	} {
		if err := CheckSlug(slug); !errors.Is(err, want) {
			t.Errorf("CheckSlug(%q) = %v, want %v", slug, err, want)
		}
	}
}

func TestAddressesEndAsAuthentikWantsThem(t *testing.T) {
	if got := Issuer("https://a.example/auth", "pantrie"); got != "https://a.example/auth/application/o/pantrie/" {
		t.Errorf("issuer %q", got)
	}
	if got := DiscoveryURL("https://a.example", "pantrie"); got != "https://a.example/application/o/pantrie/.well-known/openid-configuration" {
		t.Errorf("discovery %q", got)
	}
}
