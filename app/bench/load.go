package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// runLoad measures only what many clients at once do.
func runLoad(ctx context.Context, binary, _ string, out io.Writer) error {
	dir, err := os.MkdirTemp("", "pantrie-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return measureLoad(ctx, report{out}, binary, dir)
}

// How long the crowd is there, and the guesses go on.
const (
	crowdLasts  = 60 * time.Second
	guessesLast = 20 * time.Second
)

const (
	readers, writers = 50, 10
	crowdLots        = 1_000
	guessesPerSecond = 500
)

// measureLoad lets a crowd read and write, and then somebody guess passwords. The clients run on the
// same processors, without a pause between an answer and the next question.
func measureLoad(ctx context.Context, r report, binary, dir string) error {
	p, household, client, err := stocked(ctx, binary, filepath.Join(dir, "load"), crowdLots, "PANTRIE_TRUSTED_PROXIES=127.0.0.1/32")
	if err != nil {
		return err
	}
	defer p.stop()
	if err := measureCrowd(r, p, household); err != nil {
		return err
	}
	return measureGuesses(r, p, household, client)
}

// peakFromNow forgets the peak of resident memory (proc_pid_clear_refs(5)).
func (p *process) peakFromNow() {
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0o600)
}

// tally is what one client saw.
type tally struct {
	took   []time.Duration
	failed int
	err    error // the last one
}

func measureCrowd(r report, p *process, household string) error {
	var reads, writes []asked
	for _, q := range questions(household, crowdLots/perProduct) {
		if method, _, _ := q.request(0); method == http.MethodGet {
			reads = append(reads, q)
		} else {
			writes = append(writes, q)
		}
	}
	tallies, clients := make([]tally, readers+writers), make([]*http.Client, readers+writers)
	for i := range clients {
		client, err := newClient(1)
		if err != nil {
			return err
		}
		if err := p.signIn(client); err != nil {
			return err
		}
		clients[i] = client
	}
	p.peakFromNow()
	var wg sync.WaitGroup
	until := time.Now().Add(crowdLasts)
	for i, client := range clients {
		wg.Go(func() {
			asks := reads
			if i < writers {
				asks = writes
			}
			for n := 0; time.Now().Before(until); n++ {
				method, path, body := asks[n%len(asks)].request(n/len(asks)*writers + i)
				begin := time.Now()
				if _, err := p.ask(client, method, "/api/v1/households/"+household+path, body); err != nil {
					tallies[i].failed, tallies[i].err = tallies[i].failed+1, err
				}
				tallies[i].took = append(tallies[i].took, time.Since(begin))
			}
			client.CloseIdleConnections()
		})
	}
	wg.Wait()
	var took [2][]time.Duration // of reads and writes
	failed, failure := 0, error(nil)
	for i, t := range tallies {
		kind := 0
		if i < writers {
			kind = 1
		}
		took[kind] = append(took[kind], t.took...)
		if failed += t.failed; t.err != nil {
			failure = t.err
		}
	}
	what := fmt.Sprintf("%d clients read and %d write for %.0f s, ", readers, writers, crowdLasts.Seconds())
	r.line(what+"errors", fmt.Sprint(failed), "0")
	for kind, name := range []string{"reads", "writes"} {
		target := "-"
		if kind == 1 {
			target = "< 100 ms"
		}
		r.line(what+name, fmt.Sprintf("%.0f /s", float64(len(took[kind]))/crowdLasts.Seconds()), "-")
		r.line(what+name+", median", ms(median(took[kind])), "-")
		r.line(what+name+", p99", ms(percentile(took[kind], 99)), target)
	}
	if _, peak, err := p.memory(); err == nil {
		r.line(what+"memory", fmt.Sprintf("%.1f MB", peak), "≤ 80 MB")
	}
	return failure
}

// measureGuesses sends wrong passwords as if from so many addresses, half of them for the account
// that there is, and sees what somebody who is signed in notices of it.
func measureGuesses(r report, p *process, household string, client *http.Client) error {
	page := func(lasts time.Duration) ([]time.Duration, error) {
		took, until := []time.Duration{}, time.Now().Add(lasts)
		for time.Now().Before(until) {
			begin := time.Now()
			if _, err := p.ask(client, http.MethodGet, "/api/v1/households/"+household+"/home", nil); err != nil {
				return nil, err
			}
			took = append(took, time.Since(begin))
		}
		return took, nil
	}
	if _, err := page(time.Second); err != nil { // warm
		return err
	}
	calm, err := page(guessesLast / 2)
	if err != nil {
		return err
	}
	p.peakFromNow()
	guesser := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 500}}
	guessing, stop := context.WithCancel(context.Background())
	var sent, turnedAway, let atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(time.Second / guessesPerSecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-guessing.Done():
				return
			case <-tick.C:
			}
			wg.Go(func() {
				who := email
				if n%2 == 0 {
					who = fmt.Sprintf("nobody%d@example.org", n)
				}
				body := fmt.Sprintf(`{"email":%q,"password":"wrong-%d"}`, who, n)
				req, err := http.NewRequestWithContext(guessing, http.MethodPost, p.url+"/api/v1/auth/login", strings.NewReader(body))
				if err != nil {
					return
				}
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255))
				resp, err := guesser.Do(req)
				if err != nil {
					return // it was under way when the measurement ended
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				sent.Add(1)
				if resp.StatusCode == http.StatusServiceUnavailable {
					turnedAway.Add(1)
				}
				if resp.StatusCode == http.StatusOK {
					let.Add(1)
				}
			})
		}
	})
	begin := time.Now()
	busy, err := page(guessesLast)
	lasted := time.Since(begin)
	stop()
	wg.Wait()
	guesser.CloseIdleConnections()
	if err != nil {
		return err
	}
	what := "wrong passwords from many addresses, "
	r.line(what+"answered", fmt.Sprintf("%.0f /s", float64(sent.Load())/lasted.Seconds()), fmt.Sprintf("%d /s sent", guessesPerSecond))
	r.line(what+"of which turned away at once", fmt.Sprintf("%.0f /s", float64(turnedAway.Load())/lasted.Seconds()), "-")
	r.line(what+"home page before", ms(median(calm)), "-")
	r.line(what+"home page meanwhile", ms(median(busy)), "-")
	r.line(what+"home page meanwhile, times slower", fmt.Sprintf("%.2f", float64(median(busy))/float64(median(calm))), "≤ 2")
	r.line(what+"home page meanwhile, p99", ms(percentile(busy, 99)), "-")
	if _, peak, err := p.memory(); err == nil {
		r.line(what+"memory", fmt.Sprintf("%.1f MB", peak), "≤ 120 MB")
	}
	if let.Load() > 0 {
		return errors.New("a wrong password let somebody in")
	}
	return nil
}
