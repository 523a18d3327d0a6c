package app

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/VictoriaMetrics/metrics"
	"github.com/gin-gonic/gin"

	"pantrie/auth/fault"
)

// leastMetricsToken is the length below which a token for the metrics is refused.
const leastMetricsToken = 16

// numbers counts what Pantrie does, for Prometheus. A nil one counts nothing.
type numbers struct {
	set   *metrics.Set
	token string
}

// latencies are the upper bounds of the histogram of requests, in seconds.
var latencies = []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10}

// newNumbers is nil when nobody may ask for them.
func newNumbers(a *API, cfg Config) *numbers {
	if cfg.MetricsAddr == "" && cfg.MetricsToken == "" {
		return nil
	}
	n := &numbers{set: metrics.NewSet(), token: cfg.MetricsToken}
	gauge := func(name string, read func(context.Context) (int64, error)) {
		n.set.NewGauge(name, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			v, err := read(ctx)
			if err != nil {
				a.log.WarnContext(ctx, "a number cannot be read", "metric", name, "error", err)
			}
			return float64(v)
		})
	}
	n.set.NewGauge(fmt.Sprintf(`pantrie_build_info{version=%q}`, a.version), func() float64 { return 1 })
	gauge("pantrie_database_bytes", a.db.Size)
	gauge("pantrie_users", func(ctx context.Context) (int64, error) {
		list, err := a.db.Users(ctx)
		return int64(len(list)), err
	})
	gauge("pantrie_households", func(ctx context.Context) (int64, error) {
		list, err := a.db.Households(ctx)
		return int64(len(list)), err
	})
	gauge("pantrie_last_backup_timestamp_seconds", func(context.Context) (int64, error) {
		list, err := a.backups.List()
		if len(list) == 0 {
			return 0, err
		}
		return list[0].At / 1000, err
	})
	gauge("pantrie_backup_failed", func(context.Context) (int64, error) { return int64(min(len(a.backups.Problem()), 1)), nil })
	return n
}

// request counts one that was answered. Methods that nobody uses are counted as one.
func (n *numbers) request(method string, status int, took time.Duration) {
	if n == nil {
		return
	}
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, method) {
		method = "other"
	}
	n.set.GetOrCreateCounter(fmt.Sprintf(`pantrie_http_requests_total{method=%q,code="%d"}`, method, cmp.Or(status, http.StatusOK))).Inc()
	n.set.GetOrCreatePrometheusHistogramExt("pantrie_http_request_duration_seconds", latencies).Update(took.Seconds())
}

// write prints all of them in Prometheus' text format.
func (n *numbers) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	n.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}

// MetricsHandler serves the metrics on a listener of their own.
func (a *API) MetricsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		if a.numbers.token != "" && !a.numbers.knows(r) {
			refuseMetrics(w)
			return
		}
		a.numbers.write(w)
	})
	return mux
}

// getMetrics serves them beside the pages, to whoever has the token. Where there is none, nothing is there.
func (a *API) getMetrics(c *gin.Context) {
	switch {
	case a.numbers == nil || a.numbers.token == "":
		writeProblem(c.Writer, c.Request, a.log, fault.New(fault.NotFound, "There is nothing here."))
	case !a.numbers.knows(c.Request):
		refuseMetrics(c.Writer)
	default:
		a.numbers.write(c.Writer)
	}
}

func refuseMetrics(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="metrics"`)
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, "the metrics need the token in PANTRIE_METRICS_TOKEN\n") // who hung up hears nothing
}

// knows compares digests: the time it takes tells nothing of the token.
func (n *numbers) knows(r *http.Request) bool {
	sent, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	is, want := sha256.Sum256([]byte(sent)), sha256.Sum256([]byte(n.token))
	return found && subtle.ConstantTimeCompare(is[:], want[:]) == 1
}
