package session

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"net/http"
	"strings"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/internal/input"
	"pantrie/auth/internal/secret"
	"pantrie/db"
)

// Scope is what a token may do of what its user may.
type Scope string

// The scopes, from least to most: look at households; change what is in them; manage them too. None
// reaches the account or the administration.
const (
	ScopeRead  Scope = "read"
	ScopeStock Scope = "stock"
	ScopeAll   Scope = "all"
)

func (s Scope) rank() int { return map[Scope]int{ScopeRead: 1, ScopeStock: 2, ScopeAll: 3}[s] }

// Covers says whether a token of this scope may do what needs another.
func (s Scope) Covers(need Scope) bool { return need.rank() > 0 && s.rank() >= need.rank() }

const (
	tokenPrefix = "pantrie_"
	// mostTokens bounds how many one person has.
	mostTokens = 50
	// touchTokenEvery is how precise a token's last use is.
	touchTokenEvery = time.Minute
)

// newAPIToken makes a token: 260 random bits and a checksum, by which a slip of the keyboard, and a
// program that looks for lost secrets, knows it without asking.
func newAPIToken() string {
	secret := rand.Text() + rand.Text()
	return tokenPrefix + secret + checksum(secret)
}

func checksum(secret string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(secret)))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum)
}

func wellFormed(token string) bool {
	secret, ok := strings.CutPrefix(token, tokenPrefix)
	end := len(secret) - len(checksum(""))
	return ok && end > 0 && secret[end:] == checksum(secret[:end])
}

// BearerToken returns a request's API token (RFC 6750, section 2.1). A bearer token of another kind
// is none of Pantrie's: some proxies add their own.
func BearerToken(r *http.Request) (token string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, "Bearer") && strings.HasPrefix(token, tokenPrefix)
}

// LoadToken returns a context with the [Person] whose token it is. It neither reads nor keeps a
// session. [fault.Unauthenticated] when the token is unknown, revoked or expired, or its user may not
// sign in; [fault.TokenPaused] while a provider lets its user in no more.
func (s *Manager) LoadToken(w http.ResponseWriter, r *http.Request, from Visitor, token string) (context.Context, error) {
	invalid := fault.New(fault.Unauthenticated, "This API token is not valid: it is mistyped, has been revoked, or has run out.")
	if !wellFormed(token) {
		return nil, invalid
	}
	v := &visit{manager: s.choose(s.address.URL(), from), w: w, address: from.Address, proxied: from.Proxied, device: input.Clip(r.UserAgent(), 300)}
	ctx, err := v.manager.Load(context.WithValue(r.Context(), visitKey{}, v), "")
	if err != nil {
		return nil, err
	}
	key, user, roles, err := s.db.APITokenWithUser(ctx, secret.Digest(token), s.now().UnixMilli())
	if errors.Is(err, db.ErrNotFound) || err == nil && user.Disabled {
		return nil, invalid
	}
	if err != nil {
		return nil, err
	}
	if key.Paused {
		return nil, fault.New(fault.TokenPaused, "This API token is paused: "+
			"its owner no longer has access at the provider. It works again once they sign in there.")
	}
	s.lastSeen.token(ctx, key)
	return context.WithValue(ctx, personKey{}, Person{User: user, Roles: roles, Method: MethodToken, Scope: Scope(key.Scope), token: secret.Digest(token)}), nil
}

// APITokens lists the tokens of the person who is signed in, the newest first.
func (s *Manager) APITokens(ctx context.Context) ([]db.APIToken, error) {
	person, ok := PersonFrom(ctx)
	if !ok {
		return nil, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	_, noted := s.lastSeen.noted()
	keys, err := s.db.APITokensOf(ctx, person.User.ID)
	for i := range keys {
		keys[i].LastUsedAt = max(keys[i].LastUsedAt, noted[keys[i].ID].at)
	}
	return keys, err
}

// CreateAPIToken makes a token for the person who is signed in and proved it lately, and returns it
// with its secret, which is stored nowhere. A lifetime of 0 means until it is revoked.
// [fault.ReauthRequired], [fault.ValidationFailed], [fault.Conflict].
func (s *Manager) CreateAPIToken(ctx context.Context, name string, scope Scope, lifetime time.Duration) (key db.APIToken, token string, err error) {
	person, ok := PersonFrom(ctx)
	if !ok {
		return key, "", fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if problem, bad := input.CheckName("name", name); bad {
		return key, "", fault.Fields([]fault.Field{problem})
	}
	if scope.rank() == 0 {
		return key, "", fault.Fields([]fault.Field{{Name: "scope", Code: fault.InvalidChoice, Message: "Choose read, stock or all."}})
	}
	if err := s.NeedFresh(ctx); err != nil {
		return key, "", err
	}
	token = newAPIToken()
	key = db.APIToken{Token: secret.Digest(token), UserID: person.User.ID, Name: strings.TrimSpace(name), Scope: string(scope)}
	if lifetime > 0 {
		key.ExpiresAt = s.now().Add(lifetime).UnixMilli()
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		// Whoever signs everybody out must not leave a token behind that was on its way.
		err := s.Alive(ctx, tx)
		if errors.Is(err, db.ErrNotFound) {
			return SignedOut()
		}
		if err != nil {
			return err
		}
		own, err := tx.APITokensOf(ctx, person.User.ID)
		if err != nil {
			return err
		}
		if len(own) >= mostTokens {
			return fault.New(fault.Conflict, "You have 50 API tokens. Revoke one first.")
		}
		key, err = tx.InsertAPIToken(ctx, key)
		return err
	})
	return key, token, err
}

// RevokeAPIToken ends a token of the person who is signed in. [db.ErrNotFound].
func (s *Manager) RevokeAPIToken(ctx context.Context, id string) error {
	person, ok := PersonFrom(ctx)
	if !ok {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error { return tx.DeleteAPIToken(ctx, person.User.ID, id) })
}

// EndAccess ends the sessions of a user but the one with token keep (empty: all), and their API
// tokens: who got in by a way that is closed now may have made some. It returns the user's new
// [db.User.SessionEpoch], which the kept session has too.
func EndAccess(ctx context.Context, tx *db.Tx, userID, keep string) (epoch int64, err error) {
	if _, err := tx.DeleteAPITokensOf(ctx, userID); err != nil {
		return 0, err
	}
	return tx.EndSessionsOf(ctx, userID, keep)
}
