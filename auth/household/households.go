// Package household keeps households, who is a member of which with what role, and the invitations into them.
package household

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/internal/input"
	"pantrie/auth/provider"
	"pantrie/db"
)

// Service are the households with their members and the invitations into them.
type Service struct {
	db        *db.DB
	now       func() time.Time
	providers *provider.Store
}

// New makes the service.
func New(database *db.DB, now func() time.Time, providers *provider.Store) *Service {
	return &Service{db: database, now: now, providers: providers}
}

// mostHouseholds bounds how many one person can be in, so that nobody fills the database.
const mostHouseholds = 20

// MemberOf is a user's membership in a household, with at least the role needed. [db.ErrNotFound]
// for strangers, who are not told that the household exists; [fault.Forbidden] for a lower role.
func (s *Service) MemberOf(ctx context.Context, userID, householdID string, need db.Role) (db.Membership, error) {
	return memberOf(ctx, s.db, userID, householdID, need)
}

// May says whether somebody with these roles has at least the role needed in a household. The errors of
// [Service.MemberOf].
func May(roles db.Roles, householdID string, need db.Role) error {
	role, member := roles[householdID]
	switch {
	case !member:
		return db.ErrNotFound
	case role.Rank() < need.Rank():
		return fault.New(fault.Forbidden, "Your role in this household does not allow that.")
	}
	return nil
}

type membershipReader interface {
	MembershipsOf(ctx context.Context, userID string) ([]db.Membership, error)
}

func memberOf(ctx context.Context, r membershipReader, userID, householdID string, need db.Role) (db.Membership, error) {
	own, err := r.MembershipsOf(ctx, userID)
	if err != nil {
		return db.Membership{}, err
	}
	for _, m := range own {
		if m.HouseholdID == householdID {
			return m, May(db.Roles{householdID: m.Role}, householdID, need)
		}
	}
	return db.Membership{}, db.ErrNotFound
}

// Create makes a household whose administrator is the user. [fault.ValidationFailed].
func (s *Service) Create(ctx context.Context, userID, name, timeZone string) (home db.Household, err error) {
	fields := checkHousehold(&name, &timeZone)
	if err := fault.Fields(fields); err != nil {
		return home, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		own, err := tx.MembershipsOf(ctx, userID)
		if err != nil {
			return err
		}
		if len(own) >= mostHouseholds {
			return fault.New(fault.Conflict, "You are in 20 households already. Leave one first.")
		}
		if home, err = tx.InsertHousehold(ctx, db.Household{Name: strings.TrimSpace(name), TimeZone: TimeZoneOr(timeZone, "UTC")}); err != nil {
			return err
		}
		return tx.InsertMembership(ctx, db.Membership{HouseholdID: home.ID, UserID: userID, Role: db.RoleAdmin})
	})
	return home, err
}

// checkHousehold checks the values that are there.
func checkHousehold(name, timeZone *string) (fields []fault.Field) {
	if name != nil {
		if f, bad := input.CheckName("name", *name); bad {
			fields = append(fields, f)
		}
	}
	if timeZone != nil && *timeZone != "" {
		if _, err := time.LoadLocation(*timeZone); err != nil || *timeZone == "Local" {
			fields = append(fields, fault.Field{Name: "timeZone", Code: fault.InvalidChoice, Message: "Choose a time zone such as Europe/Berlin."})
		}
	}
	return fields
}

// Changes is what changes of a household; nil stays as it is.
type Changes struct {
	Name          *string
	TimeZone      *string
	IgnoreOpened  *bool // see [db.Household]
	IgnoreExpired *bool
}

// Change changes name and time zone; nil leaves a value as it is. Its administrators
// may. [db.ErrNotFound], [fault.Forbidden], [fault.ValidationFailed].
func (s *Service) Change(ctx context.Context, userID, id string, to Changes) error {
	if err := fault.Fields(checkHousehold(to.Name, to.TimeZone)); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := memberOf(ctx, tx, userID, id, db.RoleAdmin); err != nil {
			return err
		}
		home, err := tx.HouseholdByID(ctx, id)
		if err != nil {
			return err
		}
		if to.Name != nil {
			home.Name = strings.TrimSpace(*to.Name)
		}
		if to.TimeZone != nil {
			home.TimeZone = TimeZoneOr(*to.TimeZone, home.TimeZone)
		}
		if to.IgnoreOpened != nil {
			home.IgnoreOpened = *to.IgnoreOpened
		}
		if to.IgnoreExpired != nil {
			home.IgnoreExpired = *to.IgnoreExpired
		}
		return tx.ChangeHousehold(ctx, home)
	})
}

// Delete deletes a household with everything in it; people keep their accounts. Its
// administrators may, and with asSite a site administrator. [db.ErrNotFound], [fault.Forbidden].
func (s *Service) Delete(ctx context.Context, by db.User, asSite bool, id string) (home db.Household, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := mayManage(ctx, tx, by, asSite, id); err != nil {
			return err
		}
		if home, err = tx.HouseholdByID(ctx, id); err != nil {
			return err
		}
		if err := s.providers.ForgetHousehold(ctx, tx, id); err != nil {
			return err
		}
		return tx.DeleteHousehold(ctx, id)
	})
	return home, err
}

// SetMember changes a member's role. The household's administrators may, and with asSite a site
// administrator, who can also put somebody in. The last administrator stays one.
// [db.ErrNotFound], [fault.Forbidden], [fault.LastAdmin], [fault.ValidationFailed].
func (s *Service) SetMember(ctx context.Context, by db.User, asSite bool, householdID, userID string, role db.Role) error {
	if !role.Valid() {
		return fault.Fields([]fault.Field{{Name: "role", Code: fault.InvalidChoice, Message: "Choose admin, editor or viewer."}})
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := mayManage(ctx, tx, by, asSite, householdID); err != nil {
			return err
		}
		m := db.Membership{HouseholdID: householdID, UserID: userID, Role: role}
		err := tx.SetMembership(ctx, m)
		if errors.Is(err, db.ErrNotFound) && asSite {
			err = tx.InsertMembership(ctx, m)
			if errors.Is(err, db.ErrReference) { // one of the two is not there
				err = db.ErrNotFound
			}
		}
		if err != nil {
			return err
		}
		return keepHouseholdAdmin(ctx, tx, householdID)
	})
}

// RemoveMember takes somebody out of a household: themselves, or whom its administrators or, with
// asSite, a site administrator choose. What they did stays. The last administrator stays.
// [db.ErrNotFound], [fault.Forbidden], [fault.LastAdmin].
func (s *Service) RemoveMember(ctx context.Context, by db.User, asSite bool, householdID, userID string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if by.ID != userID || asSite {
			if err := mayManage(ctx, tx, by, asSite, householdID); err != nil {
				return err
			}
		}
		if err := tx.DeleteMembership(ctx, householdID, userID); err != nil {
			return err
		}
		return keepHouseholdAdmin(ctx, tx, householdID)
	})
}

func mayManage(ctx context.Context, tx *db.Tx, by db.User, asSite bool, householdID string) error {
	if !asSite {
		_, err := memberOf(ctx, tx, by.ID, householdID, db.RoleAdmin)
		return err
	}
	now, err := tx.UserByID(ctx, by.ID)
	if err == nil && (now.Disabled || !now.SiteAdmin) {
		return fault.New(fault.Forbidden, "Only a site administrator may do this.")
	}
	return err
}

// keepHouseholdAdmin fails, and so rolls back, when nobody could manage a household any more.
func keepHouseholdAdmin(ctx context.Context, tx *db.Tx, householdID string) error {
	members, err := tx.Members(ctx, householdID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(members, func(m db.Member) bool { return m.Role == db.RoleAdmin && !m.Disabled }) {
		return nil
	}
	return fault.New(fault.LastAdmin, "This is the last administrator of the household. Make another member one first.")
}

// TimeZoneOr is the name of a time zone that this machine knows, or otherwise.
func TimeZoneOr(name, otherwise string) string {
	if name == "" || name == "Local" {
		return otherwise
	}
	if _, err := time.LoadLocation(name); err != nil {
		return otherwise
	}
	return name
}
