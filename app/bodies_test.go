package app_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"testing"
	"time"
)

// upload begins to send a file, whose length it does not tell, and returns once the server reads it; the
// status is the answer's when it does not. Finish ends the file.
func (b *browser) upload(ctx context.Context, path string) (status int, finish func() int) {
	b.h.t.Helper()
	reading, answered := make(chan struct{}), make(chan int, 1)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got100Continue: func() { close(reading) }})
	file, w := io.Pipe()
	req, err := http.NewRequestWithContext(ctx, "POST", b.h.server.URL+path, file)
	if err != nil {
		b.h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Expect", "100-continue")
	transport := b.h.transport.Clone()
	transport.ExpectContinueTimeout = time.Minute
	client := *b.client
	client.Transport = transport
	go func() {
		defer close(answered)
		defer transport.CloseIdleConnections()
		if resp, err := client.Do(req); err == nil {
			_ = resp.Body.Close()
			answered <- resp.StatusCode
		}
	}()
	finish = func() int {
		_ = w.Close()
		return <-answered
	}
	select {
	case <-reading:
		return 0, finish
	case status := <-answered:
		_ = w.Close()
		return status, nil
	}
}

// Files are held in memory, so that many at once are refused instead of read.
func TestManyLargeFilesAtOnce(t *testing.T) {
	t.Parallel()
	p := newPantry(t)
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	begin := func(who *browser, household string) (int, func() int) {
		return who.upload(ctx, "/api/v1/households/"+household+"/import/json")
	}
	// Nobody may have two of them on the way, and all together three.
	status, first := begin(p.boss, p.home)
	if status != 0 {
		t.Fatalf("the first: %d", status)
	}
	if status, _ := begin(p.boss, p.home); status != 503 {
		t.Errorf("another one of the same person: %d", status)
	}
	if status, _ := begin(p.child, p.home); status != 403 {
		t.Errorf("a viewer: %d", status)
	}
	var others []func() int
	for _, who := range []*browser{p.other, p.site} {
		home := who.want(201, "POST", "/api/v1/households", map[string]any{"name": "Cabin"}).json()["id"].(string)
		status, finish := begin(who, home)
		if status != 0 {
			t.Fatalf("of somebody else: %d", status)
		}
		others = append(others, finish)
	}
	cooks := p.cook.want(201, "POST", "/api/v1/households", map[string]any{"name": "Cabin"}).json()["id"].(string)
	if status, _ := begin(p.cook, cooks); status != 503 {
		t.Errorf("a fourth: %d", status)
	}
	p.cook.want(422, "POST", "/api/v1/households/"+cooks+"/import/csv/preview", "what\n") // what is small is read all the same
	for _, finish := range append(others, first) {
		if status := finish(); status != 400 && status != 422 {
			t.Errorf("an empty file: %d", status)
		}
	}
	p.cook.want(422, "POST", "/api/v1/households/"+cooks+"/import/json", "{}")
}
