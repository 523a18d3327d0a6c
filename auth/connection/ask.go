package connection

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// maxBody bounds what is read of any answer, as sign-in does.
const maxBody = 1 << 20

var (
	errRedirected = errors.New("redirects elsewhere")
	errTooLarge   = errors.New("larger than 1 MiB")
)

// answer is what came back. With errTooLarge the body is the beginning of it.
type answer struct {
	status         int
	header         http.Header
	body           []byte
	location       *url.URL // of a redirect that was not followed
	sent, received time.Time
}

// html says whether the answer is a page for people.
func (a answer) html() bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.header.Get("Content-Type"))), "text/html")
}

// get fetches a document as sign-in does: redirects are followed within the scheme and host.
func (r *run) get(ctx context.Context, address string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Accept", "application/json")
	return r.ask(ctx, req, func(next *http.Request, via []*http.Request) error {
		if first := via[0].URL; next.URL.Scheme != first.Scheme || next.URL.Host != first.Host || len(via) > 3 {
			return errRedirected
		}
		return nil
	})
}

// askOnce sends a request and follows no redirect at all.
func (r *run) askOnce(ctx context.Context, req *http.Request) (answer, error) {
	return r.ask(ctx, req, func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse })
}

// ask sends a request within the limit. The answer of a refused redirect has its status and
// location beside the error.
func (r *run) ask(ctx context.Context, req *http.Request, redirect func(*http.Request, []*http.Request) error) (answer, error) {
	ctx, cancel := r.limited(ctx)
	defer cancel()
	// Error pages are read, and some providers translate them.
	req.Header.Set("Accept-Language", "en")
	client := &http.Client{Transport: r.transport, CheckRedirect: redirect}
	sent := r.n.Now()
	resp, err := client.Do(req.WithContext(ctx))
	if resp == nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header, sent: sent, received: r.n.Now()}
	a.location, _ = resp.Location()
	if err != nil {
		return a, err
	}
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if len(a.body) > maxBody {
		return a, errTooLarge
	}
	return a, err
}

func timedOut(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

// cause is the innermost error without the address, which the sentence has already.
func cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return err
}

// place is an address as it is shown: without user, query and fragment.
func place(u *url.URL) string {
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return shown.String()
}

// origin is scheme and host with its port, for comparing.
func origin(u *url.URL) string { return strings.ToLower(u.Scheme) + "://" + hostPort(u) }

// hostPort is the host with its port, the scheme's own if none is said.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[strings.ToLower(u.Scheme)]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}
