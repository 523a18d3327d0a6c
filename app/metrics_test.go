package app_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// Metrics are off until somebody asks for them, and then for those who may see them.
func TestMetrics(t *testing.T) {
	t.Parallel()
	off, _ := newHome(t)
	off.browser().want(404, "GET", "/metrics", nil)

	const token = "a token of the metrics"
	h, admin := newHome(t, "PANTRIE_METRICS_TOKEN="+token)
	b := h.browser()
	b.want(401, "GET", "/metrics", nil)
	b.header.Set("Authorization", "Bearer another token of metrics")
	b.want(401, "GET", "/metrics", nil)
	admin.want(200, "GET", "/api/v1/auth/me", nil)
	admin.want(404, "GET", "/api/v1/nothing", nil)
	b.header.Set("Authorization", "Bearer "+token)
	a := b.want(200, "GET", "/metrics", nil)
	if kind := a.header.Get("Content-Type"); kind != "text/plain; version=0.0.4; charset=utf-8" {
		t.Error(kind)
	}
	for _, want := range []string{
		`pantrie_build_info\{version="test"\} 1`, `pantrie_users 1`, `pantrie_households 1`, `pantrie_database_bytes [1-9]\d+`, `pantrie_last_backup_timestamp_seconds 0`, `pantrie_backup_failed 0`,
		`pantrie_http_requests_total\{method="GET",code="200"\} \d+`, `pantrie_http_requests_total\{method="GET",code="404"\} 1`,
		`pantrie_http_request_duration_seconds_bucket\{le="\+Inf"\} \d+`, `go_goroutines \d+`, `process_resident_memory_bytes \d+`,
	} {
		if !regexp.MustCompile(`(?m)^` + want + `$`).MatchString(a.body) {
			t.Errorf("no %s in\n%s", want, a.body)
		}
	}
	if strings.Contains(a.body, adminEmail) || strings.Contains(a.body, "Brandt") {
		t.Error("somebody's name is told")
	}
}

func TestMetricsOnAListenerOfTheirOwn(t *testing.T) {
	t.Parallel()
	p := launch(t, t.TempDir(), "PANTRIE_METRICS_ADDR=127.0.0.1:0")
	if resp, err := http.Get(p.url + "/metrics"); err != nil || resp.StatusCode != 404 {
		t.Errorf("beside the pages: %v, %v", resp, err)
	}
	var address string
	if !p.output.until(p.done, func(text string) bool {
		m := regexp.MustCompile(`msg="metrics are served" address=(\S+)\s`).FindStringSubmatch(text)
		if m != nil {
			address = m[1]
		}
		return m != nil
	}) {
		t.Fatalf("no metrics:\n%s", p.output)
	}
	resp, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 || !strings.Contains(string(text), "pantrie_users 0") {
		t.Errorf("%d %s, %v", resp.StatusCode, text, err)
	}
}
