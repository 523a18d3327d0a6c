// Package reason says why a sign-in through a provider did not work, in a closed list.
package reason

import (
	"fmt"

	"pantrie/db"
)

// Reason says why a sign-in through a provider did not work. The sign-in page has a text for
// each; the list is closed.
type Reason string

// The reasons.
const (
	NotConfigured       Reason = "oauth_not_configured"
	PublicURLMissing    Reason = "public_url_missing"
	ProviderUnreachable Reason = "provider_unreachable"
	WrongSlug           Reason = "provider_wrong_slug"
	ProviderInvalid     Reason = "provider_invalid"
	NoSigningKey        Reason = "provider_no_signing_key"
	EncryptsTokens      Reason = "provider_encrypts_tokens"
	Denied              Reason = "provider_denied"
	ProviderError       Reason = "provider_error"
	StateInvalid        Reason = "state_invalid"
	ClientRejected      Reason = "client_rejected"
	CodeRejected        Reason = "code_rejected"
	TokenInvalid        Reason = "token_invalid"
	UserinfoFailed      Reason = "userinfo_failed"
	TooSlow             Reason = "provider_too_slow"
	AccountDisabled     Reason = "account_disabled"
	LinkedElsewhere     Reason = "already_linked_elsewhere"
	IdentityTaken       Reason = "identity_taken"
	NotAllowed          Reason = "not_allowed"
	SignedOutMeanwhile  Reason = "signed_out_meanwhile"
	SignUpOff           Reason = "signup_off"
	InvitationOver      Reason = "invitation_over"
	LogoutInvalid       Reason = "logout_token_invalid"
	TooMany             Reason = "too_many_requests"
	Internal            Reason = "internal"
)

// All lists every reason.
func All() []Reason {
	return []Reason{
		NotConfigured, PublicURLMissing, ProviderUnreachable, WrongSlug, ProviderInvalid,
		NoSigningKey, EncryptsTokens, Denied, ProviderError, StateInvalid,
		ClientRejected, CodeRejected, TokenInvalid, UserinfoFailed, TooSlow,
		AccountDisabled, LinkedElsewhere, IdentityTaken, NotAllowed, SignedOutMeanwhile,
		SignUpOff, InvitationOver, LogoutInvalid, TooMany, Internal,
	}
}

// Outcome sorts the reasons: Pantrie's own decision, or something that did not work.
func (r Reason) Outcome() db.Outcome {
	switch r {
	case AccountDisabled, LinkedElsewhere, IdentityTaken, NotAllowed, SignUpOff, InvitationOver, Denied:
		return db.OutcomeRefused
	}
	return db.OutcomeFailed
}

// Failure is one reason with what the log tells of it.
type Failure struct {
	Reason Reason
	Step   string // of the sign-in, such as "discovery"
	Detail string // a sentence without secrets
}

// Error is the text for the log.
func (f *Failure) Error() string { return fmt.Sprintf("%s at %s: %s", f.Reason, f.Step, f.Detail) }

// New makes a failure, its detail of a format and what fills it.
func New(why Reason, step, format string, args ...any) *Failure {
	return &Failure{Reason: why, Step: step, Detail: fmt.Sprintf(format, args...)}
}
