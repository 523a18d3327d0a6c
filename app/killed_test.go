package app_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"pantrie/db"
)

// Pantrie is killed a hundred times while four people add to the stock. Whatever was answered is there, once; what
// was not may be; and the database is in order.
func TestKilledAHundredTimes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	client := clientWithJar(t)
	var product, base string
	var answered, asked atomic.Int64
	for round := range 100 {
		p := launch(t, dir, "PANTRIE_ADMIN_EMAIL="+adminEmail, "PANTRIE_ADMIN_PASSWORD="+adminPassword, "PANTRIE_ADDR=127.0.0.1:0")
		if round == 0 {
			base, product = begin(t, p, client)
		}
		cookies := client.Jar.Cookies(mustParse(t, p.url)) // of 127.0.0.1, whatever the port
		if len(cookies) == 0 {
			t.Fatal("nobody is signed in")
		}
		enough := make(chan struct{})
		var once sync.Once
		var count atomic.Int64
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for {
					asked.Add(1)
					status, err := p.post(client, base+"/stock/add", map[string]any{"productId": product, "amount": "1"})
					if err != nil { // killed
						return
					}
					if status != 200 {
						t.Errorf("round %d: %d", round, status)
						once.Do(func() { close(enough) })
						return
					}
					answered.Add(1)
					if count.Add(1) > int64(round%7) {
						once.Do(func() { close(enough) })
					}
				}
			})
		}
		<-enough
		if err := p.cmd.Process.Kill(); err != nil { // SIGKILL: nothing can be tidied up
			t.Fatal(err)
		}
		<-p.done
		wg.Wait()
	}
	if problems, err := db.Check(t.Context(), filepath.Join(dir, "pantrie.db")); err != nil || len(problems) > 0 {
		t.Errorf("check: %v, %v", problems, err)
	}
	p := launch(t, dir)
	var found struct {
		Lots []struct{ Amount struct{ Amount string } }
	}
	getJSON(t, client, p.url+base+"/products/"+product, &found)
	stored := int64(0)
	for _, l := range found.Lots {
		var n int64
		if _, err := fmt.Sscan(l.Amount.Amount, &n); err != nil {
			t.Fatal(err)
		}
		stored += n
	}
	if stored < answered.Load() || stored > asked.Load() {
		t.Errorf("%d are there, %d were answered of %d that were asked for", stored, answered.Load(), asked.Load())
	}
	t.Logf("100 kills: %d answered, %d asked, %d there", answered.Load(), asked.Load(), stored)
	if answered.Load() < 300 {
		t.Errorf("only %d were answered: the kills came too early to mean anything", answered.Load())
	}
}

// begin signs the administrator in and makes a product.
func begin(t *testing.T, p *process, client *http.Client) (base, product string) {
	t.Helper()
	if status, err := p.post(client, "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword}); err != nil || status != 200 {
		t.Fatalf("sign in: %d, %v", status, err)
	}
	var me struct{ Households []struct{ ID string } }
	getJSON(t, client, p.url+"/api/v1/auth/me", &me)
	base = "/api/v1/households/" + me.Households[0].ID
	if status, err := p.post(client, base+"/products", map[string]any{"name": "Milk"}); err != nil || status != 201 {
		t.Fatalf("make a product: %d, %v", status, err)
	}
	var list struct{ Products []struct{ ID string } }
	getJSON(t, client, p.url+base+"/products", &list)
	return base, list.Products[0].ID
}
