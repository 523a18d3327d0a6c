package signin

import (
	"context"

	"pantrie/auth/fault"
	"pantrie/auth/session"
)

// Rules is what an administrator sees of the switches.
type Rules struct {
	LocalLogin   bool // as stored
	InForce      bool
	Forced       bool // by PANTRIE_LOCAL_LOGIN
	AutoRedirect string
	// CanTurnOff says that local sign-in may be switched off; Why is "" then, else "needs_test"
	// or "no_provider". TestProvider is the provider to test, or the one that was.
	CanTurnOff   bool
	Why          string
	TestProvider string
}

// Rules returns the switches, with what stands in the way of switching local sign-in off:
// it takes a successful test sign-in of the administrator who asks, with the settings in force.
func (s *Service) Rules(ctx context.Context) (Rules, error) {
	w, err := s.providers.Switches(ctx, s.db)
	if err != nil {
		return Rules{}, err
	}
	r := Rules{LocalLogin: !w.LocalLoginOff, Forced: s.providers.LocalLoginForced(), AutoRedirect: w.AutoRedirect, Why: "no_provider"}
	if r.InForce, err = s.providers.LocalLogin(ctx); err != nil {
		return r, err
	}
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return r, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	all, err := s.providers.All(ctx)
	if err != nil {
		return r, err
	}
	for _, p := range all {
		if !p.Usable() {
			continue
		}
		if r.TestProvider == "" {
			r.TestProvider, r.Why = p.ID, "needs_test"
		}
		result, err := s.TestResult(ctx, p)
		if err != nil {
			return r, err
		}
		if result != nil && result.Current && result.OK && result.UserID == person.User.ID && result.Verdict != nil &&
			result.Verdict.Action == string(actSignIn) && result.Verdict.UserID == person.User.ID {
			r.CanTurnOff, r.Why, r.TestProvider = true, "", p.ID
			break
		}
	}
	return r, nil
}

// SetRules changes the switches; nil leaves one as it is. [fault.Conflict] when local
// sign-in may not be switched off yet, [fault.EnvLocked] while PANTRIE_LOCAL_LOGIN forces it,
// [fault.ValidationFailed] for a provider that cannot be used.
func (s *Service) SetRules(ctx context.Context, localLogin *bool, autoRedirect *string) error {
	if localLogin != nil && !*localLogin {
		rules, err := s.Rules(ctx)
		switch {
		case err != nil:
			return err
		case rules.Forced:
			return fault.LockedByEnvironment(fault.Field{Name: "localLogin", Code: fault.Locked, Message: "Set by PANTRIE_LOCAL_LOGIN."})
		case !rules.CanTurnOff && rules.LocalLogin:
			return fault.New(fault.Conflict, "Test the sign-in with your own account first: it must lead to this account, with the settings as they are now.")
		}
	}
	return s.providers.SetSwitches(ctx, localLogin, autoRedirect)
}
