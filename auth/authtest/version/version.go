// Package version orders Authentik's versions, and names those in which it began to answer otherwise, as far as that is
// imitated.
package version

import (
	"fmt"
	"strconv"
	"strings"
)

// Version is one of Authentik's: year, month, patch. The zero value is before and after nothing.
type Version [3]int

// ScopePathMoved is when scope mappings moved in the API.
func ScopePathMoved() Version { return Version{2024, 8, 0} }

// InvalidationFlow is when a provider got a flow of its own for leaving, and a key to encrypt with.
func InvalidationFlow() Version { return Version{2024, 10, 0} }

// NewerNotFound is when the API began to name what it does not find: 2024.8.3 has the older text, 2025.10.4 the newer.
func NewerNotFound() Version { return Version{2024, 10, 0} }

// What 2024.12 calls a list of redirect URIs came with the fix of CVE-2024-52287, which 2024.8.5 and 2024.10.3 have too.
func redirectURIList() Version { return Version{2024, 10, 3} }
func redirectURIListOld() (since, until Version) {
	return Version{2024, 8, 5}, Version{2024, 9, 0}
}

// UniqueGroupName is when the API began to check itself that no two groups have one name.
func UniqueGroupName() Version { return Version{2025, 4, 0} }

// BackchannelURI is when a provider could be told where to post logout tokens.
func BackchannelURI() Version { return Version{2025, 8, 0} }

// LogoutURI is when that became a URI and a method.
func LogoutURI() Version { return Version{2025, 10, 0} }

// ReservedSlugs is when an application could no longer have the name of an endpoint.
func ReservedSlugs() Version { return Version{2025, 10, 0} }

// GrantTypes is when a provider began to say which grants it allows.
func GrantTypes() Version { return Version{2026, 5, 0} }

// LogoutType is when a redirect URI could be one for after the logout.
func LogoutType() Version { return Version{2026, 5, 0} }

// PlainJSONType is when the API stopped naming the coding of its JSON.
func PlainJSONType() Version { return Version{2026, 5, 0} }

// TokenIDs is when tokens got an ID (jti).
func TokenIDs() Version { return Version{2026, 5, 0} }

// Parse reads a version such as "2025.10.2".
func Parse(text string) (Version, error) {
	var v Version
	parts := strings.Split(text, ".")
	if len(parts) != len(v) {
		return v, fmt.Errorf("version %q has not the form 2025.10.2", text)
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return v, fmt.Errorf("version %q has not the form 2025.10.2", text)
		}
		v[i] = n
	}
	return v, nil
}

// String writes a version as Authentik does.
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

// Less says whether v is older than w.
func (v Version) Less(w Version) bool {
	for i := range v {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

// ListsRedirectURIs says whether redirect_uris is a list of objects and not lines of text.
func (v Version) ListsRedirectURIs() bool {
	since, until := redirectURIListOld()
	return !v.Less(redirectURIList()) || !v.Less(since) && v.Less(until)
}
