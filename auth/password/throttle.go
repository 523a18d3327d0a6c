package password

import (
	"sync"
	"time"
)

// throttle slows down guessing: per key (an account, or a client's address) some failures
// are free, each further one doubles the time before the next try. It lives in memory; a
// restart forgets it, and an attacker cannot cause one.
type throttle struct {
	free  int           // failures without a wait
	first time.Duration // wait after the first failure that is not free
	most  time.Duration // longest wait
	keep  time.Duration // a key is forgotten after this long without failures
	Size  int           // Keys held at most
	now   func() time.Time

	mu   sync.Mutex
	Keys map[string]*attempts
}

type attempts struct {
	failures int
	last     time.Time
}

func newThrottle(free int, first, most time.Duration, now func() time.Time) *throttle {
	return &throttle{free: free, first: first, most: most, keep: 2 * most, Size: 10_000, now: now, Keys: map[string]*attempts{}}
}

// keeping changes how long a key is remembered without failures, which is twice the longest wait otherwise.
func (t *throttle) keeping(d time.Duration) *throttle {
	t.keep = d
	return t
}

// wait is how long the key has to wait before its next try; 0 means none.
func (t *throttle) wait(key string) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.Keys[key]
	if a == nil || a.failures < t.free {
		return 0
	}
	delay := t.most
	if over := a.failures - t.free; over < 20 {
		delay = min(t.most, t.first<<over)
	}
	return max(0, a.last.Add(delay).Sub(t.now()))
}

// fail counts a failure.
func (t *throttle) fail(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	a := t.Keys[key]
	if a == nil || now.Sub(a.last) > t.keep {
		if a == nil && len(t.Keys) >= t.Size {
			t.evict(now)
		}
		a = &attempts{}
		t.Keys[key] = a
	}
	a.failures++
	a.last = now
}

// succeed forgets the key's failures.
func (t *throttle) succeed(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.Keys, key)
}

// evict makes room: what is over goes, and if nothing is, the key that failed longest ago.
func (t *throttle) evict(now time.Time) {
	oldest, at := "", now
	for key, a := range t.Keys {
		if now.Sub(a.last) > t.keep {
			delete(t.Keys, key)
		} else if !a.last.After(at) {
			oldest, at = key, a.last
		}
	}
	if len(t.Keys) >= t.Size {
		delete(t.Keys, oldest)
	}
}
