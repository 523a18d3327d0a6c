package signin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"pantrie/auth/internal/secret"
	"pantrie/auth/provider"
	"pantrie/auth/rp"
	"pantrie/auth/session"
	"pantrie/db"
)

const (
	// recheckEvery is how often a provider is asked whether a session that is in use still holds.
	recheckEvery = 20 * time.Minute
	// awayFor is after how long without an answer a request waits for one: someone who comes back after a night must not
	// see what they may no longer see.
	awayFor = time.Hour
	// waitForAnswer is how long it waits. A provider that is down keeps nobody out.
	waitForAnswer = 3 * time.Second
)

// Recheck asks providers again whether the sessions that came of them still hold. It stands before the sessions: requests
// load theirs with it.
type Recheck struct {
	db          *db.DB
	sealer      *db.Sealer
	log         *slog.Logger
	now         func() time.Time
	o           Options
	providers   *provider.Store
	sessions    *session.Manager
	discoveries *rp.Discoveries
	journal     *Log

	mu    sync.Mutex
	asked map[string]question // by the refresh id of a session whose provider is being asked just now
	under sync.WaitGroup
}

// question is one that a provider is being asked.
type question struct {
	done chan struct{} // closed when the answer has been carried out
	away bool          // someone has come back after a while: whatever they ask for waits
}

// NewRecheck puts the parts together.
func NewRecheck(p Parts, o Options) *Recheck {
	return &Recheck{
		db: p.DB, sealer: p.Sealer, log: p.Log, now: p.Now, o: o, providers: p.Providers, sessions: p.Sessions,
		discoveries: p.Discoveries, journal: p.Journal, asked: map[string]question{},
	}
}

// sealedRefresh is the name under which a refresh token is sealed. The client that it was given to is part of it:
// another one at the same issuer cannot be asked with it.
func sealedRefresh(refreshID, clientID string) string {
	return "session.refreshToken/" + refreshID + "/" + clientID
}

// keepRefresh keeps the refresh token of a sign-in, sealed. Without one the session ends at the provider's greatest age.
func (s *Service) keepRefresh(row *db.Session, f flow, tokens *oauth2.Token) (err error) {
	now := s.now()
	token := rp.RefreshToken(tokens, f.Refresh)
	if token == "" {
		if f.Provider.MaxSessionHours > 0 {
			row.ExpiresAt = now.Add(time.Duration(f.Provider.MaxSessionHours) * time.Hour).UnixMilli()
		}
		return nil
	}
	row.RefreshID, row.CheckedAt = secret.Random(), now.UnixMilli()
	row.RefreshToken, err = s.sealer.Seal(sealedRefresh(row.RefreshID, f.Provider.ClientID), []byte(token))
	return err
}

// Load is [session.Manager.Load]. Where the session came of a provider that gave a refresh token, the provider is asked
// every 20 minutes, while the session is in use, whether the person may still come in. Only someone who
// comes back after an hour waits for that, for three seconds at most.
func (s *Recheck) Load(w http.ResponseWriter, r *http.Request, from session.Visitor) (context.Context, error) {
	ctx, err := s.sessions.Load(w, r, from)
	if err != nil {
		return nil, err
	}
	asked := s.askAgain(ctx, session.Current(ctx))
	if !asked.away {
		return ctx, nil
	}
	limited, cancel := s.o.Within(ctx, waitForAnswer)
	defer cancel()
	select {
	case <-asked.done:
		return s.sessions.Load(w, r, from) // as it is now
	case <-limited.Done():
		return ctx, nil
	}
}

// StillSignedIn says whether what the request came with still holds. It is for answers that go on for long, which count
// as use: see [Recheck.Load].
func (s *Recheck) StillSignedIn(ctx context.Context) (bool, error) {
	row, ok, err := s.sessions.StillSignedIn(ctx)
	if ok {
		s.askAgain(ctx, row)
	}
	return ok, err
}

// Settle waits until no provider is being asked any more, or ctx ends. A refresh token that has just been given for another
// is stored then.
func (s *Recheck) Settle(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		s.under.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// askAgain has the provider asked when it is time for that, and returns the question that it is being asked about the
// session; the zero one where there is none. A page asks for many things at once, and only the first of them finds that
// it is time.
func (s *Recheck) askAgain(ctx context.Context, row db.Session) question {
	if row.UserID == "" || row.RefreshID == "" {
		return question{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	since := s.now().Sub(time.UnixMilli(row.CheckedAt))
	if asked, under := s.asked[row.RefreshID]; under || since < recheckEvery {
		return asked
	}
	asked := question{make(chan struct{}), since >= awayFor}
	s.asked[row.RefreshID] = asked
	s.under.Go(func() {
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.asked, row.RefreshID)
			close(asked.done)
		}()
		// The one who asks first may be gone before the answer comes.
		limited, cancel := s.o.Within(context.WithoutCancel(ctx), s.o.ProviderTimeout*3/2)
		defer cancel()
		if err := s.recheck(limited, row.RefreshID); err != nil && !errors.Is(err, db.ErrNotFound) {
			s.log.WarnContext(ctx, "the provider could not be asked whether a session still holds; it goes on",
				"provider", row.Method, "user", row.UserID, "error", err)
		}
	})
	return asked
}

// recheck asks the provider of a session by its refresh token, and carries the answer out. Only a refusal of the token
// ends the session. [db.ErrNotFound] where there is nothing to ask.
func (s *Recheck) recheck(ctx context.Context, refreshID string) error {
	row, err := s.claimRecheck(ctx, refreshID)
	if err != nil {
		return err
	}
	p, err := s.providers.Get(ctx, row.Method)
	if err != nil {
		return err
	}
	if !p.Usable() || !provider.SameIssuer(p.Issuer(), row.Issuer) {
		return nil // its settings have changed since: nobody can be asked about this session
	}
	name := sealedRefresh(refreshID, p.ClientID)
	token, err := s.sealer.Open(name, row.RefreshToken)
	if err != nil {
		return fmt.Errorf("the refresh token cannot be read, or was given to another client: %w", err)
	}
	meta, err := s.discoveries.ForAnswer(ctx, p)
	if err != nil {
		return err
	}
	tokens, err := meta.Refresh(ctx, p, string(token))
	if errors.Is(err, rp.ErrAccessEnded) {
		return s.accessEnded(ctx, row, err)
	}
	if err != nil {
		return err
	}
	if tokens.RefreshToken != string(token) {
		// Before anything else: the old one is not good any more.
		if err := s.rotate(context.WithoutCancel(ctx), name, refreshID, tokens.RefreshToken); err != nil {
			return err
		}
	}
	who, algorithm, err := meta.Refreshed(ctx, p, row.Subject, tokens)
	if err != nil {
		return err
	}
	if algorithm != "" {
		if err := s.providers.NoteSeen(ctx, p, func(n *provider.Seen) { noteToken(n, algorithm, who.Groups) }); err != nil {
			return err
		}
	}
	return s.rereadRoles(ctx, p, row, who)
}

// claimRecheck returns a session whose provider is to be asked by the caller alone.
func (s *Recheck) claimRecheck(ctx context.Context, refreshID string) (row db.Session, err error) {
	// Not synced: after a loss of power the provider is asked once more.
	err = s.db.InTxUnsynced(ctx, func(tx *db.Tx) error {
		if err := tx.ClaimRecheck(ctx, refreshID, s.now().Add(-recheckEvery).UnixMilli()); err != nil {
			return err
		}
		row, err = tx.SessionByRefresh(ctx, refreshID)
		return err
	})
	return row, err
}

func (s *Recheck) rotate(ctx context.Context, name, refreshID, token string) error {
	sealed, err := s.sealer.Seal(name, []byte(token))
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error { return tx.RotateRefreshToken(ctx, refreshID, sealed) })
}

// accessEnded ends a session whose person the provider lets in no more, and those of the same identity that it cannot
// be asked about; and pauses their API tokens until they come back with that identity.
func (s *Recheck) accessEnded(ctx context.Context, row db.Session, cause error) error {
	record := s.journal.Complete(ctx, db.SignInRecord{
		Provider: row.Method, Purpose: db.PurposeLogout, Step: "recheck", Outcome: db.OutcomeSignedOut, UserID: row.UserID,
		Detail: "The person no longer has access at the provider: " + cause.Error(),
	})
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		now, err := tx.SessionByRefresh(ctx, row.RefreshID)
		if err != nil {
			return err
		}
		if err := tx.EndSession(ctx, now.Token); err != nil {
			return err
		}
		if err := tx.EndSessionsUnasked(ctx, row.Issuer, row.Subject, row.CheckedAt); err != nil {
			return err
		}
		if err := tx.MarkAccessEnded(ctx, row.Issuer, row.Subject, row.CheckedAt); err != nil {
			return err
		}
		user, err := tx.UserByID(ctx, row.UserID)
		if err != nil {
			return err
		}
		record.Email, record.Name = user.Email, user.Name
		return tx.InsertSignIn(ctx, record)
	})
	if err == nil {
		s.journal.Write(ctx, record)
	}
	return err
}

// rereadRoles lets the groups decide over roles as they do at a sign-in. Somebody who loses something stays signed in
// here alone.
func (s *Recheck) rereadRoles(ctx context.Context, p provider.Provider, row db.Session, who rp.Profile) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		now, err := tx.SessionByRefresh(ctx, row.RefreshID)
		if err != nil {
			return err
		}
		identity, err := tx.IdentityBySubject(ctx, row.Issuer, row.Subject)
		if err != nil {
			return err
		}
		user, err := tx.UserByID(ctx, identity.UserID)
		if err != nil || user.Disabled {
			return err
		}
		facts, err := gatherRoles(ctx, tx, s.providers, p, user)
		if err != nil {
			return err
		}
		plan := planRoles(p, who.Groups, facts)
		if plan.SiteAdmin == nil && len(plan.Set) == 0 && len(plan.Leave) == 0 {
			return nil
		}
		s.log.InfoContext(ctx, "roles follow the groups at the provider", "provider", p.ID, "user", user.ID,
			"warnings", plan.Warnings)
		return applyRoles(ctx, tx, user.ID, facts, plan, now.Token)
	})
}
