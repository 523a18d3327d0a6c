package rp

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// NewTransport is how providers are reached: with the proxies of the environment, and with the certificate
// authorities that the machine trusts, or, where it knows none, such as in an empty container, those that come with
// the program.
func NewTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone() // the standard library's type
	dial := t.DialContext
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		knowAuthorities()
		return dial(ctx, network, address)
	}
	return t
}

// knowAuthorities makes the standard library know the certificate authorities that come with the program. They
// belong to the process, and are read when the first provider is asked: most of the time nobody needs them, and
// reading them takes memory (package fallback, which does the same, reads them at every start).
var knowAuthorities = sync.OnceFunc(func() {
	pool := x509.NewCertPool()
	for root := range bundle.Roots() {
		c, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			continue
		}
		if root.Constraint == nil {
			pool.AddCert(c)
		} else {
			pool.AddCertWithConstraint(c, root.Constraint)
		}
	}
	x509.SetFallbackRoots(pool)
})

// systemAuthorities are those that vouch for providers when nothing else is said.
func systemAuthorities() *x509.CertPool {
	knowAuthorities()
	pool, err := x509.SystemCertPool()
	if err != nil {
		return x509.NewCertPool() // no system pool on this platform
	}
	return pool
}
