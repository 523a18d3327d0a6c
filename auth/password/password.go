// Package password checks, hashes and compares passwords, and slows down who guesses them.
package password

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"pantrie/auth/fault"
)

// The length of a password in characters (NIST SP 800-63B, section 3.1.1.2; OWASP ASVS 6.2.1).
const (
	MinLength = 8
	MaxLength = 512
)

// hashMemory, in KiB, and the two passes on one lane are OWASP's second choice for argon2id.
const hashMemory = 19 * 1024

func argonParams(memory uint32) *argon2id.Params {
	return &argon2id.Params{Memory: memory, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

const idleAfterHash = time.Second

// mostWaiting bounds how many wait for their turn. Each holds a connection and some memory: with 500 wrong passwords
// a second and no bound it came to 350 MB. A hundred people who sign in at once are still let in.
const mostWaiting = 128

// noPasswordHash is compared with when there is no account or no password, so that this
// takes as long as a wrong password. Nobody knows a password for it.
func noPasswordHash(p *argon2id.Params) string {
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$AQcNExkfJSsxNz1DSU9VWw$9ByqcPPYKgMDqTuSgO1j8VVT0zjWl0kYVPbLkNMs4Vs", p.Memory, p.Iterations, p.Parallelism)
}

// Hasher bounds how many password hashes run at a time: each takes 19 MiB, and a burst of
// sign-ins must not exhaust a small machine.
type Hasher struct {
	slots  chan struct{}
	queue  chan struct{} // of those who wait for a slot
	wait   time.Duration
	params *argon2id.Params
	idle   *time.Timer
}

// hashesAtOnce leaves half of the processors to those who are signed in: while somebody guesses passwords on end, hashing
// is all there is to do. More than two would take too much memory.
func hashesAtOnce() int { return max(1, min(2, runtime.GOMAXPROCS(0)/2)) }

// NewHasher makes one. wait is how long somebody waits for their turn, 0 means 30 seconds; memory is what a hash takes in
// KiB, 0 means 19 MiB, and less is for tests of other things.
func NewHasher(wait time.Duration, memory uint32) *Hasher {
	return newHasher(hashesAtOnce(), cmp.Or(wait, 30*time.Second), cmp.Or(memory, hashMemory))
}

func newHasher(parallel int, wait time.Duration, memory uint32) *Hasher {
	h := &Hasher{slots: make(chan struct{}, parallel), queue: make(chan struct{}, mostWaiting), wait: wait, params: argonParams(memory)}
	// Some quiet seconds after the last hash its memory goes back to the system: on a small
	// machine the next sign-in may be hours away.
	h.idle = time.AfterFunc(time.Hour, debug.FreeOSMemory)
	h.idle.Stop()
	return h
}

// Enter waits for a place. It answers [fault.Unavailable] when none is free in time, and at once when too many wait.
func (h *Hasher) Enter(ctx context.Context) (leave func(), err error) {
	busy := &fault.Error{Code: fault.Unavailable, Message: "Too many people are signing in at this moment. Try again shortly.", RetryAfter: 5 * time.Second}
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return nil, busy
	}
	timer := time.NewTimer(h.wait)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
		return h.leave, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-timer.C:
		return nil, busy
	}
}

// leave gives the place back. The 19 MiB of the hash are collected first: left to its own pace
// the collector lets a burst of sign-ins grow to several times as much (measured with a
// hundred at once: 94 MB against 73 MB, in no more time). Less memory is not worth collecting.
func (h *Hasher) leave() {
	if h.params.Memory >= hashMemory {
		runtime.GC()
	}
	<-h.slots
	h.idle.Reset(idleAfterHash)
}

// hash makes the stored form of a password. The caller holds a place.
func (h *Hasher) hash(password string) (string, error) {
	return argon2id.CreateHash(password, h.params)
}

// Matches compares in the same time whether or not there is a hash. The caller holds a place.
func (h *Hasher) Matches(password, hash string) bool {
	if hash == "" {
		_, _ = argon2id.ComparePasswordAndHash(password, noPasswordHash(h.params))
		return false
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	return err == nil && ok
}

// HashNew checks and hashes a new password. field names it in the error. [fault.ValidationFailed], [fault.Unavailable].
func (h *Hasher) HashNew(ctx context.Context, field, password string) (string, error) {
	if problem, bad := Check(field, password); bad {
		return "", fault.Fields([]fault.Field{problem})
	}
	leave, err := h.Enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return h.hash(password)
}

// Check says what is wrong with a new password: too short, too long, or among the
// commonest. There are no rules about its composition.
func Check(field, password string) (problem fault.Field, bad bool) {
	n := utf8.RuneCountInString(password)
	switch {
	case n == 0:
		return fault.Field{Name: field, Code: fault.Required, Message: "Choose a password."}, true
	case n < MinLength:
		return fault.Field{Name: field, Code: fault.TooShort, Message: "Use at least 8 characters."}, true
	case n > MaxLength:
		return fault.Field{Name: field, Code: fault.TooLong, Message: "Use at most 512 characters."}, true
	case tooCommon(password):
		return fault.Field{Name: field, Code: fault.TooCommon, Message: "This password is among the first that anyone would try. Choose another one, a few words together for instance."}, true
	}
	return fault.Field{}, false
}

//go:embed common_passwords.txt
var commonPasswords string

// tooCommon recognises the commonest passwords, with the usual disguises removed: case,
// digits for letters, and digits or signs at the end. It also refuses one repeated
// character or group, and runs along the keyboard or the alphabet.
func tooCommon(password string) bool {
	lower := strings.ToLower(password)
	plain := strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(lower)
	trimmed := strings.TrimRightFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	candidates := []string{lower, plain, trimmed, strings.TrimRightFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) })}
	for word := range strings.FieldsSeq(commonPasswords) {
		for _, c := range candidates {
			if c == word || c == word+word {
				return true
			}
		}
	}
	return repeats(lower) || runs(lower)
}

// repeats says whether s is a group of at most four characters over and over.
func repeats(s string) bool {
	r := []rune(s)
	for size := 1; size <= 4 && size*2 <= len(r); size++ {
		same := true
		for i := size; i < len(r) && same; i++ {
			same = r[i] == r[i-size]
		}
		if same {
			return true
		}
	}
	return false
}

// runs says whether s walks along a row of the keyboard, the digits or the alphabet.
func runs(s string) bool {
	for _, row := range []string{"01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiopü", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm"} {
		if strings.Contains(row, s) || strings.Contains(backwards(row), s) {
			return true
		}
	}
	return false
}

func backwards(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}
