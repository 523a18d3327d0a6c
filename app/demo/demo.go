// Package demo fills a household with made-up things: what a family of two and a lodger had, used
// and threw away within the last three months.
package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/db"
	"pantrie/db/dated"
)

// Days is how far back the made-up history goes.
const Days = 95

// Clock is one that is moved by hand, so that things happen in the past.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock shows at.
func NewClock(at time.Time) *Clock { return &Clock{at: at} }

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *Clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// Household is what Fill fills, and the people who take turns in it.
type Household struct {
	ID     string
	Zone   *time.Location
	People []string // ids of users
}

type filler struct {
	pantry *pantry.Service
	home   Household
	clock  *Clock
	now    time.Time
}

// Fill makes places, products, stock, history and a shopping list. The database must tell the time by
// the clock, which shows now afterwards.
func Fill(ctx context.Context, database *db.DB, home Household, clock *Clock, now time.Time) error {
	service, err := pantry.New(database, clock.Now)
	if err != nil {
		return err
	}
	f := filler{pantry: service, home: home, clock: clock, now: now.In(home.Zone)}
	clock.set(f.day(Days, 0))
	ids, err := f.products(ctx)
	if err != nil {
		return err
	}
	if err := f.history(ctx, ids); err != nil {
		return err
	}
	clock.set(now)
	return f.shopping(ctx)
}

// day is a time so many days ago, and never later than now.
func (f *filler) day(ago, minutes int) time.Time {
	y, m, d := f.now.Date()
	at := time.Date(y, m, d-ago, 9, minutes, 0, 0, f.home.Zone)
	if at.After(f.now) {
		return f.now
	}
	return at
}

func (f *filler) by(turn int) pantry.By {
	return pantry.By{HouseholdID: f.home.ID, UserID: f.home.People[turn%len(f.home.People)]}
}

// products are made with their places and categories; their ids are in the order of the table.
func (f *filler) products(ctx context.Context) ([]string, error) {
	by, places, categories := f.by(0), map[string]string{}, map[string]string{}
	for i, p := range placesOf {
		made, err := f.pantry.CreateLocation(ctx, by, pantry.PlaceFields{Name: p.name, Kind: p.kind, Position: int64(i)})
		if err != nil {
			return nil, fmt.Errorf("place %s: %w", p.name, err)
		}
		places[p.name] = made.ID
	}
	ids := make([]string, len(items))
	for i, it := range items {
		if categories[it.category] == "" {
			made, err := f.pantry.CreateCategory(ctx, by, pantry.CategoryFields{Name: it.category, Position: int64(len(categories))})
			if err != nil {
				return nil, fmt.Errorf("category %s: %w", it.category, err)
			}
			categories[it.category] = made.ID
		}
		fields := pantry.ProductFields{
			Name: it.name, Brand: it.brand, CategoryID: categories[it.category], LocationID: places[it.place], Unit: it.unit,
			Minimum: thousandths(it.minimum), Staple: it.staple, ShelfLife: days(it.shelf), OpenedShelfLife: days(it.opened), Note: it.note, Allergens: &it.allergens,
		}
		if it.useBy {
			fields.DateKind = dated.UseBy
		}
		made, err := f.pantry.CreateProduct(ctx, by, fields)
		if err != nil {
			return nil, fmt.Errorf("product %s: %w", it.name, err)
		}
		ids[i] = made.ID
		if it.pack > 0 {
			if _, err := f.pantry.SetUnit(ctx, by, made.ID, pantry.ProductUnit{Unit: "pack", Factor: it.pack, Of: it.unit}); err != nil {
				return nil, fmt.Errorf("pack of %s: %w", it.name, err)
			}
		}
	}
	return ids, f.pantry.SetWatched(ctx, by, []string{"Hazelnuts"})
}

// history does what happened, the oldest first, as people in turn.
func (f *filler) history(ctx context.Context, ids []string) error {
	type happening struct {
		event
		item int
	}
	var all []happening
	for i, it := range items {
		for _, e := range it.events {
			all = append(all, happening{e, i})
		}
	}
	slices.SortStableFunc(all, func(a, b happening) int { return cmp.Compare(b.ago, a.ago) })
	minutes, last := 0, -1
	for turn, h := range all {
		if h.ago != last {
			minutes, last = 0, h.ago
		}
		minutes += 4
		f.clock.set(f.day(h.ago, minutes))
		if err := f.happen(ctx, f.by(turn/3), ids[h.item], items[h.item], h.event); err != nil {
			return fmt.Errorf("%s, %d days ago: %w", items[h.item].name, h.ago, err)
		}
	}
	return nil
}

func (f *filler) happen(ctx context.Context, by pantry.By, id string, it item, e event) (err error) {
	took := pantry.Taking{ProductID: id, Amount: e.amount * 1000, Unit: it.unit, Reason: e.reason}
	switch e.what {
	case got:
		in := pantry.Addition{ProductID: id, Amount: e.amount * 1000, Unit: it.unit}
		if e.price > 0 {
			in.Price = &e.price
		}
		until := parse.DateOf(f.day(e.ago, 0)).AddDays(e.keeps)
		switch {
		case e.keeps < 0:
			in.Precision = dated.Undated
		case e.keeps > 120:
			in.ExpiresOn, in.Precision = until.EndOfMonth().String(), dated.ByMonth
		case e.keeps > 0:
			in.ExpiresOn, in.Precision = until.String(), dated.ByDay
		}
		_, err = f.pantry.Add(ctx, by, in)
	case used:
		_, err = f.pantry.Use(ctx, by, took)
	case thrown:
		_, err = f.pantry.Waste(ctx, by, took)
	case opened:
		_, err = f.pantry.Open(ctx, by, took)
	}
	return err
}

// shopping puts on the list what runs low and more, some of which is in the tray already.
func (f *filler) shopping(ctx context.Context) error {
	if _, err := f.pantry.AddLow(ctx, f.by(0)); err != nil {
		return err
	}
	for i, text := range []string{"Oat drink", "Lemons", "Birthday candles", "Bin bags"} {
		line, err := f.pantry.AddShopping(ctx, f.by(i), pantry.ShoppingFields{Text: text})
		if err != nil {
			return err
		}
		if i < 2 {
			if _, err := f.pantry.Tick(ctx, f.by(i), line.ID, true); err != nil {
				return err
			}
		}
	}
	return nil
}

func thousandths(n int64) *int64 {
	if n == 0 {
		return nil
	}
	n *= 1000
	return &n
}

func days(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}
