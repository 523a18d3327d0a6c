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
