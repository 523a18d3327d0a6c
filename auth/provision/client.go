package provision

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"pantrie/auth/connection"
)

const (
	maxBody  = 1 << 20 // bytes of any answer
	maxPages = 20      // of any list
	longest  = 200     // characters of anything from the other side in a sentence
	pageSize = "50"
)

// client asks Authentik's API.
type client struct {
	http    *http.Client
	network connection.Network // for explaining what goes wrong
	limited func(context.Context, time.Duration) (context.Context, context.CancelFunc)
	timeout time.Duration // of one request
	base    string        // B, without a slash at its end
	token   string
}

func newClient(n Network, base, token string) *client {
	if n.Timeout <= 0 {
		n.Timeout = defaultTimeout
	}
	transport := n.Transport.Clone()
	return &client{
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		network: connection.Network{Transport: transport, Now: time.Now, Limit: n.Timeout, Within: n.Within},
		limited: n.within,
		timeout: n.Timeout,
		base:    base,
		token:   token,
	}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// request is one thing to ask. id is empty for the collection.
type request struct {
	method string
	at     resource
	id     string
	query  url.Values
	in     any // nil, or what is sent as JSON
}

// answer is what came back, with the token taken out.
type answer struct {
	status   int
	html     bool
	body     []byte
	location *url.URL
}

// do asks and reads a successful answer into out, unless that is nil.
func (c *client) do(ctx context.Context, q request, out any) *refusal {
	address := c.base + "/api/v3/" + string(q.at)
	if q.id != "" {
		address += url.PathEscape(q.id) + "/"
	}
	a, err, connected := c.send(ctx, q, address)
	var r *refusal
	switch {
	case errors.Is(err, errTooLarge):
		r = c.unreadable(q, address, "answers with more than 1 MiB")
	case err != nil && ctx.Err() != nil:
		r = interrupted()
	case err != nil:
		r = c.noAnswer(address, err, connected)
	default:
		if r = c.judge(q, address, a); r == nil && out != nil {
			if err := json.Unmarshal(a.body, out); err != nil {
				r = c.unreadable(q, address, "answers with something that is not what Authentik's API answers")
			}
		}
	}
	if r != nil {
		r.status = a.status
		// Then it may have been done all the same.
		r.unsure = q.method != http.MethodGet && (a.status < 400 || a.status >= 500)
	}
	return r
}

var errTooLarge = errors.New("larger than 1 MiB")

func (c *client) send(ctx context.Context, q request, address string) (a answer, err error, connected bool) {
	if q.method != http.MethodGet {
		// Authentik does not stop when nobody listens any more, and what comes into being after
		// this run has looked for what to remove would stay.
		if err := ctx.Err(); err != nil {
			return a, err, false
		}
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := c.limited(ctx, c.timeout)
	defer cancel()
	var got atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { got.Store(true) }})
	var body io.Reader
	if q.in != nil {
		sent, err := json.Marshal(q.in)
		if err != nil {
			return a, err, false
		}
		body = bytes.NewReader(sent)
	}
	if len(q.query) > 0 {
		address += "?" + q.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, q.method, address, body)
	if err != nil {
		return a, err, false
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Accept-Language", "en") // its refusals are read
	req.Header.Set("User-Agent", "Pantrie")
	if q.in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return a, err, got.Load()
	}
	defer resp.Body.Close()
	a.status = resp.StatusCode
	a.location, _ = resp.Location()
	a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case len(a.body) > maxBody:
		return a, errTooLarge, true
	case err != nil:
		return a, err, true
	}
	if len(c.token) >= len("at least") {
		a.body = bytes.ReplaceAll(a.body, []byte(c.token), []byte("…"))
	}
	a.html = bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<"))
	return a, nil, true
}

// noAnswer puts what the network did into the words of the connection test.
func (c *client) noAnswer(address string, err error, connected bool) *refusal {
	found := connection.Explain(c.network, connection.Target{Kind: connection.KindAuthentik, DiscoveryURL: address, ClientSecret: c.token}, err, connected)
	r := refused(CodeUnreachable, found.Seen, found.Fix)
	switch found.Code {
	case connection.CodeConnectionTimeout, connection.CodeDiscoveryTooSlow:
		r.Code = CodeTimeout
	case connection.CodeTLSUnknownAuthority, connection.CodeTLSWrongName, connection.CodeTLSExpired, connection.CodeTLSNotYetValid, connection.CodeTLSFailed:
		r.Code = CodeCertificate
	case connection.CodeDiscoveryFailed:
		r.Code = CodeServer
	}
	if found.Field == baseURLField {
		r.Field = FieldBaseURL
	}
	return r
}

// page reads the first objects of a list. An answer of 1 MiB may have 350,000 empty ones, which
// would take two hundred times as much memory.
type page[T any] struct{ first []T }

const mostOfPage = 500

// UnmarshalJSON refuses what is no list.
func (p *page[T]) UnmarshalJSON(text []byte) error {
	in := json.NewDecoder(bytes.NewReader(text))
	if t, err := in.Token(); err != nil || t != json.Delim('[') {
		return errors.New("no list")
	}
	for in.More() && len(p.first) < mostOfPage {
		var one T
		if err := in.Decode(&one); err != nil {
			return err
		}
		p.first = append(p.first, one)
	}
	return nil
}

// list reads a collection page by page, until it ends or there are most.
func list[T any](ctx context.Context, c *client, at resource, query url.Values, most int) ([]T, *refusal) {
	var all []T
	asked := url.Values{"page_size": {pageSize}}
	for key, values := range query {
		asked[key] = values
	}
	q := request{method: http.MethodGet, at: at, query: asked}
	for number := 1; number <= maxPages; number++ {
		asked.Set("page", fmt.Sprint(number))
		var part struct {
			Pagination struct {
				Next int `json:"next"` // 0 at the end
			} `json:"pagination"`
			Results *page[T] `json:"results"`
		}
		if r := c.do(ctx, q, &part); r != nil {
			return nil, r
		}
		if part.Results == nil {
			return nil, c.unreadable(q, c.base+"/api/v3/"+string(at), "answers with something that is no list")
		}
		all = append(all, part.Results.first...)
		if part.Pagination.Next <= number || len(all) >= most {
			return all[:min(len(all), most)], nil
		}
	}
	return nil, c.unreadable(q, c.base+"/api/v3/"+string(at), "answers with a list that does not end")
}

// clean prepares text from the other side for being shown: shortened, without control characters
// and without the token.
func (c *client) clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), c.token, "…")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return text
}

func (c *client) quote(text string) string { return fmt.Sprintf("%q", c.clean(text)) }
