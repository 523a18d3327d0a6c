package auth

import (
	"fmt"

	"pantrie/db"
)

// Reason says why a sign-in through a provider did not work. The sign-in page has a text for
// each; the list is closed.
type Reason string

// The reasons.
const (
	ReasonNotConfigured       Reason = "oauth_not_configured"
	ReasonPublicURLMissing    Reason = "public_url_missing"
	ReasonProviderUnreachable Reason = "provider_unreachable"
	ReasonWrongSlug           Reason = "provider_wrong_slug"
	ReasonProviderInvalid     Reason = "provider_invalid"
	ReasonNoSigningKey        Reason = "provider_no_signing_key"
	ReasonEncryptsTokens      Reason = "provider_encrypts_tokens"
	ReasonDenied              Reason = "provider_denied"
	ReasonProviderError       Reason = "provider_error"
	ReasonStateInvalid        Reason = "state_invalid"
	ReasonClientRejected      Reason = "client_rejected"
	ReasonCodeRejected        Reason = "code_rejected"
	ReasonTokenInvalid        Reason = "token_invalid"
	ReasonUserinfoFailed      Reason = "userinfo_failed"
	ReasonTooSlow             Reason = "provider_too_slow"
	ReasonAccountDisabled     Reason = "account_disabled"
	ReasonLinkedElsewhere     Reason = "already_linked_elsewhere"
	ReasonIdentityTaken       Reason = "identity_taken"
	ReasonNotAllowed          Reason = "not_allowed"
	ReasonSignedOutMeanwhile  Reason = "signed_out_meanwhile"
	ReasonSignUpOff           Reason = "signup_off"
	ReasonInvitationOver      Reason = "invitation_over"
	ReasonLogoutInvalid       Reason = "logout_token_invalid"
	ReasonTooMany             Reason = "too_many_requests"
	ReasonInternal            Reason = "internal"
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		ReasonNotConfigured, ReasonPublicURLMissing, ReasonProviderUnreachable, ReasonWrongSlug, ReasonProviderInvalid,
		ReasonNoSigningKey, ReasonEncryptsTokens, ReasonDenied, ReasonProviderError, ReasonStateInvalid,
		ReasonClientRejected, ReasonCodeRejected, ReasonTokenInvalid, ReasonUserinfoFailed, ReasonTooSlow,
		ReasonAccountDisabled, ReasonLinkedElsewhere, ReasonIdentityTaken, ReasonNotAllowed, ReasonSignedOutMeanwhile,
		ReasonSignUpOff, ReasonInvitationOver, ReasonLogoutInvalid, ReasonTooMany, ReasonInternal,
	}
}

// outcome sorts the reasons: Pantrie's own decision, or something that did not work.
func (r Reason) outcome() db.Outcome {
	switch r {
	case ReasonAccountDisabled, ReasonLinkedElsewhere, ReasonIdentityTaken, ReasonNotAllowed, ReasonSignUpOff, ReasonInvitationOver, ReasonDenied:
		return db.OutcomeRefused
	}
	return db.OutcomeFailed
}

// SignInError is a sign-in through a provider that did not work.
type SignInError struct {
	Reason    Reason
	Reference string         // finds the row in the sign-in log
	Missing   []MissingField // with ReasonNotConfigured
	ReturnTo  string         // the page wanted, when it is known
	Purpose   db.Purpose     // decides which page explains it
	Provider  string
	Invited   bool   // the person came with an invitation, whose page explains it
	Message   string // with ReasonNotConfigured: the sentence that names what is missing

	step, detail string // for the log
}

// Error is the text for the log.
func (e *SignInError) Error() string { return fmt.Sprintf("%s at %s: %s", e.Reason, e.step, e.detail) }

func signInError(reason Reason, step, format string, args ...any) *SignInError {
	return &SignInError{Reason: reason, step: step, detail: fmt.Sprintf(format, args...)}
}
