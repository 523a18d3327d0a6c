package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"pantrie/db"
)

func settingSeen(id string) string { return "oauth." + id + ".seen" }

// Seen is what a provider's verified answers have shown of it. It holds for one issuer, client and claim of groups;
// with other settings nothing has been seen yet.
type Seen struct {
	Issuer     string `json:"issuer"` // without a slash at its end
	ClientID   string `json:"clientId"`
	GroupClaim string `json:"groupClaim"`
	// Groups says that the claim has come. Keycloak leaves it out for people who are in no group, so its absence means
	// none from then on; before that it may be a scope that nobody has set up.
	Groups bool `json:"groups"`
	// Algorithm is the one that ID tokens are signed with, such as RS256. Logout tokens are signed like them
	// (Back-Channel Logout 1.0, section 2.6). Empty: there was no ID token yet.
	Algorithm string `json:"algorithm"`
	// Refresh is what came of asking for a refresh token; empty: nobody has asked yet.
	Refresh RefreshSeen `json:"refresh,omitempty"`
}

// RefreshSeen is what came of asking for a refresh token.
type RefreshSeen string

// It was given; or the sign-in went on without one (Entra ID names the scope in discovery and never grants it by name);
// or the provider refused the sign-in for it (invalid_scope; Authelia, where the client does not allow the scope).
const (
	RefreshGiven    RefreshSeen = "given"
	RefreshWithheld RefreshSeen = "withheld"
	RefreshRefused  RefreshSeen = "refused"
)

// ClaimOfGroups is the claim that carries a person's groups, or the path to it.
func (p Provider) ClaimOfGroups() string { return cmp.Or(p.GroupClaim, "groups") }

// SeenOf returns what is known of a provider under its present settings.
func SeenOf(ctx context.Context, r db.SettingReader, p Provider) (Seen, error) {
	fresh := Seen{Issuer: strings.TrimSuffix(p.Issuer(), "/"), ClientID: p.ClientID, GroupClaim: p.ClaimOfGroups()}
	stored, err := r.Setting(ctx, settingSeen(p.ID))
	if err != nil {
		return fresh, db.IgnoreNotFound(err)
	}
	var s Seen
	if err := json.Unmarshal(stored.Value, &s); err != nil {
		return fresh, fmt.Errorf("read %s: %w", settingSeen(p.ID), err)
	}
	if s.Issuer != fresh.Issuer || s.ClientID != fresh.ClientID {
		return fresh, nil
	}
	if s.GroupClaim != fresh.GroupClaim {
		s.GroupClaim, s.Groups = fresh.GroupClaim, false
	}
	return s, nil
}

// NoteSeen keeps what an answer shows. It writes only what is new, and nothing of settings that have been replaced since
// the sign-in began.
func (s *Store) NoteSeen(ctx context.Context, p Provider, note func(*Seen)) error {
	after := func(r db.SettingReader) (before, now Seen, err error) {
		before, err = SeenOf(ctx, r, p)
		now = before
		note(&now)
		return before, now, err
	}
	before, now, err := after(s.db)
	if err != nil || now == before {
		return err
	}
	current, err := s.Get(ctx, p.ID)
	if err != nil {
		return err
	}
	if current.Issuer() != p.Issuer() || current.ClientID != p.ClientID || current.ClaimOfGroups() != p.ClaimOfGroups() {
		return nil
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		_, now, err := after(tx) // again: another sign-in may have shown something too
		if err != nil {
			return err
		}
		value, err := json.Marshal(now)
		if err != nil {
			return err
		}
		return tx.PutSetting(ctx, db.Setting{Key: settingSeen(p.ID), Value: value})
	})
}

// Seen is what is known of a provider under its present settings.
func (s *Store) Seen(ctx context.Context, p Provider) (Seen, error) { return SeenOf(ctx, s.db, p) }
