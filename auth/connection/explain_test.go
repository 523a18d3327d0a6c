package connection_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"pantrie/auth/connection"
)

// TestExplain has the errors of a request as the transport wraps them.
func TestExplain(t *testing.T) {
	const api = base + "/api/v3/admin/version/"
	failure := func(err error) error { return &url.Error{Op: "Get", URL: api, Err: err} }
	dial := func(err error) error { return failure(&net.OpError{Op: "dial", Net: "tcp", Err: err}) }
	leaf := &x509.Certificate{DNSNames: []string{"proxy.home.arpa"}}
	unknown := &tls.CertificateVerificationError{UnverifiedCertificates: []*x509.Certificate{leaf}, Err: x509.UnknownAuthorityError{Cert: leaf}}
	for _, tt := range []struct {
		name      string
		err       error
		connected bool
		proxy     string
		address   string
		code      connection.Code
		says      []string
	}{
		{name: "no address", address: "file:///etc/passwd", err: failure(io.EOF), code: connection.CodeAddressInvalid},
		{name: "a closed port", err: dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), code: connection.CodeConnectionRefused},
		{name: "a name nobody knows", err: dial(&net.DNSError{IsNotFound: true}), code: connection.CodeNameNotFound},
		{name: "a name server too slow", err: dial(&net.DNSError{IsTimeout: true}), code: connection.CodeConnectionTimeout},
		{name: "nobody answers", err: failure(context.DeadlineExceeded), code: connection.CodeConnectionTimeout, says: []string{"firewall"}},
		{name: "an answer too slow", err: failure(context.DeadlineExceeded), connected: true, code: connection.CodeDiscoveryTooSlow, says: []string{api}},
		{name: "an authority of one's own", err: failure(unknown), code: connection.CodeTLSUnknownAuthority, says: []string{"PANTRIE_CA_FILE"}},
		{name: "plain http", err: failure(http.ErrSchemeMismatch), code: connection.CodeTLSNotHTTPS},
		{name: "plain text", err: failure(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), code: connection.CodeTLSNotHTTPS},
		{name: "an answer that breaks off", err: failure(io.ErrUnexpectedEOF), connected: true, code: connection.CodeDiscoveryFailed, says: []string{"broke off"}},
		{name: "a proxy that is not there", proxy: "http://proxy.home.arpa:3128",
			err: failure(&net.OpError{Op: "proxyconnect", Err: &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}}), code: connection.CodeConnectionRefused, says: []string{"the proxy"}},
		{name: "a proxy whose name nobody knows", proxy: "http://proxy.home.arpa:3128",
			err: failure(&net.OpError{Op: "proxyconnect", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}), code: connection.CodeConnectionFailed, says: []string{"the proxy"}},
		{name: "a proxy with a certificate of its own", proxy: "https://proxy.home.arpa", err: failure(&net.OpError{Op: "proxyconnect", Err: unknown}), code: connection.CodeProxyRefused, says: []string{"its own certificate"}},
		{name: "a proxy that does not want to", proxy: "http://proxy.home.arpa:3128", err: failure(errors.New("Forbidden")), code: connection.CodeProxyRefused, says: []string{"Forbidden", "NO_PROXY"}},
		{name: "the secret, echoed", err: failure(errors.New("malformed HTTP response " + secret)), connected: true, code: connection.CodeDiscoveryFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := connection.Network{Transport: &http.Transport{}, Now: time.Now, Limit: time.Second}
			if tt.proxy != "" {
				u, err := url.Parse(tt.proxy)
				if err != nil {
					t.Fatal(err)
				}
				n.Transport.Proxy = http.ProxyURL(u)
			}
			target := connection.Target{Kind: connection.KindAuthentik, DiscoveryURL: api, ClientSecret: secret}
			if tt.address != "" {
				target.DiscoveryURL = tt.address
			}
			c := connection.Explain(n, target, tt.err, tt.connected)
			if c.Code != tt.code || c.Status != connection.Failed || c.Fix == "" {
				t.Errorf("got %+v, want %s", c, tt.code)
			}
			for _, part := range tt.says {
				if !strings.Contains(c.Seen+" "+c.Fix, part) {
					t.Errorf("%q is missing in %q", part, c.Seen+" "+c.Fix)
				}
			}
			if strings.Contains(c.Seen+c.Fix, secret) {
				t.Errorf("the secret is in %q", c.Seen+c.Fix)
			}
		})
	}
}
