package app_test

import (
	"bufio"
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
)

// events reads what a household's stream tells, one name after the other.
func (b *browser) events(ctx context.Context, path string) (<-chan string, int) {
	b.h.t.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", b.h.server.URL+path, nil)
	if err != nil {
		b.h.t.Fatal(err)
	}
	maps.Copy(req.Header, b.header)
	resp, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	out := make(chan string, 100)
	go func() {
		defer close(out)
		defer resp.Body.Close()
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				out <- name
			}
		}
	}()
	return out, resp.StatusCode
}

func TestOpenPagesLearnOfChanges(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	for who, want := range map[*browser]int{p.h.browser(): 401, p.other: 404} {
		if a := who.do("GET", p.base+"/events", nil); a.status != want {
			t.Errorf("the stream: %d, want %d", a.status, want)
		}
	}
	seen, status := p.child.events(ctx, p.base+"/events")
	elsewhere, _ := p.other.events(ctx, "/api/v1/households/"+p.elsewhere+"/events")
	if status != 200 {
		t.Fatalf("the stream: %d", status)
	}
	p.post(200, "/stock/add", map[string]any{"text": "2 milk"})
	if got := <-seen; got != "stock" {
		t.Errorf("first: %q", got)
	}
	p.post(200, "/shopping", map[string]any{"text": "soap"})
	if got := <-seen; got != "shopping" {
		t.Errorf("second: %q", got)
	}
	p.h.api.Stop() // otherwise the server would wait for the streams
	if _, more := <-seen; more {
		t.Error("the stream goes on while the server stops")
	}
	if got, more := <-elsewhere; more {
		t.Errorf("another household was told: %q", got)
	}
	if a := p.child.do("GET", p.base+"/events", nil); a.status != 503 {
		t.Errorf("a stream while the server stops: %d", a.status)
	}
}

// A stream tells nothing to whom it would not be opened any more.
func TestAStreamEndsWithWhatItCameWith(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	id, secret := p.child.token("read", "never")
	_, cooks := p.cook.token("read", "never")
	speak := func() { p.boss.want(200, "POST", p.base+"/shopping", map[string]any{"text": "soap"}) }
	for _, tt := range []struct {
		name string
		who  *browser
		end  func()
	}{
		{"a token that is revoked", p.h.program(secret), func() {
			p.child.want(204, "DELETE", "/api/v1/auth/tokens/"+id, nil)
			speak()
		}},
		{"a session that is signed out", p.child, func() {
			p.child.want(204, "POST", "/api/v1/auth/logout", nil)
			speak()
		}},
		{"a member who is taken out", p.h.program(cooks), func() { p.boss.want(204, "DELETE", p.base+"/members/"+p.ids["cook"], nil) }},
		{"a household that is deleted", p.boss, func() { p.boss.want(204, "DELETE", p.base, nil) }},
	} {
		ctx, stop := context.WithTimeout(t.Context(), patience)
		seen, status := tt.who.events(ctx, p.base+"/events")
		if status != 200 {
			t.Fatalf("%s: %d", tt.name, status)
		}
		tt.end()
		if got, more := <-seen; more || ctx.Err() != nil {
			t.Errorf("%s hears %q and goes on", tt.name, got)
		}
		stop()
	}
}

func TestNobodyTakesAllStreams(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	refused := 0
	for range 20 {
		if _, status := p.child.events(ctx, p.base+"/events"); status == 503 {
			refused++
		}
	}
	if _, status := p.cook.events(ctx, p.base+"/events"); status != 200 || refused != 4 {
		t.Errorf("another member: %d, after %d of 20 were refused", status, refused)
	}
}
