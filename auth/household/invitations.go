package household

import (
	"context"
	"errors"
	"slices"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/internal/input"
	"pantrie/auth/internal/secret"
	"pantrie/db"
)

const (
	// invitationLifetime is how long an invitation works.
	invitationLifetime = 7 * 24 * time.Hour
	// KeepInvitations is how long a link that ran out still says so.
	KeepInvitations = 30 * 24 * time.Hour
	// mostInvitations bounds how many of a household are open.
	mostInvitations = 50
)

// Invitations lists what is open in a household, the newest first. Its administrators may.
// [db.ErrNotFound], [fault.Forbidden].
func (s *Service) Invitations(ctx context.Context, userID, householdID string) ([]db.Invitation, error) {
	if _, err := memberOf(ctx, s.db, userID, householdID, db.RoleAdmin); err != nil {
		return nil, err
	}
	return openInvitations(ctx, s.db, householdID, s.now())
}

type invitationReader interface {
	membershipReader
	OpenInvitations(ctx context.Context, householdID string, now int64) ([]db.Invitation, error)
	Members(ctx context.Context, householdID string) ([]db.Member, error)
}

// openInvitations leaves out those whose inviter may not let people in any more.
func openInvitations(ctx context.Context, r invitationReader, householdID string, now time.Time) ([]db.Invitation, error) {
	list, err := r.OpenInvitations(ctx, householdID, now.UnixMilli())
	if err != nil || len(list) == 0 {
		return list, err
	}
	members, err := r.Members(ctx, householdID)
	return slices.DeleteFunc(list, func(v db.Invitation) bool {
		return !slices.ContainsFunc(members, func(m db.Member) bool {
			return m.UserID == v.InvitedBy && m.Role == db.RoleAdmin && !m.Disabled
		})
	}), err
}

// Invite makes an invitation and returns it with the secret of its link, which is stored nowhere.
// The household's administrators may. [db.ErrNotFound], [fault.Forbidden], [fault.Conflict],
// [fault.ValidationFailed].
func (s *Service) Invite(ctx context.Context, userID, householdID string, role db.Role) (v db.Invitation, token string, err error) {
	if !role.Valid() {
		return v, "", fault.Fields([]fault.Field{{Name: "role", Code: fault.InvalidChoice, Message: "Choose admin, editor or viewer."}})
	}
	token = secret.Random()
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := memberOf(ctx, tx, userID, householdID, db.RoleAdmin); err != nil {
			return err
		}
		open, err := tx.OpenInvitations(ctx, householdID, s.now().UnixMilli())
		if err != nil {
			return err
		}
		if len(open) >= mostInvitations {
			return fault.New(fault.Conflict, "This household has 50 open invitations. Revoke one first.")
		}
		v, err = tx.InsertInvitation(ctx, db.Invitation{Token: secret.Digest(token), HouseholdID: householdID, Role: role, InvitedBy: userID, ExpiresAt: s.now().Add(invitationLifetime).UnixMilli()})
		if err != nil {
			return err
		}
		v, err = tx.InvitationByID(ctx, v.ID)
		return err
	})
	return v, token, err
}

// Revoke ends an open invitation. The household's administrators may. [db.ErrNotFound],
// [fault.Forbidden].
func (s *Service) Revoke(ctx context.Context, userID, householdID, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := memberOf(ctx, tx, userID, householdID, db.RoleAdmin); err != nil {
			return err
		}
		return tx.RevokeInvitation(ctx, householdID, id)
	})
}

type inviterReader interface {
	membershipReader
	UserByID(ctx context.Context, id string) (db.User, error)
}

// StillOpen says why an invitation cannot be used any more: [fault.InvitationUsed],
// [fault.InvitationExpired], [fault.InvitationRevoked]. One is worth what its inviter may do now.
func (s *Service) StillOpen(ctx context.Context, r inviterReader, v db.Invitation) error {
	revoked := fault.New(fault.InvitationRevoked, "This invitation has been withdrawn. Ask for a new one.")
	switch {
	case v.Ended == db.InvitationUsed:
		return fault.New(fault.InvitationUsed, "This invitation has been used. Ask for a new one.")
	case v.Ended != "":
		return revoked
	case v.ExpiresAt <= s.now().UnixMilli():
		return fault.New(fault.InvitationExpired, "This invitation has run out. Ask for a new one.")
	}
	inviter, err := r.UserByID(ctx, v.InvitedBy)
	if errors.Is(err, db.ErrNotFound) || err == nil && inviter.Disabled {
		return revoked
	}
	if err != nil {
		return err
	}
	_, err = memberOf(ctx, r, v.InvitedBy, v.HouseholdID, db.RoleAdmin)
	if errors.Is(err, db.ErrNotFound) || fault.Is(err, fault.Forbidden) {
		return revoked
	}
	return err
}

// UseInvitation makes a user a member, unless somebody was faster. A role that is at least as high
// stays, and the invitation is then left for somebody else. The errors of [Service.StillOpen].
func (s *Service) UseInvitation(ctx context.Context, tx *db.Tx, id, userID string) (db.Membership, error) {
	v, err := tx.InvitationByID(ctx, id)
	if errors.Is(err, db.ErrNotFound) { // with its household, or its inviter
		return db.Membership{}, fault.New(fault.InvitationRevoked, "This invitation has been withdrawn. Ask for a new one.")
	}
	if err != nil {
		return db.Membership{}, err
	}
	own, err := memberOf(ctx, tx, userID, v.HouseholdID, v.Role)
	if err == nil || v.Ended == db.InvitationUsed && v.UsedBy == userID && !errors.Is(err, db.ErrNotFound) {
		return own, nil
	}
	if !errors.Is(err, db.ErrNotFound) && !fault.Is(err, fault.Forbidden) {
		return own, err
	}
	if err := s.StillOpen(ctx, tx, v); err != nil {
		return own, err
	}
	if err := tx.UseInvitation(ctx, v.ID, userID); err != nil {
		return own, err
	}
	joined := db.Membership{HouseholdID: v.HouseholdID, HouseholdName: v.HouseholdName, UserID: userID, Role: v.Role}
	if own.Role != "" {
		return joined, tx.SetMembership(ctx, joined)
	}
	return joined, tx.InsertMembership(ctx, joined)
}

// InvitedBy tells the log who let somebody in.
func InvitedBy(v db.Invitation) string {
	return "invited by " + input.Clip(v.InviterName, 60) + " into " + input.Clip(v.HouseholdName, 60) + " as " + string(v.Role)
}
