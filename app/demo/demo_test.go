package demo_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"pantrie/app/demo"
	"pantrie/app/pantry"
	"pantrie/db"
	"pantrie/db/dbtest"
)

// fill fills a household at a moment and opens its pantry at that moment.
func fill(t *testing.T, now time.Time, zone *time.Location) (*pantry.Service, string) {
	t.Helper()
	ctx, clock := context.Background(), demo.NewClock(now.AddDate(0, 0, -demo.Days))
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	database, err := db.Open(ctx, db.Options{Path: dbtest.Empty(t, t.TempDir()), Log: slog.New(slog.DiscardHandler), Now: clock.Now, NewID: newID})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = database.Close() })
	home := demo.Household{ID: newID(), Zone: zone}
	err = database.InTx(ctx, func(tx *db.Tx) error {
		made, err := tx.InsertHousehold(ctx, db.Household{Name: "Home", TimeZone: zone.String()})
		home.ID = made.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Sam", "Mara"} {
		err = database.InTx(ctx, func(tx *db.Tx) error {
			made, err := tx.InsertUser(ctx, db.User{Name: name, Email: name + "@example.org"})
			home.People = append(home.People, made.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := demo.Fill(ctx, database, home, clock, now); err != nil {
		t.Fatal(err)
	}
	if !clock.Now().Equal(now) {
		t.Errorf("the clock shows %v", clock.Now())
	}
	service, err := pantry.New(database, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return service, home.ID
}

// Every page of a demo has something to show, whenever and wherever it is started.
func TestEveryPageHasSomethingToShow(t *testing.T) {
	kiritimati, err := time.LoadLocation("Pacific/Kiritimati")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		now  time.Time
		zone *time.Location
	}{
		{time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC), time.UTC},
		{time.Date(2027, 3, 1, 0, 0, 30, 0, time.UTC), time.UTC},
		{time.Date(2028, 2, 29, 23, 59, 0, 0, time.UTC), kiritimati},
	} {
		service, home := fill(t, tt.now, tt.zone)
		at, err := service.Home(t.Context(), home, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range at.Groups {
			if g.Count == 0 {
				t.Errorf("%v: nothing is in the group %q", tt.now, g.Name)
			}
		}
		if at.LowCount < 3 || at.Wanted < 5 || at.Tray != 2 || at.Empty {
			t.Errorf("%v: low %d, wanted %d, in the tray %d, empty %v", tt.now, at.LowCount, at.Wanted, at.Tray, at.Empty)
		}
		months, err := service.Wasted(t.Context(), home, 4)
		if err != nil {
			t.Fatal(err)
		}
		var count, value int64
		for _, m := range months {
			count += m.Count
			if m.Value != nil {
				value += *m.Value
			}
		}
		if count < 8 || value == 0 {
			t.Errorf("%v: %d thrown away, worth %d", tt.now, count, value)
		}
		events, err := service.History(t.Context(), home, "", 10)
		if err != nil || len(events) != 10 {
			t.Errorf("%v: history of %d, %v", tt.now, len(events), err)
		}
	}
}
