package rp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"pantrie/auth/internal/input"
	"pantrie/auth/reason"
)

// VerifyIDToken checks the ID token (OpenID Connect Core 1.0, section 3.1.3.7) by the library,
// and what the library leaves out: the header's typ, nbf, and the form of sub. It returns the
// claims and the token itself.
func (m *Metadata) VerifyIDToken(ctx context.Context, clientID, nonce string, token *oauth2.Token) (*Claims, string, error) {
	invalid := func(format string, args ...any) (*Claims, string, error) {
		return nil, "", reason.New(reason.TokenInvalid, "id_token", format, args...)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return invalid("the token answer has no ID token; is the scope openid allowed?")
	}
	if strings.Count(raw, ".") == 4 { // JWE compact serialisation: RFC 7516, section 3.1
		return nil, "", reason.New(reason.EncryptsTokens, "id_token", "the ID token is encrypted: clear the Encryption Key of the provider")
	}
	if alg := headerOf(raw, "alg"); strings.HasPrefix(alg, "HS") {
		return nil, "", reason.New(reason.NoSigningKey, "id_token", "the ID token is signed with %s: choose a Signing Key in the provider", input.Clip(alg, 20))
	}
	if typ := headerOf(raw, "typ"); typ != "" && !strings.EqualFold(typ, "JWT") {
		return invalid("the ID token's typ is %q", input.Clip(typ, 40))
	}
	if hasCritical(raw) {
		return invalid("the ID token wants extensions understood that Pantrie does not know (crit)")
	}
	// The library's parser would leave no claims at all for a payload of null.
	if _, err := parseSegment(raw, 1); err != nil {
		return invalid("%v", err)
	}
	verifier := rp.NewIDTokenVerifier(m.Issuer, clientID, m.keys,
		rp.WithNonce(func(context.Context) string { return nonce }),
		rp.WithSupportedSigningAlgorithms(m.algorithms...),
		rp.WithIssuedAtOffset(0), // both times are checked below: the library's offset would shorten exp by it
	)
	// The library reads the clock itself and tolerates nothing on exp with an offset of zero and
	// a rounded second on iat; the tolerance is applied to the claims instead.
	idToken, err := rp.VerifyTokens[*tolerantClaims](ctx, token.AccessToken, raw, verifier)
	if err != nil {
		var keys *reason.Failure // of keysTransport
		switch {
		case errors.As(err, &keys):
			return nil, "", keys
		case errors.Is(err, errRedirected):
			return nil, "", reason.New(reason.ProviderInvalid, "keys", "%s redirects elsewhere", m.jwks)
		case errors.Is(err, context.DeadlineExceeded):
			return nil, "", reason.New(reason.ProviderUnreachable, "keys", "%s does not answer in time", m.jwks)
		}
		return invalid("%s", tokenProblem("the ID token", raw, err))
	}
	c := &idToken.Claims
	now := m.now()
	if nbf := c.when("nbf"); !nbf.IsZero() && nbf.After(now.Add(ClockTolerance)) {
		return invalid("the ID token is not valid yet (nbf)")
	}
	if !validSubject(c.GetSubject()) {
		return invalid("the ID token's subject is blank, longer than 255 characters or not printable")
	}
	return c, raw, nil
}

// ClockTolerance is how far two clocks may be apart.
const ClockTolerance = 30 * time.Second

// tokenProblem says for the administrator what a check of the library's found in a token, which the sentence calls
// what: "the ID token", say.
func tokenProblem(what, raw string, err error) string {
	if alg := headerOf(raw, "alg"); strings.EqualFold(alg, "none") {
		return what + " is not signed (alg none), which Pantrie accepts from nobody"
	}
	for _, known := range []struct {
		is  error
		say string
	}{
		{oidc.ErrIssuerInvalid, "comes from another issuer than the one expected; was the slug or the address changed?"},
		{oidc.ErrAudience, "is for another client ID"},
		{oidc.ErrAzpMissing, "has several audiences and does not say whom it is for (azp)"},
		{oidc.ErrAzpInvalid, "is for another client ID (azp)"},
		{oidc.ErrSubjectMissing, "has no subject"},
		{oidc.ErrExpired, "has expired: compare the clocks of both machines"},
		{oidc.ErrIatInFuture, "was issued in the future: compare the clocks of both machines"},
		{oidc.ErrIatMissing, "does not say when it was issued"},
		{oidc.ErrNonceInvalid, "belongs to another sign-in (nonce)"},
		{oidc.ErrSignatureUnsupportedAlg, "is signed with an algorithm that the provider does not list"},
		{oidc.ErrKeyMultiple, "does not name its key (kid), and the provider has several that would fit"},
		{oidc.ErrKeyNone, "is signed with a key that the provider does not publish"},
		{oidc.ErrSignatureInvalid, "has a signature that is not from the provider's keys"},
		{oidc.ErrAtHash, "does not belong to the access token (at_hash)"},
	} {
		if errors.Is(err, known.is) {
			return what + " " + known.say
		}
	}
	return what + " cannot be read"
}

// tolerantClaims moves exp and iat by the tolerated difference between two clocks.
type tolerantClaims struct{ Claims }

// GetExpiration returns exp, later by the tolerance.
func (c *tolerantClaims) GetExpiration() time.Time {
	return shift(c.Claims.GetExpiration(), ClockTolerance)
}

// GetIssuedAt returns iat, earlier by the tolerance.
func (c *tolerantClaims) GetIssuedAt() time.Time {
	return shift(c.Claims.GetIssuedAt(), -ClockTolerance)
}

func shift(t time.Time, by time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(by)
}

// headerOf is a text of a token's header, "" when there is none.
func headerOf(raw, name string) string {
	c, err := parseSegment(raw, 0)
	if err != nil {
		return "unreadable"
	}
	return c.Text(name)
}

// hasCritical says whether a token's header names extensions that must be understood (RFC 7515,
// section 4.1.11). The library knows one of them; nobody has a use for it here.
func hasCritical(raw string) bool {
	c, err := parseSegment(raw, 0)
	if err != nil {
		return false
	}
	_, has := c.raw["crit"]
	return has
}

// parseSegment reads header (0) or payload (1) of a compact token (RFC 7515, section 3.1).
func parseSegment(raw string, index int) (Claims, error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return Claims{}, errors.New("the token has not three parts")
	}
	decoded, err := base64.RawURLEncoding.DecodeString(parts[index])
	if err != nil {
		return Claims{}, fmt.Errorf("decode token: %w", err)
	}
	return parseClaims(decoded)
}
