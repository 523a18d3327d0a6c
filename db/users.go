package db

import (
	"context"
	"database/sql"
	"strings"
)

// EmailProof says why an address counts as belonging to its user; empty means unproven.
type EmailProof string

// The ways in which an address is proven.
const (
	ProofNone          EmailProof = ""
	ProofSetup         EmailProof = "setup"
	ProofAdministrator EmailProof = "administrator"
	ProofInvitation    EmailProof = "invitation"
	ProofMail          EmailProof = "mail"
	ProofProvider      EmailProof = "provider"
)

// User is a person with an account. Email and PasswordHash are empty when there is none.
type User struct {
	ID           string
	Name         string
	Email        string
	EmailProof   EmailProof
	PasswordHash string
	SiteAdmin    bool
	Disabled     bool
	CreatedAt    int64
	UpdatedAt    int64
	// SessionEpoch grows when all sessions of the user end: see [Session].
	SessionEpoch int64
}

const (
	userColumns = `u.id, u.name, coalesce(u.email, ''), u.email_proof, coalesce(u.password_hash, ''), u.site_admin, u.disabled, u.created_at, u.updated_at, u.session_epoch`

	sqlUserByID     = `SELECT ` + userColumns + ` FROM users u WHERE u.id = ?`
	sqlUserByEmail  = `SELECT ` + userColumns + ` FROM users u WHERE u.email_key = ?`
	sqlUserList     = `SELECT ` + userColumns + ` FROM users u ORDER BY u.name COLLATE NOCASE, u.id`
	sqlUserInsert   = `INSERT INTO users (id, name, email, email_key, email_proof, password_hash, site_admin, disabled, created_at, updated_at) VALUES (?, ?, nullif(?, ''), nullif(?, ''), ?, nullif(?, ''), ?, 0, ?, ?)`
	sqlUserRename   = `UPDATE users SET name = ?, updated_at = ? WHERE id = ?`
	sqlUserPassword = `UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ?`
	sqlUserAdmin    = `UPDATE users SET site_admin = ?, updated_at = ? WHERE id = ?`
	sqlUserDisable  = `UPDATE users SET disabled = ?, updated_at = ? WHERE id = ?`
	sqlUserDelete   = `DELETE FROM users WHERE id = ?`
	sqlUserRepass   = `UPDATE users SET password_hash = ?, updated_at = ? WHERE id = ? AND coalesce(password_hash, '') = ?`
	sqlAdminWays    = `SELECT u.id, u.password_hash IS NOT NULL, coalesce(i.issuer, '')
FROM users u LEFT JOIN identities i ON i.user_id = u.id AND i.access_ended_at = 0 WHERE u.site_admin = 1 AND u.disabled = 0`
	sqlUserCount = `SELECT count(*) FROM users`
)

// EmailKey is the form in which addresses are compared: A to Z in lower case, everything else
// as it is. Unicode's lower case would make one address of two: it maps the Kelvin sign to k
// and the dotted capital I to i.
func EmailKey(email string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(email))
}

func (u *User) fields() []any {
	return []any{&u.ID, &u.Name, &u.Email, &u.EmailProof, &u.PasswordHash, &u.SiteAdmin, &u.Disabled, &u.CreatedAt, &u.UpdatedAt, &u.SessionEpoch}
}

func scanUser(s scanner) (u User, err error) { return u, s.Scan(u.fields()...) }

// UserByID returns the user, or [ErrNotFound].
func (r reader) UserByID(ctx context.Context, id string) (User, error) {
	return one(ctx, r.q, scanUser, sqlUserByID, id)
}

// UserByEmail returns the user with that address in any case, or [ErrNotFound].
func (r reader) UserByEmail(ctx context.Context, email string) (User, error) {
	return one(ctx, r.q, scanUser, sqlUserByEmail, EmailKey(email))
}

// Users lists everyone by name.
func (r reader) Users(ctx context.Context) ([]User, error) {
	return many(ctx, r.q, scanUser, sqlUserList)
}

// CountUsers says how many accounts there are.
func (r reader) CountUsers(ctx context.Context) (int64, error) {
	return one(ctx, r.q, scanInt, sqlUserCount)
}

// AdminWayIn is one way in of a site administrator who is not disabled: the issuer of an
// identity whose access has not ended, or none. HasPassword is the same in all rows of a user.
type AdminWayIn struct {
	UserID      string
	HasPassword bool
	Issuer      string
}

// AdminWaysIn lists the ways in of all site administrators.
func (r reader) AdminWaysIn(ctx context.Context) ([]AdminWayIn, error) {
	return many(ctx, r.q, func(s scanner) (w AdminWayIn, err error) { return w, s.Scan(&w.UserID, &w.HasPassword, &w.Issuer) }, sqlAdminWays)
}

// InsertUser stores u and returns it with its id and times. [ErrConflict] when the address is taken.
func (tx *Tx) InsertUser(ctx context.Context, u User) (User, error) {
	u.ID, u.CreatedAt, u.UpdatedAt = tx.newID(), tx.now, tx.now
	_, err := tx.exec(ctx, sqlUserInsert, u.ID, u.Name, u.Email, EmailKey(u.Email), u.EmailProof, u.PasswordHash, u.SiteAdmin, u.CreatedAt, u.UpdatedAt)
	return u, err
}

// RenameUser changes the name shown to others. [ErrNotFound].
func (tx *Tx) RenameUser(ctx context.Context, id, name string) error {
	return tx.change(ctx, sqlUserRename, name, tx.now, id)
}

// SetPasswordHash replaces the user's password. [ErrNotFound].
func (tx *Tx) SetPasswordHash(ctx context.Context, id, hash string) error {
	return tx.change(ctx, sqlUserPassword, sql.NullString{String: hash, Valid: hash != ""}, tx.now, id)
}

// ReplacePasswordHash replaces the password that was old (empty: none). [ErrNotFound] when it is another one by now.
func (tx *Tx) ReplacePasswordHash(ctx context.Context, id, old, hash string) error {
	return tx.change(ctx, sqlUserRepass, hash, tx.now, id, old)
}

// SetSiteAdmin makes the user a site administrator, or not. [ErrNotFound].
func (tx *Tx) SetSiteAdmin(ctx context.Context, id string, on bool) error {
	return tx.change(ctx, sqlUserAdmin, on, tx.now, id)
}

// SetDisabled bars the user from signing in, or lets them in again. [ErrNotFound].
func (tx *Tx) SetDisabled(ctx context.Context, id string, on bool) error {
	return tx.change(ctx, sqlUserDisable, on, tx.now, id)
}

// DeleteUser removes the user with identities, sessions and memberships. [ErrNotFound].
func (tx *Tx) DeleteUser(ctx context.Context, id string) error {
	return tx.change(ctx, sqlUserDelete, id)
}
