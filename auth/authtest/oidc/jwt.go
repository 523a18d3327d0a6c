package oidc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // SHA-384 and SHA-512 for tokens a test signs with other algorithms.
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// Token is a token on its way out, before it is signed (RFC 7515, RFC 7519). A test may make it as
// wrong as it likes; see Settings.EditIDToken.
type Token struct {
	// Header holds alg, typ and kid. The signature is made as its alg says: none, ES256, or HS, RS or
	// PS with 256, 384 or 512.
	Header map[string]any
	// Claims is the payload.
	Claims map[string]any
	// Payload, if set, is signed in place of Claims: for what a map cannot hold, such as a member
	// that occurs twice.
	Payload []byte
	// Key is an *rsa.PrivateKey or, for HS, a []byte, for ES256 an *ecdsa.PrivateKey.
	Key any
	// AccessToken is what an ID token comes with, whose hash other providers put into at_hash.
	AccessToken string
	// Rewrite, if set, gets the last word on the finished token.
	Rewrite func(compact string) string
}

func (t *Token) compact() (string, error) {
	header, err := json.Marshal(t.Header)
	if err != nil {
		return "", fmt.Errorf("encode token header: %w", err)
	}
	payload := t.Payload
	if payload == nil {
		if payload, err = json.Marshal(t.Claims); err != nil {
			return "", fmt.Errorf("encode token claims: %w", err)
		}
	}
	input := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	alg, _ := t.Header["alg"].(string)
	signature, err := sign(alg, t.Key, input)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	compact := input + "." + base64.RawURLEncoding.EncodeToString(signature)
	if t.Rewrite != nil {
		compact = t.Rewrite(compact)
	}
	return compact, nil
}

func sign(alg string, key any, input string) ([]byte, error) {
	if alg == "none" {
		return nil, nil
	}
	hashes := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}
	family, size := alg[:min(2, len(alg))], alg[min(2, len(alg)):]
	hash, ok := hashes[size]
	if !ok {
		return nil, fmt.Errorf("algorithm %q is not supported", alg)
	}
	if family == "HS" {
		secret, ok := key.([]byte)
		if !ok {
			return nil, fmt.Errorf("%s needs a []byte, not %T", alg, key)
		}
		mac := hmac.New(hash.New, secret)
		mac.Write([]byte(input))
		return mac.Sum(nil), nil
	}
	if elliptic, ok := key.(*ecdsa.PrivateKey); ok && alg == "ES256" {
		sum := sha256.Sum256([]byte(input))
		r, s, err := ecdsa.Sign(rand.Reader, elliptic, sum[:])
		if err != nil {
			return nil, err
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...), nil // RFC 7518, section 3.4
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s needs an *rsa.PrivateKey, not %T", alg, key)
	}
	h := hash.New()
	h.Write([]byte(input))
	switch family {
	case "RS":
		return rsa.SignPKCS1v15(rand.Reader, private, hash, h.Sum(nil))
	case "PS":
		return rsa.SignPSS(rand.Reader, private, hash, h.Sum(nil), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	}
	return nil, fmt.Errorf("algorithm %q is not supported", alg)
}

// verify returns the claims of a token this provider signed, whatever its times say.
func verify(compact string, keys []*keyPair, secret string) (map[string]any, error) {
	input, encoded, ok := cutLast(compact, ".")
	if !ok {
		return nil, errors.New("token has no signature")
	}
	signature, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("decode signature: %w", err)
	}
	sum := sha256.Sum256([]byte(input))
	valid := false
	for _, k := range keys {
		valid = valid || rsa.VerifyPKCS1v15(&k.private.PublicKey, crypto.SHA256, sum[:], signature) == nil
	}
	if keys == nil {
		mac, err := sign("HS256", []byte(secret), input)
		valid = err == nil && subtle.ConstantTimeCompare(mac, signature) == 1
	}
	if !valid {
		return nil, errors.New("signature is wrong")
	}
	_, encoded, _ = strings.Cut(input, ".")
	payload, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fmt.Errorf("decode payload: %w", err)
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		return nil, fmt.Errorf("decode claims: %w", err)
	}
	return claims, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+len(sep):], true
}

// encrypt wraps a signed token (RFC 7519, section 5.2) with the algorithms Authentik uses.
func encrypt(compact string) (string, error) {
	key, err := encryptionKey()
	if err != nil {
		return "", err
	}
	encrypter, err := jose.NewEncrypter(
		jose.A256CBC_HS512,
		jose.Recipient{Algorithm: jose.RSA_OAEP_256, Key: key.private.Public(), KeyID: key.id},
		(&jose.EncrypterOptions{}).WithType("JWT").WithContentType("JWT"),
	)
	if err != nil {
		return "", fmt.Errorf("make encrypter: %w", err)
	}
	jwe, err := encrypter.Encrypt([]byte(compact))
	if err != nil {
		return "", fmt.Errorf("encrypt token: %w", err)
	}
	return jwe.CompactSerialize()
}
