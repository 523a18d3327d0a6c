package app

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"pantrie/auth/fault"
	"pantrie/auth/session"
)

// mostBodies bounds the large bodies of requests that are in memory at once, in bytes: three exports and
// some pictures. mostOfPerson bounds those of one person. Bodies as they are everywhere do not count.
const (
	mostBodies   = 112 << 20
	mostOfPerson = 40 << 20
	usualBody    = 64 << 10
)

// slowestUpload is how long a large body may be on its way: 32 MB at 60 kB a second.
const slowestUpload = 10 * time.Minute

// bodies counts the large bodies that are in memory.
type bodies struct {
	mu  sync.Mutex
	all int64
	of  map[string]int64 // by user
}

func newBodies() *bodies { return &bodies{of: map[string]int64{}} }

func (b *bodies) take(userID string, size int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all+size > mostBodies || b.of[userID]+size > mostOfPerson {
		return false
	}
	b.all += size
	b.of[userID] += size
	return true
}

func (b *bodies) give(userID string, size int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all -= size
	if b.of[userID] -= size; b.of[userID] == 0 {
		delete(b.of, userID)
	}
}

// large lets an operation have a body of up to so many bytes, while there is room for it.
func (a *API) large(op *huma.Operation, most int64) {
	op.MaxBodyBytes, op.BodyReadTimeout = most, slowestUpload
	if busy := http.StatusServiceUnavailable; !slices.Contains(op.Errors, busy) {
		op.Errors = append(op.Errors, busy)
		slices.Sort(op.Errors)
	}
	op.Middlewares = append(op.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		c := humagin.Unwrap(ctx)
		person, _ := session.PersonFrom(ctx.Context())
		size := most
		if told := c.Request.ContentLength; told >= 0 {
			size = min(size, told)
		}
		if size <= usualBody {
			next(ctx)
			return
		}
		if !a.bodies.take(person.User.ID, size) {
			writeProblem(c.Writer, c.Request, a.log, &fault.Error{Code: fault.Unavailable, Message: "Other files are being read. Try again in a moment.", RetryAfter: 10 * time.Second})
			return
		}
		defer a.bodies.give(person.User.ID, size)
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(slowestUpload + time.Minute))
		next(ctx)
	})
}
