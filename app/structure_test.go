package app_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func goList(t *testing.T, args ...string) []goPackage {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Deps", "-tags", "nofrontend,nomsgpack"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []goPackage
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for dec.More() {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

// main → app → auth → db, and app → db. Nothing imports upward.
func TestImportsPointDownward(t *testing.T) {
	layer := func(path string) int {
		for i, root := range []string{"pantrie/db", "pantrie/auth", "pantrie/app"} {
			if path == root || strings.HasPrefix(path, root+"/") {
				return i
			}
		}
		return 3 // main
	}
	packages := goList(t, "pantrie/...")
	if len(packages) < 6 {
		t.Fatalf("only %d packages", len(packages))
	}
	for _, p := range packages {
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, "pantrie") {
				continue
			}
			if layer(imported) > layer(p.ImportPath) {
				t.Errorf("%s imports %s, which is above it", p.ImportPath, imported)
			}
			forTests := strings.HasPrefix(imported, "pantrie/auth/authtest")
			mayTest := p.ImportPath == "pantrie/auth/authtest" || strings.HasPrefix(p.ImportPath, "pantrie/auth/authtest/") ||
				p.ImportPath == "pantrie/app/bench" && imported == "pantrie/auth/authtest"
			if forTests && !mayTest {
				t.Errorf("%s imports %s, which is for tests", p.ImportPath, imported)
			}
		}
		if layer(p.ImportPath) == 0 && slices.Contains(p.Imports, "net/http") {
			t.Errorf("%s knows HTTP", p.ImportPath)
		}
	}
}

// What people run holds no test provider and no other OpenID provider's code.
func TestBinaryHasNoTestProvider(t *testing.T) {
	for _, p := range goList(t, "pantrie") {
		for _, dep := range p.Deps {
			if strings.Contains(dep, "authtest") || strings.HasSuffix(dep, "oidc/v3/pkg/op") || dep == "testing" || dep == "net/http/httptest" {
				t.Errorf("the binary contains %s", dep)
			}
		}
		if !slices.Contains(p.Deps, "pantrie/auth") {
			t.Error("the list of packages is not the binary's")
		}
	}
}

// A machine that knows neither time zones nor certificate authorities, such as an empty container,
// needs nothing but the binary.
func TestBinaryBringsWhatTheMachineMayLack(t *testing.T) {
	for _, p := range goList(t, "pantrie") {
		for _, want := range []string{"time/tzdata", "golang.org/x/crypto/x509roots/fallback/bundle"} {
			if !slices.Contains(p.Deps, want) {
				t.Errorf("the binary does not contain %s", want)
			}
		}
	}
}
