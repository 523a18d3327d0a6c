package provider

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"pantrie/auth/authentik"
	"pantrie/auth/fault"
	"pantrie/db"
)

// Input is what the form or the wizard sends. A nil field keeps what is stored; so
// does an empty ClientSecret.
type Input struct {
	Enabled                            *bool
	BaseURL, Slug, IssuerURL, ClientID *string
	ClientSecret                       string
	Label                              *string
	AutoLink, TrustEmail, SignUp       *bool
	SignUpHouseholdID                  *string
	SignUpRole                         *db.Role
	AllowedGroups                      *[]string
	AdminGroup, GroupClaim             *string
	Rules                              *[]GroupRule
	MaxSessionHours                    *int
	SignOutAtProvider                  *bool
	Scopes                             *[]string
	AuthMethod, CA                     *string
}

// The most that is stored of each.
const (
	mostGroups = 100
	mostRules  = 100
	mostScopes = 20
	mostCA     = 32 << 10
)

// mostSessionHours bounds the greatest age of a session.
const mostSessionHours = 366 * 24

// inputCheck applies an input to settings and collects what is wrong with it.
type inputCheck struct {
	id     string
	locked map[string]bool
	next   Settings
	fields []fault.Field
}

func (c *inputCheck) bad(field, code, message string) {
	c.fields = append(c.fields, fault.Field{Name: field, Code: code, Message: message})
}

func (c *inputCheck) named(name string) bool {
	return slices.ContainsFunc(c.fields, func(f fault.Field) bool { return f.Name == name })
}

// text takes over a trimmed value of at most n characters.
func (c *inputCheck) text(field string, target, value *string, n int) {
	if value == nil || c.locked[field] {
		return
	}
	*target = strings.TrimSpace(*value)
	switch {
	case len([]rune(*target)) > n:
		c.bad(field, fault.TooLong, "Use at most "+strconv.Itoa(n)+" characters.")
	case strings.ContainsFunc(*target, unicode.IsControl):
		c.bad(field, fault.Invalid, "Leave out line breaks and control characters.")
	}
}

// Check applies in to what is stored and says what is wrong. With complete, the
// needed fields must all be there, as in the wizard.
func (s *Store) Check(id string, in Input, stored Settings, complete bool) (Settings, []fault.Field) {
	c := &inputCheck{id: id, locked: s.LockedFields(id), next: stored, fields: []fault.Field{}}
	if complete {
		c.next = defaultProvider(id)
	}
	c.address(in)
	c.text(FieldClientID, &c.next.ClientID, in.ClientID, 255)
	if len(in.ClientSecret) > 1000 {
		c.bad(FieldClientSecret, fault.TooLong, "Use at most 1000 characters.")
	}
	c.text("label", &c.next.Label, in.Label, 60)
	setIf(&c.next.Enabled, in.Enabled)
	setIf(&c.next.AutoLink, in.AutoLink)
	setIf(&c.next.TrustEmail, in.TrustEmail)
	setIf(&c.next.SignUp, in.SignUp)
	setIf(&c.next.SignOutAtProvider, in.SignOutAtProvider)
	setIf(&c.next.MaxSessionHours, in.MaxSessionHours)
	if c.next.MaxSessionHours < 0 || c.next.MaxSessionHours > mostSessionHours {
		c.bad("maxSessionHours", fault.InvalidChoice, "Choose between 1 hour and a year, or leave it out.")
	}
	c.roles(in)
	c.protocol(in)
	if complete {
		have := map[string]string{FieldBaseURL: c.next.BaseURL, FieldSlug: c.next.Slug, FieldIssuerURL: c.next.IssuerURL, FieldClientID: c.next.ClientID, FieldClientSecret: in.ClientSecret}
		for _, field := range needed(id) {
			if have[field] == "" && !c.locked[field] && !c.named(field) {
				c.bad(field, fault.Required, "Enter the "+Label(field)+".")
			}
		}
	}
	return c.next, c.fields
}

// address reads what says where the provider is.
func (c *inputCheck) address(in Input) {
	if c.id == OIDC {
		if in.IssuerURL != nil {
			issuer, err := parseIssuer(*in.IssuerURL)
			if err != nil {
				c.bad(FieldIssuerURL, fault.InvalidURL, "Enter the provider's issuer, such as https://id.example.org.")
			}
			c.next.IssuerURL = issuer
		}
		return
	}
	if c.id != Authentik {
		return
	}
	pastedSlug := ""
	if in.BaseURL != nil && !c.locked[FieldBaseURL] {
		c.next.BaseURL = ""
		if strings.TrimSpace(*in.BaseURL) != "" {
			base, slug, err := authentik.ParseAddress(*in.BaseURL)
			if err != nil || len(base) > 500 {
				c.bad(FieldBaseURL, fault.InvalidURL, "Enter the address of your Authentik, such as https://auth.example.org.")
			}
			c.next.BaseURL, pastedSlug = base, slug
		}
	}
	if in.Slug != nil && !c.locked[FieldSlug] {
		c.next.Slug = strings.TrimSpace(*in.Slug)
	}
	if c.next.Slug == "" && pastedSlug != "" && !c.locked[FieldSlug] {
		c.next.Slug = pastedSlug
	}
	if c.next.Slug != "" && len(c.fields) == 0 {
		switch err := authentik.CheckSlug(c.next.Slug); {
		case errors.Is(err, authentik.ErrReservedSlug):
			c.bad(FieldSlug, fault.ReservedSlug, "Authentik keeps this name for itself. Choose another slug for the application.")
		case err != nil || len(c.next.Slug) > 200:
			c.bad(FieldSlug, fault.InvalidSlug, "A slug has only letters, digits, hyphens and underscores.")
		}
	}
}

// parseIssuer reads an issuer (OpenID Connect Core 1.0, section 1.2: no query, no fragment), or
// the address of the discovery document below it. Empty stays empty.
func parseIssuer(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil ||
		u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.ContainsAny(u.Host, " \\") || len(text) > 500 {
		return "", errors.New("no issuer")
	}
	return u.Scheme + "://" + strings.ToLower(u.Host) + strings.TrimSuffix(u.EscapedPath(), wellKnown), nil
}

// roles reads who may come in, and as what.
func (c *inputCheck) roles(in Input) {
	if in.SignUpRole != nil {
		c.next.SignUpRole = *in.SignUpRole
		if !c.next.SignUpRole.Valid() {
			c.bad("signUpRole", fault.InvalidChoice, "Choose admin, editor or viewer.")
		}
	}
	setIf(&c.next.SignUpHouseholdID, in.SignUpHouseholdID)
	c.text("adminGroup", &c.next.AdminGroup, in.AdminGroup, 255)
	c.text("groupClaim", &c.next.GroupClaim, in.GroupClaim, 100)
	if in.AllowedGroups != nil {
		c.next.AllowedGroups = c.names("allowedGroups", *in.AllowedGroups, mostGroups)
	}
	if in.Rules == nil {
		return
	}
	c.next.Rules = []GroupRule{}
	if len(*in.Rules) > mostRules {
		c.bad("rules", fault.TooLong, "Use at most "+strconv.Itoa(mostRules)+" rules.")
		return
	}
	for i, r := range *in.Rules {
		at := "rules[" + strconv.Itoa(i) + "]."
		c.text(at+"group", &r.Group, &r.Group, 255)
		if r.Group == "" {
			c.bad(at+"group", fault.Required, "Enter the name of the group.")
		}
		if r.HouseholdID == "" {
			c.bad(at+"householdId", fault.Required, "Choose a household.")
		}
		if !r.Role.Valid() {
			c.bad(at+"role", fault.InvalidChoice, "Choose admin, editor or viewer.")
		}
		c.next.Rules = append(c.next.Rules, r)
	}
}

// names reads a list of short texts: trimmed, without repetitions and empty ones.
func (c *inputCheck) names(field string, in []string, most int) []string {
	list := []string{}
	for _, name := range in {
		c.text(field, &name, &name, 255)
		if name != "" && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	if len(list) > most {
		c.bad(field, fault.TooLong, "Use at most "+strconv.Itoa(most)+" entries.")
	}
	return list
}

// protocol reads the advanced settings.
func (c *inputCheck) protocol(in Input) {
	if in.Scopes != nil {
		c.next.Scopes = c.names("scopes", *in.Scopes, mostScopes)
		for _, scope := range c.next.Scopes {
			// RFC 6749, section 3.3
			if strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
				c.bad("scopes", fault.Invalid, "A scope is one word without quotes or backslashes.")
				break
			}
		}
		if slices.Equal(c.next.Scopes, DefaultScopes()) {
			c.next.Scopes = nil
		}
	}
	if in.AuthMethod != nil {
		c.next.AuthMethod = *in.AuthMethod
		if !slices.Contains([]string{"", "post", "basic"}, c.next.AuthMethod) {
			c.bad("authMethod", fault.InvalidChoice, "Choose post, basic, or leave it to Pantrie.")
		}
	}
	if in.CA != nil {
		c.next.CA = strings.TrimSpace(*in.CA)
		if problem, bad := CheckCA(c.next.CA); bad {
			c.fields = append(c.fields, problem)
		}
	}
}

// CheckCA says what is wrong with extra certificate authorities (PEM).
func CheckCA(text string) (problem fault.Field, bad bool) {
	if len(text) > mostCA {
		return fault.Field{Name: "ca", Code: fault.TooLong, Message: "Use at most 32 KiB."}, true
	}
	if _, err := Certificates(text); err != nil {
		const message = "Paste certificates in PEM form: each begins with -----BEGIN CERTIFICATE-----."
		return fault.Field{Name: "ca", Code: fault.InvalidCertificate, Message: message}, true
	}
	return fault.Field{}, false
}

// Certificates reads PEM blocks (RFC 7468) of certificates; empty text has none.
func Certificates(text string) ([]*x509.Certificate, error) {
	var list []*x509.Certificate
	rest := []byte(text)
	for len(strings.TrimSpace(string(rest))) > 0 {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, errors.New("not a PEM certificate")
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		list = append(list, cert)
	}
	return list, nil
}

func setIf[T any](target *T, value *T) {
	if value != nil {
		*target = *value
	}
}

// Save stores what an administrator changed; it takes effect for the next sign-in.
// [fault.EnvLocked] when a field is sent that the environment sets; [fault.ValidationFailed],
// also when the issuer changes without the secret being typed again: otherwise whoever may
// change it could have the stored secret sent to a server of their own.
func (s *Store) Save(ctx context.Context, id string, in Input) error {
	return s.SaveIf(ctx, id, in, func(*db.Tx) error { return nil })
}

// SaveIf is [Service.Save] as long as guard holds.
func (s *Store) SaveIf(ctx context.Context, id string, in Input, guard func(*db.Tx) error) error {
	if !slices.Contains(IDs(), id) {
		return Unknown()
	}
	if err := s.refuseLocked(id, in); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := guard(tx); err != nil {
			return err
		}
		stored, err := s.Stored(ctx, tx, id)
		if err != nil {
			return err
		}
		next, fields := s.Check(id, in, stored, false)
		homes, err := tx.Households(ctx)
		if err != nil {
			return err
		}
		fields = append(fields, unknownHouseholds(stored, next, in, homes)...)
		_, err = tx.Setting(ctx, settingProviderSecret(id))
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		if err == nil && moved(stored, next) && in.ClientSecret == "" {
			fields = append(fields, fault.Field{Name: FieldClientSecret, Code: fault.SecretRequired, Message: "Type the client secret again, because the address or the certificate authority has changed."})
		}
		if err := fault.Fields(fields); err != nil {
			return err
		}
		if err := s.keepAWayIn(ctx, tx, id, stored, next, in.ClientSecret); err != nil {
			return err
		}
		if err := s.BindEnvSecret(ctx, tx, id, next); err != nil {
			return err
		}
		return s.Put(ctx, tx, id, next, in.ClientSecret)
	})
}

// keepAWayIn refuses a change after which no site administrator could sign in any more.
// [fault.LastAdmin].
func (s *Store) keepAWayIn(ctx context.Context, tx *db.Tx, id string, stored, next Settings, secret string) error {
	if next.Enabled && !moved(stored, next) {
		return nil
	}
	providers, err := s.All(ctx)
	if err != nil {
		return err
	}
	before, err := AdminsWithWayIn(ctx, tx, providers, "")
	if err != nil || before == 0 {
		return err
	}
	for i := range providers {
		if providers[i].ID == id {
			if providers[i], err = s.inForce(ctx, id, next); err != nil {
				return err
			}
			providers[i].ClientSecret = cmp.Or(secret, providers[i].ClientSecret)
			providers[i].Missing = s.missing(providers[i], map[string]string{})
		}
	}
	after, err := AdminsWithWayIn(ctx, tx, providers, "")
	if err == nil && after == 0 {
		return fault.New(fault.LastAdmin, "No site administrator could sign in any more: their only way in is this provider. Set a password under Settings first.")
	}
	return err
}

// SwitchOff takes a provider's button away whatever follows: for whoever is at the machine.
// [fault.OAuthUnknownProvider].
func (s *Store) SwitchOff(ctx context.Context, id string) error {
	if !slices.Contains(IDs(), id) {
		return Unknown()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		stored, err := s.Stored(ctx, tx, id)
		if err != nil {
			return err
		}
		stored.Enabled = false
		return s.Put(ctx, tx, id, stored, "")
	})
}

// refuseLocked answers [fault.EnvLocked] when in has a value that the environment sets.
func (s *Store) refuseLocked(id string, in Input) error {
	locked := []fault.Field{}
	for field, sent := range map[string]bool{FieldBaseURL: in.BaseURL != nil, FieldSlug: in.Slug != nil, FieldClientID: in.ClientID != nil, FieldClientSecret: in.ClientSecret != ""} {
		if sent && s.LockedFields(id)[field] {
			locked = append(locked, fault.Field{Name: field, Code: fault.Locked, Message: "Set by " + Variable(id, field) + "."})
		}
	}
	if len(locked) > 0 {
		return fault.LockedByEnvironment(locked...)
	}
	return nil
}

// moved says whether two settings lead to different issuers, or to one that another certificate
// authority may vouch for.
func moved(stored, next Settings) bool {
	return next.BaseURL != stored.BaseURL || next.Slug != stored.Slug || next.IssuerURL != stored.IssuerURL || next.CA != "" && next.CA != stored.CA
}

// unknownHouseholds names the values sent that point to a household which does not exist. Those
// that are stored already may be gone; they do nothing then.
func unknownHouseholds(stored, next Settings, in Input, homes []db.Household) []fault.Field {
	const message = "There is no such household."
	unknown := func(id string) bool {
		return id != "" && !slices.ContainsFunc(homes, func(h db.Household) bool { return h.ID == id })
	}
	fields := []fault.Field{}
	if in.SignUpHouseholdID != nil && next.SignUpHouseholdID != stored.SignUpHouseholdID && unknown(next.SignUpHouseholdID) {
		fields = append(fields, fault.Field{Name: "signUpHouseholdId", Code: fault.InvalidChoice, Message: message})
	}
	if in.Rules != nil {
		for i, r := range next.Rules {
			if unknown(r.HouseholdID) {
				fields = append(fields, fault.Field{Name: "rules[" + strconv.Itoa(i) + "].householdId", Code: fault.InvalidChoice, Message: message})
			}
		}
	}
	return fields
}

// Unsaved is the provider as it would be with in saved, for a test of the connection.
// The stored secret takes part only while the issuer is the one it was stored for.
// [fault.OAuthUnknownProvider], [fault.EnvLocked], [fault.ValidationFailed].
func (s *Store) Unsaved(ctx context.Context, id string, in Input) (Provider, error) {
	if !slices.Contains(IDs(), id) {
		return Provider{}, Unknown()
	}
	if err := s.refuseLocked(id, in); err != nil {
		return Provider{}, err
	}
	stored, err := s.Stored(ctx, s.db, id)
	if err != nil {
		return Provider{}, err
	}
	next, fields := s.Check(id, in, stored, false)
	if err := fault.Fields(fields); err != nil {
		return Provider{}, err
	}
	p, err := s.inForce(ctx, id, next)
	if err != nil {
		return Provider{}, err
	}
	switch e := s.EnvProvider(id); {
	case e.ClientSecret != "":
		bound, err := s.envSecretBound(ctx, id, next)
		if err != nil {
			return Provider{}, err
		}
		if !bound {
			p.ClientSecret = ""
		}
	case in.ClientSecret != "":
		p.ClientSecret = in.ClientSecret
	case moved(stored, next):
		p.ClientSecret = ""
	}
	p.Missing = s.missing(p, map[string]string{})
	return p, nil
}

// Put stores settings, and a secret unless it is empty.
func (s *Store) Put(ctx context.Context, tx *db.Tx, id string, p Settings, secret string) error {
	value, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := tx.PutSetting(ctx, db.Setting{Key: settingProvider(id), Value: value}); err != nil || secret == "" {
		return err
	}
	sealed, err := s.sealer.Seal(settingProviderSecret(id), []byte(secret))
	if err != nil {
		return err
	}
	return tx.PutSetting(ctx, db.Setting{Key: settingProviderSecret(id), Value: sealed, Sealed: true})
}

// Forget deletes what is stored; values from the environment stay in force.
// [fault.OAuthUnknownProvider], [fault.LastAdmin].
func (s *Store) Forget(ctx context.Context, id string) error {
	if !slices.Contains(IDs(), id) {
		return Unknown()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		stored, err := s.Stored(ctx, tx, id)
		if err != nil {
			return err
		}
		gone := defaultProvider(id)
		gone.Enabled = false
		if err := s.keepAWayIn(ctx, tx, id, stored, gone, ""); err != nil {
			return err
		}
		return errors.Join(tx.DeleteSetting(ctx, settingProvider(id)), tx.DeleteSetting(ctx, settingProviderSecret(id)), tx.DeleteSetting(ctx, SettingLastTest(id)), tx.DeleteSetting(ctx, settingSeen(id)))
	})
}
