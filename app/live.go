package app

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"pantrie/auth/fault"
	"pantrie/auth/session"
	"pantrie/db"
)

// topic is what changed in a household.
type topic string

const (
	stockChanged    topic = "stock"    // lots, products, places
	shoppingChanged topic = "shopping" // the list and the tray
	peopleChanged   topic = "people"   // who is in it and as what, who is invited, its name and time zone
)

// mostListeners bounds the streams of one household, mostOfOne those that one person has of them, so
// that nobody takes them from the others. heartbeat is how often a silent one is written to, which also
// shows who is gone, and longestStream how long one lasts: then the browser asks again.
const (
	mostListeners = 64
	mostOfOne     = 16
	heartbeat     = 25 * time.Second
	longestStream = 30 * time.Minute
)

// live tells the open pages of a household what changed in it. A page that is slow to read misses
// nothing: what it is told again and again is told once.
type live struct {
	mu        sync.Mutex
	listeners map[string]map[*listener]bool // by household
	closed    bool
}

type listener struct {
	userID  string
	mu      sync.Mutex
	pending map[topic]bool
	wake    chan struct{} // holds at most one
}

func newLive() *live { return &live{listeners: map[string]map[*listener]bool{}} }

func (l *live) tell(householdID string, what topic) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for each := range l.listeners[householdID] {
		each.mu.Lock()
		each.pending[what] = true
		each.mu.Unlock()
		each.rouse()
	}
}

// check lets every page of a household see whether it may still listen.
func (l *live) check(householdID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for li := range l.listeners[householdID] {
		li.rouse()
	}
}

func (li *listener) rouse() {
	select {
	case li.wake <- struct{}{}:
	default:
	}
}

func (li *listener) taken() map[topic]bool {
	li.mu.Lock()
	defer li.mu.Unlock()
	out := li.pending
	li.pending = map[topic]bool{}
	return out
}

// listen begins to listen; nil when too many do, or the server is stopping.
func (l *live) listen(householdID, userID string) *listener {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.listeners[householdID]
	own := 0
	for li := range all {
		if li.userID == userID {
			own++
		}
	}
	if l.closed || len(all) >= mostListeners || own >= mostOfOne {
		return nil
	}
	if all == nil {
		all = map[*listener]bool{}
		l.listeners[householdID] = all
	}
	li := &listener{userID: userID, pending: map[topic]bool{}, wake: make(chan struct{}, 1)}
	all[li] = true
	return li
}

func (l *live) leave(householdID string, li *listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.listeners[householdID], li)
	if len(l.listeners[householdID]) == 0 {
		delete(l.listeners, householdID)
	}
}

// close ends every stream: the server could not stop before they end.
func (l *live) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, all := range l.listeners {
		for li := range all {
			li.rouse()
		}
	}
}

func (l *live) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

func (a *API) liveRoutes() {
	addOther(a, route{method: http.MethodGet, path: "/households/{household}/events", id: "watchHousehold", tag: "Household", summary: "Server-sent events: “stock”, “shopping” or “people” whenever somebody changed it. Ask for the data again then", access: signedIn, role: db.RoleViewer, fails: []fault.Code{fault.Unavailable}, shown: shown{kind: "text/event-stream", sample: "retry: 3000\n\nevent: stock\ndata: {}\n\nevent: shopping\ndata: {}\n\n"}}, a.watchHousehold)
}

func (a *API) watchHousehold(ctx context.Context, in *HouseholdPath) (*huma.StreamResponse, error) {
	person, _ := session.PersonFrom(ctx)
	li := a.live.listen(in.Household, person.User.ID)
	if li == nil {
		return nil, &fault.Error{Code: fault.Unavailable, Message: "Too many pages of this household are open.", RetryAfter: time.Minute}
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer a.live.leave(in.Household, li)
		hc.SetHeader("Content-Type", "text/event-stream")
		hc.SetHeader("X-Accel-Buffering", "no") // nginx would hold the events back
		out := hc.BodyWriter()
		control := http.NewResponseController(humagin.Unwrap(hc).Writer)
		write := func(text string) bool {
			_ = control.SetWriteDeadline(time.Now().Add(heartbeat))
			if _, err := fmt.Fprint(out, text); err != nil {
				return false
			}
			return control.Flush() == nil
		}
		end := time.NewTimer(longestStream)
		defer end.Stop()
		beat := time.NewTicker(heartbeat)
		defer beat.Stop()
		for ok := write("retry: 3000\n\n"); ok; {
			select {
			case <-ctx.Done():
				return
			case <-end.C:
				return
			case <-beat.C:
				ok = a.stillIn(ctx, in.Household) && write(": still here\n\n")
			case <-li.wake:
				if a.live.isClosed() {
					return
				}
				ok = a.stillIn(ctx, in.Household)
				for what := range li.taken() {
					ok = ok && write("event: "+string(what)+"\ndata: {}\n\n")
				}
			}
		}
	}}, nil
}

// stillIn says whether who listens is still signed in, and still belongs to the household.
func (a *API) stillIn(ctx context.Context, householdID string) bool {
	person, _ := session.PersonFrom(ctx)
	if signedIn, err := a.auth.Recheck.StillSignedIn(ctx); err != nil || !signedIn {
		return false
	}
	_, err := a.auth.Households.MemberOf(ctx, person.User.ID, householdID, db.RoleViewer)
	return err == nil
}
