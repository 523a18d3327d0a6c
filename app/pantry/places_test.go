package pantry_test

import (
	"testing"

	"pantrie/app/pantry"
	"pantrie/db"
)

func TestKindOfPlace(t *testing.T) {
	for want, names := range map[db.LocationKind][]string{
		db.Fridge:   {"Fridge", "the big fridge", "Refrigerator", "Kühlschrank", "KUEHLSCHRANK oben", "Kühlfach", "Frigo", "Réfrigérateur", "Getränkekühlschrank"},
		db.Freezer:  {"Freezer", "Fridge freezer", "Deep-freezer", "Gefrierschrank", "Gefriertruhe", "Gefrierfach im Kühlschrank", "Tiefkühler", "Tiefkuehltruhe", "TK", "TK-Schrank", "Congélateur", "Le congelo", "Surgelés", "Eisfach"},
		db.Cupboard: {"Cupboard", "Keller", "kühler Keller", "Vorratskammer", "Fridolin", "Batkammer", "Placard", "Shelf 2", ""},
	} {
		for _, name := range names {
			if got := pantry.KindOfPlace(name); got != want {
				t.Errorf("%s is a %s, want %s", name, got, want)
			}
		}
	}
}
