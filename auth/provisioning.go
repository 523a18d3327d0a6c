package auth

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"pantrie/auth/address"
	"pantrie/auth/authentik"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/provision"
	"pantrie/db"
)

// AuthentikWish is what a person chooses before Pantrie sets Authentik up. The token is used for
// the one run and kept nowhere.
type AuthentikWish struct {
	BaseURL, Token, Slug string
	Consent              provision.Consent
	Group                string
	Existing             provision.Existing
	// CA is PEM of further certificate authorities; nil means those that are stored.
	CA *string
	// PublicURL is Pantrie's own address while the wizard has not stored it; empty means the stored one.
	PublicURL string
}

// PlanAuthentik says what setting Authentik up would do, and changes nothing. The error is a
// [*provision.Problem], or [fault.EnvLocked] when the environment sets what the run would have to
// store, or [fault.ValidationFailed].
func (s *Service) PlanAuthentik(ctx context.Context, in AuthentikWish) (provision.Plan, error) {
	w, n, err := s.provisionWish(ctx, in)
	if err != nil {
		return provision.Plan{}, err
	}
	// One after another: whoever plans has Pantrie ask a server of their choice.
	select {
	case s.planning <- struct{}{}:
		defer func() { <-s.planning }()
	case <-ctx.Done():
		return provision.Plan{}, ctx.Err()
	}
	plan, err := provision.Look(ctx, n, w)
	if err != nil {
		return plan, err
	}
	base, _, err := authentik.ParseAddress(w.BaseURL)
	if err != nil {
		return plan, nil // it was asked under this address: it can be read
	}
	lost, err := s.linkedElsewhere(ctx, authentik.Issuer(base, plan.Slug))
	if err == nil && lost > 0 {
		people := "One person is linked with the present address. That link stops working"
		if lost > 1 {
			people = fmt.Sprintf("%d people are linked with the present address. Those links stop working", lost)
		}
		plan.Warnings = append(plan.Warnings, provision.Warning{Code: provision.WarnLinks,
			Text: people + " unless it is the same Authentik and you move them over after saving."})
	}
	return plan, err
}

// linkedElsewhere counts who is linked through Authentik with the issuer in force, where that is another one than issuer.
func (s *Service) linkedElsewhere(ctx context.Context, issuer string) (int, error) {
	p, err := s.Providers.Get(ctx, provider.Authentik)
	if err != nil || p.Issuer() == "" || provider.SameIssuer(p.Issuer(), issuer) {
		return 0, err
	}
	all, err := s.db.Identities(ctx)
	n := 0
	for _, i := range all {
		if i.Provider == provider.Authentik && provider.SameIssuer(i.Issuer, p.Issuer()) {
			n++
		}
	}
	return n, err
}

// ProvisionRun sets Authentik up; see [provision.Apply]. It must be called once.
type ProvisionRun func(ctx context.Context, report func(provision.Step)) (provision.Result, error)

// BeginProvision prepares setting Authentik up. With save the result is stored as the settings of
// the provider, which is switched on; what was created at Authentik is removed again when that is
// refused. Only one runs at a time. Errors as with [Service.PlanAuthentik]; [fault.TestRunning].
func (s *Service) BeginProvision(ctx context.Context, in AuthentikWish, save bool) (ProvisionRun, error) {
	w, n, err := s.provisionWish(ctx, in)
	if err != nil {
		return nil, err
	}
	if save {
		w.Keep = func(ctx context.Context, r provision.Result) error {
			return s.keepProvisioned(ctx, w.BaseURL, in.CA, r)
		}
	}
	if !s.testing.TryLock() {
		return nil, fault.New(fault.TestRunning, "A test or another set-up is running. Wait until it is done.")
	}
	return func(ctx context.Context, report func(provision.Step)) (provision.Result, error) {
		defer s.testing.Unlock()
		result, err := provision.Apply(ctx, n, w, report)
		if err != nil {
			s.log.WarnContext(ctx, "setting Authentik up did not work", "base_url", loggedAddress(w), "error", err)
			return result, err
		}
		s.log.InfoContext(ctx, "Authentik set up", "base_url", loggedAddress(w), "slug", result.Slug, "client_id", result.ClientID, "created", result.Created, "authentik", result.Version)
		return result, nil
	}, nil
}

// loggedAddress is Authentik's address for the log: without what cannot be an address, such as one
// with a password, and without a token that somebody put into the wrong field.
func loggedAddress(w provision.Wish) string {
	base, _, err := authentik.ParseAddress(w.BaseURL)
	if token := strings.TrimSpace(w.Token); err != nil || token != "" && strings.Contains(strings.ToLower(base), strings.ToLower(token)) {
		return ""
	}
	return base
}

// provisionWish lays the environment's values and Pantrie's own addresses over what was chosen.
func (s *Service) provisionWish(ctx context.Context, in AuthentikWish) (provision.Wish, provision.Network, error) {
	e, locked := s.Providers.EnvProvider(provider.Authentik), s.Providers.LockedFields(provider.Authentik)
	var fields []fault.Field
	for _, field := range []string{provider.FieldClientID, provider.FieldClientSecret} {
		if locked[field] {
			fields = append(fields, fault.Field{Name: field, Code: fault.Locked, Message: "Set by " + provider.Variable(provider.Authentik, field) + "."})
		}
	}
	if len(fields) > 0 {
		return provision.Wish{}, provision.Network{}, fault.LockedByEnvironment(fields...)
	}
	public, err := s.Address.Or(in.PublicURL)
	if err != nil {
		return provision.Wish{}, provision.Network{}, err
	}
	ca := ""
	if in.CA != nil {
		ca = strings.TrimSpace(*in.CA)
		if problem, bad := provider.CheckCA(ca); bad {
			return provision.Wish{}, provision.Network{}, fault.Fields([]fault.Field{problem})
		}
	} else {
		stored, err := s.Providers.Stored(ctx, s.db, provider.Authentik)
		if err != nil {
			return provision.Wish{}, provision.Network{}, err
		}
		ca = stored.CA
	}
	transport, err := s.discoveries.Transport(ca)
	if err != nil {
		return provision.Wish{}, provision.Network{}, err
	}
	return provision.Wish{
		BaseURL: cmp.Or(e.BaseURL, in.BaseURL), Token: in.Token, Slug: cmp.Or(e.Slug, in.Slug),
		RedirectURI: address.Of(public, provider.Authentik, "callback"), LaunchURL: public,
		LogoutURI: address.Of(public, provider.Authentik, "backchannel-logout"), SignedOutURL: address.Of(public, provider.Authentik, "signed-out"),
		Consent: in.Consent, Group: in.Group, Existing: in.Existing,
	}, provision.Network{Transport: transport, Timeout: s.cfg.ProviderTimeout, Within: s.cfg.Within}, nil
}

// keepProvisioned stores what a run of setting Authentik up has found or made.
func (s *Service) keepProvisioned(ctx context.Context, baseURL string, ca *string, r provision.Result) error {
	locked := s.Providers.LockedFields(provider.Authentik)
	in := provider.Input{Enabled: new(bool), ClientID: &r.ClientID, ClientSecret: r.ClientSecret, CA: ca}
	*in.Enabled = true
	base, _, err := authentik.ParseAddress(baseURL)
	if err != nil {
		return err
	}
	if !locked[provider.FieldBaseURL] {
		in.BaseURL = &base
	}
	if !locked[provider.FieldSlug] {
		in.Slug = &r.Slug
	}
	return s.Providers.SaveIf(ctx, provider.Authentik, in, func(tx *db.Tx) error {
		return s.Sessions.StillAdministrator(ctx, tx)
	})
}

// BlueprintOptions are what a blueprint is written for beside an [AuthentikWish].
type BlueprintOptions struct {
	EmailVerified bool // see [provision.BlueprintWish]
	Old           bool // for an Authentik older than 2024.12
	Recent        bool // for 2026.5 or newer, which leads people back after signing out
}

// AuthentikBlueprint is the text of a blueprint that makes in Authentik what
// [Service.BeginProvision] would. BaseURL, Token, CA and Existing play no part. [fault.ValidationFailed].
func (s *Service) AuthentikBlueprint(in AuthentikWish, o BlueprintOptions) (string, error) {
	public, err := s.Address.Or(in.PublicURL)
	if err != nil {
		return "", err
	}
	slug := cmp.Or(s.Providers.EnvProvider(provider.Authentik).Slug, in.Slug, "pantrie")
	if authentik.CheckSlug(slug) != nil || len(slug) > 50 {
		return "", fault.Fields([]fault.Field{{Name: provider.FieldSlug, Code: fault.InvalidSlug, Message: "A slug has only letters, digits, hyphens and underscores, at most 50 of them, and is none of Authentik's own names."}})
	}
	w := provision.BlueprintWish{
		Slug: slug, RedirectURI: address.Of(public, provider.Authentik, "callback"), LaunchURL: public,
		LogoutURI: address.Of(public, provider.Authentik, "backchannel-logout"), Consent: in.Consent, Group: in.Group,
		EmailVerified: o.EmailVerified, Old: o.Old,
	}
	if o.Recent {
		w.SignedOutURL = address.Of(public, provider.Authentik, "signed-out")
	}
	return provision.Blueprint(w), nil
}
