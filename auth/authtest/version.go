package authtest

import (
	"fmt"
	"strconv"
	"strings"
)

// version is one of Authentik's: year, month, patch. The zero value is before and after nothing.
type version [3]int

// The versions in which Authentik's API changed, as far as it is imitated. What 2024.12 calls a list
// of redirect URIs came with the fix of CVE-2024-52287, which 2024.8.5 and 2024.10.3 have too.
func scopePathMoved() version   { return version{2024, 8, 0} }
func invalidationFlow() version { return version{2024, 10, 0} }
func redirectURIList() version  { return version{2024, 10, 3} }
func redirectURIListOld() (since, until version) {
	return version{2024, 8, 5}, version{2024, 9, 0}
}
func backchannelURI() version  { return version{2025, 8, 0} }
func logoutURI() version       { return version{2025, 10, 0} }
func grantTypes() version      { return version{2026, 5, 0} }
func plainJSONType() version   { return version{2026, 5, 0} }
func tokenIDs() version        { return version{2026, 5, 0} }
func logoutType() version      { return version{2026, 5, 0} }
func newerNotFound() version   { return version{2024, 10, 0} } // 2024.8.3 has the older text, 2025.10.4 the newer
func reservedSlugs() version   { return version{2025, 10, 0} }
func uniqueGroupName() version { return version{2025, 4, 0} }

func parseVersion(text string) (version, error) {
	var v version
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

func (v version) String() string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }

func (v version) less(w version) bool {
	for i := range v {
		if v[i] != w[i] {
			return v[i] < w[i]
		}
	}
	return false
}

// listsRedirectURIs says whether redirect_uris is a list of objects and not lines of text.
func (v version) listsRedirectURIs() bool {
	since, until := redirectURIListOld()
	return !v.less(redirectURIList()) || !v.less(since) && v.less(until)
}
