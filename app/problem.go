package app

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
)

// Problem is the body of every error (RFC 9457), as application/problem+json.
type Problem struct {
	Status    int            `json:"status" doc:"HTTP status" example:"422"`
	Code      ProblemCode    `json:"code" doc:"What kind of failure it is, from a closed list" example:"validation_failed"`
	Message   string         `json:"message" doc:"A sentence for people, in English" example:"Some fields need another look."`
	Fields    []ProblemField `json:"fields" doc:"The fields that cannot be accepted; empty when the failure is about none"`
	RequestID string         `json:"requestId" doc:"Finds the request in the server's log" example:"7c1f3a52-9a0e-4f0b-8d55-2b9d6f0c1e77"`

	retryAfter int
}

// ProblemField is one field that cannot be accepted.
type ProblemField struct {
	Name    string    `json:"name" doc:"JSON path of the field" example:"amount"`
	Code    FieldCode `json:"code" doc:"Why, in one word; with the code conflict it is the reason" example:"amount_invalid"`
	Message string    `json:"message" doc:"A sentence for people; never the value itself" example:"Enter an amount such as 2, 1.5 or 1 1/2."`
	Choices []string  `json:"choices,omitempty" doc:"What the value can be, where it can be read in more than one way" example:"[\"2026-05-12\",\"2026-12-05\"]"`
}

// ProblemCode is a code from the closed list.
type ProblemCode string

// Schema puts the closed list into the specification.
func (ProblemCode) Schema(huma.Registry) *huma.Schema { return enumOf(fault.Codes()) }

// FieldCode is a code of a field from the closed list, or the reason of a conflict.
type FieldCode string

// Schema puts the closed list into the specification.
func (FieldCode) Schema(huma.Registry) *huma.Schema {
	codes := fault.FieldCodes()
	for _, code := range pantry.Codes() {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return enumOf(codes)
}

// enumOf describes a closed list of texts.
func enumOf[T ~string](values []T) *huma.Schema {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return &huma.Schema{Type: huma.TypeString, Enum: list}
}

// Error is the text of the error.
func (p *Problem) Error() string { return p.Message }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders carries Retry-After and how programs prove who they are (RFC 9110, sections 10.2.3
// and 11.6.1).
func (p *Problem) GetHeaders() http.Header {
	switch {
	case p.Code == ProblemCode(fault.Unauthenticated), p.Code == ProblemCode(fault.TokenPaused):
		return http.Header{"Www-Authenticate": {"Bearer"}}
	case p.retryAfter > 0:
		return http.Header{"Retry-After": {strconv.Itoa(p.retryAfter)}}
	}
	return nil
}

// statusOf is the one map from code to HTTP status.
func statusOf(c fault.Code) int {
	switch c {
	case fault.BadRequest:
		return http.StatusBadRequest
	case fault.ValidationFailed, fault.WrongPassword:
		return http.StatusUnprocessableEntity
	case fault.Unauthenticated, fault.InvalidCredentials, fault.TokenPaused:
		return http.StatusUnauthorized
	case fault.Forbidden, fault.AccountDisabled, fault.SetupTokenInvalid, fault.CrossOrigin, fault.ReauthRequired, fault.LocalLoginOff:
		return http.StatusForbidden
	case fault.NotFound, fault.PasswordLinkInvalid, fault.OAuthUnknownProvider, fault.LinkExpired,
		fault.InvitationInvalid, fault.InvitationExpired, fault.InvitationUsed, fault.InvitationRevoked:
		return http.StatusNotFound
	case fault.MethodNotAllowed:
		return http.StatusMethodNotAllowed
	case fault.NotAcceptable:
		return http.StatusNotAcceptable
	case fault.Conflict, fault.EmailTaken, fault.EnvLocked, fault.LastAdmin, fault.SetupDone,
		fault.AlreadyLinked, fault.LastWayIn, fault.TestRunning:
		return http.StatusConflict
	case fault.PayloadTooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.UnsupportedMediaType:
		return http.StatusUnsupportedMediaType
	case fault.TooManyRequests:
		return http.StatusTooManyRequests
	case fault.OAuthNotConfigured, fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.DiskFull:
		return http.StatusInsufficientStorage
	}
	return http.StatusInternalServerError
}

// problemOf turns any error into the problem a client may see. What is not meant for people
// becomes "internal" with a fixed text; the cause goes to the log, once, here.
func problemOf(ctx context.Context, log *slog.Logger, err error) *Problem {
	var known *Problem
	if errors.As(err, &known) {
		return known
	}
	var f *fault.Error
	switch {
	case errors.As(err, &f):
	case errors.Is(err, db.ErrNotFound):
		f = fault.New(fault.NotFound, "There is nothing here.")
	case errors.Is(err, db.ErrFull) || noSpace(err):
		f = fault.New(fault.DiskFull, "The disk of Pantrie's machine is full. Nothing was stored; make room there and try again.")
		log.ErrorContext(ctx, "the disk is full: nothing can be stored until there is room", "error", err)
	case errors.Is(err, db.ErrGone):
		f = fault.New(fault.Unavailable, "Nothing was stored: the database of this Pantrie was removed or replaced while it is running. Whoever runs it finds the way back in the log.")
		log.ErrorContext(ctx, "request failed", "error", err)
	case errors.Is(err, db.ErrDamaged):
		f = fault.New(fault.Internal, "The database of this Pantrie is damaged. Whoever runs it finds the way back in the log.")
		log.ErrorContext(ctx, "request failed", "error", err)
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		f = &fault.Error{Code: fault.Unavailable, Message: "This took too long. Try again.", RetryAfter: 1}
	default:
		f = fault.New(fault.Internal, "Something went wrong on the server. The log says what.")
		log.ErrorContext(ctx, "request failed", "error", err)
	}
	p := &Problem{Status: statusOf(f.Code), Code: ProblemCode(f.Code), Message: f.Message, Fields: []ProblemField{}, RequestID: requestID(ctx)}
	for _, field := range f.Fields {
		p.Fields = append(p.Fields, ProblemField{Name: field.Name, Code: FieldCode(field.Code), Message: field.Message, Choices: field.Choices})
	}
	if f.RetryAfter > 0 {
		p.retryAfter = max(1, int(math.Ceil(f.RetryAfter.Seconds())))
	}
	return p
}

// writeProblem answers outside of huma's handlers.
func writeProblem(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	p := problemOf(r.Context(), log, err)
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client is gone if this fails
}

// useProblems makes huma's own errors problems too. huma keeps such things in package
// variables, so they are set once for the process; the function holds no state.
var useProblems = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false // slices are never nil here
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return humaProblem(ctx.Context(), status, errs)
	}
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return humaProblem(context.Background(), status, errs)
	}
})

// humaProblem maps what huma refuses by itself. Its details repeat the submitted value, which
// may be a password, so only place and rule are taken over.
func humaProblem(ctx context.Context, status int, errs []error) *Problem {
	code, message := fault.Internal, "Something went wrong on the server. The log says what."
	switch status {
	case http.StatusBadRequest:
		code, message = fault.BadRequest, "The request cannot be read: it is empty, or not what its Content-Type says."
	case http.StatusUnprocessableEntity:
		code, message = fault.ValidationFailed, "Some fields need another look."
	case http.StatusRequestEntityTooLarge:
		code, message = fault.PayloadTooLarge, "The request is too large."
	case http.StatusUnsupportedMediaType:
		code, message = fault.UnsupportedMediaType, "Send JSON, with Content-Type: application/json."
	case http.StatusNotAcceptable:
		code, message = fault.NotAcceptable, "Pantrie answers with JSON."
	case http.StatusRequestTimeout:
		code, message = fault.BadRequest, "The request took too long to arrive."
	}
	p := &Problem{Status: statusOf(code), Code: ProblemCode(code), Message: message, Fields: []ProblemField{}, RequestID: requestID(ctx)}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if !errors.As(err, &d) {
			continue
		}
		if field, ok := humaField(d.ErrorDetail()); ok {
			p.Fields = append(p.Fields, field)
		}
	}
	return p
}

func humaField(d *huma.ErrorDetail) (ProblemField, bool) {
	name := strings.TrimPrefix(strings.TrimPrefix(d.Location, "body"), ".")
	if rest, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		missing, _, _ := strings.Cut(rest, " ")
		if name != "" {
			missing = name + "." + missing
		}
		return ProblemField{Name: missing, Code: fault.Required, Message: "This is needed."}, true
	}
	if strings.HasPrefix(d.Message, "unexpected property") {
		return ProblemField{Name: name, Code: fault.Invalid, Message: "There is no such field."}, true
	}
	return ProblemField{Name: name, Code: fault.Invalid, Message: "This value has the wrong form."}, name != ""
}
