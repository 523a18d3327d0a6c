package pantry

import (
	"slices"
	"testing"

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
	want := fault.Field{Name: "amount", Code: AmountInvalid, Message: "Enter an amount such as 2, 1.5 or 1 1/2."}
	if got := problem(AmountInvalid).Field("amount"); got != want {
		t.Errorf("as a field: %+v", got)
	}
}
