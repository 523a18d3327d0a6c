package parse_test

import (
	"testing"

	"pantrie/app/pantry/parse"
	"pantrie/db/fold"
)

func TestClose(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want parse.Closeness
	}{
		{"Pâtes", "Pâtes", parse.Identical},
		{"Pa\u0302tes", "Pâtes", parse.Identical},
		{"whole  milk ", "whole milk", parse.Identical},
		{"Whole Milk", "whole milk", parse.Cased},
		{"ÄPFEL", "äpfel", parse.Cased},
		{"Egg", "eggs", parse.Spelled},
		{"Nuss", "Nüsse", parse.Spelled},
		{"Nuß", "Nuss", parse.Spelled},
		{"Kaese", "Käse", parse.Spelled},
		{"Kellogg's", "Kelloggs", parse.Spelled},
		{"Pâté", "Pâtes", parse.Folded},
		{"Rosé", "Rose", parse.Folded},
		{"jalapeño", "jalapeno", parse.Folded},
	} {
		if fold.Key(tt.a) != fold.Key(tt.b) {
			t.Errorf("%q and %q have two keys", tt.a, tt.b)
		}
		for _, got := range []parse.Closeness{parse.Close(tt.a, tt.b), parse.Close(tt.b, tt.a)} {
			if got != tt.want {
				t.Errorf("%q and %q: %d, want %d", tt.a, tt.b, got, tt.want)
			}
		}
	}
}
