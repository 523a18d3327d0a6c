package provision

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pantrie/auth/authentik"
)

// baseURLField is the field of Pantrie in which Authentik's address stands.
const baseURLField = "Authentik Base URL"

const (
	checkAddress = "Check the " + baseURLField + ": it is where Authentik opens in the browser."
	makeToken    = "In Authentik: Directory → Tokens and App passwords → Create, intent API Token, for a user who is an administrator there."
	lookIntoLogs = "Look into the logs of Authentik and of the proxy in front of it."
)

// refusal is a problem, with what only this package needs to know of it.
type refusal struct {
	Problem
	status int  // of the answer; 0 without one
	unsure bool // whether what was asked for was done all the same
}

func refused(code Code, message, fix string) *refusal {
	return &refusal{Problem: Problem{Code: code, Message: message, Fix: fix}}
}

// gone says that Authentik has no such object. A 404 of something in front of it says nothing.
func (r *refusal) gone() bool { return r.status == http.StatusNotFound && r.Code == CodeMissing }

// about says whether Authentik refused a value of that field.
func (r *refusal) about(field string) bool {
	return r.Code == CodeRejected && slices.ContainsFunc(r.Fields, func(f FieldProblem) bool {
		return f.Name == field || strings.HasPrefix(f.Name, field+".")
	})
}

func interrupted() *refusal {
	return refused(CodeInterrupted, "It was interrupted before Authentik had done everything.", "Try again.")
}

func (c *client) unreadable(q request, address, what string) *refusal {
	if q.at == atVersion {
		return c.notAuthentik(address + " " + what + ".")
	}
	return refused(CodeUnreadable, address+" "+what+".", "Check that nothing between Pantrie and Authentik answers in its place. "+lookIntoLogs)
}

func (c *client) notAuthentik(seen string) *refusal {
	r := refused(CodeNotAuthentik, seen+" That is not Authentik's API.",
		"Perhaps something else answers there, or Authentik is below a path that the address lacks. "+checkAddress)
	r.Field = FieldBaseURL
	return r
}

// judge is nil for a success.
func (c *client) judge(q request, address string, a answer) *refusal {
	status := fmt.Sprintf("answers with status %d %s", a.status, http.StatusText(a.status))
	var said struct {
		Detail string `json:"detail"`
	}
	readable := json.Unmarshal(a.body, &said) == nil
	switch {
	case a.status >= 200 && a.status < 300:
		if a.html {
			return c.unreadable(q, address, "answers with a page for people")
		}
		return nil
	case a.status >= 300 && a.status < 400:
		return c.redirected(address, a.location)
	case a.status == http.StatusUnauthorized && readable, a.status == http.StatusForbidden && readable && tokenRefused(said.Detail):
		r := refused(CodeTokenWrong, "Authentik does not accept the API token: "+c.quote(said.Detail)+".",
			"Copy it again in Authentik: Directory → Tokens and App passwords. If it has expired, or its user is not active, make a new one. "+
				"An app password is not enough: the intent must be API Token.")
		r.Field = FieldToken
		return r
	case a.status == http.StatusForbidden && readable:
		return c.forbidden(q)
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		r := refused(CodeNotAuthentik, address+" "+status+" and says no more. Something in front of Authentik refuses.",
			"If that is a sign-in page or a firewall, exempt the path "+apiPath(address)+" from it.")
		r.Field = FieldBaseURL
		return r
	case a.status == http.StatusBadRequest && readable:
		return c.rejected(q, a.body)
	case a.status == http.StatusNotFound && readable && q.at != atVersion:
		return refused(CodeMissing, address+" "+status+": "+c.quote(said.Detail)+".", "Look whether it was deleted in Authentik in the meantime, and try again.")
	case a.status == http.StatusTooManyRequests:
		return refused(CodeServer, address+" "+status+".", "Wait some minutes and try again.")
	case a.status >= 500:
		if trouble := authentik.ReadTrouble(a.status, a.body); trouble != authentik.TroubleNone {
			named, fix := trouble.Words()
			return refused(CodeServer, named+" "+address+" "+status+".", fix)
		}
		if readable && said.Detail != "" {
			status += " and " + c.quote(said.Detail)
		}
		return refused(CodeServer, address+" "+status+".", lookIntoLogs+" Right after a start this may pass by itself.")
	}
	return c.unreadable(q, address, status)
}

// tokenRefused tells the 403 of a token that is not accepted from the one of a right that is
// missing (authentik/api/authentication.py; the first is written before Authentik knows a language).
func tokenRefused(detail string) bool {
	for _, text := range []string{"Token invalid/expired", "Authentication credentials", "Unsupported authentication type", "Malformed"} {
		if strings.HasPrefix(detail, text) {
			return true
		}
	}
	return false
}

func (c *client) forbidden(q request) *refusal {
	name, label := q.at.permission(q.method)
	if name == "" {
		return refused(CodeForbidden, "The API token may not ask for that.", makeToken)
	}
	r := refused(CodeForbidden, fmt.Sprintf("The API token lacks a permission in Authentik: %s (%s).", label, name),
		"In Authentik: Directory → Roles, give a role of the token's user the permission "+strconv.Quote(label)+", or use the token of an administrator. "+
			"Pantrie's page /help/authentik lists every permission that it needs.")
	r.Permission = name
	r.Field = FieldToken
	return r
}

func (c *client) redirected(address string, to *url.URL) *refusal {
	from, err := url.Parse(address)
	var r *refusal
	switch {
	case err != nil || to == nil:
		r = refused(CodeRedirected, address+" redirects without saying where.", checkAddress)
	case to.Scheme == "https" && from.Scheme == "http" && to.Hostname() == from.Hostname():
		r = refused(CodeRedirected, address+" redirects to https.", "Begin the "+baseURLField+" with https.")
	default:
		shown := url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}
		r = refused(CodeRedirected, address+" redirects to "+c.quote(shown.String())+". Pantrie does not send the token there.",
			"If Authentik has moved, use its new address. If that is a sign-in page in front of Authentik, exempt the path "+apiPath(address)+" from it. "+checkAddress)
	}
	r.Field = FieldBaseURL
	return r
}

// apiPath is the path of Authentik's API, perhaps below another.
func apiPath(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "/api/v3/"
	}
	before, _, _ := strings.Cut(u.Path, "/api/v3/")
	return before + "/api/v3/"
}

// rejected reads the messages of a 400, by field.
func (c *client) rejected(q request, body []byte) *refusal {
	var said map[string]any
	if json.Unmarshal(body, &said) != nil {
		said = nil
	}
	r := refused(CodeRejected, "", "Change the value, or set Pantrie up by hand in Authentik.")
	for name, value := range said {
		r.Fields = c.fieldProblems(r.Fields, c.clean(name), value, 1)
	}
	slices.SortFunc(r.Fields, func(a, b FieldProblem) int { return strings.Compare(a.Name, b.Name) })
	var list []string
	for _, f := range r.Fields {
		text := strconv.Quote(f.Message)
		if f.Name != "non_field_errors" && f.Name != "detail" {
			text = f.Name + ": " + text
		}
		list = append(list, text)
	}
	_, _, what := q.at.model()
	what = cmp.Or(what, "request")
	r.Message = "Authentik refuses a value of the " + what + "."
	if len(list) > 0 {
		r.Message = "Authentik refuses a value of the " + what + ": " + strings.Join(list, "; ") + "."
	}
	if q.at == atApplications && r.about("slug") {
		r.Field = FieldSlug
	}
	return r
}

// fieldProblems takes a list of messages, a list of objects, or an object of either. What lies
// deeper is none of Authentik's, and its names would have no end.
func (c *client) fieldProblems(found []FieldProblem, name string, value any, depth int) []FieldProblem {
	const most, deepest = 20, 5
	if len(found) >= most || depth > deepest {
		return found
	}
	switch v := value.(type) {
	case string:
		return append(found, FieldProblem{Name: name, Message: c.clean(v)})
	case []any:
		for i, item := range v {
			part := name
			if _, message := item.(string); !message {
				part += "." + strconv.Itoa(i)
			}
			found = c.fieldProblems(found, part, item, depth+1)
		}
	case map[string]any:
		for key, item := range v {
			found = c.fieldProblems(found, c.clean(name+"."+key), item, depth+1)
		}
	}
	return found
}
