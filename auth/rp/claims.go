package rp

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"

	"pantrie/auth/internal/input"
	"pantrie/auth/provider"
)

// Claims are the members of an ID token or a userinfo answer, read by their exact names.
// encoding/json would match "SUB" for "sub", and whoever may add claims at the provider could
// be somebody else that way.
type Claims struct {
	raw map[string]json.RawMessage
	alg jose.SignatureAlgorithm
}

var _ oidc.IDClaims = (*Claims)(nil)

var errDuplicateClaim = errors.New("a claim occurs twice")

// parseClaims reads a JSON object and refuses one with a repeated member.
func parseClaims(data []byte) (Claims, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return Claims{}, errors.New("the claims are not a JSON object")
	}
	c := Claims{raw: map[string]json.RawMessage{}}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return Claims{}, fmt.Errorf("read claims: %w", err)
		}
		key, _ := name.(string)
		if _, twice := c.raw[key]; twice {
			return Claims{}, errDuplicateClaim
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return Claims{}, fmt.Errorf("read claims: %w", err)
		}
		c.raw[key] = value
	}
	if _, err := dec.Token(); err != nil {
		return Claims{}, fmt.Errorf("read claims: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Claims{}, errors.New("something follows the claims")
	}
	return c, nil
}

// UnmarshalJSON lets the library read tokens into claims.
func (c *Claims) UnmarshalJSON(data []byte) error {
	parsed, err := parseClaims(data)
	if err == nil {
		c.raw = parsed.raw
	}
	return err
}

// Text returns a string claim; anything else is "".
func (c *Claims) Text(name string) string {
	var s string
	if json.Unmarshal(c.raw[name], &s) != nil {
		return ""
	}
	return s
}

// Has says whether a claim came, whatever it is; null is none.
func (c *Claims) Has(name string) bool {
	value, there := c.raw[name]
	return there && !bytes.Equal(bytes.TrimSpace(value), []byte("null"))
}

// truth is true for the literal true and for "true" (some providers send booleans as text).
func (c *Claims) truth(name string) bool {
	v := string(bytes.TrimSpace(c.raw[name]))
	return v == "true" || v == `"true"`
}

// at returns the member that a path leads to: one of exactly that name, or a member of a member, such as
// realm_access.roles of Keycloak. A name may itself have dots, at any depth.
func (c *Claims) at(path string) (json.RawMessage, bool) {
	if value, there := c.raw[path]; there {
		return value, true
	}
	for i := range len(path) {
		if path[i] != '.' {
			continue
		}
		inner, err := parseClaims(c.raw[path[:i]])
		if err != nil {
			continue
		}
		if value, there := inner.at(path[i+1:]); there {
			return value, true
		}
	}
	return nil, false
}

// when reads a NumericDate (RFC 7519, section 2); the zero time when it is none.
func (c *Claims) when(name string) time.Time {
	var n json.Number
	dec := json.NewDecoder(bytes.NewReader(c.raw[name]))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return time.Time{}
	}
	n, ok := v.(json.Number)
	if !ok {
		return time.Time{}
	}
	f, err := n.Float64()
	if err != nil || f <= 0 || f > 1e11 {
		return time.Time{}
	}
	return time.Unix(int64(f), 0)
}

// The getters that the library's checks ask for.

// GetIssuer returns iss.
func (c *Claims) GetIssuer() string { return c.Text("iss") }

// GetSubject returns sub.
func (c *Claims) GetSubject() string { return c.Text("sub") }

// GetAudience returns aud, which is a string or an array of strings (RFC 7519, section 4.1.3).
func (c *Claims) GetAudience() []string {
	if one := c.Text("aud"); one != "" {
		return []string{one}
	}
	var many []string
	if json.Unmarshal(c.raw["aud"], &many) != nil {
		return nil
	}
	return many
}

// GetExpiration returns exp.
func (c *Claims) GetExpiration() time.Time { return c.when("exp") }

// GetIssuedAt returns iat.
func (c *Claims) GetIssuedAt() time.Time { return c.when("iat") }

// GetNonce returns nonce.
func (c *Claims) GetNonce() string { return c.Text("nonce") }

// GetAuthenticationContextClassReference returns acr.
func (c *Claims) GetAuthenticationContextClassReference() string { return c.Text("acr") }

// GetAuthTime returns auth_time.
func (c *Claims) GetAuthTime() time.Time { return c.when("auth_time") }

// GetAuthorizedParty returns azp.
func (c *Claims) GetAuthorizedParty() string { return c.Text("azp") }

// GetAccessTokenHash returns at_hash.
func (c *Claims) GetAccessTokenHash() string { return c.Text("at_hash") }

// SetSignatureAlgorithm records the algorithm of the verified signature.
func (c *Claims) SetSignatureAlgorithm(a jose.SignatureAlgorithm) { c.alg = a }

// GetSignatureAlgorithm returns the algorithm of the verified signature.
func (c *Claims) GetSignatureAlgorithm() jose.SignatureAlgorithm { return c.alg }

// Profile is who the provider says somebody is.
type Profile struct {
	Subject       string
	Email         string // usable address, or ""
	EmailVerified bool
	EmailFrom     string // the document the address is from: userinfo, id_token, or ""
	Name          string
	NameMade      bool // of the address, because no name came
	Groups        provider.Groups
}

// ReadProfile takes address and verification from the same document: from userinfo when it
// has an address, else from the ID token. Mixing them could lend one document's word to the
// other's address.
func ReadProfile(idToken, userinfo Claims, at provider.Provider) Profile {
	from, source := &idToken, "id_token"
	if userinfo.Text("email") != "" {
		from, source = &userinfo, "userinfo"
	}
	p := Profile{Subject: idToken.GetSubject(), Email: input.CleanEmail(from.Text("email"))}
	if p.Email != "" {
		p.EmailFrom = source
	}
	groups, there := userinfo.at(at.ClaimOfGroups())
	if !there {
		groups, _ = idToken.at(at.ClaimOfGroups())
	}
	p.Groups = provider.ReadGroups(groups)
	if p.Groups.Absent && (userinfo.elsewhere(at.ClaimOfGroups()) || idToken.elsewhere(at.ClaimOfGroups())) {
		p.Groups = provider.Groups{Odd: "the provider sends no groups, but where to ask for them: too many for it to send"}
	}
	p.EmailVerified = p.Email != "" && from.truth("email_verified")
	for _, doc := range []*Claims{&userinfo, &idToken} {
		for _, name := range []string{"name", "given_name", "preferred_username", "nickname"} {
			if p.Name == "" {
				p.Name = input.CleanName(doc.Text(name))
			}
		}
	}
	if p.Name == "" {
		local, _, _ := strings.Cut(p.Email, "@")
		p.Name = input.CleanName(local)
		p.NameMade = p.Name != ""
	}
	return p
}

// elsewhere says whether a claim is not in the document, but named as one to be asked for (OpenID Connect Core 1.0,
// section 5.6.2). Entra ID does so with more than 200 groups, and says hasgroups where there are none of its addresses.
func (c *Claims) elsewhere(name string) bool {
	var names map[string]json.RawMessage
	_ = json.Unmarshal(c.raw["_claim_names"], &names) // not an object: none
	_, named := names[name]
	return named || name == "groups" && c.truth("hasgroups")
}

// validSubject is the length OpenID Connect Core 1.0, section 2 allows, something that is seen, and nothing that cannot
// be printed: a blank one is a mistake of a mapping, which sends it for everybody. U+FFFD stands for what was no Unicode;
// two such subjects would be one.
func validSubject(sub string) bool {
	seen := func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }
	return strings.ContainsFunc(sub, seen) && len(sub) <= 255 && !strings.ContainsFunc(sub, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar })
}

// Describe tells the log what the provider said, without what could be a secret.
func (who Profile) Describe() string {
	parts := []string{}
	switch {
	case who.Email == "":
		parts = append(parts, "no email address")
	case who.EmailVerified:
		parts = append(parts, "email "+who.Email+", verified")
	default:
		parts = append(parts, "email "+who.Email+NotVerified)
	}
	switch {
	case !who.Groups.Known:
		parts = append(parts, cmp.Or(who.Groups.Odd, "no groups"))
	case len(who.Groups.Names) == 0:
		parts = append(parts, "in no group")
	default:
		parts = append(parts, "groups "+input.Clip(strings.Join(who.Groups.Names, ", "), 200))
	}
	return strings.Join(parts, "; ")
}

// Claim is one member of an ID token or of userinfo, its value as JSON text.
type Claim struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// List makes claims readable, by name.
func (c *Claims) List() []Claim {
	list := []Claim{}
	for name, value := range c.raw {
		list = append(list, Claim{input.Clip(name, 200), input.Clip(string(value), mostClaim)})
	}
	slices.SortFunc(list, func(a, b Claim) int { return strings.Compare(a.Name, b.Name) })
	return list[:min(len(list), mostClaims)]
}

// mostClaim bounds what is kept of one claim's value, mostClaims how many are kept.
const (
	mostClaim  = 4000
	mostClaims = 200
)

// NotVerified stands in a step of the log when an address came without its provider's word.
const NotVerified = ", not verified"
