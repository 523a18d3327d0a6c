package connection

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
)

// extraCA is the field of Pantrie that takes a certificate authority of one's own.
const extraCA = "Extra certificate authority"

type handshake struct {
	state tls.ConnectionState
	err   error
}

// tls makes a handshake through the transport itself, so that its proxy and its certificate
// authorities count, and ends the request before it is sent.
func (r *run) tls(ctx context.Context) Check {
	host := r.address.Hostname()
	if r.address.Scheme == "http" {
		if loopback(host) {
			return Check{Status: OK, Code: CodePlainHTTP, Seen: "The address begins with http, so nothing is encrypted. It stays on this machine."}
		}
		return warned(CodePlainHTTP, r.addressField(),
			fmt.Sprintf("The address begins with http: the client secret and what %s says about people travel unencrypted.", r.t.Name),
			inPantrie(r.addressField())+", use an https address unless the network in between is your own.")
	}
	ctx, cancel := r.limited(ctx)
	defer cancel()
	ends := 1 // handshakes until the provider's own
	if r.proxy != nil && r.proxy.Scheme == "https" {
		ends = 2
	}
	seen := make(chan handshake, 1)
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		TLSHandshakeDone: func(state tls.ConnectionState, err error) {
			if ends--; ends > 0 {
				if err == nil {
					return
				}
				err = errors.New("its own certificate: " + err.Error())
			}
			select {
			case seen <- handshake{state, err}:
			default:
			}
			cancel()
		},
	}), http.MethodGet, r.address.String(), nil)
	if err != nil {
		return r.noHandshake(err)
	}
	resp, err := r.transport.RoundTrip(req)
	if resp != nil {
		_ = resp.Body.Close()
	}
	select {
	case h := <-seen:
		if h.err == nil {
			return r.trusted(h.state)
		}
		return r.untrusted(h.err)
	default:
		return r.noHandshake(err)
	}
}

func (r *run) trusted(state tls.ConnectionState) Check {
	if len(state.PeerCertificates) == 0 {
		return passed("The connection to %s is encrypted.", r.address.Hostname())
	}
	leaf := state.PeerCertificates[0]
	return passed("The certificate is for %s, was issued by %s and is valid until %s.", r.names(leaf), r.issuedBy(leaf), day(leaf.NotAfter))
}

// noHandshake is an attempt that ended before the certificate was seen.
func (r *run) noHandshake(err error) Check {
	if err == nil {
		return passed("The connection to %s is encrypted.", r.address.Hostname())
	}
	if timedOut(err) {
		return failed(CodeConnectionTimeout, r.addressField(), fmt.Sprintf("%s took the connection, but did not answer within %s.", hostPort(r.address), duration(r.n.Limit)),
			"Check that the port is the one for https, and that the server is not overloaded.")
	}
	if r.proxy != nil {
		return failed(CodeProxyRefused, "", fmt.Sprintf("The proxy %s does not connect to %s: %s.", hostPort(r.proxy), hostPort(r.address), r.quote(cause(err).Error())),
			"Let the proxy allow this address, or name the host in NO_PROXY so that Pantrie reaches it directly.")
	}
	return failed(CodeTLSFailed, r.addressField(), fmt.Sprintf("No encrypted connection to %s: %s.", hostPort(r.address), r.quote(cause(err).Error())),
		"Check that the port is the one for https.")
}

// untrusted sorts what is wrong with a certificate (RFC 5280, section 6; RFC 9525).
func (r *run) untrusted(err error) Check {
	host := r.address.Hostname()
	var record tls.RecordHeaderError
	if errors.As(err, &record) {
		return r.notHTTPS()
	}
	var verification *tls.CertificateVerificationError
	if !errors.As(err, &verification) || len(verification.UnverifiedCertificates) == 0 {
		return r.noHandshake(err)
	}
	sent := verification.UnverifiedCertificates
	leaf := sent[0]
	var (
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		authority x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &name):
		return failed(CodeTLSWrongName, r.addressField(), fmt.Sprintf("The certificate is for %s, not for %s.", r.names(leaf), host),
			inPantrie(r.addressField())+fmt.Sprintf(", use a name that the certificate has, or give the server a certificate for %s.", host))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && r.n.Now().Before(invalid.Cert.NotBefore):
		return failed(CodeTLSNotYetValid, "", fmt.Sprintf("The certificate for %s is valid only from %s on. Here it is %s.", r.names(invalid.Cert), day(invalid.Cert.NotBefore), day(r.n.Now())),
			"Check the clock of the machine Pantrie runs on.")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return failed(CodeTLSExpired, "", fmt.Sprintf("The certificate for %s, issued by %s, has expired: it was valid until %s.", r.names(invalid.Cert), r.issuedBy(invalid.Cert), day(invalid.Cert.NotAfter)),
			"Renew the certificate of the server. If the date looks right, check the clock of the machine Pantrie runs on.")
	case errors.As(err, &authority):
		return r.unknownAuthority(sent)
	}
	return failed(CodeTLSFailed, "", fmt.Sprintf("The certificate for %s, issued by %s, is not accepted: %s.", r.names(leaf), r.issuedBy(leaf), r.quote(verification.Err.Error())),
		"Give the server a certificate for this name by an authority that Pantrie trusts.")
}

func (r *run) notHTTPS() Check {
	return failed(CodeTLSNotHTTPS, r.addressField(), fmt.Sprintf("%s does not speak https. It answers unencrypted.", hostPort(r.address)),
		inPantrie(r.addressField())+", enter the port for https, or begin the address with http if there is none.")
}

func (r *run) unknownAuthority(sent []*x509.Certificate) Check {
	leaf, last := sent[0], sent[len(sent)-1]
	fix := "In Pantrie: " + extraCA + " (under Advanced), paste the certificate of %s, or name a file with it in PANTRIE_CA_FILE. Or give the server a certificate by a public authority."
	if string(last.RawIssuer) == string(last.RawSubject) && len(sent) == 1 {
		return failed(CodeTLSUnknownAuthority, extraCA,
			fmt.Sprintf("The certificate for %s is signed by itself. No authority that Pantrie trusts vouches for it.", r.names(leaf)),
			fmt.Sprintf(fix, "this server"))
	}
	seen := fmt.Sprintf("The certificate was issued by %s for %s. Pantrie does not know this authority.", r.issuedBy(leaf), r.names(leaf))
	if len(sent) == 1 {
		seen += " The server sent no certificate beside its own."
		fix += " If it has one already, let the server send the whole chain."
	}
	return failed(CodeTLSUnknownAuthority, extraCA, seen, fmt.Sprintf(fix, r.issuedBy(last)))
}

// names are the names a certificate is for (RFC 9525, section 6.1), or its subject when there
// are none, which no client accepts.
func (r *run) names(c *x509.Certificate) string {
	list := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		list = append(list, ip.String())
	}
	if len(list) == 0 {
		return "no host name (subject " + r.quote(c.Subject.String()) + ")"
	}
	if len(list) > 4 {
		list = append(list[:4], "…")
	}
	for i, name := range list {
		list[i] = strings.Trim(r.quote(name), `"`)
	}
	return strings.Join(list, ", ")
}

func (r *run) issuedBy(c *x509.Certificate) string {
	name := c.Issuer.CommonName
	if name == "" {
		name = c.Issuer.String()
	}
	if name == "" {
		return "an authority without a name"
	}
	return r.quote(name)
}
