package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pantrie/app"
	"pantrie/db"
)

// scratch is a folder for what several tests use; TestMain removes it.
var scratch = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "pantrie-test") })

// binary builds Pantrie without pages, once for all tests of processes: as releases are built, so that both share the
// compiler's cache, in which SQLite is minutes of work.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := scratch()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "pantrie")
	build := exec.Command("go", "build", "-tags", "nofrontend,nomsgpack", "-trimpath", "-ldflags", "-s -w", "-o", path, "pantrie")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := scratch(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// running is a Pantrie with a port of its own, which speaks only through its output.
type running struct {
	t      *testing.T
	url    string
	output *journal
	done   chan struct{}
	starts int // that it has told of
}

// process is one that runs as a program.
type process struct {
	running
	cmd     *exec.Cmd
	exitErr error
}

var (
	listening = regexp.MustCompile(`msg="Pantrie is ready".* address=(\S+)\s`)
	setupLink = regexp.MustCompile(`https?://\S+/setup#token=(\S+)\s`) // with what follows: the output comes in pieces
)

// ready waits until it listens, once more after each time, at whatever address.
func (p *running) ready() {
	p.t.Helper()
	if !p.output.until(p.done, func(text string) bool {
		all := listening.FindAllStringSubmatch(text, p.starts+1)
		if len(all) <= p.starts {
			return false
		}
		p.url = "http://" + all[p.starts][1]
		return true
	}) {
		p.t.Fatalf("does not start:\n%s", p.output)
	}
	p.starts++
}

// says waits until its output has a text, and returns the output.
func (p *running) says(text string) (output string) {
	p.t.Helper()
	if !p.output.until(p.done, func(now string) bool {
		output = now
		return strings.Contains(now, text)
	}) {
		p.t.Fatalf("%q is not in:\n%s", text, p.output)
	}
	return output
}

// launch starts the binary on a data folder and waits until it listens.
func launch(t *testing.T, dir string, environment ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return launchAs(t, exec.Command(path), dir, environment...)
}

// launchAs starts it with a command.
func launchAs(t *testing.T, cmd *exec.Cmd, dir string, environment ...string) *process {
	t.Helper()
	p := &process{running: running{t: t, output: &journal{}, done: make(chan struct{})}, cmd: cmd}
	p.cmd.Env = append([]string{"PANTRIE_DATA_DIR=" + dir, "PANTRIE_ADDR=127.0.0.1:0"}, environment...)
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output // which are one pipe then
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.exitErr = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.done
	})
	p.ready()
	return p
}

// serve runs Pantrie in this process, with its limits on a clock. It ends with the test.
func serve(t *testing.T, dir string, within app.Within) *running {
	t.Helper()
	values := map[string]string{"PANTRIE_DATA_DIR": dir, "PANTRIE_ADDR": "127.0.0.1:0"}
	cfg, err := app.LoadConfig(func(name string) string { return values[name] })
	if err != nil {
		t.Fatal(err)
	}
	p := &running{t: t, output: &journal{}, done: make(chan struct{})}
	program := app.Program{Config: cfg, Version: "test", Pages: pageFiles(), Log: app.NewLogger(cfg, p.output), Out: p.output, Within: within}
	ctx, stop := context.WithCancel(context.Background())
	var ended error
	go func() {
		ended = program.Run(ctx)
		close(p.done)
	}()
	t.Cleanup(func() {
		stop()
		<-p.done
		if ended != nil {
			t.Error(ended)
		}
	})
	p.ready()
	return p
}

func mustParse(t testing.TB, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func getJSON(t *testing.T, client *http.Client, address string, into any) {
	t.Helper()
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 {
		t.Fatalf("%s: %d %s, %v", address, resp.StatusCode, text, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// link waits for the setup link, which follows the first line, and returns its secret.
func (p *running) link() (secret string) {
	p.t.Helper()
	if !p.output.until(p.done, func(text string) bool {
		m := setupLink.FindStringSubmatch(text)
		if m != nil {
			secret = m[1]
		}
		return m != nil
	}) {
		p.t.Fatalf("no setup link in:\n%s", p.output)
	}
	return secret
}

func (p *running) post(client *http.Client, path string, in any) (int, error) {
	text, err := json.Marshal(in)
	if err != nil {
		return 0, err
	}
	resp, err := client.Post(p.url+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

// A power cut in the middle of many set-ups and sign-ins: the database opens again, and
// whatever was answered is there. Each round cuts a little later.
func TestKilledInTheMiddle(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	answered := map[string]bool{} // addresses of users whose creation was answered
	sessions := []*http.Client{}
	const rounds, perRound = 5, 40 // 200 in all
	for round := range rounds {
		p := launch(t, dir)
		admin := clientWithJar(t)
		if round == 0 {
			status, err := p.post(admin, "/api/v1/setup", map[string]any{
				"setupToken": p.link(), "admin": map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword},
				"household": map[string]any{"name": "Brandt"}, "publicUrl": p.url,
			})
			if err != nil || status != 201 {
				t.Fatalf("setup: %d, %v", status, err)
			}
		} else if status, err := p.post(admin, "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword}); err != nil || status != 200 {
			t.Fatalf("round %d: the administrator cannot sign in: %d, %v", round, status, err)
		}
		cut := make(chan struct{})
		var once sync.Once
		var wg sync.WaitGroup
		var count int
		for i := range perRound {
			wg.Go(func() {
				var status int
				var err error
				email, signedIn := "", clientWithJar(t)
				if i%2 == 0 {
					email = fmt.Sprintf("user-%d-%d@example.org", round, i)
					status, err = p.post(admin, "/api/v1/admin/users", map[string]any{"name": "U", "email": email})
				} else {
					status, err = p.post(signedIn, "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword})
				}
				if err != nil { // cut off
					return
				}
				mu.Lock()
				defer mu.Unlock()
				switch {
				case status != 200 && status != 201:
					t.Errorf("answer %d", status)
				case email != "":
					answered[email] = true
				default:
					sessions = append(sessions, signedIn)
				}
				if count++; count == 8+round*5 {
					once.Do(func() { close(cut) })
				}
			})
		}
		<-cut
		if err := p.cmd.Process.Kill(); err != nil { // SIGKILL: nothing can be tidied up
			t.Fatal(err)
		}
		<-p.done
		wg.Wait()
	}
	d, err := db.Open(context.Background(), db.Options{Path: filepath.Join(dir, "pantrie.db"), Log: quiet(), Now: time.Now, NewID: app.NewID})
	if err != nil {
		t.Fatal("the database does not open: ", err)
	}
	for email := range answered {
		if _, err := d.UserByEmail(context.Background(), email); err != nil {
			t.Errorf("%s was answered and is lost: %v", email, err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	p := launch(t, dir)
	for _, c := range sessions {
		resp, err := c.Get(p.url + "/api/v1/auth/me")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Errorf("a session that was answered is lost: %d", resp.StatusCode)
		}
	}
	t.Logf("%d users and %d sessions were answered before five kills; all are there", len(answered), len(sessions))
	if len(answered)+len(sessions) < 8+13+18+23+28 || len(sessions) == 0 || len(answered)+len(sessions) == rounds*perRound {
		t.Errorf("the kills came too early or too late to mean anything")
	}
}

func clientWithJar(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: patience}
}

func TestKilledDuringSetup(t *testing.T) {
	for i := range 6 {
		dir := t.TempDir()
		p := launch(t, dir)
		token := p.link()
		in := map[string]any{
			"setupToken": token, "admin": map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword},
			"household": map[string]any{"name": "Brandt"}, "publicUrl": p.url,
			"oauth": map[string]any{"provider": "authentik", "baseUrl": "https://auth.example.org", "slug": "pantrie", "clientId": "x", "clientSecret": "y"},
		}
		status := make(chan int, 1)
		go func() {
			s, err := p.post(clientWithJar(t), "/api/v1/setup", in)
			if err != nil {
				s = 0
			}
			status <- s
		}()
		for range i { // cut at different moments
			_, _ = p.post(http.DefaultClient, "/api/v1/setup/check", map[string]any{"setupToken": token})
		}
		_ = p.cmd.Process.Kill()
		<-p.done
		answer := <-status
		again := launch(t, dir)
		resp, err := http.Get(again.url + "/api/v1/setup")
		if err != nil {
			t.Fatal(err)
		}
		var state struct{ Completed bool }
		err = json.NewDecoder(resp.Body).Decode(&state)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if answer == 201 && !state.Completed {
			t.Error("setup was answered and is lost")
		}
		if !state.Completed {
			if got := again.link(); got != token {
				t.Error("the setup link has changed although setup is not done")
			}
			if s, err := again.post(clientWithJar(t), "/api/v1/setup", in); err != nil || s != 201 {
				t.Errorf("setup after the kill: %d, %v", s, err)
			}
		} else if s, err := again.post(clientWithJar(t), "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword}); err != nil || s != 200 {
			t.Errorf("half a setup: the administrator cannot sign in: %d, %v", s, err)
		}
	}
}

func TestStopsInOrder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("signals do not exist here")
		return
	}
	dir := t.TempDir()
	p := launch(t, dir)
	// A request that is under way when the signal comes is still answered. The server says 100
	// Continue when it begins to read the body (RFC 9110, section 10.1.1).
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const body = `{"email":"a@example.org","password":"x"}`
	fmt.Fprintf(conn, "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(body))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("the request did not begin: %q, %v", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.says("stopping")
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(answers, nil)
	if err != nil || resp.StatusCode != 401 {
		t.Fatalf("the running request was answered %v, %v", resp, err)
	}
	resp.Body.Close()
	conn.Close()
	<-p.done
	if p.exitErr != nil {
		t.Errorf("exit: %v\n%s", p.exitErr, p.output)
	}
	if wal, err := os.Stat(filepath.Join(dir, "pantrie.db-wal")); err == nil && wal.Size() > 0 {
		t.Error("the database was not closed: its write-ahead log is still there")
	}
}

// Being asked to stop is no failure, at whatever point of the start.
func TestStopsWhileItStarts(t *testing.T) {
	dir := t.TempDir()
	for range 20 {
		p := launch(t, dir) // says that it is ready, and goes on with what there is to say
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-p.done
		if p.exitErr != nil {
			t.Fatalf("exit: %v\n%s", p.exitErr, p.output)
		}
	}
}

func TestRefusesToStart(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	start := func(args []string, environment ...string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		cmd := exec.CommandContext(ctx, path, args...)
		cmd.Env = environment
		cmd.Dir = t.TempDir()
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	dir, broken := t.TempDir(), t.TempDir()
	running := launch(t, dir)
	saved := filepath.Join(broken, "backups", "manual-20261124-030000.db.gz")
	if err := os.Mkdir(filepath.Dir(saved), 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := start([]string{"backup", saved}, "PANTRIE_DATA_DIR="+dir); err != nil || !strings.Contains(out, "secret.key") {
		t.Fatalf("backup: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(broken, "pantrie.db"), []byte(strings.Repeat("broken ", 2000)), 0o600); err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(running.url, "http://")
	for _, tt := range []struct {
		name        string
		args        []string
		environment []string
		want        string
	}{
		{"bad configuration", nil, []string{"PANTRIE_LOG_LEVEL=loud", "PANTRIE_ADDR=8000"}, "PANTRIE_LOG_LEVEL"},
		{"port in use", nil, []string{"PANTRIE_ADDR=" + address}, "PANTRIE_ADDR chooses another port"},
		{"data folder in use", nil, []string{"PANTRIE_DATA_DIR=" + dir, "PANTRIE_ADDR=127.0.0.1:0"}, "another Pantrie is running"},
		{"restore while it runs", []string{"restore", "/dev/null"}, []string{"PANTRIE_DATA_DIR=" + dir}, "another Pantrie is running"},
		{"a damaged database", nil, []string{"PANTRIE_DATA_DIR=" + broken, "PANTRIE_ADDR=127.0.0.1:0"}, "The way back: the newest backup is of"},
		{"a damaged database, checked", []string{"check"}, []string{"PANTRIE_DATA_DIR=" + broken}, "pantrie restore " + saved},
		{"a data folder of a file", nil, []string{"PANTRIE_DATA_DIR=" + saved, "PANTRIE_ADDR=127.0.0.1:0"}, "data folder:"},
		{"common administrator's password", nil, []string{"PANTRIE_ADMIN_EMAIL=sam@example.org", "PANTRIE_ADMIN_PASSWORD=password", "PANTRIE_ADDR=127.0.0.1:0"}, "admin.password"},
	} {
		out, err := start(tt.args, tt.environment...)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(out, tt.want) {
			t.Errorf("%s: %v\n%s", tt.name, err, out)
		}
	}
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"restore", saved}, "What was there before is kept as"},
		{[]string{"check"}, "is in order"},
		{[]string{"restore", saved}, "What was there before is kept as"},
		{[]string{"restore", saved}, "What was there before is kept as"},
	} {
		if out, err := start(step.args, "PANTRIE_DATA_DIR="+broken); err != nil || !strings.Contains(out, step.want) {
			t.Errorf("%v: %v\n%s", step.args, err, out)
		}
	}
	if kept, err := filepath.Glob(filepath.Join(broken, "backups", "before-restore-*.db")); err != nil || len(kept) != 3 {
		t.Errorf("three restores keep %v, %v", kept, err)
	}
	if out, err := start([]string{"version"}); err != nil || !strings.HasPrefix(strings.TrimSpace(out), "pantrie dev (go") {
		t.Errorf("version: %q, %v", out, err)
	}
	if out, err := start([]string{"--help"}); err != nil || !strings.Contains(out, "Usage: pantrie") {
		t.Errorf("help: %q, %v", out, err)
	}
}
