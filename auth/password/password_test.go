package password

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/go-cmp/cmp"

	"pantrie/auth/fault"
)

func TestCheckPassword(t *testing.T) {
	for plain, want := range map[string]string{
		"": fault.Required, "short": fault.TooShort, "äöüäöüä": fault.TooShort, strings.Repeat("x7", 300): fault.TooLong,
		"password": fault.TooCommon, "Passw0rd": fault.TooCommon, "PASSWORD2024!": fault.TooCommon, "12345678": fault.TooCommon, "qwertzuiop": fault.TooCommon,
		"aaaaaaaa": fault.TooCommon, "abababab": fault.TooCommon, "iloveyou": fault.TooCommon, "Schokolade1": fault.TooCommon, "87654321": fault.TooCommon,
		"plum jam on toast": "", "correct horse": "", "xK9#mPq2vL": "", "пароль длинный": "", "äöüäöüäx": "",
	} {
		problem, bad := Check("password", plain)
		if problem.Code != want || bad != (want != "") {
			t.Errorf("CheckPassword(%q) = %q, want %q", plain, problem.Code, want)
		}
	}
}

func TestStandInHashCostsTheSame(t *testing.T) {
	match, params, err := argon2id.CheckHash("anything", noPasswordHash(argonParams(hashMemory)))
	if err != nil || match {
		t.Fatalf("stand-in hash: %v, %v", match, err)
	}
	if diff := cmp.Diff(argonParams(hashMemory), params); diff != "" {
		t.Errorf("parameters (-real +stand-in):\n%s", diff)
	}
}

func TestHasherBoundsParallelWork(t *testing.T) {
	h := newHasher(2, time.Hour, hashMemory)
	leave1, err := h.Enter(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	leave2, err := h.Enter(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.Enter(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("a third one got in: %v", err)
	}
	h.wait = 0
	if _, err := h.Enter(context.Background()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("waiting too long: %v", err)
	}
	h.wait = time.Hour
	waiting, stop := context.WithCancel(context.Background())
	var left sync.WaitGroup
	for range mostWaiting {
		left.Go(func() {
			if _, err := h.Enter(waiting); !errors.Is(err, context.Canceled) {
				t.Errorf("one who waits: %v", err)
			}
		})
	}
	for len(h.queue) < mostWaiting {
		runtime.Gosched()
	}
	var busy *fault.Error
	if _, err := h.Enter(context.Background()); !errors.As(err, &busy) || busy.Code != fault.Unavailable || busy.RetryAfter == 0 {
		t.Errorf("one more than may wait: %v", err)
	}
	stop()
	left.Wait()
	leave1()
	leave2()
	if leave, err := h.Enter(context.Background()); err != nil {
		t.Errorf("no place after the others left: %v", err)
	} else {
		leave()
	}
}

func TestThrottle(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	th := newThrottle(3, time.Second, time.Minute, func() time.Time { return now })
	for i := range 3 {
		if w := th.wait("a"); w != 0 {
			t.Fatalf("wait %v after %d failures", w, i)
		}
		th.fail("a")
	}
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		if w := th.wait("a"); w != want*time.Second {
			t.Errorf("wait %v, want %v", w, want*time.Second)
		}
		th.fail("a")
	}
	if w := th.wait("b"); w != 0 {
		t.Errorf("another key waits %v", w)
	}
	now = now.Add(30 * time.Second)
	if w := th.wait("a"); w != 30*time.Second {
		t.Errorf("half way through: %v", w)
	}
	th.succeed("a")
	if w := th.wait("a"); w != 0 {
		t.Errorf("wait %v after a success", w)
	}
	th.Size = 100
	for i := range 500 {
		th.fail(strings.Repeat("k", i))
	}
	if n := len(th.Keys); n > 100 {
		t.Errorf("%d keys are held", n)
	}
}

func TestThrottleInParallel(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	th := newThrottle(3, time.Second, time.Minute, func() time.Time { return now })
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { th.wait("a"); th.fail("a"); th.succeed("b") })
	}
	wg.Wait()
	if th.wait("a") < 30*time.Second {
		t.Error("failures were lost")
	}
}
