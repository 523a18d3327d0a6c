// Package setup is the wizard's other side: the token that guards it, and everything it stores at once.
package setup

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"pantrie/auth/address"
	"pantrie/auth/fault"
	"pantrie/auth/household"
	"pantrie/auth/internal/input"
	"pantrie/auth/internal/secret"
	"pantrie/auth/password"
	"pantrie/auth/provider"
	"pantrie/auth/session"
	"pantrie/auth/signin"
	"pantrie/db"
)

const (
	settingSetupToken = "setup.token"
	settingSetupDone  = db.SettingSetUp
)

// Service is the wizard's other side.
type Service struct {
	db        *db.DB
	sealer    *db.Sealer
	now       func() time.Time
	token     string
	address   *address.Public
	providers *provider.Store
	sessions  *session.Manager
	hasher    *password.Hasher
	guard     *password.Guard
	journal   *signin.Log
}

// Parts is what it works with. All but Token are required.
type Parts struct {
	DB        *db.DB
	Sealer    *db.Sealer
	Now       func() time.Time
	Token     string // replaces the random one that guards the wizard
	Address   *address.Public
	Providers *provider.Store
	Sessions  *session.Manager
	Hasher    *password.Hasher
	Guard     *password.Guard
	Journal   *signin.Log
}

// New puts the parts together.
func New(p Parts) *Service {
	return &Service{
		db: p.DB, sealer: p.Sealer, now: p.Now, token: p.Token, address: p.Address, providers: p.Providers,
		sessions: p.Sessions, hasher: p.Hasher, guard: p.Guard, journal: p.Journal,
	}
}

// Answers is everything the wizard asks for. OAuth is nil for local accounts only.
type Answers struct {
	Token         string
	AdminName     string
	AdminEmail    string
	AdminPassword string
	HouseholdName string
	TimeZone      string
	PublicURL     string
	OAuth         *Provider
}

// Provider is the wizard's OAuth step.
type Provider struct {
	Provider string
	provider.Input
}

// Completed says whether the wizard is done.
func (s *Service) Completed(ctx context.Context) (bool, error) {
	_, err := s.db.Setting(ctx, settingSetupDone)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Token returns the secret that guards the wizard and makes one when there is none. It
// stays the same over restarts until it is used up. [fault.SetupDone].
func (s *Service) Token(ctx context.Context) (token string, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		token, err = s.setupToken(ctx, tx)
		if !errors.Is(err, db.ErrNotFound) {
			return err
		}
		token = secret.Random()
		sealed, err := s.sealer.Seal(settingSetupToken, []byte(token))
		if err != nil {
			return err
		}
		return tx.PutSetting(ctx, db.Setting{Key: settingSetupToken, Value: sealed, Sealed: true})
	})
	return token, err
}

func setupDone() error {
	return fault.New(fault.SetupDone, "Pantrie has been set up already. Sign in instead.")
}

// setupToken is the token in force. [fault.SetupDone], [db.ErrNotFound] when none can be read.
func (s *Service) setupToken(ctx context.Context, r db.SettingReader) (string, error) {
	switch _, err := r.Setting(ctx, settingSetupDone); {
	case err == nil:
		return "", setupDone()
	case !errors.Is(err, db.ErrNotFound):
		return "", err
	}
	if s.token != "" {
		return s.token, nil
	}
	stored, err := r.Setting(ctx, settingSetupToken)
	if errors.Is(err, db.ErrNotFound) { // somebody else's setup may have taken it between the two looks
		if _, done := r.Setting(ctx, settingSetupDone); done == nil {
			return "", setupDone()
		}
	}
	if err != nil {
		return "", err
	}
	token, err := s.sealer.Open(settingSetupToken, stored.Value)
	if err != nil {
		return "", db.ErrNotFound
	}
	return string(token), nil
}

// CheckToken compares in constant time. [fault.SetupTokenInvalid], [fault.SetupDone],
// [fault.TooManyRequests] for an address that keeps guessing.
func (s *Service) CheckToken(ctx context.Context, token string) error {
	return s.checkSetupToken(ctx, s.db, token)
}

func (s *Service) checkSetupToken(ctx context.Context, r db.SettingReader, token string) error {
	if err := s.guard.Throttled(session.ClientOf(ctx), ""); err != nil {
		return err
	}
	want, err := s.setupToken(ctx, r)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	if want == "" || subtle.ConstantTimeCompare([]byte(secret.Digest(want)), []byte(secret.Digest(strings.TrimSpace(token)))) != 1 {
		s.guard.Failed(session.ClientOf(ctx), "")
		return fault.New(fault.SetupTokenInvalid, "This setup link is not valid. The right one is in Pantrie's log.")
	}
	return nil
}

// settingRestoring is there while a backup is about to take the place of the database.
const settingRestoring = "setup.restoring"

// BeginRestore decides that a backup takes the place of the database: from then on nobody can set Pantrie up, which
// would be lost. [fault.SetupTokenInvalid]; [fault.SetupDone] when somebody did.
func (s *Service) BeginRestore(ctx context.Context, token string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := s.checkSetupToken(ctx, tx, token); err != nil {
			return err
		}
		return tx.PutSetting(ctx, db.Setting{Key: settingRestoring, Value: []byte(s.now().UTC().Format(time.RFC3339))})
	})
}

// CancelRestore lets people set Pantrie up again, after a restore that did not come to its end.
func (s *Service) CancelRestore(ctx context.Context) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error { return tx.DeleteSetting(ctx, settingRestoring) })
}

// notRestoring refuses what would be lost.
func notRestoring(ctx context.Context, tx *db.Tx) error {
	switch _, err := tx.Setting(ctx, settingRestoring); {
	case err == nil:
		return fault.New(fault.Conflict, "A backup is being restored. Wait a moment, then reload this page.")
	case !errors.Is(err, db.ErrNotFound):
		return err
	}
	return nil
}

// Check validates the parts of in that are there and returns what is wrong with them.
// Fields that the environment sets need not be there.
func (s *Service) Check(in Answers, admin, household, publicURL bool) []fault.Field {
	fields := []fault.Field{}
	add := func(f fault.Field, bad bool) {
		if bad {
			fields = append(fields, f)
		}
	}
	if admin {
		add(input.CheckName("admin.name", in.AdminName))
		add(input.CheckEmail("admin.email", in.AdminEmail))
		add(password.Check("admin.password", in.AdminPassword))
	}
	if household {
		add(input.CheckName("household.name", in.HouseholdName))
	}
	if publicURL && !s.address.Locked() {
		if _, err := address.Parse(in.PublicURL); err != nil {
			fields = append(fields, address.Problem())
		}
	}
	if in.OAuth != nil {
		_, bad := s.providers.Check(in.OAuth.Provider, in.OAuth.Input, provider.Settings{}, true)
		for _, f := range bad {
			f.Name = "oauth." + f.Name
			fields = append(fields, f)
		}
	}
	return fields
}

// Complete creates the first administrator, the household, and the settings, uses up the
// token, and signs the browser in. All of it is written at once or nothing is; of two who
// finish together one gets [fault.SetupDone]. [fault.SetupTokenInvalid], [fault.ValidationFailed].
func (s *Service) Complete(ctx context.Context, in Answers) (db.User, error) {
	if err := s.CheckToken(ctx, in.Token); err != nil {
		return db.User{}, err
	}
	if err := fault.Fields(s.Check(in, true, true, true)); err != nil {
		return db.User{}, err
	}
	user, err := s.completeSetup(ctx, in, func(tx *db.Tx) error {
		if err := s.checkSetupToken(ctx, tx, in.Token); err != nil {
			return err
		}
		return notRestoring(ctx, tx)
	})
	if err != nil {
		return db.User{}, err
	}
	if err := s.sessions.Begin(ctx, session.Standing{UserID: user.ID}, db.Session{Method: session.MethodSetup}); err != nil {
		return db.User{}, err
	}
	s.journal.Record(ctx, db.SignInRecord{Provider: signin.ProviderPassword, Step: "setup", Outcome: db.OutcomeCreated, Email: user.Email, Name: user.Name, UserID: user.ID})
	return user, nil
}

func (s *Service) completeSetup(ctx context.Context, in Answers, guard func(*db.Tx) error) (user db.User, err error) {
	hash, err := s.hasher.HashNew(ctx, "admin.password", in.AdminPassword)
	if err != nil {
		return db.User{}, err
	}
	public := ""
	if !s.address.Locked() && in.PublicURL != "" {
		if public, err = address.Parse(in.PublicURL); err != nil {
			return db.User{}, fault.Fields([]fault.Field{address.Problem()})
		}
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := guard(tx); err != nil {
			return err
		}
		user, err = tx.InsertUser(ctx, db.User{Name: strings.TrimSpace(in.AdminName), Email: input.CleanEmail(in.AdminEmail), EmailProof: db.ProofSetup, PasswordHash: hash, SiteAdmin: true})
		if err != nil {
			return err
		}
		home, err := tx.InsertHousehold(ctx, db.Household{Name: strings.TrimSpace(in.HouseholdName), TimeZone: household.TimeZoneOr(in.TimeZone, "UTC")})
		if err != nil {
			return err
		}
		if err := tx.InsertMembership(ctx, db.Membership{HouseholdID: home.ID, UserID: user.ID, Role: db.RoleAdmin}); err != nil {
			return err
		}
		if public != "" {
			if err := address.Put(ctx, tx, public); err != nil {
				return err
			}
		}
		if in.OAuth != nil {
			stored, _ := s.providers.Check(in.OAuth.Provider, in.OAuth.Input, provider.Settings{}, true)
			stored.SignUpHouseholdID = home.ID
			if err := s.providers.BindEnvSecret(ctx, tx, in.OAuth.Provider, stored); err != nil {
				return err
			}
			if err := s.providers.Put(ctx, tx, in.OAuth.Provider, stored, in.OAuth.ClientSecret); err != nil {
				return err
			}
		}
		if err := tx.DeleteSetting(ctx, settingSetupToken); err != nil {
			return err
		}
		return tx.PutSetting(ctx, db.Setting{Key: settingSetupDone, Value: []byte(s.now().UTC().Format(time.RFC3339))})
	})
	if err == nil && public != "" {
		s.address.Took(public)
	}
	return user, err
}

// Headless does what the wizard does from the environment, once; later starts with the
// same variables change nothing. It reports whether it did.
func (s *Service) Headless(ctx context.Context, email, password string) (bool, error) {
	done, err := s.Completed(ctx)
	if err != nil || done {
		return false, err
	}
	in := Answers{AdminName: "Administrator", AdminEmail: email, AdminPassword: password, HouseholdName: "Home"}
	for _, f := range s.Check(in, true, true, false) {
		err = errors.Join(err, fmt.Errorf("%s: %s", f.Name, f.Message))
	}
	if err != nil {
		return false, fmt.Errorf("set up from PANTRIE_ADMIN_EMAIL and PANTRIE_ADMIN_PASSWORD: %w", err)
	}
	_, err = s.completeSetup(ctx, in, func(tx *db.Tx) error {
		if _, err := tx.Setting(ctx, settingSetupDone); !errors.Is(err, db.ErrNotFound) {
			return fault.New(fault.SetupDone, "Pantrie has been set up already.")
		}
		return nil
	})
	if fault.Is(err, fault.SetupDone) {
		return false, nil
	}
	return err == nil, err
}

// Link is the address that opens the wizard: the public URL, or otherwise before anybody
// has said it. Empty once setup is done.
func (s *Service) Link(ctx context.Context, otherwise string) (string, error) {
	token, err := s.Token(ctx)
	if fault.Is(err, fault.SetupDone) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return s.linkOfSetup(token, otherwise), nil
}

// StoredLink is [Service.Link] for whoever works beside the server: it makes no token, as the server's would
// not be valid any more. [db.ErrNotFound] when there is none that can be read.
func (s *Service) StoredLink(ctx context.Context, otherwise string) (string, error) {
	token, err := s.setupToken(ctx, s.db)
	if fault.Is(err, fault.SetupDone) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return s.linkOfSetup(token, otherwise), nil
}

func (s *Service) linkOfSetup(token, otherwise string) string {
	return cmp.Or(s.address.URL(), otherwise) + "/setup#token=" + url.QueryEscape(token)
}
