//go:build long

package app_test

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	cmpdiff "github.com/google/go-cmp/cmp"

	"pantrie/app"
	"pantrie/app/backup"
	"pantrie/auth"
	"pantrie/db"
	"pantrie/db/dbtest"
)

// A household's year, day by day: what is in stock is what was added less what was used, nothing that expires piles up,
// backups come and go by their schedule, and the last of them restores the household as it was.
func TestAYearAtHome(t *testing.T) {
	dir := t.TempDir()
	dbtest.Empty(t, dir)
	// scs reads the machine's clock for the absolute lifetime; how long one may be idle goes by the year's.
	h := newHostWith(t, dir, nil, func(c *auth.Config) { c.SessionLifetime = 800 * 24 * time.Hour })
	sam := h.setUp()
	var me struct{ Households []struct{ ID string } }
	must(t, json.Unmarshal([]byte(sam.want(200, "GET", "/api/v1/auth/me", nil).body), &me))
	home := "/api/v1/households/" + me.Households[0].ID
	chance := rand.New(rand.NewPCG(2027, 1))
	stock := map[string]int{}
	names := []string{"milk", "bread", "eggs", "apples", "yogurt", "rice", "beans", "butter"}

	for day := range 365 {
		h.clock.add(9 * time.Hour)
		if day%10 == 0 { // the session has expired by now and then, or somebody uses another device
			sam = h.browser()
			sam.login(401, adminEmail, "not the password")
			sam.login(200, adminEmail, adminPassword)
			sam.want(201, "POST", home+"/invitations", map[string]any{"role": "viewer"})
		}
		for range 3 {
			name, amount := names[chance.IntN(len(names))], 1+chance.IntN(6)
			line := fmt.Sprintf("%d pieces %s +%dd", amount, name, 1+chance.IntN(30))
			sam.want(200, "POST", home+"/stock/add", map[string]any{"text": line})
			stock[name] += amount
		}
		h.clock.add(9 * time.Hour)
		for _, p := range inStock(t, sam, home) {
			verb, amount := "use", min(p.Pieces, 1+chance.IntN(4))
			if amount == 0 {
				continue
			}
			if chance.IntN(8) == 0 {
				verb = "waste"
			}
			take := map[string]any{"productId": p.ID, "amount": fmt.Sprint(amount), "unit": "piece"}
			done := sam.want(200, "POST", home+"/stock/"+verb, take)
			if chance.IntN(10) == 0 {
				sam.want(200, "POST", home+"/transactions/"+done.json()["transactionId"].(string)+"/undo", map[string]any{})
				continue
			}
			stock[p.Name] -= amount
		}
		h.clock.add(6 * time.Hour)
		if err := h.api.KeepHouse(t.Context()); err != nil {
			t.Fatal(err)
		}
		if day%30 == 29 {
			sameStock(t, inStock(t, sam, home), stock)
			nothingPilesUp(t, h)
		}
	}
	if problems, err := db.Check(t.Context(), filepath.Join(h.dir, "pantrie.db")); err != nil || len(problems) > 0 {
		t.Errorf("the database: %v, %v", problems, err)
	}
	if strings.Contains(h.log.String(), "level=ERROR") {
		t.Error("the log has errors")
	}

	// The newest backup has what was there this evening.
	again := restoredFrom(t, h, newestBackup(t, h.dir))
	sam = again.browser()
	sam.login(200, adminEmail, adminPassword)
	sameStock(t, inStock(t, sam, home), stock)
}

// stocked is a product with what is there of it, in pieces.
type stocked struct {
	ID, Name string
	Pieces   int
}

func inStock(t *testing.T, b *browser, home string) []stocked {
	t.Helper()
	var list struct {
		Products []struct {
			ID, Name string
			Total    struct{ Amount string }
		}
	}
	must(t, json.Unmarshal([]byte(b.want(200, "GET", home+"/products?limit=50", nil).body), &list))
	out := make([]stocked, len(list.Products))
	for i, p := range list.Products {
		pieces, err := strconv.Atoi(cmp.Or(p.Total.Amount, "0"))
		must(t, err)
		out[i] = stocked{p.ID, p.Name, pieces}
	}
	return out
}

func sameStock(t *testing.T, products []stocked, want map[string]int) {
	t.Helper()
	got := map[string]int{}
	for _, p := range products {
		got[p.Name] = p.Pieces
	}
	if diff := cmpdiff.Diff(want, got); diff != "" {
		t.Fatalf("in stock: %s", diff)
	}
}

// nothingPilesUp looks at what housekeeping keeps small.
func nothingPilesUp(t *testing.T, h *host) {
	t.Helper()
	made, err := backup.In(h.dir)
	must(t, err)
	if len(made) == 0 || len(made) > 7 {
		t.Errorf("%d backups", len(made))
	}
	rows, err := h.db.SignIns(t.Context(), db.SignInFilter{Most: 1000})
	must(t, err)
	for _, row := range rows {
		if age := h.clock.Now().Sub(time.UnixMilli(row.At)); age > 91*24*time.Hour {
			t.Errorf("the sign-in log goes back %v", age)
			break
		}
	}
	var sessions, invitations, keys int
	on, err := sql.Open("sqlite", "file:"+filepath.Join(h.dir, "pantrie.db")+"?mode=ro")
	must(t, err)
	defer on.Close()
	must(t, on.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM sessions),
		(SELECT count(*) FROM invitations), 
		(SELECT count(*) FROM stock_transactions WHERE idempotency_key IS NOT NULL)`).Scan(&sessions, &invitations, &keys))
	if sessions > 10 || invitations > 4 || keys > 100 {
		t.Errorf("%d sessions, %d invitations, %d idempotency keys", sessions, invitations, keys)
	}
}

// newestBackup is the path of the backup that was made last.
func newestBackup(t *testing.T, dir string) string {
	t.Helper()
	made, err := backup.In(dir)
	must(t, err)
	return filepath.Join(dir, db.BackupFolder, made[0].Name)
}

// restoredFrom starts a Pantrie on a backup, with this one's key.
func restoredFrom(t *testing.T, h *host, path string) *host {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	dir := t.TempDir()
	key, err := os.ReadFile(filepath.Join(h.dir, "secret.key"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "secret.key"), key, 0o600))
	r := backup.Restorer{
		Dir: dir, Readable: func(db.Setting) bool { return true }, Log: quiet(), Now: h.clock.Now, NewID: app.NewID,
	}
	_, err = r.Prepare(t.Context(), file)
	must(t, err)
	_, err = r.Put(t.Context())
	must(t, err)
	return newHostIn(t, dir)
}
