package session

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"pantrie/db"
)

// lastSeen collects when sessions and API tokens were used. Requests only note it; it is written when the writer is
// free, many at once, and nobody waits for that. What was not written yet when the process ends is lost: for the idle
// time of a session that is seconds of weeks.
type lastSeen struct {
	db  *db.DB
	log *slog.Logger
	now func() time.Time

	mu       sync.Mutex
	sessions map[string]seenAt // by token
	tokens   map[string]seenAt // by id
	written  map[string]int64  // tokens by id that were written within the last minute: who read the row before asks here
	writing  bool
}

// seenAt is when something was used (unix milliseconds), and from where.
type seenAt struct {
	at      int64
	address string
}

func newLastSeen(database *db.DB, log *slog.Logger, now func() time.Time) *lastSeen {
	return &lastSeen{db: database, log: log, now: now, sessions: map[string]seenAt{}, tokens: map[string]seenAt{}, written: map[string]int64{}}
}

// session notes that a session is in use, unless that is known closely enough.
func (l *lastSeen) session(ctx context.Context, row db.Session, address string) {
	now := l.now().UnixMilli()
	if now-row.LastSeenAt >= touchEvery.Milliseconds() {
		l.note(ctx, l.sessions, row.Token, seenAt{now, address})
	}
}

// token notes that an API token is in use, unless that is known closely enough.
func (l *lastSeen) token(ctx context.Context, key db.APIToken) {
	now := l.now().UnixMilli()
	if now-max(key.LastUsedAt, l.ofToken(key.ID)) >= touchTokenEvery.Milliseconds() {
		l.note(ctx, l.tokens, key.ID, seenAt{at: now})
	}
}

func (l *lastSeen) note(ctx context.Context, in map[string]seenAt, key string, seen seenAt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in[key] = seen
	if !l.writing {
		l.writing = true
		go l.write(context.WithoutCancel(ctx))
	}
}

// ofSession is when a session was seen as far as that is not written yet, or 0. Ask before the database: what is not
// noted any more can be read there.
func (l *lastSeen) ofSession(token string) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sessions[token].at
}

// ofToken is when an API token was used as far as that is not written yet, or was just now, or 0.
func (l *lastSeen) ofToken(id string) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(l.tokens[id].at, l.written[id])
}

// noted is what is not written yet: when each session, by token, and each API token, by id, was last used.
func (l *lastSeen) noted() (sessions, tokens map[string]seenAt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.sessions), maps.Clone(l.tokens)
}

// write writes until nothing is left. What is being written stays known until it can be read from the database.
func (l *lastSeen) write(ctx context.Context) {
	for {
		l.mu.Lock()
		sessions, tokens := maps.Clone(l.sessions), maps.Clone(l.tokens)
		if len(sessions)+len(tokens) == 0 {
			l.writing = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		err := l.db.InTxUnsynced(ctx, func(tx *db.Tx) error {
			for _, token := range slices.Sorted(maps.Keys(sessions)) {
				if err := tx.TouchSession(ctx, token, sessions[token].address, sessions[token].at); err != nil {
					return err
				}
			}
			for _, id := range slices.Sorted(maps.Keys(tokens)) {
				if err := tx.TouchAPIToken(ctx, id, tokens[id].at); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil { // a full disk, or Pantrie is ending: the next request notes it again
			l.log.DebugContext(ctx, "when sessions were last seen is not written", "error", err)
		}
		l.mu.Lock()
		forget := func(noted, written map[string]seenAt) {
			for key, seen := range written {
				if noted[key] == seen {
					delete(noted, key)
				}
			}
		}
		if err == nil {
			old := l.now().Add(-touchTokenEvery).UnixMilli()
			maps.DeleteFunc(l.written, func(_ string, at int64) bool { return at <= old })
			for id, seen := range tokens {
				l.written[id] = seen.at
			}
		}
		forget(l.sessions, sessions)
		forget(l.tokens, tokens)
		l.mu.Unlock()
	}
}
