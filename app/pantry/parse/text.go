package parse

import (
	"strings"
	"unicode"
)

// Readable is a text without controls and without marks that turn what follows round, such as the one that makes
// "gpj.exe" of "exe.jpg". Lines stay.
func Readable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t':
			return r
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, text)
}
