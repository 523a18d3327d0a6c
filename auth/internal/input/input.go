// Package input checks and tidies what people type and what providers send: names, addresses, texts of any length.
package input

import (
	"net/mail"
	"strings"
	"unicode"

	"pantrie/auth/fault"
)

// CleanName makes a provider's name presentable: no control characters, at most 100.
func CleanName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	return strings.TrimSpace(Clip(strings.TrimSpace(name), 100))
}

// Clip is at most the first n characters of s, and valid Unicode.
func Clip(s string, n int) string {
	r := []rune(strings.ToValidUTF8(s, ""))
	if len(r) > n {
		r = r[:n]
	}
	return string(r)
}

// CheckName says what is wrong with the name of a person or a household.
func CheckName(field, name string) (problem fault.Field, bad bool) {
	switch trimmed := strings.TrimSpace(name); {
	case trimmed == "":
		return fault.Field{Name: field, Code: fault.Required, Message: "Enter a name."}, true
	case len([]rune(trimmed)) > 100:
		return fault.Field{Name: field, Code: fault.TooLong, Message: "Use at most 100 characters."}, true
	case strings.ContainsFunc(trimmed, unreadable):
		return fault.Field{Name: field, Code: fault.Invalid, Message: "Leave out line breaks and control characters."}, true
	}
	return fault.Field{}, false
}

// unreadable says whether a character is a control, or turns those after it round: who did what is told by names.
func unreadable(r rune) bool {
	return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// CheckEmail says what is wrong with an address. It wants exactly one @, as RFC 5322 allows it
// without quoting, and no display name.
func CheckEmail(field, email string) (problem fault.Field, bad bool) {
	if strings.TrimSpace(email) == "" {
		return fault.Field{Name: field, Code: fault.Required, Message: "Enter an email address."}, true
	}
	if CleanEmail(email) == "" {
		return fault.Field{Name: field, Code: fault.InvalidEmail, Message: "Enter an email address such as mara@example.org."}, true
	}
	return fault.Field{}, false
}

// CleanEmail returns the address without surrounding space, or "" when it is none.
func CleanEmail(email string) string {
	trimmed := strings.TrimSpace(email)
	// What is not seen would make another address that looks the same.
	unseen := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
	if len(trimmed) > 254 || strings.Count(trimmed, "@") != 1 || strings.ContainsFunc(trimmed, unseen) {
		return ""
	}
	if _, domain, _ := strings.Cut(trimmed, "@"); strings.ContainsFunc(domain, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "" // look-alikes; such domains have an ASCII form (RFC 5890)
	}
	a, err := mail.ParseAddress(trimmed)
	if err != nil || a.Name != "" || a.Address != trimmed {
		return ""
	}
	return trimmed
}

// EmailTaken is the answer to an address that an account here has already.
func EmailTaken(cause error) error {
	const message = "Somebody here has this email address already."
	return &fault.Error{Code: fault.EmailTaken, Message: message, Err: cause, Fields: []fault.Field{{Name: "email", Code: fault.Taken, Message: message}}}
}
