package rp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"pantrie/auth/internal/input"
	"pantrie/auth/provider"
)

// keycloakToken is how token endpoints of Keycloak end. It lists offline_access for every client, but what it gives for
// it is a session of its own that lives on when the person signs out there.
const keycloakToken = "/protocol/openid-connect/token"

// offersRefresh says whether a refresh token may be asked for.
func offersRefresh(doc discoveryDocument) bool {
	return slices.Contains(doc.Scopes, oidc.ScopeOfflineAccess) && !strings.HasSuffix(doc.Token, keycloakToken)
}

// mostRefreshToken is the longest refresh token that is kept: it is read with each request of its session.
const mostRefreshToken = 16 << 10

// RefreshToken is the one to keep of a token answer, or "". One that was not asked for is none: Keycloak gives them to
// everybody; nor is one without end. The scope says what was granted where that is not what was asked for (RFC 6749,
// section 5.1).
func RefreshToken(answer *oauth2.Token, asked bool) string {
	scope, told := answer.Extra("scope").(string)
	if !asked || len(answer.RefreshToken) > mostRefreshToken {
		return ""
	}
	if told && !slices.Contains(strings.Fields(scope), oidc.ScopeOfflineAccess) {
		return ""
	}
	return answer.RefreshToken
}

// ErrAccessEnded says that the provider lets the person in no more: it answers invalid_grant to their refresh token.
var ErrAccessEnded = errors.New("the provider refuses the refresh token")

// Refresh gives a refresh token for new tokens (RFC 6749, section 6). The answer holds the refresh token that is good
// from then on, which may be the old one. [ErrAccessEnded] for invalid_grant with status 400 alone: whatever else goes
// wrong says nothing about the person.
func (m *Metadata) Refresh(ctx context.Context, p provider.Provider, refreshToken string) (*oauth2.Token, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, m.client)
	tokens, err := m.config(p, "", false).TokenSource(ctx, &oauth2.Token{RefreshToken: refreshToken}).Token()
	if err == nil {
		if len(tokens.RefreshToken) > mostRefreshToken {
			tokens.RefreshToken = refreshToken // which may be good still; else the session ends at the next question
		}
		return tokens, nil
	}
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) || answer.Response == nil {
		return nil, withoutURL(err)
	}
	status := answer.Response.StatusCode
	if status == http.StatusBadRequest && answer.ErrorCode == "invalid_grant" {
		said := strings.ReplaceAll(answer.ErrorDescription, refreshToken, "…")
		return nil, fmt.Errorf("%w: %q", ErrAccessEnded, input.Clip(said, 200))
	}
	return nil, fmt.Errorf("the token endpoint answers %d %q", status, input.Clip(answer.ErrorCode, 60))
}

// Refreshed reads who new tokens are about: from the ID token, if there is one (OpenID Connect Core 1.0, section 12.2),
// and from userinfo. Both have to be about the subject. algorithm is the ID token's, or "".
func (m *Metadata) Refreshed(ctx context.Context, p provider.Provider, subject string, tokens *oauth2.Token) (who Profile, algorithm string, err error) {
	idToken := &Claims{}
	if raw, _ := tokens.Extra("id_token").(string); raw != "" {
		claimed, err := parseSegment(raw, 1)
		if err != nil {
			return who, "", err
		}
		// The nonce of the sign-in may be repeated here, and is of no use any more.
		if idToken, _, err = m.VerifyIDToken(ctx, p.ClientID, claimed.GetNonce(), tokens); err != nil {
			return who, "", err
		}
		if idToken.GetSubject() != subject {
			return who, "", errors.New("the new ID token is about another subject")
		}
		algorithm = string(idToken.GetSignatureAlgorithm())
	}
	userinfo, err := m.FetchUserinfo(ctx, tokens.AccessToken, p.ClientID)
	if err != nil {
		return who, "", fmt.Errorf("userinfo: %w", err)
	}
	if userinfo.GetSubject() != subject {
		return who, "", errors.New("userinfo is about another subject")
	}
	return ReadProfile(*idToken, userinfo, p), algorithm, nil
}
