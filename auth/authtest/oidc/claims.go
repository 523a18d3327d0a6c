package oidc

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// acrDefault is Authentik's only acr value.
const acrDefault = "goauthentik.io/providers/oauth2/default"

// subject returns the sub claim (OpenID Connect Core 1.0, section 2) in the mode set. Authentik's
// default is the hash of the user's number and the installation's identifier.
func (s *Settings) subject(u *User) string {
	switch s.SubjectMode {
	case SubjectUserID:
		return strconv.Itoa(u.ID)
	case SubjectUUID:
		return u.UUID
	case SubjectUsername:
		return u.Username
	case SubjectEmail:
		return u.Email
	default:
		sum := sha256.Sum256([]byte(strconv.Itoa(u.ID) + "-" + s.InstanceID))
		return hex.EncodeToString(sum[:])
	}
}

// claims returns what Authentik's default scope mappings return (authentik default mappings for
// openid, email and profile): groups belong to the profile scope, there is no scope of that name,
// and given_name is the full name.
func (s *Settings) claims(u *User, scopes []string) map[string]any {
	c := make(map[string]any)
	if slices.Contains(scopes, "email") {
		c["email"] = u.Email
		verified := s.EmailVerified
		if u.EmailVerified != "" {
			verified = u.EmailVerified
		}
		if a := s.Application; a != nil && a.VerifiedByUser && u.EmailVerified != VerifiedTrue {
			verified = VerifiedFalse
		} else if a != nil && a.Verified != "" {
			verified = a.Verified
		}
		if verified != VerifiedAbsent {
			c["email_verified"] = verified == VerifiedTrue
		}
	}
	if slices.Contains(scopes, "profile") {
		c["name"] = u.Name
		c["given_name"] = u.Name
		c["preferred_username"] = u.Username
		c["nickname"] = u.Username
		groups := u.Groups
		if groups == nil {
			groups = []string{}
		}
		c["groups"] = groups
	}
	for k, v := range u.Claims {
		c[k] = v
	}
	for _, k := range u.OmitClaims {
		delete(c, k)
	}
	return c
}
