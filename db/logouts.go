package db

import "context"

// Logout is a back-channel logout that was carried out. JTI is the SHA-256 of the token's jti;
// Sid or Subject may be empty. IssuedAt is the token's iat (unix milliseconds).
type Logout struct {
	Issuer   string
	JTI      string
	Sid      string
	Subject  string
	IssuedAt int64
}

const (
	sqlLogoutInsert = `INSERT INTO logouts (issuer, jti, sid, subject, issued_at, created_at) VALUES (?, ?, ?, ?, ?, ?)`
	sqlLogoutCovers = `SELECT count(*) FROM logouts WHERE issuer = ?1
  AND ((sid <> '' AND sid = ?2 AND subject IN ('', ?3)) OR (sid = '' AND subject = ?3 AND issued_at >= ?4))`
	sqlLogoutPurge = `DELETE FROM logouts WHERE created_at < ?`
)

// LoggedOut says whether a sign-in at a provider, with its sid and the time of its ID token (unix
// milliseconds), was ended there already.
func (r reader) LoggedOut(ctx context.Context, issuer, sid, subject string, issuedAt int64) (bool, error) {
	n, err := one(ctx, r.q, scanInt, sqlLogoutCovers, issuer, sid, subject, issuedAt)
	return n > 0, err
}

// InsertLogout records a logout. [ErrConflict] when its token was used before.
func (tx *Tx) InsertLogout(ctx context.Context, l Logout) error {
	_, err := tx.exec(ctx, sqlLogoutInsert, l.Issuer, l.JTI, l.Sid, l.Subject, l.IssuedAt, tx.now)
	return err
}

// PurgeLogouts deletes logouts recorded before a time.
func (tx *Tx) PurgeLogouts(ctx context.Context, before int64) (int64, error) {
	return tx.exec(ctx, sqlLogoutPurge, before)
}
