package db

import (
	"cmp"
	"context"
	"database/sql"
)

// Session is a browser's server-side session. Token is the SHA-256 of the cookie's value;
// UserID is empty before sign-in. Issuer, Subject and Sid tell which sign-in at a provider
// it came from; IDToken is that sign-in's ID token, sealed, and IssuedAt its iat. AuthenticatedAt is when the person
// last proved who they are. UserEpoch is the user's [User.SessionEpoch] when the sign-in was decided: a session is
// alive only while it is still that one. RefreshToken (sealed) lets the provider be asked whether the session still holds,
// which was done last at CheckedAt; RefreshID is its name, which is the same before and after the session's own token is
// renewed.
type Session struct {
	ID         string
	Token      string
	UserID     string
	Data       []byte
	Method     string
	Issuer     string
	Subject    string
	Sid        string
	Address    string
	Device     string
	CreatedAt  int64
	LastSeenAt int64
	ExpiresAt  int64

	IDToken         []byte
	AuthenticatedAt int64
	UserEpoch       int64
	IssuedAt        int64

	RefreshID    string
	RefreshToken []byte
	CheckedAt    int64
}

const (
	sessionColumns = `s.id, s.token, coalesce(s.user_id, ''), s.data, s.method, s.issuer, s.subject, s.sid, s.address, s.device,
  s.created_at, s.last_seen_at, s.expires_at, s.id_token, s.authenticated_at, s.user_epoch, s.issued_at,
  s.refresh_id, s.refresh_token, s.checked_at`
	// A session that nobody is signed in to has no user.
	sessionAlive = ` s.ended_at IS NULL AND s.expires_at > ? AND s.last_seen_at > ?
  AND (s.user_id IS NULL OR s.user_epoch = (SELECT session_epoch FROM users WHERE id = s.user_id))`

	sqlSessionByToken  = `SELECT ` + sessionColumns + ` FROM sessions s WHERE s.token = ? AND` + sessionAlive
	sqlSessionWithUser = `SELECT ` + sessionColumns + `, coalesce(u.id, ''), coalesce(u.name, ''), coalesce(u.email, ''),
  coalesce(u.email_proof, ''), coalesce(u.password_hash, ''), coalesce(u.site_admin, 0), coalesce(u.disabled, 0),
  coalesce(u.created_at, 0), coalesce(u.updated_at, 0), coalesce(u.session_epoch, 0), ` + rolesOfUser + `
FROM sessions s LEFT JOIN users u ON u.id = s.user_id WHERE s.token = ? AND` + sessionAlive
	// A new session is stored only for somebody who may still have it: the account is as it was when the sign-in was
	// decided, and the provider has not ended it meanwhile (see sqlLogoutCovers).
	sqlSessionUpsert = `INSERT INTO sessions (id, token, user_id, data, method, issuer, subject, sid, address, device, created_at,
  last_seen_at, expires_at, id_token, authenticated_at, user_epoch, issued_at, refresh_id, refresh_token, checked_at)
SELECT ?1, ?2, nullif(?3, ''), ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20
WHERE ?3 = '' OR EXISTS (SELECT 1 FROM users WHERE id = ?3 AND session_epoch = ?16 AND disabled = 0)
  AND NOT EXISTS (SELECT 1 FROM logouts WHERE issuer = ?6
    AND ((sid <> '' AND sid = ?8 AND subject IN ('', ?7)) OR (sid = '' AND subject = ?7 AND issued_at >= ?17)))
ON CONFLICT (token) DO UPDATE SET user_id = excluded.user_id, data = excluded.data, method = excluded.method, issuer = excluded.issuer,
  subject = excluded.subject, sid = excluded.sid, last_seen_at = excluded.last_seen_at, expires_at = excluded.expires_at,
  id_token = excluded.id_token, authenticated_at = excluded.authenticated_at, user_epoch = excluded.user_epoch
WHERE sessions.ended_at IS NULL`
	sqlSessionsOfUser   = `SELECT ` + sessionColumns + ` FROM sessions s WHERE s.user_id = ? AND` + sessionAlive + ` ORDER BY s.last_seen_at DESC`
	sqlSessionCount     = `SELECT s.user_id, count(*) FROM sessions s WHERE s.user_id IS NOT NULL AND` + sessionAlive + ` GROUP BY s.user_id`
	sqlSessionTouch     = `UPDATE sessions SET last_seen_at = ?1, address = ?2 WHERE token = ?3 AND ended_at IS NULL AND last_seen_at < ?1`
	sqlSessionEnd       = `UPDATE sessions SET ended_at = ?, data = x'', id_token = x'', refresh_token = x'' WHERE token = ? AND ended_at IS NULL`
	sqlSessionEndByID   = `UPDATE sessions SET ended_at = ?, data = x'', id_token = x'', refresh_token = x'' WHERE id = ? AND user_id = ? AND ended_at IS NULL`
	sqlSessionEndOfUser = `UPDATE sessions SET ended_at = ?, data = x'', id_token = x'', refresh_token = x'' WHERE user_id = ? AND token <> ? AND ended_at IS NULL`
	sqlSessionEpoch     = `UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ? RETURNING session_epoch`
	sqlSessionKeep      = `UPDATE sessions SET user_epoch = ? WHERE token = ? AND user_id = ? AND ended_at IS NULL`
	sqlSessionEndBySid  = `UPDATE sessions SET ended_at = ?, data = x'', id_token = x'', refresh_token = x'' WHERE issuer = ? AND sid = ? AND sid <> '' AND (? = '' OR subject = ?) AND ended_at IS NULL`
	sqlSessionEndBySub  = `UPDATE sessions SET ended_at = ?, data = x'', id_token = x'', refresh_token = x'' WHERE issuer = ? AND subject = ? AND subject <> '' AND ended_at IS NULL`
	// What is asked for here says of a live session what is in force; a request may have read it before.
	sqlSessionRefreshed = `SELECT ` + sessionColumns + ` FROM sessions s WHERE s.refresh_id = ? AND s.refresh_id <> '' AND s.ended_at IS NULL`
	sqlSessionClaim     = `UPDATE sessions SET checked_at = ?1 WHERE refresh_id = ?2 AND refresh_id <> '' AND refresh_token <> x''
  AND ended_at IS NULL AND checked_at <= ?3`
	sqlSessionRotate      = `UPDATE sessions SET refresh_token = ? WHERE refresh_id = ? AND refresh_id <> '' AND ended_at IS NULL`
	sqlSessionEndOfIssuer = `UPDATE sessions SET ended_at = ?, data = x'', id_token = x'', refresh_token = x'' WHERE issuer = ? AND issuer <> '' AND ended_at IS NULL`
	sqlSessionEndUnasked  = `UPDATE sessions SET ended_at = ?1, data = x'', id_token = x''
WHERE issuer = ?2 AND subject = ?3 AND subject <> '' AND refresh_token = x'' AND created_at < ?4 AND ended_at IS NULL`
	sqlSessionPurge = `DELETE FROM sessions WHERE expires_at < ? OR ended_at < ? OR last_seen_at < ?`
)

func (v *Session) fields() []any {
	return []any{&v.ID, &v.Token, &v.UserID, &v.Data, &v.Method, &v.Issuer, &v.Subject, &v.Sid, &v.Address, &v.Device, &v.CreatedAt, &v.LastSeenAt, &v.ExpiresAt, &v.IDToken, &v.AuthenticatedAt,
		&v.UserEpoch, &v.IssuedAt, &v.RefreshID, &v.RefreshToken, &v.CheckedAt}
}

func scanSession(s scanner) (v Session, err error) { return v, s.Scan(v.fields()...) }

// SessionByToken returns a session that is neither ended nor expired at now and was seen
// after idleSince (unix milliseconds), or [ErrNotFound].
func (r reader) SessionByToken(ctx context.Context, token string, now, idleSince int64) (Session, error) {
	return one(ctx, r.q, scanSession, sqlSessionByToken, token, now, idleSince)
}

// SessionWithUser is [reader.SessionByToken] with whoever is signed in to it, and their roles; a user without an id where
// nobody is.
func (r reader) SessionWithUser(ctx context.Context, token string, now, idleSince int64) (Session, User, Roles, error) {
	type all struct {
		session Session
		user    User
		roles   Roles
	}
	v, err := one(ctx, r.q, func(s scanner) (v all, err error) {
		return v, s.Scan(append(append(v.session.fields(), v.user.fields()...), &v.roles)...)
	}, sqlSessionWithUser, token, now, idleSince)
	return v.session, v.user, v.roles, err
}

// SaveSession stores a new session or the new state of a live one. [ErrNotFound] where it must not be: it has ended, or
// whoever it is for has been disabled, deleted or signed out, here or at the provider, since the sign-in was decided.
func (tx *Tx) SaveSession(ctx context.Context, s Session) error {
	n, err := tx.exec(ctx, sqlSessionUpsert, tx.newID(), s.Token, s.UserID, s.Data, s.Method, s.Issuer, s.Subject, s.Sid,
		s.Address, s.Device, cmp.Or(s.CreatedAt, tx.now), tx.now, s.ExpiresAt, append([]byte{}, s.IDToken...),
		s.AuthenticatedAt, s.UserEpoch, s.IssuedAt, s.RefreshID, append([]byte{}, s.RefreshToken...), s.CheckedAt)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// SessionsOf lists a user's live sessions, the one used last first; see [reader.SessionByToken].
func (r reader) SessionsOf(ctx context.Context, userID string, now, idleSince int64) ([]Session, error) {
	return many(ctx, r.q, scanSession, sqlSessionsOfUser, userID, now, idleSince)
}

// CountSessions maps user ids to how many live sessions each has.
func (r reader) CountSessions(ctx context.Context, now, idleSince int64) (map[string]int64, error) {
	return perUser(ctx, r.q, sqlSessionCount, now, idleSince)
}

// TouchSession records that the session was in use at a time (unix milliseconds).
func (tx *Tx) TouchSession(ctx context.Context, token, address string, at int64) error {
	_, err := tx.exec(ctx, sqlSessionTouch, at, address, token)
	return err
}

// EndSession ends one session and leaves its tombstone. [ErrNotFound] when it is not alive.
func (tx *Tx) EndSession(ctx context.Context, token string) error {
	return tx.change(ctx, sqlSessionEnd, tx.now, token)
}

// EndSessionsOf ends all sessions of a user but the one with token except (empty: all), those that are being stored just
// now among them, and returns the user's new [User.SessionEpoch]. [ErrNotFound] without such a user.
func (tx *Tx) EndSessionsOf(ctx context.Context, userID, except string) (epoch int64, err error) {
	if epoch, err = one(ctx, tx.q, scanInt, sqlSessionEpoch, userID); err != nil {
		return 0, err
	}
	if _, err := tx.exec(ctx, sqlSessionEndOfUser, tx.now, userID, except); err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, sqlSessionKeep, epoch, except, userID)
	return epoch, err
}

// EndSessionByID ends one session of a user. [ErrNotFound] when it is not alive or another's.
func (tx *Tx) EndSessionByID(ctx context.Context, userID, id string) error {
	return tx.change(ctx, sqlSessionEndByID, tx.now, id, userID)
}

// EndSessionsBySid ends the sessions that came of one session at a provider, of subject alone
// unless that is empty, and returns how many.
func (tx *Tx) EndSessionsBySid(ctx context.Context, issuer, sid, subject string) (int64, error) {
	return tx.exec(ctx, sqlSessionEndBySid, tx.now, issuer, sid, subject, subject)
}

// EndSessionsBySubject ends the sessions that came of an identity and returns how many.
func (tx *Tx) EndSessionsBySubject(ctx context.Context, issuer, subject string) (int64, error) {
	return tx.exec(ctx, sqlSessionEndBySub, tx.now, issuer, subject)
}

// EndSessionsUnasked ends the sessions that came of an identity before a time (unix milliseconds), and that have no
// refresh token.
func (tx *Tx) EndSessionsUnasked(ctx context.Context, issuer, subject string, before int64) error {
	_, err := tx.exec(ctx, sqlSessionEndUnasked, tx.now, issuer, subject, before)
	return err
}

// EndSessionsOfIssuer ends the sessions that came of an issuer and returns how many.
func (tx *Tx) EndSessionsOfIssuer(ctx context.Context, issuer string) (int64, error) {
	return tx.exec(ctx, sqlSessionEndOfIssuer, tx.now, issuer)
}

// SessionByRefresh returns the live session that a refresh token belongs to, as it is now, or [ErrNotFound].
func (r reader) SessionByRefresh(ctx context.Context, refreshID string) (Session, error) {
	return one(ctx, r.q, scanSession, sqlSessionRefreshed, refreshID)
}

// ClaimRecheck notes that a session's provider is asked now, unless it was since before (unix milliseconds) or the
// session has ended: [ErrNotFound] then. Of two who claim it at once one may ask.
func (tx *Tx) ClaimRecheck(ctx context.Context, refreshID string, before int64) error {
	return tx.change(ctx, sqlSessionClaim, tx.now, refreshID, before)
}

// RotateRefreshToken stores the refresh token (sealed) that came in place of another. [ErrNotFound] when the session
// has ended.
func (tx *Tx) RotateRefreshToken(ctx context.Context, refreshID string, sealed []byte) error {
	return tx.change(ctx, sqlSessionRotate, sealed, refreshID)
}

// PurgeSessions deletes sessions that expired, that ended before endedBefore, or that were
// last seen before idleBefore.
func (tx *Tx) PurgeSessions(ctx context.Context, endedBefore, idleBefore int64) (int64, error) {
	return tx.exec(ctx, sqlSessionPurge, tx.now, sql.NullInt64{Int64: endedBefore, Valid: true}, idleBefore)
}
