package session

import (
	"net/http"
	"strings"
	"testing"
)

func TestTokensCarryAChecksum(t *testing.T) {
	token := newAPIToken()
	if len(token) != 67 || !wellFormed(token) || token == newAPIToken() {
		t.Errorf("made %s", token)
	}
	for name, broken := range map[string]string{
		"empty": "", "prefix only": tokenPrefix, "short": tokenPrefix + "AAAA", "cut": token[:66], "longer": token + "A",
		"one letter": strings.Replace(token, token[20:21], "1", 1), "lower case": strings.ToLower(token), "without prefix": token[len(tokenPrefix):],
	} {
		if wellFormed(broken) {
			t.Errorf("%s: %q is taken", name, broken)
		}
	}
}

func TestBearerToken(t *testing.T) {
	for header, want := range map[string]string{
		"Bearer pantrie_X": "pantrie_X", "bearer  pantrie_X ": "pantrie_X", "BEARER pantrie_": "pantrie_",
		"": "", "pantrie_X": "", "Basic pantrie_X": "", "Bearer": "", "Bearer abc": "", "Bearer PANTRIE_X": "",
	} {
		got, ok := BearerToken(&http.Request{Header: http.Header{"Authorization": {header}}})
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v", header, got, ok)
		}
	}
}
