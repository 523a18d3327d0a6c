// Package authentik knows what only Authentik does: how its addresses are built and what
// people paste instead of them.
package authentik

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Errors of addresses and slugs, each with its own field code on the wire.
var (
	ErrInvalidURL   = errors.New("not an http or https address")
	ErrInvalidSlug  = errors.New("a slug has only letters, digits, hyphens and underscores")
	ErrReservedSlug = errors.New("authentik uses this name for an address of its own")
)

var slugPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// reservedSlugs are the path segments that Authentik routes to endpoints without a slug
// (authentik/providers/oauth2/urls.py, 2023.10 to 2026.5).
func reservedSlugs() []string {
	return []string{"authorize", "token", "device", "userinfo", "introspect", "revoke"}
}

// CheckSlug answers nil for a usable application slug, else [ErrInvalidSlug] or [ErrReservedSlug].
func CheckSlug(slug string) error {
	switch {
	case !slugPattern.MatchString(slug):
		return ErrInvalidSlug
	case slices.Contains(reservedSlugs(), slug):
		return ErrReservedSlug
	}
	return nil
}

// ParseAddress reads what people paste as "Authentik Base URL": the address itself, the
// issuer (B/application/o/S/), the discovery document below it, or a page of Authentik's own
// interface (B/if/…). It returns the base without a trailing slash and the application slug
// when the pasted address names one. A missing scheme is read as https. [ErrInvalidURL].
func ParseAddress(pasted string) (base, slug string, err error) {
	text := strings.TrimSpace(pasted)
	if text != "" && !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil || strings.ContainsAny(u.Host, " \\") {
		return "", "", ErrInvalidURL
	}
	path := u.EscapedPath()
	if before, after, found := strings.Cut(path+"/", "/application/o/"); found {
		path = before
		slug, _, _ = strings.Cut(after, "/")
		if slices.Contains(reservedSlugs(), slug) {
			slug = ""
		}
	} else if before, _, found := strings.Cut(path+"/", "/if/"); found {
		path = before
	} else if u.RawQuery != "" {
		return "", "", ErrInvalidURL
	}
	return strings.ToLower(u.Scheme) + "://" + strings.ToLower(u.Host) + strings.TrimRight(path, "/"), slug, nil
}

// Issuer is the issuer of an application's provider in Authentik's default "per provider"
// mode. It always ends in a slash.
func Issuer(base, slug string) string {
	return base + "/application/o/" + slug + "/"
}

// DiscoveryURL is where Authentik serves the application's discovery document, in either
// issuer mode.
func DiscoveryURL(base, slug string) string {
	return Issuer(base, slug) + ".well-known/openid-configuration"
}
