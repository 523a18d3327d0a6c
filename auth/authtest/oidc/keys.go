package oidc

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // x5t is defined as SHA-1 (RFC 7517, section 4.8).
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// keyPair is what Authentik calls a certificate-key pair.
type keyPair struct {
	id          string
	private     *rsa.PrivateKey
	certificate *x509.Certificate
}

// The first signing key and the encryption key are made once per process, when first needed, and
// never change: making one takes about a tenth of a second, and a test suite starts many providers.
var (
	firstSigningKey = sync.OnceValues(newKeyPair)
	encryptionKey   = sync.OnceValues(newKeyPair)
)

func newKeyPair() (*keyPair, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "Test provider self-signed certificate"},
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return nil, fmt.Errorf("create certificate: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("parse certificate: %w", err)
	}
	id := sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
	return &keyPair{id: hex.EncodeToString(id[:16]), private: private, certificate: certificate}, nil
}

// jwk returns the public half as it stands in the key set, with its certificate as Authentik's do
// (RFC 7517, section 4). Use is "sig" or "enc".
func (k *keyPair) jwk(algorithm, use string) jose.JSONWebKey {
	sum1, sum256 := sha1.Sum(k.certificate.Raw), sha256.Sum256(k.certificate.Raw) // See above.
	return jose.JSONWebKey{
		Key:                         k.private.Public(),
		KeyID:                       k.id,
		Algorithm:                   algorithm,
		Use:                         use,
		Certificates:                []*x509.Certificate{k.certificate},
		CertificateThumbprintSHA1:   sum1[:],
		CertificateThumbprintSHA256: sum256[:],
	}
}
