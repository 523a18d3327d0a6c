package signin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"pantrie/auth/internal/secret"
	"pantrie/auth/reason"
	"pantrie/auth/session"
	"pantrie/db"
)

// flows keeps what sign-ins remember while their browsers are elsewhere.
type flows struct {
	db       *db.DB
	sealer   *db.Sealer
	now      func() time.Time
	sessions *session.Manager
}

func flowName(owner, state string) string { return "signin_flow/" + owner + "/" + state }

func (s *flows) keepFlow(ctx context.Context, state string, f flow) error {
	owner, row, err := s.sealFlow(ctx, secret.Digest(state), f)
	if err != nil {
		return err
	}
	if err := s.sessions.Own(ctx, owner); err != nil {
		return err
	}
	return s.db.InTxUnsynced(ctx, func(tx *db.Tx) error { return tx.InsertSignInFlow(ctx, row, flowsPerBrowser) })
}

// sealFlow makes a row that belongs to this browser, which may be new here.
func (s *flows) sealFlow(ctx context.Context, state string, value any) (owner string, row db.SignInFlow, err error) {
	owner = cmp.Or(s.sessions.Owner(ctx), secret.Random())
	text, err := json.Marshal(value)
	if err != nil {
		return owner, row, err
	}
	row = db.SignInFlow{Owner: secret.Digest(owner), State: state}
	row.Sealed, err = s.sealer.Seal(flowName(row.Owner, row.State), text)
	return owner, row, err
}

// takeFlow removes the flow of this browser with that state, so that it is used at most once.
// An unknown, used or old one is [reason.StateInvalid].
func (s *flows) takeFlow(ctx context.Context, provider, state string) (f flow, began time.Time, err error) {
	invalid := func(why string) (flow, time.Time, error) {
		return flow{}, s.now(), reason.New(reason.StateInvalid, "state", "%s", why)
	}
	if state == "" {
		return invalid("no state in the answer")
	}
	owner := s.sessions.Owner(ctx)
	if owner == "" {
		return invalid("this browser has not begun a sign-in here, or its cookie is gone")
	}
	var row db.SignInFlow
	// Not synced: a flow that a loss of power brings back has a code that is used up at the provider.
	err = s.db.InTxUnsynced(ctx, func(tx *db.Tx) error {
		row, err = tx.TakeSignInFlow(ctx, secret.Digest(owner), secret.Digest(state))
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return invalid("the state is unknown here: used already, too old, or another browser's")
	}
	if err != nil {
		return flow{}, s.now(), err
	}
	began = time.UnixMilli(row.CreatedAt)
	if s.now().Sub(began) > FlowLifetime {
		return invalid("the sign-in took longer than ten minutes")
	}
	if err := s.openFlow(row, &f); err != nil {
		return invalid("the secret key has changed in between")
	}
	f.began = began
	if f.Provider.ID != provider || f.Nonce == "" || f.Verifier == "" {
		return invalid("the state belongs to another provider")
	}
	return f, began, nil
}

// openFlow reads what keepFlow or keepPending sealed.
func (s *flows) openFlow(row db.SignInFlow, into any) error {
	text, err := s.sealer.Open(flowName(row.Owner, row.State), row.Sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
