package password

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limiter bounds how fast one client may begin or finish sign-ins through a provider: each
// leaves rows behind, and nobody has to be signed in for it.
type Limiter struct {
	now func() time.Time

	mu   sync.Mutex
	keys map[string]*rate.Limiter
}

const (
	clicksAtOnce   = 60
	clicksPerSec   = 1
	limiterMostKey = 10_000
)

// NewLimiter makes one on a clock.
func NewLimiter(now func() time.Time) *Limiter {
	return &Limiter{now: now, keys: map[string]*rate.Limiter{}}
}

// Allow counts a click, and says whether it may go on.
func (l *Limiter) Allow(key string) bool {
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
