package connection_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"pantrie/auth/authentik"
	"pantrie/auth/authtest"
	"pantrie/auth/connection"
)

type codes = map[connection.ID]connection.Code

func wellScenarios() []scenario {
	return []scenario{
		{name: "Authentik works", setup: func(*bench) {}},
		{name: "Authentik works over HTTP/2", setup: func(b *bench) {
			b.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					b.t.Errorf("%s %s by %s", r.Method, r.URL.Path, r.Proto)
				}
				b.provider.ServeHTTP(w, r)
			}))
			b.server.Config.ErrorLog = log.New(io.Discard, "", 0)
			b.server.TLS = &tls.Config{Certificates: []tls.Certificate{b.ca.issue(b.t, certificate{names: []string{host}})}}
			b.server.EnableHTTP2, b.network.Transport.ForceAttemptHTTP2 = true, true
			b.server.StartTLS()
			b.t.Cleanup(b.server.Close)
		}},
		{name: "Authentik below a path", setup: func(b *bench) {
			p, err := authtest.New(authtest.Config{BaseURL: base + "/auth", ClientSecret: secret, RedirectURIs: []string{callback}})
			if err != nil {
				b.t.Fatal(err)
			}
			b.provider = p
			b.server = b.serveTLS(p, b.ca.issue(b.t, certificate{names: []string{host}}))
			b.target.Issuer, b.target.DiscoveryURL = authentik.Issuer(base+"/auth", "pantrie"), authentik.DiscoveryURL(base+"/auth", "pantrie")
		}},
		{name: "any other provider works", setup: func(b *bench) { b.target.Kind, b.target.Name = connection.KindOIDC, "Keycloak" }},
		{name: "a provider without a name", setup: func(b *bench) { b.target.Kind, b.target.Name = connection.KindOIDC, "" }},
		{name: "everything on one machine", setup: func(b *bench) {
			b.plain("http://" + b.serve(b.provider).Listener.Addr().String())
			b.target.RedirectURI = "http://localhost:8000/callback"
			b.set(func(s *authtest.Settings) { s.RedirectURIs = []string{b.target.RedirectURI} })
		}, id: connection.TLS, code: connection.CodePlainHTTP, status: connection.OK, says: []string{"nothing is encrypted"},
			rest: codes{connection.NameResolution: connection.CodeNotNeeded}},
		{name: "plain http in the network", setup: func(b *bench) { b.plain("http://" + host) },
			id: connection.TLS, code: connection.CodePlainHTTP, status: connection.Warning, field: "Authentik Base URL", says: []string{"the client secret", "unencrypted"}},
		{name: "a name that only Pantrie's settings know", setup: func(b *bench) { b.network.Resolver = resolver(nil, 3) },
			id: connection.NameResolution, code: connection.CodeOK, says: []string{"by its own settings"}},
		{name: "through a proxy", setup: func(b *bench) { b.proxy(http.StatusOK) },
			id: connection.NameResolution, code: connection.CodeProxied, says: []string{"through the proxy"}},
		{name: "through an https proxy", setup: func(b *bench) { b.secureProxy("proxy.home.arpa") },
			id: connection.TLS, code: connection.CodeOK, says: []string{"for auth.home.arpa"}, rest: codes{connection.NameResolution: connection.CodeProxied}},
	}
}

func reachScenarios() []scenario {
	certified := func(c certificate) func(*bench) {
		return func(b *bench) { b.server = b.serveTLS(b.provider, b.ca.issue(b.t, c)) }
	}
	dialing := func(err error) func(*bench) {
		return func(b *bench) {
			b.network.Transport.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, err }
		}
	}
	now := time.Now()
	return []scenario{
		{name: "no address", setup: func(b *bench) { b.target.DiscoveryURL = "auth.home.arpa" },
			id: connection.NameResolution, code: connection.CodeAddressInvalid, field: "Authentik Base URL", rest: after(connection.NameResolution)},
		{name: "another scheme", setup: func(b *bench) { b.target.DiscoveryURL = "file:///etc/passwd" },
			id: connection.NameResolution, code: connection.CodeAddressInvalid, field: "Authentik Base URL", rest: after(connection.NameResolution)},
		{name: "a name nobody knows", setup: func(b *bench) {
			b.network.Resolver = resolver(nil, 3)
			dialing(&net.DNSError{Err: "no such host", IsNotFound: true})(b)
		}, id: connection.NameResolution, code: connection.CodeNameNotFound, field: "Authentik Base URL",
			says: []string{"no address for the name auth.home.arpa", "container"}, rest: after(connection.NameResolution)},
		{name: "a name server that does not work", setup: func(b *bench) {
			b.network.Resolver = resolver(nil, 2)
			dialing(&net.DNSError{Err: "server misbehaving", IsTemporary: true})(b)
		}, id: connection.NameResolution, code: connection.CodeNameLookupFailed, says: []string{"DNS"}, rest: after(connection.NameResolution)},
		{name: "a closed port", setup: func(b *bench) {
			l := b.listen(func(net.Conn) {})
			_ = l.Close()
			b.route(l)
		}, id: connection.TCP, code: connection.CodeConnectionRefused, field: "Authentik Base URL", says: []string{"auth.home.arpa:443"}, rest: after(connection.TCP)},
		{name: "a closed port of this machine", setup: func(b *bench) {
			l := b.listen(func(net.Conn) {})
			_ = l.Close()
			b.plain("http://" + l.Addr().String())
		}, id: connection.TCP, code: connection.CodeConnectionRefused, field: "Authentik Base URL", says: []string{"127.0.0.1 is the container itself"},
			rest: with(after(connection.TCP), connection.NameResolution, connection.CodeNotNeeded)},
		{name: "nobody answers", setup: func(b *bench) {
			b.network.Transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				b.tooLate()
				<-ctx.Done()
				return nil, ctx.Err()
			}
		}, id: connection.TCP, code: connection.CodeConnectionTimeout, field: "Authentik Base URL", says: []string{"firewall"}, rest: after(connection.TCP)},
		{name: "no way there", setup: dialing(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}),
			id: connection.TCP, code: connection.CodeHostUnreachable, field: "Authentik Base URL", rest: after(connection.TCP)},
		{name: "a closed port, as Windows says it", setup: dialing(&net.OpError{Op: "dial", Err: os.NewSyscallError("connectex", syscall.Errno(10061))}),
			id: connection.TCP, code: connection.CodeConnectionRefused, field: "Authentik Base URL", rest: after(connection.TCP)},
		{name: "another failure to connect", setup: dialing(errors.New("too many open files")),
			id: connection.TCP, code: connection.CodeConnectionFailed, field: "Authentik Base URL", says: []string{`"too many open files"`}, rest: after(connection.TCP)},
		{name: "an authority of one's own", setup: func(b *bench) { b.network.Transport.TLSClientConfig.RootCAs = x509.NewCertPool() },
			id: connection.TLS, code: connection.CodeTLSUnknownAuthority, field: "Extra certificate authority",
			says: []string{`The certificate was issued by "Home CA" for auth.home.arpa.`, "In Pantrie: Extra certificate authority", "whole chain"}, rest: after(connection.TLS)},
		{name: "signed by itself", setup: certified(certificate{names: []string{host}, self: true}),
			id: connection.TLS, code: connection.CodeTLSUnknownAuthority, field: "Extra certificate authority", says: []string{"signed by itself"}, rest: after(connection.TLS)},
		{name: "a certificate for another name", setup: certified(certificate{names: []string{"cloud.home.arpa"}}),
			id: connection.TLS, code: connection.CodeTLSWrongName, field: "Authentik Base URL", says: []string{"for cloud.home.arpa, not for auth.home.arpa"}, rest: after(connection.TLS)},
		{name: "a certificate without a name", setup: certified(certificate{}),
			id: connection.TLS, code: connection.CodeTLSWrongName, field: "Authentik Base URL", says: []string{"no host name", "a server"}, rest: after(connection.TLS)},
		{name: "an expired certificate", setup: certified(certificate{names: []string{host}, before: now.AddDate(-1, 0, 0), after: now.AddDate(0, 0, -3)}),
			id: connection.TLS, code: connection.CodeTLSExpired, says: []string{"until " + now.AddDate(0, 0, -3).UTC().Format(time.DateOnly), `"Home CA"`}, rest: after(connection.TLS)},
		{name: "a certificate of the future", setup: certified(certificate{names: []string{host}, before: now.AddDate(0, 0, 3), after: now.AddDate(1, 0, 0)}),
			id: connection.TLS, code: connection.CodeTLSNotYetValid, says: []string{"clock"}, rest: after(connection.TLS)},
		{name: "a certificate for clients", setup: certified(certificate{names: []string{host}, usage: x509.ExtKeyUsageClientAuth}),
			id: connection.TLS, code: connection.CodeTLSFailed, says: []string{"not accepted"}, rest: after(connection.TLS)},
		{name: "https asked at a port of plain http", setup: func(b *bench) { b.server = b.serve(b.provider) },
			id: connection.TLS, code: connection.CodeTLSNotHTTPS, field: "Authentik Base URL", says: []string{"unencrypted"}, rest: after(connection.TLS)},
		{name: "the handshake breaks off", setup: func(b *bench) { b.route(b.listen(func(c net.Conn) { _ = c.Close() })) },
			id: connection.TLS, code: connection.CodeTLSFailed, field: "Authentik Base URL", rest: after(connection.TLS)},
		{name: "the handshake never comes", setup: func(b *bench) {
			b.route(b.listen(func(c net.Conn) {
				if _, err := c.Read(make([]byte, 1)); err == nil { // of the handshake
					b.tooLate()
				}
				_, _ = io.Copy(io.Discard, c)
			}))
		}, id: connection.TLS, code: connection.CodeConnectionTimeout, field: "Authentik Base URL", rest: after(connection.TLS)},
		{name: "a proxy that does not want to", setup: func(b *bench) { b.proxy(http.StatusForbidden) },
			id: connection.TLS, code: connection.CodeProxyRefused, says: []string{"Forbidden", "NO_PROXY"},
			rest: with(after(connection.TLS), connection.NameResolution, connection.CodeProxied)},
		{name: "an https proxy with a wrong certificate", setup: func(b *bench) { b.secureProxy("cloud.home.arpa") },
			id: connection.TLS, code: connection.CodeProxyRefused, says: []string{"proxy.home.arpa", "its own certificate", "cloud.home.arpa"},
			rest: with(after(connection.TLS), connection.NameResolution, connection.CodeProxied)},
		{name: "a proxy that is not there", setup: func(b *bench) {
			l := b.listen(func(net.Conn) {})
			_ = l.Close()
			b.proxied(&url.URL{Scheme: "http", Host: l.Addr().String()})
		}, id: connection.TCP, code: connection.CodeConnectionRefused, says: []string{"the proxy 127.0.0.1", "HTTPS_PROXY"},
			rest: with(after(connection.TCP), connection.NameResolution, connection.CodeProxied)},
	}
}

const proxyPassword = "proxy+password"

// proxied sends everything through a proxy that wants a password.
func (b *bench) proxied(proxy *url.URL) {
	proxy.User = url.UserPassword("pantrie", proxyPassword)
	b.network.Transport.Proxy = http.ProxyURL(proxy)
}

// proxy runs one that answers CONNECT (RFC 9110, section 9.3.6) with status and, if that is 200,
// connects to the provider.
func (b *bench) proxy(status int) {
	l := b.listen(func(c net.Conn) { b.tunnel(c, status) })
	b.proxied(&url.URL{Scheme: "http", Host: l.Addr().String()})
}

// secureProxy runs one that speaks https, with a certificate for a name.
func (b *bench) secureProxy(name string) {
	c := &tls.Config{Certificates: []tls.Certificate{b.ca.issue(b.t, certificate{names: []string{name}})}}
	b.route(b.listen(func(conn net.Conn) { b.tunnel(tls.Server(conn, c), http.StatusOK) }))
	b.proxied(&url.URL{Scheme: "https", Host: "proxy.home.arpa"})
}

func (b *bench) tunnel(c net.Conn, status int) {
	defer c.Close() // a test's connection
	req, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil || req.Method != http.MethodConnect {
		return
	}
	if status != http.StatusOK {
		sent := req.Header.Get("Proxy-Authorization")
		clear, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(sent, "Basic "))
		_, _ = fmt.Fprintf(c, "HTTP/1.1 %d %s, %s and %s\r\n\r\n", status, http.StatusText(status), sent, clear)
		return
	}
	_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
	to, err := net.Dial("tcp", b.server.Listener.Addr().String())
	if err != nil {
		return
	}
	defer to.Close() // a test's connection
	go func() { _, _ = io.Copy(to, c) }()
	_, _ = io.Copy(c, to)
}
