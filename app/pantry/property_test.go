package pantry_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
)

// People change one stock at once, in any order. Whatever they do, stock is what the movements
// say, to the cent of what it cost; and undoing everything, newest first, leads back to the start exactly. PANTRIE_SEED
// repeats one person's choices of a run that went wrong.
func TestStockIsWhatTheMovementsSay(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	if text := os.Getenv("PANTRIE_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("PANTRIE_SEED=%d", seed)
	k := newKitchen(t)
	var products []string
	for i := range 5 {
		p := db.Product{Name: fmt.Sprint("Product ", i), OpenedShelfLife: days(4), FrozenShelfLife: days(60), ThawedShelfLife: days(2), ShelfLife: days(20)}
		if i%2 == 1 {
			p.Base, p.Unit, p.OpenedShelfLife = "ml", "l", nil
		}
		products = append(products, k.product(p))
	}
	for _, p := range products {
		for i := range 3 {
			k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: p, Amount: int64(1+i) * 1000, ExpiresOn: fmt.Sprintf("2027-0%d-11", 1+i), Price: days(int64(100 + i))}))
		}
	}
	start := k.snapshot()
	done := k.newest(1)[0].ID
	const people, steps = 5, 60
	var wg sync.WaitGroup
	for n := range people {
		person := &person{kitchen: k, rand: rand.New(rand.NewPCG(seed, uint64(n))), by: []pantry.By{k.by, k.mara}[n%2], name: n, products: products}
		wg.Go(func() {
			for step := range steps {
				if err := person.do(t.Context(), step); err != nil {
					t.Errorf("person %d, step %d: %v", n, step, err)
					return
				}
			}
		})
	}
	wg.Wait()
	k.agrees()
	k.comesOutEven()
	if t.Failed() {
		return
	}
	k.allUndone(done)
	if diff := cmp.Diff(start, k.snapshot()); diff != "" {
		t.Errorf("after everything is undone (-start +now):\n%s", diff)
	}
	k.agrees()
	k.comesOutEven()
}

// person does one thing after the other, by chance.
type person struct {
	*kitchen
	rand     *rand.Rand
	by       pantry.By
	name     int
	products []string
}

func (p *person) do(ctx context.Context, step int) error {
	product := p.products[p.rand.IntN(len(p.products))]
	amount := 1 + p.rand.Int64N(3000)
	var price *int64
	if p.rand.IntN(3) > 0 {
		price = days(p.rand.Int64N(1000))
	}
	place := []string{p.shelf, p.fridge, p.freezer, ""}[p.rand.IntN(4)]
	lot, err := p.someLot(ctx, product)
	if err != nil {
		return err
	}
	by := p.by
	by.Key = fmt.Sprint(p.name, "-", step)
	verb, whole := p.rand.IntN(14), p.rand.IntN(4) == 0
	target, position, err := p.someTransaction(ctx)
	if err != nil {
		return err
	}
	into := p.products[p.rand.IntN(len(p.products))]
	ask := func() (pantry.Change, error) {
		switch verb {
		case 0, 1, 2:
			return p.s.Add(ctx, by, pantry.Addition{ProductID: product, Amount: amount, LocationID: &place, Price: price})
		case 3, 4:
			return p.s.Use(ctx, by, pantry.Taking{ProductID: product, Amount: amount, LotID: lot})
		case 5:
			return p.s.Waste(ctx, by, pantry.Taking{ProductID: product, Amount: amount, Reason: "expired"})
		case 6:
			return p.s.Open(ctx, by, pantry.Taking{ProductID: product, Amount: amount, LotID: lot})
		case 7, 8:
			return p.s.Move(ctx, by, pantry.Moving{ProductID: product, Amount: amount, LotID: lot, LocationID: place})
		case 9:
			if whole {
				return p.s.Count(ctx, by, pantry.Counting{ProductID: product, Amount: amount * 2})
			}
			return p.s.Count(ctx, by, pantry.Counting{ProductID: product, LotID: lot, Amount: amount - 1})
		case 10:
			if whole {
				return p.s.Merge(ctx, by, pantry.Merging{ProductID: product, IntoID: into})
			}
		}
		return p.s.Undo(ctx, by, pantry.Undoing{TransactionID: target, Position: position})
	}
	first, err := ask()
	var f *fault.Error
	if err != nil && !errors.As(err, &f) {
		return fmt.Errorf("verb %d: %w", verb, err)
	}
	if err == nil && p.rand.IntN(3) == 0 { // the answer was lost
		again, err := ask()
		if err != nil || !again.Repeated || again.Transaction.ID != first.Transaction.ID {
			return fmt.Errorf("verb %d sent again: %+v, %w", verb, again.Transaction, err)
		}
	}
	return p.disagreement(ctx)
}

// someLot is a lot of the product half of the time, else none.
func (p *person) someLot(ctx context.Context, product string) (string, error) {
	lots, err := p.db.LotsOf(ctx, p.by.HouseholdID, product)
	if err != nil || len(lots) == 0 || p.rand.IntN(2) == 0 {
		return "", err
	}
	return lots[p.rand.IntN(len(lots))].ID, nil
}

func (p *person) someTransaction(ctx context.Context) (string, int64, error) {
	list, err := p.db.StockTransactions(ctx, p.by.HouseholdID, "", 20)
	if err != nil {
		return "", 0, err
	}
	return list[p.rand.IntN(len(list))].ID, max(0, p.rand.Int64N(6)-3), nil
}

func (k *kitchen) newest(most int) []db.StockTransaction {
	k.t.Helper()
	list, err := k.db.StockTransactions(k.t.Context(), k.by.HouseholdID, "", most)
	if err != nil {
		k.t.Fatal(err)
	}
	return list
}

// allUndone undoes what was done after a transaction, newest first.
func (k *kitchen) allUndone(after string) {
	k.t.Helper()
	list := k.newest(1_000_000)
	list = list[:slices.IndexFunc(list, func(t db.StockTransaction) bool { return t.ID == after })]
	for _, t := range list {
		_, err := k.s.Undo(k.t.Context(), k.by, pantry.Undoing{TransactionID: t.ID})
		if err != nil {
			k.t.Fatalf("undo %s: %v", t.Verb, err)
		}
		if err := k.disagreement(k.t.Context()); err != nil {
			k.t.Fatalf("after the undo of %s: %v", t.Verb, err)
		}
	}
	k.t.Logf("%d transactions", len(list))
}

// snapshot is every lot that is open, as it is, and every product's total.
func (k *kitchen) snapshot() map[string]any {
	k.t.Helper()
	all := map[string]any{}
	list, err := k.db.Products(k.t.Context(), db.ProductFilter{HouseholdID: k.by.HouseholdID, Most: 1000})
	if err != nil {
		k.t.Fatal(err)
	}
	for _, p := range list {
		p.UpdatedAt = 0
		lots, err := k.db.LotsOf(k.t.Context(), k.by.HouseholdID, p.ID)
		if err != nil {
			k.t.Fatal(err)
		}
		all[p.Name], all[p.Name+" lots"] = p, lots
	}
	return all
}
