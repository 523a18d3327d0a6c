package connection

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"pantrie/auth/authentik"
)

// AcceptedAlgorithms are the signatures that sign-in verifies: asymmetric ones only, because
// an HMAC would let everyone who knows the client secret make tokens (RFC 8725, section 3.2).
func AcceptedAlgorithms() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
}

// signingKey looks at how ID tokens are signed and whether the keys for it can be fetched.
func (r *run) signingKey(ctx context.Context) Check {
	algorithms := slices.DeleteFunc(AcceptedAlgorithms(), func(a string) bool { return !slices.Contains(r.doc.SigningAlgorithms, a) })
	if len(algorithms) == 0 {
		seen := "The discovery document does not say how ID tokens are signed."
		if len(r.doc.SigningAlgorithms) > 0 {
			seen = fmt.Sprintf("ID tokens are signed with %s only, and not with a key pair.", r.quote(strings.Join(r.doc.SigningAlgorithms, ", ")))
		}
		return r.noSigningKey(CodeNoSigningKey, seen)
	}
	if r.done[Endpoints].Status == Failed {
		return skipped(CodeDepends, "Not checked, because it needs %s first.", Endpoints.words())
	}
	where := "The key set (jwks_uri)"
	look := "Look into the logs of " + r.t.Name + " and of the proxy in front of it."
	a, err := r.get(ctx, r.doc.JWKS)
	switch {
	case errors.Is(err, errRedirected):
		return failed(CodeJWKSUnreadable, "", where+" redirects to another address, which Pantrie does not follow.", look)
	case errors.Is(err, errTooLarge):
		return failed(CodeJWKSUnreadable, "", where+" is larger than 1 MiB.", look)
	case err != nil && timedOut(err):
		return failed(CodeJWKSUnreadable, "", fmt.Sprintf("%s did not arrive within %s.", where, duration(r.n.Limit)), look)
	case err != nil:
		return failed(CodeJWKSUnreadable, "", fmt.Sprintf("%s cannot be fetched: %s.", where, r.quote(cause(err).Error())), look)
	case a.status != http.StatusOK:
		return failed(CodeJWKSUnreadable, "", fmt.Sprintf("%s answers with status %d %s.", where, a.status, http.StatusText(a.status)), look)
	}
	usable, err := usableKeys(a.body, algorithms)
	switch {
	case err != nil:
		return failed(CodeJWKSUnreadable, "", where+" cannot be read.", look)
	case usable == 0:
		return r.noSigningKey(CodeJWKSEmpty, fmt.Sprintf("%s has no key for %s.", where, strings.Join(algorithms, ", ")))
	case usable == 1:
		return passed("ID tokens are signed with %s. The key is there.", strings.Join(algorithms, ", "))
	}
	return passed("ID tokens are signed with %s. %d keys are there.", strings.Join(algorithms, ", "), usable)
}

func (r *run) noSigningKey(code Code, seen string) Check {
	if r.authentik() {
		return failed(code, string(authentik.SettingSigningKey), seen, "In Authentik: "+authentik.SettingSigningKey.Where()+", choose a certificate.")
	}
	return failed(code, "", seen, "At "+r.t.Name+": let ID tokens be signed with a key pair, RS256 for instance.")
}

// usableKeys counts the public keys of a set (RFC 7517) that can verify one of the algorithms.
// A type of key that nobody knows is passed over, a malformed one spoils the set, as in sign-in.
func usableKeys(body []byte, algorithms []string) (int, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &set); err != nil {
		return 0, err
	}
	usable := 0
	for _, raw := range set.Keys {
		var key jose.JSONWebKey
		if err := key.UnmarshalJSON(raw); errors.Is(err, jose.ErrUnsupportedKeyType) {
			continue
		} else if err != nil {
			return 0, err
		}
		if key.Use == "enc" {
			continue
		}
		if slices.ContainsFunc(algorithms, func(a string) bool { return fits(key.Key, a) }) {
			usable++
		}
	}
	return usable, nil
}

func fits(key any, algorithm string) bool {
	switch key.(type) {
	case *rsa.PublicKey:
		return strings.HasPrefix(algorithm, "RS") || strings.HasPrefix(algorithm, "PS")
	case *ecdsa.PublicKey:
		return strings.HasPrefix(algorithm, "ES")
	case ed25519.PublicKey:
		return algorithm == "EdDSA"
	}
	return false
}
