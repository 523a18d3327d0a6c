package authtest

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Deadlines has the time limits of what is tested on a clock that only [Deadlines.Pass] moves: a test of one waits for
// nothing, and no other test meets one, however busy the machine is. The zero value is ready.
type Deadlines struct {
	mu     sync.Mutex
	passed time.Duration
	open   map[*deadline]time.Duration // when each ends
}

// Within is in the place of [context.WithTimeout]. Contexts made of the one it returns have the cause of a deadline,
// but say in their Err that they were cancelled.
func (d *Deadlines) Within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	// The end of the parent is passed on at once by a context of the standard library; a goroutine that watched the
	// parent would be late now and then.
	ctx, end := context.WithCancelCause(ctx)
	c := &deadline{Context: ctx, end: end}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil {
		d.open = map[*deadline]time.Duration{}
	}
	d.open[c] = d.passed + limit
	return c, func() {
		end(nil)
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.open, c)
	}
}

// Pass lets time pass: what has a deadline until then has exceeded it.
func (d *Deadlines) Pass(time time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passed += time
	for c, at := range d.open {
		if at <= d.passed {
			c.end(context.DeadlineExceeded)
		}
	}
}

// deadline is a context that ends with its parent or when [Deadlines.Pass] says so.
type deadline struct {
	context.Context
	end context.CancelCauseFunc
}

// Err is [context.DeadlineExceeded] in the latter case.
func (c *deadline) Err() error {
	err := c.Context.Err()
	if err != nil && errors.Is(context.Cause(c.Context), context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return err
}
