// Command bench measures a built Pantrie from outside: size, start, memory, page weight, and
// the two requests everything else waits for. It prints each figure beside its target and
// judges nothing: absolute times differ between machines, so compare within one run.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	email    = "sam@example.org"
	password = "plum jam on toast"
)

func main() {
	binary := flag.String("binary", "./pantrie", "the stripped binary")
	frontend := flag.String("frontend", "frontend", "folder of the frontend, for the page weight in Chromium; empty leaves it out")
	only := flag.String("only", "", "stock: only the figures of the pantry; load: only those of many clients")
	flag.Parse()
	measure := run
	switch *only {
	case "stock":
		measure = runStock
	case "load":
		measure = runLoad
	}
	if err := measure(context.Background(), *binary, *frontend, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// report prints one figure and its target.
type report struct{ out io.Writer }

func (r report) line(what, figure, target string) {
	fmt.Fprintf(r.out, "%-62s %12s   target %s\n", what, figure, target)
}

func run(ctx context.Context, binary, frontend string, out io.Writer) error {
	r := report{out}
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	r.line("binary, stripped", fmt.Sprintf("%.1f MB", float64(info.Size())/1e6), "≤ 33 MB")
	dir, err := os.MkdirTemp("", "pantrie-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := measureStart(r, binary, dir); err != nil {
		return err
	}
	p, err := start(binary, filepath.Join(dir, "data"), "PANTRIE_ADMIN_EMAIL="+email, "PANTRIE_ADMIN_PASSWORD="+password)
	if err != nil {
		return err
	}
	defer p.stop()
	if err := p.wait("/readyz"); err != nil {
		return err
	}
	time.Sleep(2 * time.Second) // idle means that nothing has been asked for a while
	if err := measureMemory(r, "memory, idle after start", p, "≤ 30 MB"); err != nil {
		return err
	}
	if err := measureMe(r, p); err != nil {
		return err
	}
	if err := measureSignIns(r, p); err != nil {
		return err
	}
	if err := measureProviderSignIns(ctx, r, binary, filepath.Join(dir, "provider")); err != nil {
		return err
	}
	if err := measureStock(ctx, r, binary, dir); err != nil {
		return err
	}
	if err := measureLoad(ctx, r, binary, dir); err != nil {
		return err
	}
	if frontend == "" {
		return nil
	}
	return measurePage(ctx, r, frontend, p.url)
}

// runStock measures the pantry alone.
func runStock(ctx context.Context, binary, _ string, out io.Writer) error {
	dir, err := os.MkdirTemp("", "pantrie-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return measureStock(ctx, report{out}, binary, dir)
}

// process is a running Pantrie.
type process struct {
	cmd *exec.Cmd
	url string
}

func start(binary, data string, environment ...string) (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	p := &process{cmd: exec.Command(binary), url: "http://" + address}
	p.cmd.Env = append([]string{"PANTRIE_ADDR=" + address, "PANTRIE_DATA_DIR=" + data, "PANTRIE_PUBLIC_URL=" + p.url, "PANTRIE_LOG_LEVEL=warn"}, environment...)
	p.cmd.Stderr = os.Stderr
	return p, p.cmd.Start()
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	_ = p.cmd.Wait()
}

// wait asks without pause until the path answers 200.
func (p *process) wait(path string) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		resp, err := client.Get(p.url + path)
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return nil
		}
	}
	return errors.New("does not answer")
}

func measureStart(r report, binary, dir string) error {
	const times = 11
	took := map[string][]time.Duration{}
	existing := filepath.Join(dir, "existing")
	for i := range times {
		for name, data := range map[string]string{"empty folder": filepath.Join(dir, "empty-"+strconv.Itoa(i)), "existing database": existing} {
			begin := time.Now()
			p, err := start(binary, data)
			if err != nil {
				return err
			}
			if err := p.wait("/login"); err != nil {
				return err
			}
			if name == "empty folder" || i > 0 { // the first round makes the database
				took[name] = append(took[name], time.Since(begin))
			}
			p.stop()
		}
	}
	r.line("start to first page, existing database (median)", ms(median(took["existing database"])), "≤ 50 ms")
	r.line("start to first page, empty folder (median)", ms(median(took["empty folder"])), "≤ 150 ms")
	return nil
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

func percentile(d []time.Duration, p int) time.Duration {
	slices.Sort(d)
	return d[min(len(d)-1, len(d)*p/100)]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }

var statusLine = regexp.MustCompile(`(?m)^(VmRSS|VmHWM):\s+(\d+) kB`)

// memory reads resident memory and its peak, in MB, from /proc (proc_pid_status(5)).
func (p *process) memory() (now, peak float64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for _, m := range statusLine.FindAllStringSubmatch(string(text), -1) {
		kb, err := strconv.Atoi(m[2])
		if err != nil {
			return 0, 0, err
		}
		if m[1] == "VmRSS" {
			now = float64(kb) * 1024 / 1e6
		} else {
			peak = float64(kb) * 1024 / 1e6
		}
	}
	return now, peak, nil
}

func measureMemory(r report, what string, p *process, target string) error {
	now, _, err := p.memory()
	if err != nil {
		r.line(what, "not measured", target+" (needs /proc)")
		return nil
	}
	r.line(what, fmt.Sprintf("%.1f MB", now), target)
	return nil
}

func (p *process) signIn(client *http.Client) error {
	text, err := json.Marshal(map[string]string{"email": email, "password": password})
	if err != nil {
		return err
	}
	resp, err := client.Post(p.url+"/api/v1/auth/login", "application/json", bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("sign-in answers %d: %s", resp.StatusCode, body)
	}
	return err
}

func newClient(connections int) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}}, nil
}

func (p *process) me(client *http.Client) error {
	resp, err := client.Get(p.url + "/api/v1/auth/me")
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("me answers %d", resp.StatusCode)
	}
	return err
}

func measureMe(r report, p *process) error {
	client, err := newClient(8)
	if err != nil {
		return err
	}
	if err := p.signIn(client); err != nil {
		return err
	}
	took := []time.Duration{}
	for i := range 4000 {
		begin := time.Now()
		if err := p.me(client); err != nil {
			return err
		}
		if i >= 500 { // warm
			took = append(took, time.Since(begin))
		}
	}
	r.line("GET /api/v1/auth/me, one client, median", ms(median(took)), "≤ 0.5 ms")
	r.line("GET /api/v1/auth/me, one client, p99", ms(percentile(took, 99)), "-")
	const clients, each = 8, 2500
	errs := make([]error, clients)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range clients {
		wg.Go(func() {
			for range each {
				if errs[i] = p.me(client); errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	perSecond := float64(clients*each) / time.Since(begin).Seconds()
	r.line("GET /api/v1/auth/me, eight clients", fmt.Sprintf("%.0f /s", perSecond), "≥ 4000 /s")
	return errors.Join(errs...)
}

func measureSignIns(r report, p *process) error {
	const people = 100
	// 5 resets the peak of resident memory (proc_pid_clear_refs(5)).
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0o600)
	errs := make([]error, people)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range people {
		client, err := newClient(1)
		if err != nil {
			return err
		}
		wg.Go(func() { errs[i] = p.signIn(client); client.CloseIdleConnections() })
	}
	wg.Wait()
	failed := 0
	for _, err := range errs {
		if err != nil {
			failed++
		}
	}
	r.line("100 sign-ins by password at once, errors", strconv.Itoa(failed), "0")
	r.line("100 sign-ins by password at once, until the last", ms(time.Since(begin)), "-")
	if _, peak, err := p.memory(); err == nil {
		r.line("100 sign-ins by password at once, peak memory", fmt.Sprintf("%.1f MB", peak), "≤ 80 MB")
	}
	return errors.Join(errs...)
}

// measurePage loads the sign-in page in Chromium and adds up what was sent.
func measurePage(ctx context.Context, r report, frontend, url string) error {
	cmd := exec.CommandContext(ctx, "npm", "--prefix", frontend, "run", "--silent", "weight", "--", url+"/login")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("page weight: %w: %s", err, out)
	}
	var w struct {
		Bytes, Requests, Elsewhere int
		Hosts                      []string
	}
	if err := json.Unmarshal(out, &w); err != nil {
		return fmt.Errorf("page weight: %w: %s", err, out)
	}
	r.line("sign-in page, JavaScript and CSS as sent", fmt.Sprintf("%.1f KB", float64(w.Bytes)/1000), "≤ 70 KB")
	r.line("sign-in page, requests", strconv.Itoa(w.Requests), "≤ 20")
	r.line("sign-in page, requests to another host", strconv.Itoa(w.Elsewhere)+" "+strings.Join(w.Hosts, " "), "0")
	return nil
}
