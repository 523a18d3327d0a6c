package provision

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"pantrie/auth/authentik"
)

// The defaults of a wish, and how long Authentik lets a slug be.
const (
	defaultName = "Pantrie"
	defaultSlug = "pantrie"
	longestSlug = 50
	// More than any has: a token travels in a header, a group in an address and in sentences.
	longestToken = 4 << 10
	longestGroup = 200
)

// check fills in what the wish leaves open, or says which field cannot be accepted. It sets BaseURL
// to the base itself, however it was pasted.
func (w Wish) check() (Wish, *refusal) {
	base, slug, err := authentik.ParseAddress(w.BaseURL)
	if err != nil {
		return w, invalid(FieldBaseURL, "The Authentik Base URL is no http or https address.", "Enter an address such as https://auth.example.org.")
	}
	w.BaseURL, w.Token = base, strings.TrimSpace(w.Token)
	switch {
	case w.Token == "":
		return w, invalid(FieldToken, "There is no API token.", "Paste one. "+makeToken)
	case len(w.Token) > longestToken:
		return w, invalid(FieldToken, "The API token is longer than any token of Authentik.", "Copy it again in Authentik: Directory → Tokens and App passwords.")
	case strings.ContainsFunc(w.Token, func(c rune) bool { return c <= ' ' || c > '~' }):
		return w, invalid(FieldToken, "The API token has a space or another character in it that no token has.",
			"Copy it again in Authentik: Directory → Tokens and App passwords. It is one word, without the name of a header before it.")
	}
	if w.Slug = strings.TrimSpace(w.Slug); w.Slug == "" {
		w.Slug = slug
	}
	if w.Slug == "" {
		w.Slug = defaultSlug
	}
	switch err := authentik.CheckSlug(w.Slug); {
	case errors.Is(err, authentik.ErrReservedSlug):
		return w, invalid(FieldSlug, "Authentik uses the slug "+w.Slug+" for an address of its own.", "Choose another Application Slug, such as pantrie.")
	case err != nil:
		return w, invalid(FieldSlug, "The Application Slug may have letters, digits, hyphens and underscores only.", "Choose another, such as pantrie.")
	case len(w.Slug) > longestSlug:
		return w, invalid(FieldSlug, "The Application Slug is longer than the 50 characters that Authentik allows.", "Choose a shorter one, such as pantrie.")
	}
	if w.Name = strings.TrimSpace(w.Name); w.Name == "" {
		w.Name = defaultName
	}
	w.Group = strings.TrimSpace(w.Group)
	if w.Consent == "" {
		w.Consent = ConsentImplicit
	}
	switch {
	case !slices.Contains(Consents(), w.Consent):
		return w, invalid(FieldConsent, "There is no such kind of consent.", "Choose implicit or explicit.")
	case w.Existing != ExistingStop && w.Existing != ExistingUse && w.Existing != ExistingRead:
		return w, invalid(FieldExisting, "There is no such choice for what is there already.", "Choose to use it, or to read it only.")
	case len([]rune(w.Group)) > longestGroup || strings.ContainsFunc(w.Group, unicode.IsControl):
		return w, invalid(FieldGroup, "The name of the group is longer than 200 characters, or has a line break in it.", "Choose a group of Authentik by its name.")
	case !address(w.RedirectURI):
		return w, ownAddress("redirect URI")
	case w.LaunchURL != "" && !address(w.LaunchURL):
		return w, ownAddress("launch URL")
	case w.LogoutURI != "" && !address(w.LogoutURI):
		return w, ownAddress("back-channel logout URL")
	case w.SignedOutURL != "" && !address(w.SignedOutURL):
		return w, ownAddress("post-logout redirect URI")
	}
	return w, nil
}

// address says whether text is an absolute http or https URL without a fragment.
func address(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && u.Fragment == "" &&
		!strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c == 0x7f })
}

func ownAddress(what string) *refusal {
	return invalid("", "Pantrie's "+what+" is no http or https address.", "It follows from Pantrie's public URL: set that first, under Settings → Administration → About.")
}

func invalid(field, message, fix string) *refusal {
	r := refused(CodeInvalid, message, fix)
	r.Field = field
	return r
}
