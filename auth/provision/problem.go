package provision

// Code says what went wrong.
type Code string

// The codes.
const (
	CodeInvalid      Code = "invalid"       // a field of the wish; nothing was asked
	CodeUnreachable  Code = "unreachable"   // no connection
	CodeTimeout      Code = "timeout"       // no answer in time
	CodeCertificate  Code = "certificate"   // its certificate is not accepted
	CodeNotAuthentik Code = "not_authentik" // something else answers there
	CodeRedirected   Code = "redirected"    // it sends elsewhere
	CodeTokenWrong   Code = "token_wrong"
	CodeForbidden    Code = "forbidden"  // the token lacks a permission
	CodeRejected     Code = "rejected"   // Authentik refuses a value
	CodeExists       Code = "exists"     // there already
	CodeUnusable     Code = "unusable"   // there already, and of no use
	CodeMissing      Code = "missing"    // not there
	CodeServer       Code = "server"     // Authentik fails
	CodeUnreadable   Code = "unreadable" // not what Authentik answers
	CodeInterrupted  Code = "interrupted"
	CodeNotSaved     Code = "not_saved" // everything is there, but Pantrie could not keep it
)

// Codes lists every code.
func Codes() []Code {
	return []Code{
		CodeInvalid, CodeUnreachable, CodeTimeout, CodeCertificate, CodeNotAuthentik, CodeRedirected, CodeTokenWrong,
		CodeForbidden, CodeRejected, CodeExists, CodeUnusable, CodeMissing, CodeServer, CodeUnreadable, CodeInterrupted, CodeNotSaved,
	}
}

// The fields of a form that a problem can belong to.
const (
	FieldBaseURL  = "baseUrl"
	FieldToken    = "apiToken"
	FieldSlug     = "slug"
	FieldGroup    = "group"
	FieldConsent  = "consent"
	FieldExisting = "existing"
)

// Problem is why Look or Apply did not work, with sentences for people.
type Problem struct {
	Code       Code
	Message    string         // what happened
	Fix        string         // what to do next
	Field      string         // the form's field to mark, a constant of this package; or empty
	Fields     []FieldProblem // what Authentik says about single values, with CodeRejected
	Step       StepID         // where it happened; empty from Look
	Permission string         // with CodeForbidden, as Authentik calls it: "authentik_core.add_application"
	Left       []Leftover     // what this run created and could not remove
	Err        error          // with CodeNotSaved, the cause
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// Error is the text for the log. It carries no secret.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Message }

// FieldProblem is what Authentik says about one value that it refuses.
type FieldProblem struct {
	Name    string // Authentik's name of the field
	Message string
}

// Leftover is something that this run created and could not remove.
type Leftover struct {
	Kind ItemKind
	Name string
	URL  string // in Authentik's admin interface
}
