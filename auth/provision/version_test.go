package provision

import "testing"

func TestReadVersion(t *testing.T) {
	for text, want := range map[string]version{
		"2025.10.2": {2025, 10}, "2026.5.0-rc1": {2026, 5}, "2023.10": {2023, 10}, "2024.12.0+build.1": {2024, 12},
		"": {}, "2025": {}, "latest": {}, "2025.x.1": {}, "2025.13.1": {}, "2025.0.1": {}, "-1.2.3": {}, "99999999999999999999.1": {},
	} {
		if got := readVersion(text); got != want {
			t.Errorf("readVersion(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestAVersionHasWhatCameBeforeIt(t *testing.T) {
	for f := featureMappingPath; f <= featureRedirectType; f++ {
		from := since(f)
		if !from.known() {
			t.Fatalf("feature %d has no version", f)
		}
		for v, want := range map[version]bool{
			from: true, {from.year, 12}: true, {from.year + 1, 1}: true, {from.year, from.month - 1}: false, {from.year - 1, 12}: false, {}: true,
		} {
			if v.has(f) != want {
				t.Errorf("%v has feature %d: %v", v, f, !want)
			}
		}
	}
}
