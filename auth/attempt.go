package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"pantrie/auth/internal/input"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/rp"
	"pantrie/db"
)

// attempt is what the log will say of one way to a provider and back.
type attempt struct {
	provider string
	purpose  db.Purpose
	returnTo string
	invited  bool // came with an invitation
	began    time.Time
	steps    []db.SignInStep

	idToken, userinfo *rp.Claims // as received, once verified
	who               rp.Profile
	userID            string
}

// reached notes a step that went well.
func (s *Service) reached(try *attempt, step, detail string) {
	try.steps = append(try.steps, db.SignInStep{Step: step, At: s.now().Sub(try.began).Milliseconds(), Detail: input.Clip(detail, 500)})
}

// recordOf is the log's line of an attempt.
func (try *attempt) recordOf(step string, outcome db.Outcome, detail string) db.SignInRecord {
	return db.SignInRecord{
		Provider: try.provider, Purpose: try.purpose, Step: step, Outcome: outcome, Detail: detail, Steps: try.steps,
		Email: try.who.Email, Name: try.who.Name, UserID: try.userID,
	}
}

// ArrivedUnverified says whether somebody came with an address that the provider does not call
// verified.
func ArrivedUnverified(r db.SignInRecord) bool {
	return slices.ContainsFunc(r.Steps, func(s db.SignInStep) bool {
		return s.Step == "userinfo" && strings.Contains(s.Detail, rp.NotVerified)
	})
}

// SignInError is a sign-in through a provider that did not work.
type SignInError struct {
	reason.Failure
	Reference string                  // finds the row in the sign-in log
	Missing   []provider.MissingField // with [reason.NotConfigured]
	ReturnTo  string                  // the page wanted, when it is known
	Purpose   db.Purpose              // decides which page explains it
	Provider  string
	Invited   bool   // the person came with an invitation, whose page explains it
	Message   string // with [reason.NotConfigured]: the sentence that names what is missing
}

// Unwrap returns the failure.
func (e *SignInError) Unwrap() error { return &e.Failure }

// signInFailed gives an error its reference, writes it to the log, and makes a [*SignInError]
// of whatever it was.
func (s *Service) signInFailed(ctx context.Context, try *attempt, err error) error {
	e := &SignInError{Failure: *reason.New(reason.Internal, "internal", "see the server's log")}
	var known *SignInError
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
	s.record(ctx, record)
	return e
}
