package authtest

import (
	"context"
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

// Within is in the place of [context.WithTimeout].
func (d *Deadlines) Within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	c := &deadline{Context: ctx, done: make(chan struct{})}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil {
		d.open = map[*deadline]time.Duration{}
	}
	d.open[c] = d.passed + limit
	forget := context.AfterFunc(ctx, func() { c.end(ctx.Err()) })
	return c, func() {
		forget()
		c.end(context.Canceled)
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
	done chan struct{}

	mu  sync.Mutex
	err error
}

func (c *deadline) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
		close(c.done)
	}
}

// Done is closed when the deadline is exceeded, or the parent is done.
func (c *deadline) Done() <-chan struct{} { return c.done }

// Err is [context.DeadlineExceeded] for the former.
func (c *deadline) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
