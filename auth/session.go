package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"pantrie/auth/fault"
	"pantrie/db"
)

// The ways in that a session remembers.
const (
	MethodPassword = "password"
	MethodSetup    = "setup"
	MethodLink     = "link"
	MethodToken    = "token" // a program, without a session
)

const (
	// anonymousLifetime bounds sessions nobody has signed in to; they only carry sign-ins
	// on their way to a provider.
	anonymousLifetime = time.Hour
	// touchEvery is how precise "last seen" is; a write for every request would wear out an SD card.
	touchEvery = 2 * time.Minute

	ownerKey  = "owner"
	noticeKey = "notice"
)

var errSessionEnded = errors.New("the session has ended")

// sessions are scs sessions in our own table. There are two managers on one store, because
// the cookie's name and Secure attribute follow the address that a request came to.
type sessions struct {
	service       *Service
	secure, plain *scs.SessionManager
}

func newSessions(s *Service) *sessions {
	store := &sessionStore{s}
	build := func(name string, secure bool) *scs.SessionManager {
		m := scs.New()
		m.Store = store
		m.Codec = textCodec{}
		m.Lifetime = s.cfg.SessionLifetime
		m.HashTokenInStore = true
		m.Cookie.Name = name
		m.Cookie.Path = "/"
		m.Cookie.HttpOnly = true
		m.Cookie.Secure = secure
		m.Cookie.SameSite = http.SameSiteLaxMode // Strict would lose the provider's redirect back
		m.Cookie.Persist = true
		return m
	}
	return &sessions{service: s, secure: build("__Host-pantrie", true), plain: build("pantrie", false)}
}

// visit is one request's view of its session.
type visit struct {
	manager *scs.SessionManager
	w       http.ResponseWriter
	session db.Session // zero Token: none was found
	user    db.User    // whoever is signed in to it, as it was found
	fresh   bool       // the session's sign-in is being replaced; its old token may be gone
	// replaced is the token that ends in the transaction that stores the new session, and with
	// which guard must still hold: between two of them everybody could be signed out, and the
	// new session would not be among those that end.
	replacing bool
	replaced  string
	guard     func(*db.Tx) error
	// unsynced says that the session may be lost when the power fails.
	unsynced bool
	address  string
	proxied  bool
	device   string
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// Visitor is what a request tells about where it comes from.
type Visitor struct {
	Address string // client address, without port
	Secure  bool   // the request came by https, as far as trusted proxies say
	Host    string // host and port that the browser asked for
	Proxied bool   // by a proxy that is not trusted: the address is the proxy's
}

// Load reads the request's session and returns a context with it, and with the [Person]
// when somebody is signed in. Changes to the session write their cookie to w.
func (s *Service) Load(w http.ResponseWriter, r *http.Request, from Visitor) (context.Context, error) {
	v := &visit{manager: s.sessions.choose(s.PublicURL(), from), w: w, address: from.Address, proxied: from.Proxied, device: clip(r.UserAgent(), 300)}
	ctx := context.WithValue(r.Context(), visitKey{}, v)
	token := ""
	if c, err := r.Cookie(v.manager.Cookie.Name); err == nil {
		token = c.Value
	}
	ctx, err := v.manager.Load(ctx, token)
	if err != nil {
		return nil, err
	}
	if v.user.ID == "" || v.user.Disabled {
		return ctx, nil
	}
	if s.now().UnixMilli()-v.session.LastSeenAt >= touchEvery.Milliseconds() {
		if err := s.db.InTxUnsynced(ctx, func(tx *db.Tx) error { return tx.TouchSession(ctx, v.session.Token, v.address) }); err != nil {
			return nil, err
		}
	}
	return context.WithValue(ctx, personKey{}, Person{User: v.user, Method: v.session.Method}), nil
}

// choose picks the cookie: Secure with the __Host- prefix when Pantrie's public address is
// https. A request that reached another host by plain http (the machine's own address at
// home, say) gets the plain cookie, because a browser would drop the other one there. At the
// public host, and behind any proxy, only the secure cookie counts, so that a plain one cannot
// be planted.
func (ss *sessions) choose(public string, from Visitor) *scs.SessionManager {
	scheme, host := splitOrigin(public)
	if from.Secure || scheme == "https" && (from.Proxied || strings.EqualFold(host, from.Host)) {
		return ss.secure
	}
	return ss.plain
}

// Person is who is asking.
type Person struct {
	User   db.User
	Method string
	// Scope limits a program that came with an API token; empty for somebody with a session.
	Scope Scope
	token string // that they came with, hashed
}

type personKey struct{}

// PersonFrom returns who is signed in, if anybody is.
func PersonFrom(ctx context.Context) (Person, bool) {
	p, ok := ctx.Value(personKey{}).(Person)
	return p, ok
}

// SignedInAs is the id of who is signed in once a request was handled, empty for nobody or a program.
func SignedInAs(ctx context.Context) string {
	if v := visitOf(ctx); v != nil {
		return v.session.UserID
	}
	return ""
}

// StillSignedIn says whether what the request came with still holds, its session or its API token. It is for
// answers that go on for long.
func (s *Service) StillSignedIn(ctx context.Context) (bool, error) {
	person, ok := PersonFrom(ctx)
	if !ok {
		return false, nil
	}
	now := s.now()
	var err error
	if person.Scope != "" {
		_, err = s.db.APITokenByToken(ctx, person.token, now.UnixMilli())
	} else {
		_, err = s.db.SessionByToken(ctx, visitOf(ctx).session.Token, now.UnixMilli(), now.Add(-s.cfg.SessionIdle).UnixMilli())
	}
	return err == nil, ignoreNotFound(err)
}

// errSuperseded says that what a sign-in was based on has changed since it was checked.
var errSuperseded = errors.New("the account has changed since it was checked")

// errEndedThere says that the provider has ended the sign-in that it vouched for.
var errEndedThere = errors.New("the provider has signed the person out since")

// unchanged is the guard of a sign-in by password: hashing takes a while, and a session must
// not come of a password that has been replaced, or for an account disabled, meanwhile.
func unchanged(ctx context.Context, userID, passwordHash string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		now, err := tx.UserByID(ctx, userID)
		if errors.Is(err, db.ErrNotFound) || err == nil && (now.Disabled || now.PasswordHash != passwordHash) {
			return errSuperseded
		}
		return err
	}
}

// stillLinked is the guard of a sign-in through a provider: [errSuperseded], [errEndedThere].
func stillLinked(ctx context.Context, userID string, from arrival) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		how := from.Session
		identity, err := tx.IdentityBySubject(ctx, how.Issuer, how.Subject)
		if errors.Is(err, db.ErrNotFound) || err == nil && identity.UserID != userID {
			return errSuperseded
		}
		if err != nil {
			return err
		}
		ended, err := tx.LoggedOut(ctx, how.Issuer, how.Sid, how.Subject, from.IssuedAt)
		if err != nil {
			return err
		}
		if ended {
			return errEndedThere
		}
		now, err := tx.UserByID(ctx, userID)
		if err == nil && now.Disabled {
			return errSuperseded
		}
		return err
	}
}

// signInSession gives the browser a new session for user, provided that guard still holds
// when it is stored; the session it had ends. [errSuperseded].
// (OWASP ASVS 7.2.4: a new token at every authentication.)
func (s *Service) signInSession(ctx context.Context, userID string, how db.Session, guard func(*db.Tx) error) error {
	return s.signInWhom(ctx, how, func(tx *db.Tx) (string, error) {
		if guard == nil {
			return userID, nil
		}
		return userID, guard(tx)
	})
}

// signInWhom gives the browser a new session for the user that whom names, in the same
// transaction. When whom fails nothing is stored, and the browser keeps the session it had.
func (s *Service) signInWhom(ctx context.Context, how db.Session, whom func(*db.Tx) (userID string, err error)) error {
	v := visitOf(ctx)
	before := v.session
	v.fresh, v.replacing = true, true
	v.guard = func(tx *db.Tx) (err error) {
		v.session.UserID, err = whom(tx)
		return err
	}
	defer func() { v.replacing, v.replaced, v.guard = false, "", nil }()
	if err := v.manager.RenewToken(ctx); err != nil {
		return err
	}
	if how.Issuer == "" { // a password, which was proven now
		how.AuthenticatedAt = s.now().UnixMilli()
		// What this browser began before, perhaps somebody else at it, ends here.
		v.manager.Remove(ctx, ownerKey)
	}
	v.session = how
	err := s.commit(ctx)
	if err != nil {
		v.session = before
	}
	return err
}

// renewSession changes the token of the present session. It fails with
// [fault.Unauthenticated] when the session ended while the request was in flight.
func (s *Service) renewSession(ctx context.Context) error {
	v := visitOf(ctx)
	v.replacing = true
	defer func() { v.replacing, v.replaced = false, "" }()
	if err := v.manager.RenewToken(ctx); err != nil {
		return err
	}
	return s.commit(ctx)
}

func signedOut() error { return fault.New(fault.Unauthenticated, "You have been signed out.") }

// commit stores the session and sends its cookie. It happens before the answer is written,
// so that nobody is told of a session that was not kept.
func (s *Service) commit(ctx context.Context) error {
	v := visitOf(ctx)
	token, expiry, err := v.manager.Commit(ctx)
	if errors.Is(err, errSessionEnded) {
		return signedOut()
	}
	if err != nil {
		return err
	}
	if v.session.UserID == "" {
		expiry = s.now().Add(anonymousLifetime)
	}
	v.w.Header().Del("Set-Cookie")
	v.manager.WriteSessionCookie(ctx, v.w, token, expiry)
	return nil
}

// owner returns the value that ties sign-ins on their way to this browser, or "". It survives
// the renewal of the session's token, so that a second tab can finish after the first one.
func (s *Service) owner(ctx context.Context) string {
	return visitOf(ctx).manager.GetString(ctx, ownerKey)
}

// inTxOfOwner runs fn, which stores something for owner that is of use for minutes, in a transaction; one that
// has no session yet gets it in the same.
func (s *Service) inTxOfOwner(ctx context.Context, owner string, fn func(*db.Tx) error) error {
	v := visitOf(ctx)
	if s.owner(ctx) == owner {
		return s.db.InTxUnsynced(ctx, fn)
	}
	v.manager.Put(ctx, ownerKey, owner)
	v.guard, v.unsynced = fn, true
	defer func() { v.guard, v.unsynced = nil, false }()
	return s.commit(ctx)
}

// SessionMethod is the way in of the present session, "" when nobody is signed in.
func (s *Service) SessionMethod(ctx context.Context) string { return visitOf(ctx).session.Method }

// TakeNotice returns what this session still has to tell its person, once.
func (s *Service) TakeNotice(ctx context.Context) (string, error) {
	v := visitOf(ctx)
	notice := v.manager.PopString(ctx, noticeKey)
	if notice == "" {
		return "", nil
	}
	return notice, s.commit(ctx)
}

// sessionStore keeps scs's sessions in the database. Tokens arrive hashed.
type sessionStore struct{ s *Service }

var _ scs.CtxStore = (*sessionStore)(nil)

// FindCtx returns a live session's data.
func (st *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	now := st.s.now()
	row, user, err := st.s.db.SessionWithUser(ctx, token, now.UnixMilli(), now.Add(-st.s.cfg.SessionIdle).UnixMilli())
	if errors.Is(err, db.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	v := visitOf(ctx)
	v.session, v.user = row, user
	return row.Data, true, nil
}

// CommitCtx stores a new or a live session; one that has ended stays ended.
func (st *sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	v := visitOf(ctx)
	var row db.Session
	inTx := st.s.db.InTx
	if v.unsynced {
		inTx = st.s.db.InTxUnsynced
	}
	err := inTx(ctx, func(tx *db.Tx) error {
		if v.guard != nil {
			if err := v.guard(tx); err != nil {
				return err
			}
		}
		row = v.session
		row.Token, row.Data, row.Address, row.Device, row.ExpiresAt = token, data, v.address, v.device, expiry.UnixMilli()
		if row.UserID == "" {
			row.ExpiresAt = min(row.ExpiresAt, st.s.now().Add(anonymousLifetime).UnixMilli())
		}
		var err error
		if v.replaced != "" {
			if err = tx.EndSession(ctx, v.replaced); v.fresh {
				err = ignoreNotFound(err)
			}
		}
		if err == nil {
			err = tx.SaveSession(ctx, row)
		}
		if errors.Is(err, db.ErrNotFound) || errors.Is(err, db.ErrReference) {
			return errSessionEnded
		}
		return err
	})
	if err == nil {
		v.session = row
	}
	return err
}

// DeleteCtx ends a session that is being signed out, and leaves one that is being replaced to
// CommitCtx.
func (st *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	if v := visitOf(ctx); v.replacing {
		v.replaced = token
		return nil
	}
	return st.s.db.InTx(ctx, func(tx *db.Tx) error { return ignoreNotFound(tx.EndSession(ctx, token)) })
}

// textCodec stores a session's few texts as JSON: it is read for every request, and the
// library's own encoding spends most of that time on describing types.
type textCodec struct{}

type storedSession struct {
	Deadline int64             `json:"d"`
	Texts    map[string]string `json:"t,omitempty"`
}

// Encode writes the deadline and the texts; other values are refused.
func (textCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	stored := storedSession{Deadline: deadline.UnixMilli(), Texts: map[string]string{}}
	for name, value := range values {
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("session value %s is no text", name)
		}
		stored.Texts[name] = text
	}
	return json.Marshal(stored)
}

// Decode reads what Encode wrote.
func (textCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	var stored storedSession
	if err := json.Unmarshal(data, &stored); err != nil {
		return time.Time{}, nil, err
	}
	values := make(map[string]any, len(stored.Texts))
	for name, text := range stored.Texts {
		values[name] = text
	}
	return time.UnixMilli(stored.Deadline).UTC(), values, nil
}

// The methods without a context belong to scs's interface; it prefers the ones above.

// Find is not used.
func (st *sessionStore) Find(string) ([]byte, bool, error) { return nil, false, errNoContext }

// Commit is not used.
func (st *sessionStore) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete is not used.
func (st *sessionStore) Delete(string) error { return errNoContext }

var errNoContext = errors.New("sessions need a context")

func clip(s string, n int) string {
	r := []rune(strings.ToValidUTF8(s, ""))
	if len(r) > n {
		r = r[:n]
	}
	return string(r)
}
