package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/internal/input"
	"pantrie/auth/internal/secret"
	"pantrie/auth/password"
	"pantrie/auth/session"
	"pantrie/auth/signin"
	"pantrie/db"
)

// passwordLinkLifetime is how long a one-time link works.
const passwordLinkLifetime = 7 * 24 * time.Hour

// NewUser is what an administrator says about somebody new. Without HouseholdID they join
// the only household, if there is exactly one.
type NewUser struct {
	Name, Email string
	SiteAdmin   bool
	HouseholdID string
	Role        db.Role
}

// Create adds an account with a one-time link to choose its password. The address counts
// as proven: an administrator said so. [fault.ValidationFailed], [fault.EmailTaken].
func (s *Service) Create(ctx context.Context, n NewUser) (user db.User, link PasswordLink, err error) {
	fields := []fault.Field{}
	if p, bad := input.CheckName("name", n.Name); bad {
		fields = append(fields, p)
	}
	if p, bad := input.CheckEmail("email", n.Email); bad {
		fields = append(fields, p)
	}
	if n.Role == "" {
		n.Role = db.RoleEditor
	} else if !n.Role.Valid() {
		fields = append(fields, fault.Field{Name: "role", Code: fault.InvalidChoice, Message: "Choose admin, editor or viewer."})
	}
	if err := fault.Fields(fields); err != nil {
		return db.User{}, PasswordLink{}, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if n.HouseholdID == "" {
			all, err := tx.Households(ctx)
			if err != nil {
				return err
			}
			if len(all) == 1 {
				n.HouseholdID = all[0].ID
			}
		}
		user, err = tx.InsertUser(ctx, db.User{Name: strings.TrimSpace(n.Name), Email: input.CleanEmail(n.Email), EmailProof: db.ProofAdministrator, SiteAdmin: n.SiteAdmin})
		if errors.Is(err, db.ErrConflict) {
			return input.EmailTaken(err)
		}
		if err != nil {
			return err
		}
		if n.HouseholdID != "" {
			err := tx.InsertMembership(ctx, db.Membership{HouseholdID: n.HouseholdID, UserID: user.ID, Role: n.Role})
			if errors.Is(err, db.ErrReference) {
				return fault.Fields([]fault.Field{{Name: "householdId", Code: fault.InvalidChoice, Message: "There is no such household."}})
			}
			if err != nil {
				return err
			}
		}
		link, err = s.putPasswordLink(ctx, tx, user.ID)
		return err
	})
	return user, link, err
}

// PasswordLink is a secret that lets somebody choose a password once.
type PasswordLink struct {
	Token     string
	ExpiresAt time.Time
}

func (s *Service) putPasswordLink(ctx context.Context, tx *db.Tx, userID string) (PasswordLink, error) {
	link := PasswordLink{Token: secret.Random(), ExpiresAt: s.now().Add(passwordLinkLifetime)}
	return link, tx.PutPasswordLink(ctx, db.PasswordLink{Token: secret.Digest(link.Token), UserID: userID, ExpiresAt: link.ExpiresAt.UnixMilli()})
}

// NewPasswordLink makes a new one-time link for a user; the one before stops working. [db.ErrNotFound].
func (s *Service) NewPasswordLink(ctx context.Context, userID string) (link PasswordLink, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.UserByID(ctx, userID); err != nil {
			return err
		}
		link, err = s.putPasswordLink(ctx, tx, userID)
		return err
	})
	return link, err
}

func errLinkInvalid() error {
	return fault.New(fault.PasswordLinkInvalid, "This link has been used or has run out. Ask for a new one.")
}

// PasswordLinkUser says whose link it is. [fault.PasswordLinkInvalid].
func (s *Service) PasswordLinkUser(ctx context.Context, token string) (db.User, error) {
	link, err := s.db.PasswordLinkByToken(ctx, secret.Digest(token), s.now().UnixMilli())
	if errors.Is(err, db.ErrNotFound) {
		return db.User{}, errLinkInvalid()
	}
	if err != nil {
		return db.User{}, err
	}
	user, err := s.db.UserByID(ctx, link.UserID)
	if errors.Is(err, db.ErrNotFound) || err == nil && user.Disabled {
		return db.User{}, errLinkInvalid()
	}
	return user, err
}

// UsePasswordLink sets the password, uses the link up, ends the user's sessions and signs the
// browser in. [fault.PasswordLinkInvalid], [fault.ValidationFailed].
func (s *Service) UsePasswordLink(ctx context.Context, token, plain string) (db.User, error) {
	user, err := s.choosePassword(ctx, token, plain)
	if err != nil {
		return db.User{}, err
	}
	s.guard.Succeeded(password.AccountKey(user.Email))
	err = s.sessions.Begin(ctx, session.Standing{UserID: user.ID, Epoch: user.SessionEpoch}, db.Session{Method: session.MethodLink})
	if errors.Is(err, session.ErrSuperseded) {
		return db.User{}, errLinkInvalid()
	}
	if err != nil {
		return db.User{}, err
	}
	s.journal.Record(ctx, db.SignInRecord{Provider: signin.ProviderPassword, Step: "one-time link", Outcome: db.OutcomeSignedIn, Email: user.Email, Name: user.Name, UserID: user.ID})
	return user, nil
}

// ChoosePassword does what [Service.UsePasswordLink] does and signs nobody in.
func (s *Service) ChoosePassword(ctx context.Context, token, password string) error {
	_, err := s.choosePassword(ctx, token, password)
	return err
}

func (s *Service) choosePassword(ctx context.Context, token, password string) (user db.User, err error) {
	var hash string
	if user, err = s.PasswordLinkUser(ctx, token); err != nil {
		return db.User{}, err
	}
	if hash, err = s.hasher.HashNew(ctx, "password", password); err != nil {
		return db.User{}, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		link, err := tx.PasswordLinkByToken(ctx, secret.Digest(token), s.now().UnixMilli())
		if errors.Is(err, db.ErrNotFound) {
			return errLinkInvalid()
		}
		if err != nil {
			return err
		}
		if user, err = tx.UserByID(ctx, link.UserID); err != nil {
			return err
		}
		if user.Disabled {
			return errLinkInvalid()
		}
		if err := tx.DeletePasswordLinkOf(ctx, user.ID); err != nil {
			return err
		}
		if err := tx.SetPasswordHash(ctx, user.ID, hash); err != nil {
			return err
		}
		user.PasswordHash = hash
		user.SessionEpoch, err = session.EndAccess(ctx, tx, user.ID, "")
		return err
	})
	if err != nil {
		return db.User{}, err
	}
	return user, nil
}

// Change is what an administrator changes about a user; nil leaves a value as it is.
type Change struct {
	Name      *string
	SiteAdmin *bool
	Disabled  *bool
}

// Update changes a user. Somebody who is disabled or loses a role is signed out
// everywhere. [db.ErrNotFound], [fault.LastAdmin], [fault.ValidationFailed].
func (s *Service) Update(ctx context.Context, id string, c Change) error {
	if c.Name != nil {
		if p, bad := input.CheckName("name", *c.Name); bad {
			return fault.Fields([]fault.Field{p})
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		user, err := tx.UserByID(ctx, id)
		if err != nil {
			return err
		}
		if c.Name != nil {
			if err := tx.RenameUser(ctx, id, strings.TrimSpace(*c.Name)); err != nil {
				return err
			}
		}
		drop := false
		if c.SiteAdmin != nil && *c.SiteAdmin != user.SiteAdmin {
			if err := tx.SetSiteAdmin(ctx, id, *c.SiteAdmin); err != nil {
				return err
			}
			drop = drop || !*c.SiteAdmin
		}
		if c.Disabled != nil && *c.Disabled != user.Disabled {
			if err := tx.SetDisabled(ctx, id, *c.Disabled); err != nil {
				return err
			}
			drop = drop || *c.Disabled
			if err := db.IgnoreNotFound(tx.DeletePasswordLinkOf(ctx, id)); err != nil {
				return err
			}
		}
		if !drop {
			return nil
		}
		if err := s.providers.KeepAnAdmin(ctx, tx); err != nil {
			return err
		}
		_, err = session.EndAccess(ctx, tx, id, "")
		return err
	})
}

// Delete removes an account. [db.ErrNotFound], [fault.LastAdmin].
func (s *Service) Delete(ctx context.Context, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.DeleteUser(ctx, id); err != nil {
			return err
		}
		return s.providers.KeepAnAdmin(ctx, tx)
	})
}
