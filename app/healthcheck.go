package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// patience is how long a Pantrie that works may take to say so.
const patience = 5 * time.Second

// Healthcheck asks the Pantrie that runs on this machine with the same configuration whether it works,
// and returns what is wrong. It opens no files.
func Healthcheck(ctx context.Context, cfg Config) error {
	address := cfg.scheme() + "://" + dialable(cfg.Addr) + "/readyz"
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{
		// No proxy of the environment lies between. The certificate is for the name that people use, not for
		// this machine's own address, and nothing is told to whoever answers.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12},
	}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if err != nil {
		return fmt.Errorf("nothing answers at %s: %w", address, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	said, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	switch {
	case err != nil:
		return fmt.Errorf("read the answer of %s: %w", address, err)
	case resp.StatusCode == http.StatusServiceUnavailable:
		return fmt.Errorf("%s: %s; the log says why", address, said)
	case resp.StatusCode != http.StatusOK || said != "ok":
		return fmt.Errorf("what answers at %s is no Pantrie with this configuration: %s: %.80q", address, resp.Status, said)
	}
	return nil
}

// dialable is an address (host:port) that something on this machine reaches what listens on addr by.
func dialable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() && ip.Is6() {
		host = "::1"
	} else if host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1" // not localhost: an empty container cannot resolve it
	}
	return net.JoinHostPort(host, port)
}
