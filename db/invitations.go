package db

import "context"

// The ways in which an invitation ends, besides running out.
const (
	InvitationUsed    = "used"
	InvitationRevoked = "revoked"
)

// Invitation lets one person into a household. Token is the SHA-256 of the link's secret. Ended is
// empty, [InvitationUsed] or [InvitationRevoked].
type Invitation struct {
	ID            string
	Token         string
	HouseholdID   string
	HouseholdName string
	Role          Role
	InvitedBy     string
	InviterName   string
	CreatedAt     int64
	ExpiresAt     int64
	Ended         string
	UsedBy        string
}

const (
	invitationColumns = `v.id, v.token, v.household_id, h.name, v.role, v.invited_by, u.name, v.created_at, v.expires_at, v.ended, coalesce(v.used_by, '') FROM invitations v JOIN households h ON h.id = v.household_id JOIN users u ON u.id = v.invited_by`

	sqlInvitationInsert  = `INSERT INTO invitations (id, token, household_id, role, invited_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlInvitationByToken = `SELECT ` + invitationColumns + ` WHERE v.token = ?`
	sqlInvitationByID    = `SELECT ` + invitationColumns + ` WHERE v.id = ?`
	sqlInvitationsOpen   = `SELECT ` + invitationColumns + ` WHERE v.household_id = ? AND v.ended = '' AND v.expires_at > ? ORDER BY v.created_at DESC, v.id DESC`
	sqlInvitationUse     = `UPDATE invitations SET ended = 'used', used_by = ? WHERE id = ? AND ended = ''`
	sqlInvitationRevoke  = `UPDATE invitations SET ended = 'revoked' WHERE id = ? AND household_id = ? AND ended = '' AND expires_at > ?`
	sqlInvitationPurge   = `DELETE FROM invitations WHERE expires_at < ?`
)

func scanInvitation(s scanner) (v Invitation, err error) {
	return v, s.Scan(&v.ID, &v.Token, &v.HouseholdID, &v.HouseholdName, &v.Role, &v.InvitedBy, &v.InviterName, &v.CreatedAt, &v.ExpiresAt, &v.Ended, &v.UsedBy)
}

// InvitationByToken returns an invitation, open or not, or [ErrNotFound].
func (r reader) InvitationByToken(ctx context.Context, token string) (Invitation, error) {
	return one(ctx, r.q, scanInvitation, sqlInvitationByToken, token)
}

// InvitationByID returns an invitation, open or not, or [ErrNotFound].
func (r reader) InvitationByID(ctx context.Context, id string) (Invitation, error) {
	return one(ctx, r.q, scanInvitation, sqlInvitationByID, id)
}

// OpenInvitations lists a household's invitations that have neither ended nor expired at now, the
// newest first.
func (r reader) OpenInvitations(ctx context.Context, householdID string, now int64) ([]Invitation, error) {
	return many(ctx, r.q, scanInvitation, sqlInvitationsOpen, householdID, now)
}

// InsertInvitation stores v and returns it with its id. [ErrReference] when household or inviter
// does not exist.
func (tx *Tx) InsertInvitation(ctx context.Context, v Invitation) (Invitation, error) {
	v.ID, v.CreatedAt = tx.newID(), tx.now
	_, err := tx.exec(ctx, sqlInvitationInsert, v.ID, v.Token, v.HouseholdID, v.Role, v.InvitedBy, v.CreatedAt, v.ExpiresAt)
	return v, err
}

// UseInvitation uses an invitation up. [ErrNotFound] when it has ended.
func (tx *Tx) UseInvitation(ctx context.Context, id, userID string) error {
	return tx.change(ctx, sqlInvitationUse, userID, id)
}

// RevokeInvitation ends an open invitation of a household. [ErrNotFound].
func (tx *Tx) RevokeInvitation(ctx context.Context, householdID, id string) error {
	return tx.change(ctx, sqlInvitationRevoke, id, householdID, tx.now)
}

// PurgeInvitations deletes invitations that expired before a time.
func (tx *Tx) PurgeInvitations(ctx context.Context, before int64) (int64, error) {
	return tx.exec(ctx, sqlInvitationPurge, before)
}
