package authtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/internal/ask"
)

// TestObjectsAreThoseOfARealAuthentik asks the API what was asked of Authentik 2025.10.4 and compares the objects: which
// members they have, and of what kind. How many there are, and their names, differ from one Authentik to another.
func TestObjectsAreThoseOfARealAuthentik(t *testing.T) {
	text, err := os.ReadFile("testdata/authentik-2025.10.4-api.json")
	if err != nil {
		t.Fatal(err)
	}
	var recordings map[string]struct {
		Request string `json:"request"`
		Status  int    `json:"status"`
		Body    any    `json:"body"`
	}
	if err := json.Unmarshal(text, &recordings); err != nil {
		t.Fatal(err)
	}
	p := authtest.Start(t, authtest.Config{Version: "2025.10.4", APIToken: "token", RedirectURIs: []string{recordedCallback}})
	for name, want := range recordings {
		t.Run(name, func(t *testing.T) {
			method, path, _ := strings.Cut(want.Request, " ")
			req := ask.Request(t.Context(), t, method, p.BaseURL()+path, nil)
			req.Header.Set("Authorization", "Bearer token")
			got := ask.Do(t, p.Client(), req)
			var body any
			if err := json.Unmarshal([]byte(got.Body), &body); err != nil || got.Status != want.Status || got.Status != http.StatusOK {
				t.Fatalf("%d %s: %v", got.Status, got.Body, err)
			}
			wanted, have := map[string]string{}, map[string]string{}
			shape("", want.Body, wanted)
			shape("", body, have)
			for member, kind := range wanted {
				// What is null or empty in one may be something in the other.
				if other, found := have[member]; found && (kind == "null" || other == "null") {
					have[member] = kind
				}
			}
			// What helps somebody to write a filter in Authentik's own pages, and what an administrator notes at a group.
			maps.DeleteFunc(wanted, func(path, _ string) bool {
				return strings.HasPrefix(path, ".autocomplete.") || strings.HasPrefix(path, ".results[].attributes.")
			})
			keepCommon(wanted, have)
			keepCommon(have, wanted)
			if diff := cmp.Diff(listOf(wanted), listOf(have)); diff != "" {
				t.Errorf("(-recorded +test provider):\n%s", diff)
			}
		})
	}
}

// shape notes the kind of each member by its path; all members of a list count as one.
func shape(path string, value any, into map[string]string) {
	switch v := value.(type) {
	case map[string]any:
		into[path] = "object"
		for name, member := range v {
			shape(path+"."+name, member, into)
		}
	case []any:
		into[path] = "list"
		for _, member := range v {
			shape(path+"[]", member, into)
		}
	case nil:
		if into[path] == "" {
			into[path] = "null"
		}
	default:
		into[path] = fmt.Sprintf("%T", v)
	}
}

// keepCommon drops from all what stands below a place that is empty or null in other.
func keepCommon(all, other map[string]string) {
	maps.DeleteFunc(all, func(path, _ string) bool {
		for at := path; at != ""; {
			cut := max(strings.LastIndex(at, "."), strings.LastIndex(at, "[]"))
			if cut < 0 {
				return false
			}
			parent, step := at[:cut], at[cut:]
			_, there := other[at]
			if !there && (step == "[]" && other[parent] == "list" || other[parent] == "null") {
				return true
			}
			at = parent
		}
		return false
	})
}

func listOf(kinds map[string]string) []string {
	var list []string
	for _, path := range slices.Sorted(maps.Keys(kinds)) {
		list = append(list, path+": "+kinds[path])
	}
	return list
}
