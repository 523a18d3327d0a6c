package app_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pantrie/app"
)

// certFiles is a self-signed certificate for localhost and its key, in a folder.
type certFiles struct {
	t         *testing.T
	cert, key string
	age       int
}

func newCertFiles(t *testing.T, name string) *certFiles {
	t.Helper()
	dir := t.TempDir()
	f := &certFiles{t: t, cert: filepath.Join(dir, "fullchain.pem"), key: filepath.Join(dir, "privkey.pem")}
	f.renew(name)
	return f
}

// renew puts a new certificate there, named so that it can be told from another.
func (f *certFiles) renew(name string) {
	f.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		f.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		f.t.Fatal(err)
	}
	f.write(f.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	f.write(f.key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

// write replaces a file and gives it a time of its own, whatever the file system's clock can tell apart.
func (f *certFiles) write(path string, text []byte) {
	f.t.Helper()
	f.age++
	at := time.Now().Add(time.Duration(f.age) * time.Second)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		f.t.Fatal(err)
	}
}

func (f *certFiles) environment() []string {
	return []string{"PANTRIE_TLS_CERT=" + f.cert, "PANTRIE_TLS_KEY=" + f.key}
}

func TestRenewedCertificateIsServed(t *testing.T) {
	files, log, at := newCertFiles(t, "first"), &journal{}, newClock()
	ctx, stop := context.WithCancel(context.Background())
	logger := app.NewLogger(app.Config{LogLevel: "info"}, log)
	listener, err := app.Listen(ctx, app.Config{Addr: "127.0.0.1:0", TLSCert: files.cert, TLSKey: files.key}, logger, at.Now)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- app.Serve(ctx, listener, http.NotFoundHandler(), context.WithTimeout, logger) }()
	defer func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	serves := func(want string) {
		t.Helper()
		conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		state := conn.ConnectionState()
		if got := state.PeerCertificates[0].Subject.CommonName; got != want {
			t.Errorf("the certificate is %q, want %q", got, want)
		}
		if state.NegotiatedProtocol != "h2" {
			t.Errorf("HTTP/2 is not offered: %q", state.NegotiatedProtocol)
		}
	}
	warnings := func(want int) {
		t.Helper()
		if got := strings.Count(log.String(), "cannot be used"); got != want {
			t.Errorf("%d warnings, want %d:\n%s", got, want, log)
		}
	}
	serves("first")
	files.renew("second")
	serves("first") // the files are not looked at for every connection
	at.add(10 * time.Second)
	serves("second")
	good, err := os.ReadFile(files.key)
	if err != nil {
		t.Fatal(err)
	}
	files.write(files.key, []byte("half a k"))
	for range 3 {
		at.add(time.Minute)
		serves("second")
		warnings(1)
	}
	if err := os.Remove(files.cert); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		at.add(time.Minute)
		serves("second")
		warnings(2)
	}
	files.renew("third")
	files.write(files.key, good) // of another certificate
	at.add(time.Minute)
	serves("second")
	warnings(3)
	files.renew("fourth")
	at.add(time.Minute)
	serves("fourth")
	warnings(3)
	if !strings.Contains(log.String(), "the certificate was renewed") {
		t.Errorf("the log does not tell of the renewal:\n%s", log)
	}
	for version, works := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
		if err == nil {
			conn.Close()
		}
		if (err == nil) != works {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
}

func TestCertificateThatCannotBeUsed(t *testing.T) {
	good, other := newCertFiles(t, "one"), newCertFiles(t, "other")
	missing := filepath.Join(t.TempDir(), "missing.pem")
	for _, tt := range []struct {
		name, cert, key string
		want            []string
	}{
		{"no certificate there", missing, good.key, []string{"PANTRIE_TLS_CERT: ", missing}},
		{"no key there", good.cert, missing, []string{"PANTRIE_TLS_KEY: ", missing}},
		{"key of another", good.cert, other.key, []string{good.cert, other.key, "does not match"}},
		{"exchanged", good.key, good.cert, []string{good.key, good.cert}},
	} {
		listener, err := app.Listen(context.Background(), app.Config{Addr: "127.0.0.1:0", TLSCert: tt.cert, TLSKey: tt.key}, quiet(), time.Now)
		if err == nil {
			listener.Close()
			t.Errorf("%s: it listens", tt.name)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not name %q", tt.name, err, want)
			}
		}
	}
	for alone, other := range map[string]string{"PANTRIE_TLS_CERT": "PANTRIE_TLS_KEY", "PANTRIE_TLS_KEY": "PANTRIE_TLS_CERT"} {
		_, err := app.LoadConfig(func(name string) string { return map[string]string{alone: "x.pem"}[name] })
		if err == nil || !strings.Contains(err.Error(), other+" is missing") {
			t.Errorf("%s alone: %v", alone, err)
		}
	}
}

// Pantrie speaks https itself: announced so, cookies are secure, live events arrive over HTTP/2.
func TestServesHTTPS(t *testing.T) {
	files := newCertFiles(t, "pantrie")
	dir := t.TempDir()
	p := launch(t, dir, files.environment()...)
	token := p.link()
	if !strings.Contains(p.output.String(), "https://localhost:") {
		t.Errorf("the setup link is not https:\n%s", p.output)
	}
	address := strings.TrimPrefix(p.url, "http://")
	if resp, err := http.Get("http://" + address + "/healthz"); err != nil || resp.StatusCode != 400 {
		t.Errorf("plain http is answered %v, %v", resp, err)
	} else {
		resp.Body.Close()
	}
	p.url = "https://" + address
	text, err := os.ReadFile(files.cert)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(text)
	client := clientWithJar(t)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	client.Transport = transport
	status, err := p.post(client, "/api/v1/setup", map[string]any{
		"setupToken": token, "admin": map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword},
		"household": map[string]any{"name": "Brandt"}, "publicUrl": p.url,
	})
	if err != nil || status != 201 {
		t.Fatalf("setup: %d, %v", status, err)
	}
	resp, err := client.Get(p.url + "/api/v1/auth/me")
	if err != nil {
		t.Fatal(err)
	}
	var me struct{ Households []struct{ ID string } }
	err = json.NewDecoder(resp.Body).Decode(&me)
	resp.Body.Close()
	if err != nil || resp.StatusCode != 200 || resp.ProtoMajor != 2 || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Fatalf("signed in: %v, %s %s %v", err, resp.Proto, resp.Status, resp.Header)
	}
	if names := cookieNames(client, resp.Request); names != "__Host-pantrie" {
		t.Errorf("cookies: %q", names)
	}
	resp, err = client.Get(p.url + "/api/v1/households/" + me.Households[0].ID + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil || line != "retry: 3000\n" || resp.ProtoMajor != 2 {
		t.Errorf("events: %q, %v, %s", line, err, resp.Proto)
	}
}

func cookieNames(c *http.Client, r *http.Request) string {
	names := []string{}
	for _, each := range c.Jar.Cookies(r.URL) {
		names = append(names, each.Name)
	}
	return strings.Join(names, " ")
}
