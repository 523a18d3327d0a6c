// Package secret makes the values that nobody may guess, and what is stored of them.
package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// Random makes an unguessable value: 256 bits in URL-safe base64.
func Random() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // crypto/rand.Read never returns an error
	return base64.RawURLEncoding.EncodeToString(b)
}

// Digest is how secrets that are only compared are stored: SHA-256 in base64.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
