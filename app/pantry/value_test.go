package pantry_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/db"
)

// What is thrown away had cost its share of what was paid, whatever happened to it before, and so has what is left.
func TestPriceFollowsTheGoods(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		steps  string // amount, and the price or the place; what is undone is the last step, or the one of that number
		wasted string // empty: nobody knows
		left   string // amount @ price of each lot
	}{
		{"thrown away", "add 1 4.00, waste 1", "4.00", ""},
		{"opened, then thrown away", "add 1 4.00, open 1, waste 1", "4.00", ""},
		{"moved, then thrown away", "add 1 4.00, move 1 fridge, waste 1", "4.00", ""},
		{"frozen, thawed, then thrown away", "add 1 4.00, move 1 freezer, move 1 fridge, waste 1", "4.00", ""},
		{"three used, merged, the last thrown away", "add 4 8.00, use 3, merge, waste 1", "2.00", ""},
		{"one of four is moved", "add 4 8.00, move 1 fridge", "", "3@6.00 1@2.00"},
		{"one of four is opened", "add 4 8.00, open 1", "", "1@2.00 3@6.00"},
		{"all of it is moved", "add 4 8.00, move 4 fridge", "", "4@8.00"},
		{"what is moved in two goes is together again", "add 4 8.00, move 1 fridge, move 1 fridge", "", "2@4.00 2@4.00"},
		{"moved, and the move undone", "add 4 8.00, move 1 fridge, undo", "", "4@8.00"},
		{"opened, and that undone", "add 3 10.00, open 1, undo", "", "3@10.00"},
		{"used, and that undone", "add 4 8.00, use 3, undo", "", "4@8.00"},
		{"thrown away, and that undone", "add 4 8.00, waste 3, undo", "", "4@8.00"},
		{"thrown away, undone, and done again", "add 4 8.00, waste 3, undo, undo", "6.00", "1@2.00"},
		{"merged, and that undone", "add 4 8.00, use 1, merge, undo", "", "3@6.00"},
		{"no cent is lost", "add 3 10.00, waste 1, waste 1, waste 1", "10.00", ""},
		{"no cent is lost between places", "add 3 10.00, move 1 fridge, move 1 freezer, waste 3", "10.00", ""},
		{"less than a cent each", "add 7 0.03, use 3, waste 4", "0.02", ""},
		{"a gift costs nothing", "add 2 0.00, open 1, waste 2", "0.00", ""},
		{"nobody knows", "add 2, open 1, waste 1", "", "1"},
		{"what has no price does not change what has one", "add 2, add 2 5.00, move 4 fridge, waste 2 , waste 1", "2.50", "1@2.50"},
		{"two prices stay apart", "add 1 1.00, add 1 3.00, move 2 fridge", "", "1@1.00 1@3.00"},
		{"one price comes together", "add 1 2.00, add 1 2.00, move 2 fridge", "", "2@4.00"},
		{"counted less", "add 4 8.00, count 3, waste 3", "6.00", ""},
		{"counted more", "add 4 8.00, count 6, waste 1", "2.00", "5@10.00"},
		{"counted less by mistake, then right", "add 4 8.00, count 1, count 4", "", "4@8.00"},
		{"the price is corrected", "add 4 8.00, price 80.00, waste 1", "20.00", "3@60.00"},
		{"the price of what is left is corrected, and what was used comes back", "add 4 8.00, use 1, price 60.00, undo", "", "4@80.00"},
		{"the price is told later", "add 4, use 2, price 4.00, waste 1", "2.00", "1@2.00"},
		{"the price is told later, and what was used comes back", "add 4, use 2, price 4.00, undo", "", "4@8.00"},
		{"what was thrown away before gets its share", "add 4, waste 3, price 2.00", "6.00", "1@2.00"},
		{"the price is taken away", "add 4 8.00, waste 1, price", "", "3"},
		{"no cent stays in an empty lot", "add 10 0.04, move 1 fridge, move 1 fridge, move 1 fridge, use 1 fridge, undo 2, undo 3", "", "9@0.04"},
		{"the price of what was moved is corrected, and it goes back", "add 4 8.00, move 4 fridge, price 12.00, undo", "", "4@12.00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := newKitchen(t)
			g := &goods{kitchen: k, id: k.product(db.Product{Name: "Jam"})}
			for step := range strings.SplitSeq(tt.steps, ",") {
				g.do(strings.Fields(step))
			}
			if got := g.left(); got != tt.left {
				t.Errorf("left: %q, want %q", got, tt.left)
			}
			months, err := k.s.Wasted(t.Context(), k.by.HouseholdID, 1)
			wasted := ""
			if err == nil && months[0].Value != nil {
				wasted = parse.PriceText(*months[0].Value, 2)
			}
			if err != nil || wasted != tt.wasted {
				t.Errorf("thrown away: %q, %v, want %q", wasted, err, tt.wasted)
			}
			k.agrees()
			if !strings.Contains(tt.steps, "price") {
				k.comesOutEven()
			}
		})
	}
}

// goods are a product's.
type goods struct {
	*kitchen
	id   string
	done []string // what can be undone
}

func (g *goods) do(step []string) {
	g.t.Helper()
	verb, amount, third := step[0], int64(0), ""
	if len(step) > 1 && verb != "price" {
		a, err := parse.ReadAmount(step[1])
		if err != nil {
			g.t.Fatal(err)
		}
		amount = int64(a)
	}
	if len(step) > 2 {
		third = step[2]
	}
	ctx := g.t.Context()
	var c pantry.Change
	switch verb {
	case "add":
		c = g.must(g.s.Add(ctx, g.by, pantry.Addition{ProductID: g.id, Amount: amount, Price: g.price(third)}))
	case "use":
		c = g.must(g.s.Use(ctx, g.by, g.some(amount, third)))
	case "waste":
		c = g.must(g.s.Waste(ctx, g.by, pantry.Taking{ProductID: g.id, Amount: amount}))
	case "open":
		c = g.must(g.s.Open(ctx, g.by, pantry.Taking{ProductID: g.id, Amount: amount}))
	case "move":
		c = g.must(g.s.Move(ctx, g.by, pantry.Moving{ProductID: g.id, Amount: amount, LocationID: map[string]string{"fridge": g.fridge, "freezer": g.freezer}[third]}))
	case "count":
		c = g.must(g.s.Count(ctx, g.by, pantry.Counting{ProductID: g.id, Amount: amount}))
	case "merge":
		into := g.product(db.Product{Name: "Jelly"})
		c = g.must(g.s.Merge(ctx, g.by, pantry.Merging{ProductID: g.id, IntoID: into}))
	case "undo":
		which := cmp.Or(int(amount/1000), len(g.done))
		c = g.must(g.s.Undo(ctx, g.by, pantry.Undoing{TransactionID: g.done[which-1]}))
	case "price":
		lots := g.lots()
		if _, err := g.s.ChangeLot(ctx, g.by, lots[0].ID, func(f *pantry.LotFields) { f.Price = g.price(strings.Join(step[1:], "")) }); err != nil {
			g.t.Fatal(err)
		}
		return
	}
	g.done = append(g.done, c.Transaction.ID)
}

// some is an amount of the lot in a place, or of any.
func (g *goods) some(amount int64, place string) pantry.Taking {
	for _, l := range g.lots() {
		if place == "fridge" && l.LocationID == g.fridge {
			return pantry.Taking{LotID: l.ID, Amount: amount}
		}
	}
	return pantry.Taking{ProductID: g.id, Amount: amount}
}

func (g *goods) price(text string) *int64 {
	g.t.Helper()
	if text == "" {
		return nil
	}
	price, err := parse.ReadPrice(text, '.', 2)
	if err != nil {
		g.t.Fatal(err)
	}
	return &price
}

// lots are those that there are, also of what the product became.
func (g *goods) lots() []db.Lot {
	g.t.Helper()
	p, err := g.s.Product(g.t.Context(), g.by.HouseholdID, g.id)
	if err != nil {
		g.t.Fatal(err)
	}
	lots, err := g.db.LotsOf(g.t.Context(), g.by.HouseholdID, p.ID)
	if err != nil {
		g.t.Fatal(err)
	}
	return lots
}

func (g *goods) left() string {
	g.t.Helper()
	var list []string
	for _, l := range g.lots() {
		text := parse.Amount(l.Amount).String()
		if l.Price != nil {
			text += "@" + parse.PriceText(*l.Price, 2)
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

// comesOutEven fails unless what was paid is what is there, was used or was thrown away, to the cent: what has no price is
// left out, and what counting found or missed is told by itself.
func (k *kitchen) comesOutEven() {
	k.t.Helper()
	ctx := k.t.Context()
	root, sum := map[string]db.Verb{}, map[db.Verb]int64{}
	list := k.newest(1_000_000)
	slices.Reverse(list)
	for _, t := range list {
		root[t.ID] = t.Verb
		if t.Undoes != "" {
			root[t.ID] = root[t.Undoes]
		}
		movements, err := k.db.Movements(ctx, k.by.HouseholdID, t.ID)
		if err != nil {
			k.t.Fatal(err)
		}
		for _, m := range movements {
			if m.Value != nil {
				sum[root[t.ID]] += *m.Value
			}
		}
	}
	for _, verb := range []db.Verb{db.VerbMove, db.VerbOpen, db.VerbMerge} {
		if sum[verb] != 0 {
			k.t.Errorf("%s changed what the goods cost by %d", verb, sum[verb])
		}
	}
	var there, empty int64
	if err := k.raw.QueryRowContext(ctx, `SELECT coalesce(sum(price), 0), count(*) FILTER (WHERE amount = 0 AND price <> 0) FROM lots WHERE household_id = ?`, k.by.HouseholdID).Scan(&there, &empty); err != nil {
		k.t.Fatal(err)
	}
	if empty > 0 {
		k.t.Errorf("%d empty lots still have a price", empty)
	}
	added, found, used, wasted := sum[db.VerbAdd], sum[db.VerbCount], -sum[db.VerbUse], -sum[db.VerbWaste]
	if added+found != there+used+wasted {
		k.t.Errorf("%d was paid and %d found, but %d is there, %d used, %d thrown away", added, found, there, used, wasted)
	}
	k.t.Logf("paid %d, found %d, there %d, used %d, thrown away %d", added, found, there, used, wasted)
}
