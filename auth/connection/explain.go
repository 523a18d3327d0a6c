package connection

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
)

// Explain says why a request of somebody else's to the provider got no answer, in the words of
// the checks. err is what sending it through n.Transport returned, and connected whether there was
// a connection by then (httptrace.ClientTrace.GotConn). t.DiscoveryURL is where it went.
func Explain(n Network, t Target, err error, connected bool) Check {
	r := newRun(n, t)
	if r.address == nil {
		return r.noAddress()
	}
	var (
		dns       *net.DNSError
		op        *net.OpError
		record    tls.RecordHeaderError
		untrusted *tls.CertificateVerificationError
	)
	refused := errors.As(err, &op) && op.Op == "proxyconnect"
	switch {
	case refused && errors.As(err, &untrusted):
		return r.noHandshake(fmt.Errorf("its own certificate: %w", untrusted))
	case errors.As(err, &untrusted):
		return r.untrusted(err)
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return r.notHTTPS()
	case errors.As(err, &dns) && r.proxy == nil && !dns.IsTimeout:
		return r.noName(err)
	case connected && timedOut(err):
		return r.tooSlow()
	case refused, errors.As(err, &op) && op.Op == "dial", timedOut(err):
		return r.noConnection(err)
	case !connected && r.proxy != nil:
		return r.noHandshake(err)
	}
	return r.brokeOff(err)
}

// tooSlow is an answer that took too long.
func (r *run) tooSlow() Check {
	return failed(CodeDiscoveryTooSlow, "", fmt.Sprintf("%s did not answer in full within %s.", place(r.address), duration(r.n.Limit)),
		"Look at the load of the server that "+r.t.Name+" runs on. Right after a start it may need some minutes.")
}

// brokeOff is an answer that did not come in full.
func (r *run) brokeOff(err error) Check {
	return failed(CodeDiscoveryFailed, "", fmt.Sprintf("The answer of %s broke off: %s.", place(r.address), r.quote(cause(err).Error())),
		"Look into the logs of "+r.t.Name+" and of the proxy in front of it.")
}
