package provider

import (
	"crypto/x509"
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
