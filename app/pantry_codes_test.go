package app_test

import (
	"os"
	"strings"
	"testing"

	"pantrie/app/pantry"
)

func TestFrontendKnowsEveryProblemOfThePantry(t *testing.T) {
	t.Parallel()
	var known strings.Builder
	for _, file := range []string{"messages/en/pantry-problems.ts", "api/errors.ts"} {
		source, err := os.ReadFile("../frontend/src/lib/" + file)
		if err != nil {
			t.Fatal(err)
		}
		known.Write(source)
	}
	for _, code := range pantry.Codes() {
		if !strings.Contains(known.String(), "\n\t"+code+":") && !strings.Contains(known.String(), "'"+code+"'") {
			t.Errorf("the frontend does not know %s", code)
		}
	}
}
