package fold_test

import (
	"testing"

	"pantrie/db/fold"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		asked, word      string
		most             int
		beginning, whole int
	}{
		{"milk", "milk", 1, 0, 0},
		{"mlik", "milk", 1, 1, 1},
		{"mik", "milk", 1, 1, 1},
		{"millk", "milk", 1, 1, 1},
		{"nilk", "milk", 1, 1, 1},
		{"silt", "milk", 1, 2, 2},
		{"chedar", "cheddar", 1, 1, 1},
		{"yogurt", "yoghurt", 1, 1, 1},
		{"yogur", "yoghurt", 1, 1, 2},
		{"kartofeln", "kartoffeln", 2, 1, 1},
		{"katrofeln", "kartoffeln", 2, 2, 2},
		{"ca", "abc", 3, 1, 3},
		{"", "abc", 1, 0, 2},
		{"abc", "", 1, 2, 2},
		{"käse", "kase", 1, 1, 1},
		{"zwiebelsuppenwuerfelverpackungsmaschinenfabrikant", "zwiebelsuppenwuerfelverpackungsmaschinenfabrikat", 2, 1, 1},
	} {
		beginning, whole := fold.Distance([]rune(tt.asked), []rune(tt.word), tt.most)
		if beginning != tt.beginning || whole != tt.whole {
			t.Errorf("%q of %q: %d and %d, want %d and %d", tt.asked, tt.word, beginning, whole, tt.beginning, tt.whole)
		}
	}
}
