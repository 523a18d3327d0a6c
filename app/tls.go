package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"
)

// Listen opens the address to serve at, with TLS when the configuration names a certificate.
func Listen(ctx context.Context, cfg Config, log *slog.Logger, now func() time.Time) (net.Listener, error) {
	var secure *tls.Config
	if cfg.TLSCert != "" {
		c := &certificate{certFile: cfg.TLSCert, keyFile: cfg.TLSKey, log: log, now: now}
		if err := c.load(); err != nil {
			return nil, err
		}
		secure = &tls.Config{
			MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current(ctx), nil },
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen: %w (is Pantrie running already? PANTRIE_ADDR chooses another port)", err)
	}
	if secure != nil {
		listener = tls.NewListener(listener, secure)
	}
	return listener, nil
}

// renewalCheck is how often the files of a certificate are looked at, at most.
const renewalCheck = 10 * time.Second

// certificate is a pair of PEM files that is read again when somebody renews them. While what is
// there cannot be used (half of it may be written), the last good pair stays.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time

	mu     sync.Mutex
	pair   *tls.Certificate
	stamps [2]stamp // of the files when they were last read, whether or not they could be used
	look   time.Time
}

// stamp tells whether a file was replaced.
type stamp struct {
	modified time.Time
	size     int64
}

// current is the certificate to show. The files are looked at when the last look is a while ago.
func (c *certificate) current(ctx context.Context) *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now().Before(c.look) {
		return c.pair
	}
	c.look = c.now().Add(renewalCheck)
	if stamps := c.stampsNow(); stamps == c.stamps {
		return c.pair
	}
	if err := c.load(); err != nil {
		c.log.WarnContext(ctx, "the renewed certificate cannot be used; the one before stays", "error", err)
	} else {
		c.log.InfoContext(ctx, "the certificate was renewed", "valid_until", c.pair.Leaf.NotAfter)
	}
	return c.pair
}

// load reads both files. It keeps the pair it has when they cannot be used.
func (c *certificate) load() error {
	c.stamps = c.stampsNow()
	cert, err := os.ReadFile(c.certFile)
	if err != nil {
		return fmt.Errorf("PANTRIE_TLS_CERT: %w", err)
	}
	key, err := os.ReadFile(c.keyFile)
	if err != nil {
		return fmt.Errorf("PANTRIE_TLS_KEY: %w", err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("PANTRIE_TLS_CERT and PANTRIE_TLS_KEY: %s and %s are no certificate (with those that vouch for it) and its key in PEM: %w", c.certFile, c.keyFile, err)
	}
	c.pair = &pair
	return nil
}

// stampsNow looks at the files. One that cannot be seen has the zero stamp.
func (c *certificate) stampsNow() (stamps [2]stamp) {
	for i, path := range []string{c.certFile, c.keyFile} {
		if info, err := os.Stat(path); err == nil {
			stamps[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return stamps
}

// checkTLS says what is missing when only one of the two files is named.
func (c *Config) checkTLS() error {
	switch {
	case c.TLSCert != "" && c.TLSKey == "":
		return errors.New("PANTRIE_TLS_CERT is set and PANTRIE_TLS_KEY is missing: name the file with the certificate's private key")
	case c.TLSKey != "" && c.TLSCert == "":
		return errors.New("PANTRIE_TLS_KEY is set and PANTRIE_TLS_CERT is missing: name the file with the certificate")
	}
	return nil
}
