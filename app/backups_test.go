package app_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A backup is made, downloaded and deleted by a site administrator, and by nobody else.
func TestBackups(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	const path = "/api/v1/admin/backups"
	first := p.site.want(200, "GET", path, nil).json()
	if len(first["backups"].([]any)) != 0 || first["schedule"].(map[string]any)["keep"] != 7.0 || !strings.HasSuffix(first["keyFile"].(string), "secret.key") {
		t.Errorf("at first: %v", first)
	}
	name := p.site.want(201, "POST", path, nil).json()["name"].(string)
	file := p.site.want(200, "GET", path+"/"+name, nil)
	if !strings.HasPrefix(file.body, "\x1f\x8b") || file.header.Get("Content-Disposition") != `attachment; filename="pantrie-`+name+`"` {
		t.Errorf("the file: %q… %v", file.body[:min(20, len(file.body))], file.header)
	}
	for who, b := range map[string]*browser{"somebody": p.boss, "nobody": p.h.browser()} {
		want := map[string]int{"somebody": 403, "nobody": 401}[who]
		for _, try := range [][2]string{{"GET", path}, {"POST", path}, {"GET", path + "/" + name}, {"DELETE", path + "/" + name}, {"PUT", path + "/schedule"}} {
			if a := b.do(try[0], try[1], bodyOf(try[0])); a.status != want {
				t.Errorf("%s %s as %s: %d", try[0], try[1], who, a.status)
			}
		}
	}
	for _, name := range []string{"..%2F..%2Fpantrie.db", "secret.key", "manual-20200101-000000.db"} {
		p.site.want(404, "GET", path+"/"+name, nil)
		p.site.want(404, "DELETE", path+"/"+name, nil)
	}
	changed := p.site.want(200, "PUT", path+"/schedule", map[string]any{"everyDays": 7, "keep": 3}).json()
	if changed["schedule"].(map[string]any)["everyDays"] != 7.0 || len(changed["backups"].([]any)) != 1 {
		t.Errorf("changed: %v", changed)
	}
	if a := p.site.want(422, "PUT", path+"/schedule", map[string]any{"everyDays": 7, "keep": 0}); !strings.Contains(a.body, `"keep"`) {
		t.Errorf("nothing kept: %s", a.body)
	}
	p.site.want(204, "DELETE", path+"/"+name, nil)
	p.site.want(404, "GET", path+"/"+name, nil)
}

// Only who has the setup link may restore, and only before setup; what is no backup changes nothing.
func TestRestoreIsForWhoSetsUp(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := h.browser()
	b.header.Set("Content-Type", "application/octet-stream")
	const path = "/api/v1/setup/restore"
	if a := b.want(403, "POST", path, "dear diary"); a.code() != "setup_token_invalid" {
		t.Errorf("without the token: %s", a.body)
	}
	token, err := h.auth.Setup.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.header.Set("Setup-Token", token)
	for name, file := range map[string]string{"not_a_backup": "dear diary", "backup_damaged": "SQLite format 3\x00 and nothing more"} {
		if a := b.want(422, "POST", path, file); !strings.Contains(a.body, `"`+name+`"`) {
			t.Errorf("%s: %s", name, a.body)
		}
	}
	if left, err := filepath.Glob(filepath.Join(h.dir, "*restored*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if a := h.browser().do("GET", "/readyz", nil); a.status != 200 {
		t.Errorf("what is wrong with a file is said of the database: %d %s", a.status, a.body)
	}
	h.setUp()
	if a := b.do("POST", path, "dear diary"); a.status != 403 && a.status != 409 {
		t.Errorf("after setup: %d %s", a.status, a.body)
	}
}

// A fresh Pantrie becomes the old one: a backup is downloaded, uploaded in the wizard of another machine, and people
// sign in there as before.
func TestRestoreInTheWizard(t *testing.T) {
	t.Parallel()
	file := savedHome(t)
	dir := t.TempDir()
	p := launch(t, dir)
	token := p.link()
	req, err := http.NewRequest("POST", p.url+"/api/v1/setup/restore", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Setup-Token", token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != 200 || !bytes.Contains(text, []byte(`"users":1`)) {
		t.Fatalf("restore: %d %s, %v", resp.StatusCode, text, err)
	}
	p.ready() // again
	status, err := p.post(clientWithJar(t), "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword})
	if err != nil || status != 200 {
		t.Fatalf("signing in: %d, %v\n%s", status, err, p.output)
	}
	if kept, err := filepath.Glob(filepath.Join(dir, "backups", "before-restore-*.db")); err != nil || len(kept) != 1 {
		t.Errorf("kept: %v, %v", kept, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "pantrie.db.restored")); err == nil {
		t.Error("what was prepared is still there")
	}
}

// savedHome is a backup of a Pantrie that is set up.
func savedHome(t *testing.T) string {
	t.Helper()
	_, admin := newHome(t)
	name := admin.want(201, "POST", "/api/v1/admin/backups", nil).json()["name"].(string)
	return admin.want(200, "GET", "/api/v1/admin/backups/"+name, nil).body
}

// A backup that is on its way while somebody sets Pantrie up does not take the place of that, and nobody sets Pantrie
// up while one takes its place.
func TestRestoreAndSetupExcludeEachOther(t *testing.T) {
	t.Parallel()
	file := savedHome(t)
	h := newHost(t)
	token, err := h.auth.Setup.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	read, write := io.Pipe()
	answered := make(chan string, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), "POST", h.server.URL+"/api/v1/setup/restore", read)
		if err != nil {
			t.Error(err)
		}
		req.Header.Set("Content-Type", "application/octet-stream")
		req.Header.Set("Setup-Token", token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		answered <- fmt.Sprint(resp.StatusCode, string(text))
	}()
	if _, err := io.WriteString(write, file[:len(file)/2]); err != nil { // it is read, so the token was accepted
		t.Fatal(err)
	}
	admin := h.setUp()
	if _, err = io.WriteString(write, file[len(file)/2:]); errors.Join(err, write.Close()) != nil {
		t.Error(err)
	}
	if answer := <-answered; !strings.HasPrefix(answer, "409") || !strings.Contains(answer, `"setup_done"`) {
		t.Errorf("the backup: %s", answer)
	}
	admin.want(200, "GET", "/api/v1/auth/me", nil)
	select {
	case <-h.api.Restarts():
		t.Error("Pantrie starts anew")
	default:
	}
	if left, err := filepath.Glob(filepath.Join(h.dir, "*restored*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}

	h = newHost(t)
	if token, err = h.auth.Setup.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	b.header.Set("Content-Type", "application/octet-stream")
	b.header.Set("Setup-Token", token)
	b.want(200, "POST", "/api/v1/setup/restore", file) // accepted; whoever serves it starts anew now
	setup := map[string]any{
		"setupToken": token, "admin": map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword},
		"household": map[string]any{"name": "Brandt"}, "publicUrl": h.server.URL,
	}
	if a := h.browser().want(409, "POST", "/api/v1/setup", setup); a.code() != "conflict" {
		t.Errorf("setup: %s", a.body)
	}
	if err := h.auth.Setup.CancelRestore(t.Context()); err != nil { // as at the next start
		t.Fatal(err)
	}
	h.browser().want(201, "POST", "/api/v1/setup", setup)
}

// Somebody without an account who sends a request that never ends can delay a restore, and not prevent it.
func TestRestoreDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	answered := make(chan struct{})
	p := serve(t, t.TempDir(), func(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
		if limit > time.Minute {
			t.Errorf("requests are waited for %v", limit)
		}
		ctx, cancel := context.WithCancel(ctx)
		go func() { // that time has passed once the backup is accepted
			<-answered
			cancel()
		}()
		return ctx, cancel
	})
	file := savedHome(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
		"Content-Length: 100\r\nExpect: 100-continue\r\n\r\n")
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		t.Fatalf("the request did not begin: %q, %v", line, err)
	}
	req, err := http.NewRequest("POST", p.url+"/api/v1/setup/restore", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Setup-Token", p.link())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != 200 {
		t.Fatal(resp.Status, err)
	}
	close(answered)
	p.ready() // again
	p.says("cut off")
	if status, err := p.post(clientWithJar(t), "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword}); err != nil || status != 200 {
		t.Errorf("signing in: %d, %v\n%s", status, err, p.output)
	}
}
