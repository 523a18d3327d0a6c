package auth

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter bounds how fast one client may begin or finish sign-ins through a provider: each
// leaves rows behind, and nobody has to be signed in for it.
type limiter struct {
	now func() time.Time

	mu   sync.Mutex
	keys map[string]*rate.Limiter
}

const (
	clicksAtOnce   = 60
	clicksPerSec   = 1
	limiterMostKey = 10_000
)

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, keys: map[string]*rate.Limiter{}}
}

func (l *limiter) allow(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.keys[key]
	if one == nil {
		if len(l.keys) >= limiterMostKey {
			clear(l.keys)
		}
		one = rate.NewLimiter(clicksPerSec, clicksAtOnce)
		l.keys[key] = one
	}
	return one.AllowN(l.now(), 1)
}

// slowDown refuses a client that begins or finishes too many sign-ins. It writes no row.
func (s *Service) slowDown(ctx context.Context, returnTo string) error {
	v := visitOf(ctx)
	if s.clicks.allow(addressKey(v.address)) {
		return nil
	}
	e := signInError(ReasonTooMany, "limit", "too many sign-ins from %s", v.address)
	e.ReturnTo = returnTo
	return e
}
