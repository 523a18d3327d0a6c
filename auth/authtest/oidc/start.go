package oidc

import (
	"crypto/x509"
	"net/http/httptest"
)

// TB is the part of testing.TB that Start needs. Package testing itself stays out, since the
// command imports this package.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Start runs a provider on a free port of the loopback address until the test ends.
func Start(t TB, cfg Config) *Provider {
	t.Helper()
	p, err := New(cfg)
	if err != nil {
		t.Fatalf("start test provider: %v", err)
		return nil
	}
	p.Listen(t, cfg.TLS)
	return p
}

// Listen serves the provider on a free port of the loopback address until the test ends, over https with a certificate
// that signed itself, or over http.
func (p *Provider) Listen(t TB, https bool) {
	t.Helper()
	p.server = httptest.NewUnstartedServer(p)
	if https {
		p.server.StartTLS()
	} else {
		p.server.Start()
	}
	p.SetAddress(p.server.URL)
	t.Cleanup(func() {
		close(p.stopped) // Answers held back by Settings.Delay would keep Close waiting.
		p.server.Close()
	})
}

// Certificate returns the certificate of a server started with Config.TLS, which signed itself, or
// nil.
func (p *Provider) Certificate() *x509.Certificate {
	if p.server == nil {
		return nil
	}
	return p.server.Certificate()
}
