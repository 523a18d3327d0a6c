package connection_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"pantrie/auth/authentik"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/connection"
)

const (
	host     = "auth.home.arpa"
	base     = "https://" + host
	callback = "https://pantry.home.arpa/api/v1/auth/oauth/authentik/callback"
	secret   = "correct+horse/battery=staple"
)

// bench is a provider that works, and what reaches it: its name by a resolver, its port by a
// dialer, its certificate by an authority. A scenario breaks one of these.
type bench struct {
	t        *testing.T
	provider *authtest.Provider
	server   *httptest.Server
	ca       *authority
	network  connection.Network
	clock    authtest.Deadlines // of its limits
	target   connection.Target
}

func newBench(t *testing.T) *bench {
	t.Helper()
	p, err := authtest.New(authtest.Config{BaseURL: base, ClientSecret: secret, RedirectURIs: []string{callback}})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, provider: p, ca: newAuthority(t, "Home CA")}
	b.server = b.serveTLS(p, b.ca.issue(t, certificate{names: []string{host}}))
	b.network = connection.Network{
		Transport: &http.Transport{
			DialContext:     func(ctx context.Context, _, address string) (net.Conn, error) { return b.dial(ctx, address) },
			TLSClientConfig: &tls.Config{RootCAs: b.ca.pool()},
		},
		Resolver: resolver(map[string]string{host + ".": "127.0.0.1"}, 3),
		Now:      time.Now,
		Limit:    limit,
		Within:   b.clock.Within,
	}
	b.target = connection.Target{
		Kind: connection.KindAuthentik, Name: "Authentik", Issuer: authentik.Issuer(base, "pantrie"), DiscoveryURL: authentik.DiscoveryURL(base, "pantrie"),
		ClientID: "pantrie-client", ClientSecret: secret, RedirectURI: callback, Scopes: []string{"openid", "email", "profile"},
	}
	return b
}

// dial leads the provider's own address to its server, and every other one nowhere else.
func (b *bench) dial(ctx context.Context, address string) (net.Conn, error) {
	if address == host+":443" || address == host+":80" {
		address = b.server.Listener.Addr().String()
	}
	return new(net.Dialer).DialContext(ctx, "tcp", address)
}

func (b *bench) serve(h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	b.t.Cleanup(s.Close)
	return s
}

func (b *bench) serveTLS(h http.Handler, c tls.Certificate) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{c}}
	s.StartTLS()
	b.t.Cleanup(s.Close)
	return s
}

// plain moves provider and target to http.
func (b *bench) plain(origin string) {
	b.server = b.serve(b.provider)
	b.provider.Set(func(s *authtest.Settings) { s.BaseURL = origin })
	b.target.Issuer, b.target.DiscoveryURL = authentik.Issuer(origin, "pantrie"), authentik.DiscoveryURL(origin, "pantrie")
}

// listen accepts connections and hands each to answer.
func (b *bench) listen(answer func(net.Conn)) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answer(conn)
		}
	}()
	return l
}

// route sends the provider's address to a listener of the test's own.
func (b *bench) route(l net.Listener) {
	b.network.Transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	}
}

// answer replaces what an endpoint does.
func (b *bench) answer(e oidc.Endpoint, h http.HandlerFunc) {
	b.provider.Set(func(s *authtest.Settings) {
		before := s.Intercept
		s.Intercept = func(at oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			switch {
			case at == e:
				h(w, r)
			case before != nil:
				before(at, w, r, next)
			default:
				next.ServeHTTP(w, r)
			}
		}
	})
}

// limit is that of each check. Only [bench.tooLate] lets it pass.
const limit = 20 * time.Second

// tooLate lets the time of the check that is under way pass.
func (b *bench) tooLate() { b.clock.Pass(limit) }

// tooSlow is an answer that takes longer than its check may.
func (b *bench) tooSlow(w http.ResponseWriter, r *http.Request) {
	b.tooLate()
	never(w, r)
}

// never answers, not even whoever has just hung up: over TLS they may still hear it.
func never(_ http.ResponseWriter, r *http.Request) {
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

// reply answers an endpoint with a text.
func (b *bench) reply(e oidc.Endpoint, status int, kind, body string) {
	b.answer(e, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// redirect answers an endpoint with a redirect.
func (b *bench) redirect(e oidc.Endpoint, to string) {
	b.answer(e, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusTemporaryRedirect) })
}

// document changes the discovery document on its way.
func (b *bench) document(change func(map[string]any)) {
	b.provider.Set(func(s *authtest.Settings) {
		s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e != oidc.EndpointDiscovery {
				next.ServeHTTP(w, r)
				return
			}
			seen := httptest.NewRecorder()
			next.ServeHTTP(seen, r)
			doc := map[string]any{}
			if err := json.Unmarshal(seen.Body.Bytes(), &doc); err != nil {
				b.t.Error(err)
			}
			change(doc)
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(doc)
		}
	})
}

func (b *bench) set(change func(*authtest.Settings)) { b.provider.Set(change) }

func (b *bench) run(ctx context.Context) []connection.Check {
	return connection.Run(ctx, b.network, b.target, func(connection.Check) {})
}

// authority is a certificate authority of the test's own.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

type certificate struct {
	names         []string
	usage         x509.ExtKeyUsage
	before, after time.Time
	self          bool
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-2, 0, 0), NotAfter: time.Now().AddDate(2, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{c, key}
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

func (a *authority) issue(t *testing.T, c certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if c.before.IsZero() {
		c.before, c.after = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	}
	if c.usage == 0 {
		c.usage = x509.ExtKeyUsageServerAuth
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "a server"}, DNSNames: c.names,
		NotBefore: c.before, NotAfter: c.after, ExtKeyUsage: []x509.ExtKeyUsage{c.usage},
	}
	parent, signer := a.certificate, a.key
	if c.self {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// resolver answers IPv4 addresses of the names it knows, and rcode (RFC 1035, section 4.1.1)
// about all others.
func resolver(known map[string]string, rcode byte) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer ours.Close() // a test's pipe
			for {
				var size uint16
				if binary.Read(ours, binary.BigEndian, &size) != nil {
					return
				}
				query := make([]byte, size)
				if _, err := io.ReadFull(ours, query); err != nil {
					return
				}
				answer := dnsAnswer(query, known, rcode)
				if _, err := ours.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
					return
				}
			}
		}()
		return theirs, nil
	}}
}

func dnsAnswer(query []byte, known map[string]string, rcode byte) []byte {
	name, end := "", 12
	for query[end] != 0 {
		length := int(query[end])
		name += string(query[end+1:end+1+length]) + "."
		end += 1 + length
	}
	end += 5 // the root's length, type and class
	isA := query[end-3] == 1
	answer := append([]byte(nil), query[:end]...)
	answer[2], answer[3] = 0x81, 0x80
	copy(answer[4:12], []byte{0, 1, 0, 0, 0, 0, 0, 0})
	address, found := known[name]
	switch {
	case !found:
		answer[3] |= rcode
	case isA:
		answer[7] = 1
		answer = append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4)
		answer = append(answer, net.ParseIP(address).To4()...)
	}
	return answer
}
