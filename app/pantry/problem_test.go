package pantry

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
)

func TestProblemsHaveSentences(t *testing.T) {
	codes := ProblemCodes()
	for _, code := range codes {
		if got := problem(code); got.Error() == "" || got.Error() != got.Message {
			t.Errorf("%s has no sentence", code)
		}
	}
	if slices.Sort(codes); len(slices.Compact(codes)) != len(ProblemCodes()) {
		t.Error("a code is listed twice")
	}
	want := fault.Field{Name: "amount", Code: parse.AmountInvalid, Message: "Enter an amount such as 2, 1.5 or 1 1/2."}
	if got := problem(parse.AmountInvalid).Field("amount"); !cmp.Equal(got, want) {
		t.Errorf("as a field: %+v", got)
	}
}

// What the rules answer is what the list says: no code is declared beside it.
func TestCodesAreAllListed(t *testing.T) {
	for _, file := range []string{"problem.go", "service.go", "parse/refusal.go", "sheet/problem.go"} {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			literal, ok := spec.Values[0].(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if code, err := strconv.Unquote(literal.Value); err != nil || !slices.Contains(Codes(), code) {
				t.Errorf("%s is not listed", literal.Value)
			}
			return true
		})
	}
}
