package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // reads and fills the generated household
)

// perProduct is how many lots a generated product has.
const perProduct = 10

// asked is one thing that people wait for. statement reads the same bare from the database: its
// arguments are the household's id and what follows it.
type asked struct {
	what      string
	request   func(i int) (method, path string, body any)
	target    float64 // milliseconds with 10,000 lots and one client; 0 for none
	statement string
	args      func(i int) []any
}

const lotRows = `SELECT l.id, l.amount, l.expires_on, l.precision, l.date_kind, l.guessed, l.bought_on, l.opened_on, l.price, l.note, l.location_id, l.sort_key, p.id, p.name, p.brand, p.base, p.unit, p.photo_id
FROM lots l CROSS JOIN products p ON p.household_id = l.household_id AND p.id = l.product_id WHERE l.household_id = ?`

func questions(household string, products int) []asked {
	product := func(i int) string { return productID(1 + i*7919%products) }
	words := []string{"m", "mi", "mil", "milk", "oa", "oat b", "ri", "rice c", "tea 1", "crem"}
	word := func(i int) string { return words[i%len(words)] }
	get := func(path string) func(int) (string, string, any) {
		return func(int) (string, string, any) { return http.MethodGet, path, nil }
	}
	return []asked{
		{"home page", get("/home"), 5, lotRows + ` AND l.closed_at IS NULL AND l.sort_key < date('now', '+8 days') ORDER BY l.sort_key, l.id LIMIT 80`, func(int) []any { return nil }},
		{"list, first 50", get("/stock?limit=50"), 1.5, lotRows + ` AND l.closed_at IS NULL ORDER BY l.sort_key, l.id LIMIT 50`, func(int) []any { return nil }},
		{"search, as it is typed", func(i int) (string, string, any) {
			return http.MethodGet, "/products?limit=20&q=" + url.QueryEscape(word(i)), nil
		}, 3, `SELECT p.id, p.name, p.brand, p.base, p.unit, p.total, p.minimum, p.note, p.category_id, p.location_id FROM products_search s CROSS JOIN products p ON p.row = s.rowid WHERE products_search MATCH replace(?2, '@', (SELECT printf('%04d', search_key) FROM households WHERE id = ?1)) LIMIT 20`,
			func(i int) []any {
				return []any{`"@n` + strings.ReplaceAll(word(i), " ", `"* AND "@n`) + `"*`}
			}},
		{"one product", func(i int) (string, string, any) { return http.MethodGet, "/products/" + product(i), nil }, 0.5,
			lotRows + ` AND l.product_id = ? AND l.closed_at IS NULL ORDER BY l.sort_key, l.id`, func(i int) []any { return []any{product(i)} }},
		{"add", func(i int) (string, string, any) {
			return http.MethodPost, "/stock/add", map[string]any{"productId": product(i), "amount": "2", "expires": "2030-05-01"}
		}, 2, "", nil},
		{"use", func(i int) (string, string, any) {
			return http.MethodPost, "/stock/use", map[string]any{"productId": product(i)}
		}, 2, "", nil},
	}
}

func productID(i int) string { return fmt.Sprintf("01939c2e-1111-7000-8000-%012d", i) }

// measureStock times a household with 1,000, 10,000 and 100,000 lots.
func measureStock(ctx context.Context, r report, binary, dir string) error {
	smallest := map[string]time.Duration{}
	for _, lots := range []int{1_000, 10_000, 100_000} {
		if err := measureHousehold(ctx, r, binary, filepath.Join(dir, fmt.Sprint("stock-", lots)), lots, smallest); err != nil {
			return fmt.Errorf("%d lots: %w", lots, err)
		}
	}
	return nil
}

// stocked starts Pantrie with a household of so many lots, and somebody who is signed in.
func stocked(ctx context.Context, binary, data string, lots int, environment ...string) (p *process, household string, client *http.Client, err error) {
	environment = append(environment, "PANTRIE_ADMIN_EMAIL="+email, "PANTRIE_ADMIN_PASSWORD="+password)
	if p, err = start(binary, data, environment...); err != nil {
		return nil, "", nil, err
	}
	household, err = makeHousehold(p)
	p.stop()
	if err != nil {
		return nil, "", nil, err
	}
	file, err := open(data)
	if err != nil {
		return nil, "", nil, err
	}
	if err := errors.Join(fill(ctx, file, household, lots/perProduct), file.Close()); err != nil {
		return nil, "", nil, err
	}
	if p, err = start(binary, data, environment...); err != nil {
		return nil, "", nil, err
	}
	err = p.wait("/readyz")
	if err == nil {
		client, err = newClient(8)
	}
	if err == nil {
		err = p.signIn(client)
	}
	if err != nil {
		p.stop()
	}
	return p, household, client, err
}

func open(data string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+filepath.Join(data, "pantrie.db")+"?_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)")
}

func measureHousehold(ctx context.Context, r report, binary, data string, lots int, smallest map[string]time.Duration) error {
	p, household, client, err := stocked(ctx, binary, data, lots)
	if err != nil {
		return err
	}
	defer p.stop()
	file, err := open(data)
	if err != nil {
		return err
	}
	defer file.Close()
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0o600)
	for _, q := range questions(household, lots/perProduct) {
		if err := measureAsked(ctx, r, p, client, file, household, q, lots, smallest); err != nil {
			return fmt.Errorf("%s: %w", q.what, err)
		}
	}
	if _, peak, err := p.memory(); err == nil {
		target := "-"
		if lots == 10_000 {
			target = "≤ 60 MB"
		}
		r.line(fmt.Sprintf("%d lots, memory under this load", lots), fmt.Sprintf("%.1f MB", peak), target)
	}
	return nil
}

func makeHousehold(p *process) (string, error) {
	if err := p.wait("/readyz"); err != nil {
		return "", err
	}
	client, err := newClient(1)
	if err != nil {
		return "", err
	}
	if err := p.signIn(client); err != nil {
		return "", err
	}
	text, err := p.ask(client, http.MethodPost, "/api/v1/households", map[string]any{"name": "Bench", "timeZone": "UTC"})
	if err != nil {
		return "", err
	}
	var made struct{ ID string }
	return made.ID, errors.Join(json.Unmarshal(text, &made), func() error {
		if made.ID == "" {
			return errors.New("the household has no id")
		}
		return nil
	}())
}

// ask sends a request and reads its answer.
func (p *process) ask(client *http.Client, method, path string, body any) ([]byte, error) {
	var send io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		send = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, p.url+path, send)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s answers %d: %s", method, path, resp.StatusCode, text)
	}
	return text, err
}

// fill writes a household's pantry straight into the database.
func fill(ctx context.Context, file *sql.DB, household string, products int) error {
	for _, statement := range []string{
		`INSERT INTO locations (household_id, id, name, name_key, kind, position, created_at) WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT ?1, 'place' || i, 'Shelf ' || i, 'shelf ' || i, iif(i = 3, 'fridge', 'cupboard'), i, 0 FROM n WHERE ?2 > 0`,
		`INSERT INTO categories (household_id, id, name, name_key, position, created_at) WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT ?1, 'kind' || i, 'Kind ' || i, 'kind ' || i, i, 0 FROM n WHERE ?2 > 0`,
		`INSERT INTO products (household_id, id, name, name_key, category_id, location_id, brand, base, unit, note, minimum, total, created_at, updated_at)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2),
w (k, word) AS (VALUES (0, 'milk'), (1, 'rice'), (2, 'tea'), (3, 'oats'), (4, 'coffee'), (5, 'chocolate'), (6, 'tomatoes'), (7, 'noodles'), (8, 'beans'), (9, 'crème'))
SELECT ?1, printf('01939c2e-1111-7000-8000-%012d', i), a.word || ' ' || b.word || ' ' || i, a.word || ' ' || b.word || ' ' || i, 'kind' || (i % 10), 'place' || (i % 10), 'Brand ' || (i % 100), 'piece', 'piece', 'number ' || i, iif(i % 50 = 0, 50000, NULL), 20000, 0, 0
FROM n JOIN w a ON a.k = i % 10 JOIN w b ON b.k = (i / 10) % 10`,
		// Its key has one digit: this is one of the first households.
		`INSERT INTO products_search (rowid, words) SELECT p.row, k.key || 'n' || replace(replace(p.name, 'è', 'e'), ' ', ' ' || k.key || 'n') || ' ' || k.key || 'b' || replace(lower(p.brand), ' ', ' ' || k.key || 'b')
FROM products p CROSS JOIN (SELECT printf('%04d', search_key) AS key FROM households WHERE id = ?1) k WHERE p.household_id = ?1 AND ?2 > 0`,
		`INSERT INTO lots (household_id, id, product_id, location_id, category_id, amount, expires_on, precision, date_kind, bought_on, created_at, sort_key)
WITH RECURSIVE k (j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM k WHERE j < 9)
SELECT p.household_id, printf('01939c2e-2222-7000-8%03d-%012d', j, p.row), p.id, p.location_id, p.category_id, 2000, date('now', printf('%+d days', (p.row * 7 + j * 131) % 900 - 3)), 'day', 'best_before', '2026-10-01', 0,
  date('now', printf('%+d days', (p.row * 7 + j * 131) % 900 - 3)) || 'u2026-10-01' FROM products p CROSS JOIN k WHERE p.household_id = ?1 AND ?2 > 0`,
		`INSERT INTO stock_transactions (household_id, id, user_name, verb, at) SELECT ?1, '01939c2e-3333-7000-8000-000000000000', 'Sam', 'add', 0 WHERE ?2 > 0`,
		`INSERT INTO movements (household_id, transaction_id, position, lot_id, product_id, delta) SELECT household_id, '01939c2e-3333-7000-8000-000000000000', row_number() OVER (), id, product_id, amount FROM lots WHERE household_id = ?1 AND ?2 > 0`,
		`PRAGMA optimize`,
	} {
		var args []any
		if strings.Contains(statement, "?1") {
			args = []any{household, products}
		}
		if _, err := file.ExecContext(ctx, statement, args...); err != nil {
			return fmt.Errorf("fill the database: %w", err)
		}
	}
	return nil
}

func measureAsked(ctx context.Context, r report, p *process, client *http.Client, file *sql.DB, household string, q asked, lots int, smallest map[string]time.Duration) error {
	base := "/api/v1/households/" + household
	do := func(i int) error {
		method, path, body := q.request(i)
		_, err := p.ask(client, method, base+path, body)
		return err
	}
	const times = 400
	var alone []time.Duration
	for i := range times + 50 {
		begin := time.Now()
		if err := do(i); err != nil {
			return err
		}
		if i >= 50 { // warm
			alone = append(alone, time.Since(begin))
		}
	}
	var mu sync.Mutex
	var together []time.Duration
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for c := range errs {
		wg.Go(func() {
			for i := range 100 {
				begin := time.Now()
				if errs[c] = do(c*1000 + i); errs[c] != nil {
					return
				}
				mu.Lock()
				together = append(together, time.Since(begin))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	target := "-"
	if q.target > 0 && lots == 10_000 {
		target = fmt.Sprintf("≤ %g ms", q.target)
	}
	what := fmt.Sprintf("%d lots, %s", lots, q.what)
	r.line(what+", one client, median", ms(median(alone)), target)
	r.line(what+", one client, p99", ms(percentile(alone, 99)), "-")
	r.line(what+", eight clients, median", ms(median(together)), "-")
	r.line(what+", eight clients, p99", ms(percentile(together, 99)), "-")
	if first, known := smallest[q.what]; !known {
		smallest[q.what] = median(alone)
	} else if lots == 100_000 {
		target := "-"
		if strings.HasPrefix(q.what, "list") || strings.HasPrefix(q.what, "search") {
			target = "< 2 ×"
		}
		r.line(what+", against 1000 lots", fmt.Sprintf("%.2f ×", float64(median(alone))/float64(first)), target)
	}
	if q.statement == "" {
		return nil
	}
	bare, err := measureBare(ctx, file, household, q)
	if err != nil {
		return err
	}
	r.line(what+", the bare statement", ms(bare), "-")
	r.line(what+", against the bare statement", fmt.Sprintf("%.1f ×", float64(median(alone))/float64(bare)), "≤ 3 ×")
	return nil
}

// measureBare is how long the statement takes that reads the same, with all its values, over the
// connection of a program that does nothing else.
func measureBare(ctx context.Context, file *sql.DB, household string, q asked) (time.Duration, error) {
	statement, err := file.PrepareContext(ctx, q.statement)
	if err != nil {
		return 0, err
	}
	defer statement.Close()
	var took []time.Duration
	for i := range 250 {
		begin := time.Now()
		rows, err := statement.QueryContext(ctx, append([]any{household}, q.args(i)...)...)
		if err != nil {
			return 0, err
		}
		columns, err := rows.Columns()
		if err != nil {
			return 0, errors.Join(err, rows.Close())
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				return 0, errors.Join(err, rows.Close())
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return 0, err
		}
		if i >= 50 {
			took = append(took, time.Since(begin))
		}
	}
	return median(took), nil
}
