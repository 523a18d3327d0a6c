package signin

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"time"

	"pantrie/auth/internal/input"
	"pantrie/auth/reason"
	"pantrie/auth/session"
	"pantrie/db"
)

// Log is the sign-in log: a row for the administrator, and a line of the server's log.
type Log struct {
	db  *db.DB
	log *slog.Logger
	now func() time.Time
}

// NewLog makes one that writes to a database and a logger.
func NewLog(database *db.DB, log *slog.Logger, now func() time.Time) *Log {
	return &Log{database, log, now}
}

// newReference makes the short code that connects an error page with the sign-in log:
// six characters without those that look alike, such as "K7F-2QX".
func newReference() string {
	const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	b := make([]byte, 6)
	_, _ = rand.Read(b)
	var out strings.Builder
	for i, v := range b {
		if i == 3 {
			out.WriteByte('-')
		}
		out.WriteByte(letters[int(v)%len(letters)])
	}
	return out.String()
}

// ProviderPassword stands in the sign-in log for the local way in.
const ProviderPassword = "password"

// Record writes a line of the sign-in log, in a transaction of its own, and one of the
// server's log. A failure to do so does not undo the sign-in.
func (s *Log) Record(ctx context.Context, r db.SignInRecord) {
	r = s.Complete(ctx, r)
	s.Write(ctx, r)
	ctx = context.WithoutCancel(ctx)
	err := s.db.InTx(ctx, func(tx *db.Tx) error { return tx.InsertSignIn(ctx, r) })
	if errors.Is(err, db.ErrReference) { // the user is gone by now
		r.UserID = ""
		err = s.db.InTx(ctx, func(tx *db.Tx) error { return tx.InsertSignIn(ctx, r) })
	}
	if err != nil {
		s.log.ErrorContext(ctx, "write sign-in log", "error", err)
	}
}

// Complete adds what every line has, and bounds what came from outside.
func (s *Log) Complete(ctx context.Context, r db.SignInRecord) db.SignInRecord {
	if r.Reference == "" {
		r.Reference = newReference()
	}
	r.Address = session.ClientOf(ctx).Address
	r.Email, r.Name, r.Detail = input.Clip(r.Email, 320), input.Clip(r.Name, 200), input.Clip(r.Detail, 500)
	return r
}

// Write writes the server's line of a row that is stored already.
func (s *Log) Write(ctx context.Context, r db.SignInRecord) {
	s.log.InfoContext(ctx, "sign-in", "provider", r.Provider, "purpose", cmp.Or(r.Purpose, db.PurposeSignIn), "outcome", r.Outcome, "code", r.Code, "step", r.Step,
		"detail", r.Detail, "email", r.Email, "user", r.UserID, "address", r.Address, "reference", r.Reference)
}

// reached notes a step that went well.
func (s *Log) reached(try *attempt, step, detail string) {
	try.steps = append(try.steps, db.SignInStep{Step: step, At: s.now().Sub(try.began).Milliseconds(), Detail: input.Clip(detail, 500)})
}

// signInFailed gives an error its reference, writes it to the log, and makes a [*Error]
// of whatever it was.
func (s *Log) signInFailed(ctx context.Context, try *attempt, err error) error {
	e := &Error{Failure: *reason.New(reason.Internal, "internal", "see the server's log")}
	var known *Error
	var failure *reason.Failure
	if errors.As(err, &known) {
		copied := *known
		e = &copied
	} else if errors.As(err, &failure) {
		e.Failure = *failure
	} else {
		s.log.ErrorContext(ctx, "sign in through a provider", "provider", try.provider, "error", err)
	}
	e.Reference, e.ReturnTo, e.Purpose, e.Provider, e.Invited = newReference(), try.returnTo, try.purpose, try.provider, try.invited
	s.reached(try, e.Step, e.Detail)
	try.steps[len(try.steps)-1].Failed = true
	record := try.recordOf(e.Step, e.Reason.Outcome(), e.Detail)
	record.Reference, record.Code = e.Reference, string(e.Reason)
	s.Record(ctx, record)
	return e
}
