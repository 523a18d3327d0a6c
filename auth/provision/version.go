package provision

import (
	"fmt"
	"strconv"
	"strings"
)

// version is Authentik's, by its year and month. The zero value is one that cannot be told, which
// counts as the newest.
type version struct{ year, month int }

// oldest is the first version whose API is known to be as this package has it.
func oldest() version { return version{2023, 10} }

// readVersion reads "2025.10.2" and "2026.5.0-rc1".
func readVersion(text string) version {
	parts := strings.SplitN(text, ".", 3)
	if len(parts) < 2 {
		return version{}
	}
	year, err := strconv.Atoi(parts[0])
	if err != nil || year < 2000 || year > 9999 {
		return version{}
	}
	month, err := strconv.Atoi(parts[1])
	if err != nil || month < 1 || month > 12 {
		return version{}
	}
	return version{year, month}
}

func (v version) known() bool { return v != version{} }

func (v version) before(other version) bool {
	return v.known() && (v.year < other.year || v.year == other.year && v.month < other.month)
}

func (v version) String() string { return fmt.Sprintf("%d.%d", v.year, v.month) }

// feature is something that Authentik's API has only from a version on.
type feature int

const (
	featureMappingPath      feature = iota // propertymappings/provider/scope/, before it propertymappings/scope/
	featureInvalidationFlow                // required since then
	featureRedirectList                    // redirect URIs with their modes, before it lines of one text
	featureLogoutOld                       // backchannel_logout_uri, for one version only
	featureLogout                          // logout_uri and logout_method
	featureEmailUnverified                 // email_verified is false for everyone
	featureGrantTypes                      // a provider made without them refuses every sign-in
	featureRedirectType                    // redirect URIs of type logout; before it they would count as ordinary ones
)

// since says from which version on Authentik has a feature. Lists of redirect URIs came to the
// last patches of 2024.8 and 2024.10 as well, which is found out by asking (see makeProvider).
func since(f feature) version {
	switch f {
	case featureMappingPath:
		return version{2024, 8}
	case featureInvalidationFlow:
		return version{2024, 10}
	case featureRedirectList:
		return version{2024, 12}
	case featureLogoutOld:
		return version{2025, 8}
	case featureLogout, featureEmailUnverified:
		return version{2025, 10}
	case featureGrantTypes, featureRedirectType:
		return version{2026, 5}
	}
	return version{}
}

// has says whether a version has a feature. One that cannot be told has all.
func (v version) has(f feature) bool { return !v.before(since(f)) }
