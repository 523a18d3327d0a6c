package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"

	"pantrie/db"
)

// sessionStore keeps scs's sessions in the database. Tokens arrive hashed.
type sessionStore struct{ s *Manager }

var _ scs.CtxStore = (*sessionStore)(nil)

// FindCtx returns a live session's data. Who is signed in to it comes with it, in one statement.
func (st *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	now := st.s.now()
	noted := st.s.lastSeen.ofSession(token)
	row, user, roles, err := st.s.db.SessionWithUser(ctx, token, now.UnixMilli(), 0)
	if errors.Is(err, db.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	row.LastSeenAt = max(row.LastSeenAt, noted)
	if row.LastSeenAt <= now.Add(-st.s.idle).UnixMilli() {
		return nil, false, nil
	}
	v := visitOf(ctx)
	v.session, v.user, v.roles = row, user, roles
	return row.Data, true, nil
}

// CommitCtx stores a new or a live session. errSessionEnded for one that has ended, and for a new one that its person
// may not have any more.
func (st *sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	v := visitOf(ctx)
	row := v.session
	row.Token, row.Data, row.Address, row.Device, row.ExpiresAt = token, data, v.address, v.device, expiry.UnixMilli()
	inTx := st.s.db.InTx
	if row.UserID == "" {
		// It carries what is on its way to a provider, for minutes: nobody misses it when the power fails.
		row.ExpiresAt = min(row.ExpiresAt, st.s.now().Add(anonymousLifetime).UnixMilli())
		inTx = st.s.db.InTxUnsynced
	}
	err := inTx(ctx, func(tx *db.Tx) error {
		if old := v.session.Token; old != "" && old != token { // a renewal: both or neither
			if err := refreshed(ctx, tx, &row); err != nil {
				return err
			}
			if err := tx.EndSession(ctx, old); err != nil {
				return err
			}
		}
		return tx.SaveSession(ctx, row)
	})
	if errors.Is(err, db.ErrNotFound) || errors.Is(err, db.ErrReference) {
		return errSessionEnded
	}
	if err == nil {
		v.session = row
	}
	return err
}

// refreshed takes over the refresh token in force: the provider may have been asked since the session was read.
func refreshed(ctx context.Context, tx *db.Tx, row *db.Session) error {
	if row.RefreshID == "" {
		return nil
	}
	now, err := tx.SessionByRefresh(ctx, row.RefreshID)
	if err == nil {
		row.RefreshToken, row.CheckedAt = now.RefreshToken, now.CheckedAt
	}
	return db.IgnoreNotFound(err)
}

// DeleteCtx ends a session, which may have ended already. One that is being renewed ends with CommitCtx, so that a fault
// in between signs nobody out and a session that has ended meanwhile does not come back.
func (st *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	if ctx.Value(renewalKey{}) != nil || visitOf(ctx).session.Token == "" {
		return nil
	}
	return st.s.db.InTx(ctx, func(tx *db.Tx) error { return db.IgnoreNotFound(tx.EndSession(ctx, token)) })
}

// textCodec stores a session's few texts as JSON: it is read for every request, and the
// library's own encoding spends most of that time on describing types.
type textCodec struct{}

type storedSession struct {
	Deadline int64             `json:"d"`
	Texts    map[string]string `json:"t,omitempty"`
}

// Encode writes the deadline and the texts; other values are refused.
func (textCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	stored := storedSession{Deadline: deadline.UnixMilli(), Texts: map[string]string{}}
	for name, value := range values {
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("session value %s is no text", name)
		}
		stored.Texts[name] = text
	}
	return json.Marshal(stored)
}

// Decode reads what Encode wrote.
func (textCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	var stored storedSession
	if err := json.Unmarshal(data, &stored); err != nil {
		return time.Time{}, nil, err
	}
	values := make(map[string]any, len(stored.Texts))
	for name, text := range stored.Texts {
		values[name] = text
	}
	return time.UnixMilli(stored.Deadline).UTC(), values, nil
}

// The methods without a context belong to scs's interface; it prefers the ones above.

// Find is not used.
func (st *sessionStore) Find(string) ([]byte, bool, error) { return nil, false, errNoContext }

// Commit is not used.
func (st *sessionStore) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete is not used.
func (st *sessionStore) Delete(string) error { return errNoContext }

var errNoContext = errors.New("sessions need a context")
