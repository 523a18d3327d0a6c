package app_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
)

// What a Pantrie of any version stored of somebody whose password is [adminPassword], as the first one wrote it.
const (
	storedHash  = `$argon2id$v=19$m=19456,t=2,p=1$HTTFlcsgj094ZssQlQJt5Q$vhJ8POkPfojX9TKpL1OFJqM7YrIeo1N7iM8gvSOkMEk`
	storedSetUp = "2023-11-14T22:13:20Z"
)

// madeBy makes the database that a Pantrie of a version left, in use and set up. 0 is the newest version.
func madeBy(t *testing.T, path string, version int64) (made int64) {
	t.Helper()
	on, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	on.SetMaxOpenConns(1)
	provider, err := goose.NewProvider(goose.DialectSQLite3, on, os.DirFS("../db/migrations"))
	must(t, err)
	sources := provider.ListSources()
	if version == 0 {
		version = sources[len(sources)-1].Version
	}
	_, err = provider.UpTo(t.Context(), version)
	must(t, err)
	for v := int64(1); v <= version; v++ {
		seed, err := os.ReadFile(fmt.Sprintf("../db/testdata/seed-%05d.sql", v))
		must(t, err)
		_, err = on.ExecContext(t.Context(), string(seed))
		must(t, err)
	}
	_, err = on.ExecContext(t.Context(), `UPDATE users SET password_hash = ? WHERE email_key = ?`, storedHash, adminEmail)
	must(t, err)
	_, err = on.ExecContext(t.Context(), `INSERT INTO settings (key, value, sealed, updated_at) VALUES ('setup.completedAt', CAST(? AS BLOB), 0, 1700000000000)`, storedSetUp)
	must(t, err)
	must(t, on.Close())
	return version
}

// Somebody who upgrades from any version signs in afterwards with the same password, and everything is there.
func TestUpgradeFromEveryVersion(t *testing.T) {
	t.Parallel()
	newest := madeBy(t, filepath.Join(t.TempDir(), "pantrie.db"), 0)
	if newest < 5 {
		t.Fatalf("only %d versions", newest)
	}
	for version := int64(1); version <= newest; version++ {
		t.Run(fmt.Sprint("from ", version), func(t *testing.T) {
			dir := t.TempDir()
			madeBy(t, filepath.Join(dir, "pantrie.db"), version)
			p := launch(t, dir)
			if strings.Contains(p.output.String(), "/setup#token=") {
				t.Errorf("it is to be set up again:\n%s", p.output)
			}
			entersTheHome(t, p, version)
			kept, err := filepath.Glob(filepath.Join(dir, "backups", fmt.Sprintf("before-migration-%d-*.db", version)))
			if want := min(newest-version, 1); err != nil || int64(len(kept)) != want {
				t.Errorf("kept from before: %v, %v", kept, err)
			}
		})
	}
}

// The oldest backup there can be is restored by the command and by the wizard, and people sign in as before.
func TestOldestBackupIsRestored(t *testing.T) {
	t.Parallel()
	path, err := binary()
	must(t, err)
	file := filepath.Join(t.TempDir(), "oldest.db")
	madeBy(t, file, 1)
	t.Run("by the command", func(t *testing.T) {
		dir := t.TempDir()
		cmd := exec.CommandContext(t.Context(), path, "restore", file)
		cmd.Env = []string{"PANTRIE_DATA_DIR=" + dir}
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Restored: 2 accounts, 1 households") {
			t.Fatalf("%v\n%s", err, out)
		}
		entersTheHome(t, launch(t, dir), 1)
	})
	t.Run("in the wizard", func(t *testing.T) {
		p := launch(t, t.TempDir())
		content, err := os.ReadFile(file)
		must(t, err)
		req, err := http.NewRequestWithContext(t.Context(), "POST", p.url+"/api/v1/setup/restore", strings.NewReader(string(content)))
		must(t, err)
		req.Header.Set("Content-Type", "application/octet-stream")
		req.Header.Set("Setup-Token", p.link())
		resp, err := http.DefaultClient.Do(req)
		must(t, err)
		text, err := io.ReadAll(resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != 200 {
			t.Fatalf("%d %s, %v", resp.StatusCode, text, err)
		}
		p.ready() // again
		entersTheHome(t, p, 1)
	})
}

// entersTheHome signs in and reads what a version had.
func entersTheHome(t *testing.T, p *process, version int64) {
	t.Helper()
	client := clientWithJar(t)
	if status, err := p.post(clientWithJar(t), "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": "another password"}); err == nil && status == 200 {
		t.Fatal("any password will do")
	}
	status, err := p.post(client, "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword})
	if err != nil || status != 200 {
		t.Fatalf("signing in: %d, %v\n%s", status, err, p.output)
	}
	var me struct {
		Name       string
		SiteAdmin  bool
		Households []struct{ ID, Name, Role string }
	}
	getJSON(t, client, p.url+"/api/v1/auth/me", &me)
	if me.Name != "Sam" || !me.SiteAdmin || len(me.Households) != 1 || me.Households[0].Role != "admin" {
		t.Fatalf("who is signed in: %+v", me)
	}
	var home struct {
		Name, TimeZone string
		Members        []struct{ Name, Role string }
	}
	household := p.url + "/api/v1/households/" + me.Households[0].ID
	getJSON(t, client, household, &home)
	if home.Name != "Brandt" || home.TimeZone != "Europe/Berlin" || len(home.Members) != 2 {
		t.Errorf("the household: %+v", home)
	}
	var stock struct {
		Lots []struct{ ProductName string }
	}
	getJSON(t, client, household+"/stock", &stock)
	if hasStock := version >= 4; hasStock != (len(stock.Lots) == 1 && stock.Lots[0].ProductName == "Milk") {
		t.Errorf("the stock of version %d: %+v", version, stock)
	}
}
