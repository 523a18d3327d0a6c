package connection

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// nameResolution looks up the provider's host. Behind a proxy that is the proxy's work.
func (r *run) nameResolution(ctx context.Context) Check {
	if r.address == nil {
		return r.noAddress()
	}
	host := r.address.Hostname()
	switch _, err := netip.ParseAddr(host); {
	case err == nil:
		return skipped(CodeNotNeeded, "%s is an address already. There is no name to look up.", host)
	case r.proxy != nil:
		return skipped(CodeProxied, "Pantrie reaches %s through the proxy %s, which looks the name up itself.", host, hostPort(r.proxy))
	}
	ctx, cancel := r.limited(ctx)
	defer cancel()
	found, err := r.n.Resolver.LookupNetIP(ctx, "ip", host)
	if err == nil {
		return passed("%s is %s.", host, addresses(found))
	}
	// The dialer may know the address of a name that nobody else does.
	if conn, dialErr := r.dial(ctx, r.address); dialErr == nil {
		defer conn.Close() // nothing was written
		return passed("The name service does not know %s. Pantrie reaches it at %s by its own settings.", host, conn.RemoteAddr())
	}
	return r.noName(err)
}

// noAddress is an address that is none.
func (r *run) noAddress() Check {
	return failed(CodeAddressInvalid, r.addressField(), fmt.Sprintf("The address %s is no http or https address.", r.quote(r.t.DiscoveryURL)),
		inPantrie(r.addressField())+", enter an address such as https://auth.example.org.")
}

// noName is a name that was looked up in vain.
func (r *run) noName(err error) Check {
	host := r.address.Hostname()
	fix := "Check the spelling of the host name. If Pantrie runs in a container, the name must be known inside the container as well."
	if field := r.addressField(); field != "" {
		fix += " " + inPantrie(field) + ", correct it."
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return failed(CodeNameNotFound, r.addressField(), fmt.Sprintf("There is no address for the name %s.", host), fix)
	}
	return failed(CodeNameLookupFailed, "", fmt.Sprintf("The name service gave no answer about %s.", host),
		"Check that the machine or container Pantrie runs on has a working name server (DNS).")
}

func addresses(found []netip.Addr) string {
	var list []string
	for i, a := range found {
		if i == 4 {
			list = append(list, "…")
			break
		}
		list = append(list, a.Unmap().String())
	}
	return strings.Join(list, ", ")
}

// dial opens a connection the way the transport does.
func (r *run) dial(ctx context.Context, to *url.URL) (net.Conn, error) {
	dial := r.transport.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return dial(ctx, "tcp", hostPort(to))
}

// tcp opens a connection to the provider, or to the proxy before it.
func (r *run) tcp(ctx context.Context) Check {
	ctx, cancel := r.limited(ctx)
	defer cancel()
	to, whom := r.address, hostPort(r.address)
	if r.proxy != nil {
		to, whom = r.proxy, "the proxy "+hostPort(r.proxy)
	}
	conn, err := r.dial(ctx, to)
	if err == nil {
		defer conn.Close() // nothing was written
		if r.proxy != nil {
			return passed("Connected to %s at %s. It connects to %s in Pantrie's place.", whom, conn.RemoteAddr(), hostPort(r.address))
		}
		return passed("Connected to %s at %s.", whom, conn.RemoteAddr())
	}
	return r.noConnection(err)
}

// noConnection sorts why nobody took a connection.
func (r *run) noConnection(err error) Check {
	to, whom := r.address, hostPort(r.address)
	if r.proxy != nil {
		to, whom = r.proxy, "the proxy "+hostPort(r.proxy)
	}
	field, check := r.addressField(), "Check the host name and the port. "
	if r.proxy != nil {
		field, check = "", "Check the address of the proxy, which Pantrie takes from HTTPS_PROXY and HTTP_PROXY. "
	}
	container := ""
	if loopback(to.Hostname()) {
		container = fmt.Sprintf(" If Pantrie runs in a container, %s is the container itself.", to.Hostname())
	}
	switch {
	case isErrno(err, syscall.ECONNREFUSED, 10061):
		return failed(CodeConnectionRefused, field, fmt.Sprintf("The machine is there, but nothing takes connections at %s.%s", whom, container),
			check+"Is the server running, and is its port published?")
	case timedOut(err):
		return failed(CodeConnectionTimeout, field, fmt.Sprintf("Nobody answered at %s within %s.", whom, duration(r.n.Limit)),
			check+"A firewall may be in between. From inside a home network the public address often does not lead back in: let the name point to the local address there.")
	case isErrno(err, syscall.EHOSTUNREACH, 10065), isErrno(err, syscall.ENETUNREACH, 10051):
		return failed(CodeHostUnreachable, field, fmt.Sprintf("There is no way from here to %s.", whom),
			check+"Is the machine or container Pantrie runs on in a network that reaches it?")
	}
	return failed(CodeConnectionFailed, field, fmt.Sprintf("Connecting to %s failed: %s.", whom, r.quote(cause(err).Error())),
		check+"Is the server running?")
}

// isErrno compares with an error of the system, which Windows numbers on its own (Winsock).
func isErrno(err error, unix, windows syscall.Errno) bool {
	return errors.Is(err, unix) || errors.Is(err, windows)
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}
