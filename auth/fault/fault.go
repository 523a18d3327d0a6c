// Package fault is the one error type a person may be told about: a code from a closed
// list, a readable message, the fields concerned, and the cause, which only the log sees.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Code names a kind of failure on the wire. The list is closed: clients map each to a text.
type Code string

// The codes.
const (
	BadRequest           Code = "bad_request"
	ValidationFailed     Code = "validation_failed"
	Unauthenticated      Code = "unauthenticated"
	TokenPaused          Code = "token_paused"
	InvalidCredentials   Code = "invalid_credentials"
	AccountDisabled      Code = "account_disabled"
	Forbidden            Code = "forbidden"
	NotFound             Code = "not_found"
	MethodNotAllowed     Code = "method_not_allowed"
	NotAcceptable        Code = "not_acceptable"
	Conflict             Code = "conflict"
	EmailTaken           Code = "email_taken"
	EnvLocked            Code = "env_locked"
	LastAdmin            Code = "last_admin"
	SetupTokenInvalid    Code = "setup_token_invalid"
	SetupDone            Code = "setup_done"
	PasswordLinkInvalid  Code = "password_link_invalid"
	InvitationInvalid    Code = "invitation_invalid"
	InvitationExpired    Code = "invitation_expired"
	InvitationUsed       Code = "invitation_used"
	InvitationRevoked    Code = "invitation_revoked"
	WrongPassword        Code = "wrong_password"
	ReauthRequired       Code = "reauth_required"
	LocalLoginOff        Code = "local_login_off"
	LinkExpired          Code = "link_expired"
	AlreadyLinked        Code = "already_linked"
	LastWayIn            Code = "last_way_in"
	TestRunning          Code = "test_running"
	PayloadTooLarge      Code = "payload_too_large"
	UnsupportedMediaType Code = "unsupported_media_type"
	TooManyRequests      Code = "too_many_requests"
	CrossOrigin          Code = "cross_origin"
	OAuthUnknownProvider Code = "oauth_unknown_provider"
	OAuthNotConfigured   Code = "oauth_not_configured"
	Unavailable          Code = "unavailable"
	DiskFull             Code = "disk_full"
	Internal             Code = "internal"
)

// Codes lists every code in the order of the specification.
func Codes() []Code {
	return []Code{
		BadRequest, ValidationFailed, Unauthenticated, TokenPaused, InvalidCredentials, AccountDisabled, Forbidden, NotFound,
		MethodNotAllowed, NotAcceptable, Conflict, EmailTaken, EnvLocked, LastAdmin, SetupTokenInvalid, SetupDone,
		PasswordLinkInvalid, InvitationInvalid, InvitationExpired, InvitationUsed, InvitationRevoked, WrongPassword, ReauthRequired, LocalLoginOff, LinkExpired, AlreadyLinked, LastWayIn,
		TestRunning, PayloadTooLarge, UnsupportedMediaType, TooManyRequests,
		CrossOrigin, OAuthUnknownProvider, OAuthNotConfigured, Unavailable, DiskFull, Internal,
	}
}

// Field is one value that cannot be accepted. Name is its JSON path ("admin.email"), Code a
// short reason such as "required", Message a sentence without the value itself.
type Field struct {
	Name    string
	Code    string
	Message string
	// Choices are what the value can be, where it can be read in more than one way.
	Choices []string
}

// The codes of fields.
const (
	Required           = "required"
	TooShort           = "too_short"
	TooLong            = "too_long"
	TooCommon          = "too_common"
	InvalidEmail       = "invalid_email"
	InvalidURL         = "invalid_url"
	InvalidSlug        = "invalid_slug"
	ReservedSlug       = "reserved_slug"
	InvalidChoice      = "invalid_choice"
	InvalidCertificate = "invalid_certificate"
	SecretRequired     = "secret_required"
	Locked             = "env_locked"
	Taken              = "taken"
	Wrong              = "wrong"
	Invalid            = "invalid"
)

// FieldCodes lists the codes of fields, beside those that a part of the application has of its own.
func FieldCodes() []string {
	return []string{
		Required, TooShort, TooLong, TooCommon, InvalidEmail, InvalidURL, InvalidSlug, ReservedSlug, InvalidChoice, InvalidCertificate, SecretRequired,
		Locked, Taken, Wrong, Invalid,
	}
}

// Error is what a handler returns when a person can be told why. Err is the cause and
// never leaves the server; RetryAfter is set with TooManyRequests and Unavailable.
type Error struct {
	Code       Code
	Message    string
	Fields     []Field
	RetryAfter time.Duration
	Err        error
}

// Error is the text for the log.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error with a message for the person.
func New(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// Fields makes a validation error, or nil when there is no field to name.
func Fields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Code: ValidationFailed, Message: "Some fields need another look.", Fields: fields}
}

// Is says whether err is or wraps an [Error] with that code.
func Is(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}

// LockedByEnvironment is the answer to whoever changes what a variable sets. The fields say which.
func LockedByEnvironment(fields ...Field) error {
	return &Error{Code: EnvLocked, Message: "The environment sets this value. Change it there and restart Pantrie.", Fields: fields}
}
