package db

import (
	"context"
	"slices"
	"strings"
)

// Role is what a member may do in a household.
type Role string

// The roles, from most to least.
const (
	RoleAdmin  Role = "admin"
	RoleEditor Role = "editor"
	RoleViewer Role = "viewer"
)

// Valid says whether r is one of the three roles.
func (r Role) Valid() bool { return r == RoleAdmin || r == RoleEditor || r == RoleViewer }

// Rank orders the roles: more may do more. 0 is no role.
func (r Role) Rank() int { return map[Role]int{RoleViewer: 1, RoleEditor: 2, RoleAdmin: 3}[r] }

// Household is who shares an inventory. TimeZone is an IANA name.
type Household struct {
	ID        string
	Name      string
	TimeZone  string
	CreatedAt int64
	// What is opened, and what has expired, does not count towards a minimum.
	IgnoreOpened  bool
	IgnoreExpired bool
}

// Membership is a user's place in a household. ByGroups says that groups at a provider put
// them there, not a person.
type Membership struct {
	HouseholdID   string
	HouseholdName string
	UserID        string
	Role          Role
	ByGroups      bool
}

// Roles maps the households that somebody is in to their role there.
type Roles map[string]Role

// rolesOfUser is a column for [Roles], of users u. Ids have neither spaces nor commas.
const rolesOfUser = `coalesce((SELECT group_concat(m.household_id || ' ' || m.role) FROM memberships m WHERE m.user_id = u.id), '')`

// Scan reads the column.
func (r *Roles) Scan(value any) error {
	*r = Roles{}
	text, _ := value.(string)
	for entry := range strings.SplitSeq(text, ",") {
		if id, role, ok := strings.Cut(entry, " "); ok {
			(*r)[id] = Role(role)
		}
	}
	return nil
}

// Member is somebody in a household.
type Member struct {
	UserID, Name, Email string
	Disabled            bool
	Role                Role
	ByGroups            bool
	Since               int64
}

const (
	householdColumns  = `h.id, h.name, h.time_zone, h.created_at, h.ignore_opened, h.ignore_expired`
	membershipColumns = `h.id, h.name, m.user_id, m.role, m.by_groups`

	sqlHouseholdList   = `SELECT ` + householdColumns + ` FROM households h ORDER BY h.created_at, h.id`
	sqlHouseholdFirst  = `SELECT ` + householdColumns + ` FROM households h ORDER BY h.created_at, h.id LIMIT 1`
	sqlHouseholdByID   = `SELECT ` + householdColumns + ` FROM households h WHERE h.id = ?`
	sqlHouseholdInsert = `INSERT INTO households (id, name, time_zone, created_at, search_key) VALUES (?, ?, ?, ?, ?)`
	sqlHouseholdChange = `UPDATE households SET name = ?, time_zone = ?, ignore_opened = ?, ignore_expired = ? WHERE id = ?`
	sqlHouseholdDelete = `DELETE FROM households WHERE id = ?`
	// What refers to something goes before it: with a cascade alone SQLite counts each reference as
	// broken first and as mended later, which takes seven times as long.
	sqlHouseholdMovements = `DELETE FROM movements WHERE household_id = ?`
	sqlHouseholdLots      = `DELETE FROM lots WHERE household_id = ?`
	sqlHouseholdShopping  = `DELETE FROM shopping_items WHERE household_id = ?`
	sqlHouseholdBarcodes  = `DELETE FROM product_barcodes WHERE household_id = ?`
	sqlHouseholdProducts  = `DELETE FROM products WHERE household_id = ?`
	sqlMemberList         = `SELECT u.id, u.name, COALESCE(u.email, ''), u.disabled, m.role, m.by_groups, m.created_at FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.household_id = ? ORDER BY m.created_at, u.id`
	sqlMembershipInsert   = `INSERT INTO memberships (household_id, user_id, role, by_groups, created_at) VALUES (?, ?, ?, ?, ?)`
	sqlMembershipRole     = `UPDATE memberships SET role = ?, by_groups = ? WHERE household_id = ? AND user_id = ?`
	sqlMembershipDelete   = `DELETE FROM memberships WHERE household_id = ? AND user_id = ?`
	// No join and no ORDER BY: SQLite would prepare either anew for every value (see DESIGN.md).
	sqlMembershipOfUser = `SELECT m.household_id, (SELECT name FROM households WHERE id = m.household_id), m.user_id, m.role, m.by_groups FROM memberships m WHERE m.user_id = ?`
	sqlMembershipList   = `SELECT ` + membershipColumns + ` FROM memberships m JOIN households h ON h.id = m.household_id ORDER BY h.created_at, h.id`
)

func scanHousehold(s scanner) (h Household, err error) {
	return h, s.Scan(&h.ID, &h.Name, &h.TimeZone, &h.CreatedAt, &h.IgnoreOpened, &h.IgnoreExpired)
}

func scanMembership(s scanner) (m Membership, err error) {
	return m, s.Scan(&m.HouseholdID, &m.HouseholdName, &m.UserID, &m.Role, &m.ByGroups)
}

func scanMember(s scanner) (m Member, err error) {
	return m, s.Scan(&m.UserID, &m.Name, &m.Email, &m.Disabled, &m.Role, &m.ByGroups, &m.Since)
}

// Households lists all, oldest first.
func (r reader) Households(ctx context.Context) ([]Household, error) {
	return many(ctx, r.q, scanHousehold, sqlHouseholdList)
}

// FirstHousehold returns the oldest one, or [ErrNotFound] when there is none.
func (r reader) FirstHousehold(ctx context.Context) (Household, error) {
	return one(ctx, r.q, scanHousehold, sqlHouseholdFirst)
}

// HouseholdByID returns the household, or [ErrNotFound].
func (r reader) HouseholdByID(ctx context.Context, id string) (Household, error) {
	return one(ctx, r.q, scanHousehold, sqlHouseholdByID, id)
}

// MembershipsOf lists the user's households, oldest first: their ids are UUIDv7.
func (r reader) MembershipsOf(ctx context.Context, userID string) ([]Membership, error) {
	list, err := many(ctx, r.q, scanMembership, sqlMembershipOfUser, userID)
	slices.SortFunc(list, func(a, b Membership) int { return strings.Compare(a.HouseholdID, b.HouseholdID) })
	return list, err
}

// Members lists who is in a household, the first who came first.
func (r reader) Members(ctx context.Context, householdID string) ([]Member, error) {
	return many(ctx, r.q, scanMember, sqlMemberList, householdID)
}

// Memberships lists everyone's households.
func (r reader) Memberships(ctx context.Context) ([]Membership, error) {
	return many(ctx, r.q, scanMembership, sqlMembershipList)
}

// InsertHousehold stores h and returns it with its id.
func (tx *Tx) InsertHousehold(ctx context.Context, h Household) (Household, error) {
	h.ID, h.CreatedAt = tx.newID(), tx.now
	key, err := one(ctx, tx.q, scanInt, sqlSearchKey)
	if err != nil {
		return h, err
	}
	_, err = tx.exec(ctx, sqlHouseholdInsert, h.ID, h.Name, h.TimeZone, h.CreatedAt, key)
	return h, err
}

// ChangeHousehold stores name, time zone, and what counts towards a minimum. [ErrNotFound].
func (tx *Tx) ChangeHousehold(ctx context.Context, h Household) error {
	return tx.change(ctx, sqlHouseholdChange, h.Name, h.TimeZone, h.IgnoreOpened, h.IgnoreExpired, h.ID)
}

// DeleteHousehold removes a household with everything in it; the people stay. [ErrNotFound].
func (tx *Tx) DeleteHousehold(ctx context.Context, id string) error {
	for _, statement := range []string{sqlHouseholdMovements, sqlHouseholdLots, sqlHouseholdShopping, sqlHouseholdBarcodes, sqlHouseholdProducts} {
		if _, err := tx.exec(ctx, statement, id); err != nil {
			return err
		}
	}
	return tx.change(ctx, sqlHouseholdDelete, id)
}

// InsertMembership puts a user into a household. [ErrConflict] when they are in it,
// [ErrReference] when either does not exist.
func (tx *Tx) InsertMembership(ctx context.Context, m Membership) error {
	_, err := tx.exec(ctx, sqlMembershipInsert, m.HouseholdID, m.UserID, m.Role, m.ByGroups, tx.now)
	return err
}

// SetMembership changes role and origin of a membership. [ErrNotFound].
func (tx *Tx) SetMembership(ctx context.Context, m Membership) error {
	return tx.change(ctx, sqlMembershipRole, m.Role, m.ByGroups, m.HouseholdID, m.UserID)
}

// DeleteMembership takes a user out of a household. [ErrNotFound].
func (tx *Tx) DeleteMembership(ctx context.Context, householdID, userID string) error {
	return tx.change(ctx, sqlMembershipDelete, householdID, userID)
}
