// Package session knows who is asking: the cookie and its row, or an API token. Sessions are those of scs, in our own
// table; DESIGN.md in package auth tells what it does that scs alone does not.
package session

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"pantrie/auth/address"
	"pantrie/auth/fault"
	"pantrie/auth/internal/input"
	"pantrie/auth/password"
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
	proofKey  = "proof"
	untilKey  = "until"

	proofRefused = "refused"
)

var errSessionEnded = errors.New("the session has ended")

// Manager are scs sessions in our own table. There are two managers on one store, because
// the cookie's name and Secure attribute follow the address that a request came to.
type Manager struct {
	db       *db.DB
	now      func() time.Time
	address  *address.Public
	idle     time.Duration
	lastSeen *lastSeen

	secure, plain *scs.SessionManager
}

// Options says how long sessions last. Both times must be positive.
type Options struct {
	Lifetime time.Duration // since they began
	Idle     time.Duration // since they were last used
}

// New makes the sessions of a database. Nothing is read before a request comes.
func New(database *db.DB, log *slog.Logger, now func() time.Time, public *address.Public, o Options) *Manager {
	s := &Manager{db: database, now: now, address: public, idle: o.Idle, lastSeen: newLastSeen(database, log, now)}
	build := func(name string, secure bool) *scs.SessionManager {
		m := scs.New()
		m.Store = &sessionStore{s}
		m.Codec = textCodec{}
		m.Lifetime = o.Lifetime
		m.HashTokenInStore = true
		m.Cookie.Name = name
		m.Cookie.Path = "/"
		m.Cookie.HttpOnly = true
		m.Cookie.Secure = secure
		m.Cookie.SameSite = http.SameSiteLaxMode // Strict would lose the provider's redirect back
		m.Cookie.Persist = true
		return m
	}
	s.secure, s.plain = build("__Host-pantrie", true), build("pantrie", false)
	return s
}

// visit is one request's view of its session.
type visit struct {
	manager *scs.SessionManager
	w       http.ResponseWriter
	session db.Session // as it was last read or stored; zero Token: there is none
	user    db.User    // whoever was signed in to it when it was read
	roles   db.Roles   // theirs
	address string
	proxied bool
	device  string
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// ClientOf is where a request comes from.
func ClientOf(ctx context.Context) password.Client {
	v := visitOf(ctx)
	if v == nil {
		return password.Client{}
	}
	return password.Client{Address: v.address, Proxied: v.proxied}
}

// Current is the present session as it was last read or stored; without Token there is none.
func Current(ctx context.Context) db.Session { return visitOf(ctx).session }

// Visitor is what a request tells about where it comes from.
type Visitor struct {
	Address string // client address, without port
	Secure  bool   // the request came by https, as far as trusted proxies say
	Host    string // host and port that the browser asked for
	Proxied bool   // by a proxy that is not trusted: the address is the proxy's
}

// Load reads the request's session and returns a context with it, and with the [Person]
// when somebody is signed in. Changes to the session write their cookie to w.
func (s *Manager) Load(w http.ResponseWriter, r *http.Request, from Visitor) (context.Context, error) {
	v := &visit{manager: s.choose(s.address.URL(), from), w: w, address: from.Address, proxied: from.Proxied, device: input.Clip(r.UserAgent(), 300)}
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
	s.lastSeen.session(ctx, v.session, v.address)
	return context.WithValue(ctx, personKey{}, Person{User: v.user, Roles: v.roles, Method: v.session.Method}), nil
}

// choose picks the cookie: Secure with the __Host- prefix when Pantrie's public address is
// https. A request that reached another host by plain http (the machine's own address at
// home, say) gets the plain cookie, because a browser would drop the other one there. At the
// public host, and behind any proxy, only the secure cookie counts, so that a plain one cannot
// be planted.
func (s *Manager) choose(public string, from Visitor) *scs.SessionManager {
	scheme, host := address.Split(public)
	if from.Secure || scheme == "https" && (from.Proxied || strings.EqualFold(host, from.Host)) {
		return s.secure
	}
	return s.plain
}

// Person is who is asking.
type Person struct {
	User   db.User
	Roles  db.Roles // when the request began
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
// answers that go on for long. The session is returned as it is now, without one for a token.
func (s *Manager) StillSignedIn(ctx context.Context) (row db.Session, ok bool, err error) {
	person, ok := PersonFrom(ctx)
	if !ok {
		return row, false, nil
	}
	now := s.now()
	if person.Scope != "" {
		key, _, _, err := s.db.APITokenWithUser(ctx, person.token, now.UnixMilli())
		return row, err == nil && !key.Paused, db.IgnoreNotFound(err)
	}
	row, err = s.db.SessionByToken(ctx, visitOf(ctx).session.Token, now.UnixMilli(), now.Add(-s.idle).UnixMilli())
	return row, err == nil, db.IgnoreNotFound(err)
}

// ErrSuperseded says that what a sign-in was based on has changed since it was checked.
var ErrSuperseded = errors.New("the account has changed since it was checked")

// Standing is whose session a browser is to have, as a transaction decided it: the account, and its
// [db.User.SessionEpoch] then. Whatever closes the account's way in afterwards (a new password, a link taken away, being
// disabled, signing out everywhere) makes that epoch an old one, so that a session which is stored later is refused.
type Standing struct {
	UserID string
	Epoch  int64
}

// StandingOf reads it. [ErrSuperseded] when the account is gone or disabled.
func StandingOf(ctx context.Context, tx *db.Tx, userID string) (Standing, error) {
	user, err := tx.UserByID(ctx, userID)
	if errors.Is(err, db.ErrNotFound) || err == nil && user.Disabled {
		return Standing{}, ErrSuperseded
	}
	return Standing{UserID: userID, Epoch: user.SessionEpoch}, err
}

// Keep is something that a new session keeps for its person.
type Keep struct{ key, text string }

// What a new session can keep.
var (
	// KeepLinked has the next page say that a way in was linked.
	KeepLinked = Keep{noticeKey, "linked"}
	// KeepProofRefused has the account page say that the provider did not ask who the person is.
	KeepProofRefused = Keep{proofKey, proofRefused}
)

// Begin gives the browser a new session in place of the one it had (OWASP ASVS 5.0, 7.2.4: a new token at every
// authentication), with what to keep in it. [ErrSuperseded] when who was let in may not have it any more.
func (s *Manager) Begin(ctx context.Context, who Standing, how db.Session, tell ...Keep) error {
	v := visitOf(ctx)
	owner := s.Owner(ctx)
	if err := v.manager.Destroy(ctx); err != nil {
		return err
	}
	if how.Issuer == "" { // a password, which was proven now
		how.AuthenticatedAt = s.now().UnixMilli()
	} else if owner != "" {
		// A second tab can finish after this one. With a password, what this browser began before, perhaps
		// somebody else at it, ends here.
		v.manager.Put(ctx, ownerKey, owner)
	}
	if how.ExpiresAt > 0 {
		v.endBy(ctx, how.ExpiresAt)
		v.manager.Put(ctx, untilKey, strconv.FormatInt(how.ExpiresAt, 10))
	}
	for _, k := range tell {
		v.manager.Put(ctx, k.key, k.text)
	}
	v.session = how
	v.session.UserID, v.session.UserEpoch = who.UserID, who.Epoch
	err := s.commit(ctx)
	if err != nil {
		v.session = db.Session{}
	}
	if errors.Is(err, errSessionEnded) {
		return ErrSuperseded
	}
	return err
}

// endBy has the session end at a time (unix milliseconds) that is before the end of its absolute life.
func (v *visit) endBy(ctx context.Context, until int64) {
	if end := time.UnixMilli(until); end.Before(v.manager.Deadline(ctx)) {
		v.manager.SetDeadline(ctx, end)
	}
}

// Renew changes the token of the present session, once change has been made to it. It fails with
// [fault.Unauthenticated] when the session ended while the request was in flight.
func (s *Manager) Renew(ctx context.Context, change func(*db.Session)) error {
	v := visitOf(ctx)
	err := v.manager.RenewToken(context.WithValue(ctx, renewalKey{}, true))
	before := v.session
	if until, unlimited := strconv.ParseInt(v.manager.GetString(ctx, untilKey), 10, 64); unlimited == nil {
		v.endBy(ctx, until) // which a renewal puts off otherwise
	}
	if err == nil {
		change(&v.session)
		err = s.commit(ctx)
	}
	if err != nil {
		v.session = before
	}
	if errors.Is(err, errSessionEnded) {
		return SignedOut()
	}
	return err
}

// renewalKey marks the context of a renewal for the store: scs deletes the old token before it stores the new one.
type renewalKey struct{}

// SignedOut is the error for somebody who has been signed out while a request was in flight.
func SignedOut() error { return fault.New(fault.Unauthenticated, "You have been signed out.") }

// commit stores the session and sends its cookie. It happens before the answer is written,
// so that nobody is told of a session that was not kept. errSessionEnded.
func (s *Manager) commit(ctx context.Context) error {
	v := visitOf(ctx)
	token, expiry, err := v.manager.Commit(ctx)
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

// Leave ends the present session and removes its cookie. It returns the session; that there is none is no error.
func (s *Manager) Leave(ctx context.Context) (was db.Session, err error) {
	v := visitOf(ctx)
	was = v.session
	if err := v.manager.Destroy(ctx); err != nil {
		return was, err
	}
	v.session = db.Session{}
	v.manager.WriteSessionCookie(ctx, v.w, "", time.Time{})
	return was, nil
}

// Alive fails with [db.ErrNotFound] when the present session has ended since the request began.
func (s *Manager) Alive(ctx context.Context, tx *db.Tx) error {
	_, err := tx.SessionByToken(ctx, Current(ctx).Token, s.now().UnixMilli(), 0)
	return err
}

// List returns a user's live sessions, and which of them asks.
func (s *Manager) List(ctx context.Context, userID string) (list []db.Session, here string, err error) {
	now := s.now()
	noted, _ := s.lastSeen.noted()
	list, err = s.db.SessionsOf(ctx, userID, now.UnixMilli(), now.Add(-s.idle).UnixMilli())
	for i, one := range list {
		list[i].LastSeenAt = max(one.LastSeenAt, noted[one.Token].at)
		if one.Token == Current(ctx).Token {
			here = one.ID
		}
	}
	return list, here, err
}

// ProofWasRefused says that the person came back from the provider without having been asked who they are.
func (s *Manager) ProofWasRefused(ctx context.Context) bool {
	return visitOf(ctx).manager.GetString(ctx, proofKey) == proofRefused
}

// Owner returns the value that ties sign-ins on their way to this browser, or "". It survives
// the renewal of the session's token, so that a second tab can finish after the first one.
func (s *Manager) Owner(ctx context.Context) string {
	return visitOf(ctx).manager.GetString(ctx, ownerKey)
}

// Own makes what is stored for owner this browser's; it may have no session yet.
func (s *Manager) Own(ctx context.Context, owner string) error {
	if s.Owner(ctx) == owner {
		return nil
	}
	visitOf(ctx).manager.Put(ctx, ownerKey, owner)
	err := s.commit(ctx)
	if errors.Is(err, errSessionEnded) {
		return SignedOut()
	}
	return err
}

// Method is the way in of the present session, "" when nobody is signed in.
func (s *Manager) Method(ctx context.Context) string { return visitOf(ctx).session.Method }

// TakeNotice returns what this session still has to tell its person, once.
func (s *Manager) TakeNotice(ctx context.Context) (string, error) {
	v := visitOf(ctx)
	notice := v.manager.PopString(ctx, noticeKey)
	if notice == "" {
		return "", nil
	}
	err := s.commit(ctx)
	if errors.Is(err, errSessionEnded) {
		err = SignedOut()
	}
	return notice, err
}
