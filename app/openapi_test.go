package app_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"pantrie/app"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Where an int has 32 bits, as on older Raspberry Pis, the library refuses larger examples at the start, by a panic.
func TestExamplesFitWhereIntsHave32Bits(t *testing.T) {
	var document any
	h, _ := newHome(t)
	text, err := h.api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	checked := 0
	var look func(path string, v any)
	look = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, example := range append(sliceOf(v["examples"]), v["default"], v["maximum"]) {
				if n, ok := example.(float64); ok {
					if checked++; n > math.MaxInt32 || n < math.MinInt32 {
						t.Errorf("%s: %v", path, n)
					}
				}
			}
			for key, inner := range v {
				look(path+"."+key, inner)
			}
		case []any:
			for _, inner := range v {
				look(path, inner)
			}
		}
	}
	look("", document)
	if checked < 10 {
		t.Errorf("only %d numbers are looked at", checked)
	}
}

func sliceOf(v any) []any {
	list, _ := v.([]any)
	return list
}

// The committed specification is the contract; the frontend's types are generated from it.
func TestSpecificationIsTheCommittedOne(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	spec, err := h.api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, spec, "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	golden(t, "openapi.json", pretty.Bytes())
}

// The README's table of variables is made from the configuration struct.
func TestReadmeListsTheConfiguration(t *testing.T) {
	var table strings.Builder
	table.WriteString("| variable | default | what |\n|---|---|---|\n")
	for _, v := range app.Variables() {
		def := ""
		if v.Default != "" {
			def = "`" + v.Default + "`"
		}
		fmt.Fprintf(&table, "| %s | %s | %s |\n", v.Name, def, v.Doc)
	}
	const begin, end = "<!-- configuration: made by `make generate` -->\n", "<!-- end of configuration -->"
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("README.md has no place for the configuration table")
	}
	golden(t, "../README.md", []byte(before+begin+table.String()+end+after))
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s is out of date: run make generate and commit it", path)
	}
}
