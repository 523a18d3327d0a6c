package connection

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// run is one test under way: what it was told, and what the checks found so far.
type run struct {
	n         Network
	t         Target
	transport *http.Transport
	address   *url.URL // of the discovery document; nil when it is none
	proxy     *url.URL // nil when there is none on the way to address
	hidden    []string // what no sentence may carry
	done      map[ID]Check

	doc   *document
	clue  clockClue
	asked *authorizeAnswer // what the authorize endpoint said, once asked
}

func newRun(n Network, t Target) *run {
	if n.Resolver == nil {
		n.Resolver = net.DefaultResolver
	}
	if n.Limit <= 0 {
		n.Limit = defaultLimit
	}
	if n.Within == nil {
		n.Within = context.WithTimeout
	}
	if t.Name == "" {
		t.Name = map[string]string{KindAuthentik: "Authentik", KindGoogle: "Google"}[t.Kind]
		if t.Name == "" {
			t.Name = unnamed
		}
	}
	r := &run{n: n, t: t, transport: n.Transport.Clone(), done: map[ID]Check{}}
	r.hide(t.ClientSecret)
	u, err := url.Parse(t.DiscoveryURL)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil {
		return r
	}
	r.address = u
	r.hide(basic(url.QueryEscape(t.ClientID), url.QueryEscape(t.ClientSecret)))
	if r.transport.Proxy == nil {
		return r
	}
	if proxy, err := r.transport.Proxy(&http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}); err == nil && proxy != nil {
		r.proxy = proxy
		password, _ := proxy.User.Password()
		r.hide(password)
		r.hide(basic(proxy.User.Username(), password))
	}
	return r
}

func (r *run) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return r.n.Within(ctx, r.n.Limit)
}

func (r *run) authentik() bool { return r.t.Kind == KindAuthentik }

// hide keeps a value, and how it looks in a form, out of every sentence.
func (r *run) hide(value string) {
	if value != "" {
		r.hidden = append(r.hidden, value, url.QueryEscape(value))
	}
}

// basic is how a name and a password look in a header (RFC 7617, section 2).
func basic(name, password string) string {
	return base64.StdEncoding.EncodeToString([]byte(name + ":" + password))
}

// quote prepares text that came from the other side for a sentence.
func (r *run) quote(text string) string {
	for _, h := range r.hidden {
		text = strings.ReplaceAll(text, h, "…")
	}
	runes := []rune(strings.ToValidUTF8(text, ""))
	if len(runes) > longest {
		runes = append(runes[:longest], '…')
	}
	return fmt.Sprintf("%q", string(runes))
}

// longest is how many characters are shown of anything that came from the other side.
const longest = 200

// withoutSecret takes the secret out of a finished sentence, where it could only be because
// somebody put it into another field too. A very short one would take words with it.
func (r *run) withoutSecret(sentence string) string {
	if len(r.t.ClientSecret) < 8 {
		return sentence
	}
	return strings.ReplaceAll(sentence, r.t.ClientSecret, "…")
}

// unnamed stands for a provider's name.
const unnamed = "the provider"

// name is the provider's name at the beginning of a sentence.
func (r *run) name() string {
	if r.t.Name == unnamed {
		return "The provider"
	}
	return r.t.Name
}

// addressField is the field of Pantrie in which the provider's address stands.
func (r *run) addressField() string {
	switch r.t.Kind {
	case KindAuthentik:
		return "Authentik Base URL"
	case KindGoogle:
		return "" // Google's address is not a setting
	}
	return "Issuer URL"
}

// inPantrie is the way to a field of Pantrie.
func inPantrie(field string) string {
	if field == "" {
		return "In Pantrie: OAuth Settings"
	}
	return "In Pantrie: " + field
}

func passed(format string, args ...any) Check {
	return Check{Status: OK, Code: CodeOK, Seen: fmt.Sprintf(format, args...)}
}

func skipped(code Code, format string, args ...any) Check {
	return Check{Status: Skipped, Code: code, Seen: fmt.Sprintf(format, args...)}
}

func failed(code Code, field, seen, fix string) Check {
	return Check{Status: Failed, Code: code, Field: field, Seen: seen, Fix: fix}
}

func warned(code Code, field, seen, fix string) Check {
	return Check{Status: Warning, Code: code, Field: field, Seen: seen, Fix: fix}
}

// day says a date for people.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// duration says a time span for people.
func duration(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d == time.Second:
		return "1 second"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds", d/time.Second)
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", d.Round(time.Minute)/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", d.Round(time.Hour)/time.Hour)
	}
	return fmt.Sprintf("%d days", d.Round(24*time.Hour)/(24*time.Hour))
}
