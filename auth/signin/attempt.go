package signin

import (
	"slices"
	"strings"
	"time"

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

// Error is a sign-in through a provider that did not work.
type Error struct {
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
func (e *Error) Unwrap() error { return &e.Failure }
