package rp

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"pantrie/auth/internal/input"
)

// FetchUserinfo asks the userinfo endpoint (OpenID Connect Core 1.0, section 5.3). A signed answer (section 5.3.2) is
// verified by the keys of ID tokens.
func (m *Metadata) FetchUserinfo(ctx context.Context, accessToken, clientID string) (Claims, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.userinfo, nil)
	if err != nil {
		return Claims{}, err
	}
	req.Header.Set("Authorization", "Bearer "+accessToken)
	req.Header.Set("Accept", "application/json, application/jwt")
	resp, err := m.client.Do(req)
	if err != nil {
		return Claims{}, withoutURL(err)
	}
	defer resp.Body.Close()
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	// RFC 6750, section 3.1. Authentik grants no scope at all where the provider has no scope mappings.
	scarce := strings.Contains(resp.Header.Get("WWW-Authenticate"), "insufficient_scope")
	if resp.StatusCode == http.StatusForbidden && scarce {
		return Claims{}, errors.New("status 403, insufficient_scope: the provider granted none of the scopes " +
			"that are needed; allow openid, email and profile there (in Authentik: Scopes of the provider)")
	}
	if resp.StatusCode != http.StatusOK || kind != "application/json" && kind != "application/jwt" {
		return Claims{}, fmt.Errorf("status %d, content type %q", resp.StatusCode, input.Clip(kind, 60))
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return Claims{}, err
	}
	if kind == "application/jwt" {
		return m.verifyUserinfo(ctx, string(bytes.TrimSpace(body)), clientID)
	}
	return parseClaims(body)
}

// verifyUserinfo checks a signed answer. iss and aud should be in it; where they are, they have to be right.
func (m *Metadata) verifyUserinfo(ctx context.Context, raw, clientID string) (Claims, error) {
	if strings.Count(raw, ".") == 4 { // JWE compact serialisation: RFC 7516, section 3.1
		return Claims{}, errors.New("it is encrypted: have it signed only, or sent as JSON")
	}
	c, err := parseSegment(raw, 1)
	if err != nil {
		return Claims{}, err
	}
	if hasCritical(raw) {
		return Claims{}, errors.New("it wants extensions understood that Pantrie does not know (crit)")
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
	if err != nil {
		return Claims{}, err
	}
	if err := oidc.CheckSignature(ctx, raw, payload, &c, m.algorithms, m.keys); err != nil {
		return Claims{}, errors.New(tokenProblem("it", raw, err))
	}
	now := m.now()
	_, named := c.raw["iss"]
	_, meant := c.raw["aud"]
	switch {
	case named && c.GetIssuer() != m.Issuer:
		return Claims{}, errors.New("it comes from another issuer (iss)")
	case meant && !slices.Contains(c.GetAudience(), clientID):
		return Claims{}, errors.New("it is for another client ID (aud)")
	case !c.GetExpiration().IsZero() && now.After(c.GetExpiration().Add(ClockTolerance)):
		return Claims{}, errors.New("it has expired (exp)")
	case c.when("nbf").After(now.Add(ClockTolerance)):
		return Claims{}, errors.New("it is not valid yet (nbf)")
	}
	return c, nil
}
