package input

import (
	"strings"
	"testing"
)

// Nobody can tell from the time an answer takes whether there is an account: without one the
// same work is done. The stand-in hash must therefore be one that can be computed.
func TestCheckName(t *testing.T) {
	for name, ok := range map[string]bool{
		"Mara": true, " Zoë ": true, "مارا": true, "👩‍👩‍👧": true,
		"": false, "  ": false, strings.Repeat("m", 101): false, "Ma\nra": false, "Ma\x00ra": false,
		"\u202earaM": false, "Ma\u2067ra": false, // written from right to left
	} {
		if problem, bad := CheckName("name", name); bad == ok {
			t.Errorf("%q: %+v", name, problem)
		}
	}
}

// Two addresses that look the same are not two people's.
func TestCleanEmail(t *testing.T) {
	for email, want := range map[string]string{
		" mara@example.org ": "mara@example.org", "zoë@example.org": "zoë@example.org",
		"Mara@Example.org": "Mara@Example.org",
		"":                 "", "mara": "", "a@b@example.org": "", "Mara <mara@example.org>": "", "mara@example.org\n": "mara@example.org",
		"ma\nra@example.org": "", "ma\x00ra@example.org": "", "mara@exämple.org": "",
		"ma\u200bra@example.org": "", "ma\u00adra@example.org": "", "\u202earam@example.org": "",
		"ma\u2060ra@example.org": "",
	} {
		if got := CleanEmail(email); got != want {
			t.Errorf("%q: %q, want %q", email, got, want)
		}
	}
}
