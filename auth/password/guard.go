package password

import (
	"net/netip"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/internal/secret"
	"pantrie/db"
)

// Client is who tries, as far as their address tells.
type Client struct {
	Address string
	Proxied bool // by a proxy nobody declared as trusted: the address is the proxy's
}

// Guard slows down guessing: by the account that is tried, and by where the tries come from.
type Guard struct {
	accounts, addresses *throttle
	// proxies stands in for addresses behind a proxy nobody declared as trusted.
	proxies *throttle
}

// NewGuard makes one that knows of no failures.
func NewGuard(now func() time.Time) *Guard {
	return &Guard{
		accounts:  newThrottle(5, time.Second, 15*time.Minute, now),
		addresses: newThrottle(30, time.Second, 5*time.Minute, now),
		proxies:   newThrottle(30, time.Second, 15*time.Second, now).keeping(10 * time.Minute),
	}
}

// Throttled answers [fault.TooManyRequests] while the account (empty: none is concerned) or the client has to wait.
func (g *Guard) Throttled(from Client, account string) error {
	wait := max(g.accounts.wait(account), g.throttleOf(from).wait(AddressKey(from.Address)))
	if wait <= 0 {
		return nil
	}
	return &fault.Error{
		Code: fault.TooManyRequests, Message: "Too many attempts. Wait a little before the next one.",
		RetryAfter: wait.Round(time.Second) + time.Second,
	}
}

// throttleOf is the one that a client's address waits by. Behind a proxy that is not trusted everybody has the proxy's
// address, and one who guesses must not lock all out for long: there the waits are short.
func (g *Guard) throttleOf(from Client) *throttle {
	if from.Proxied {
		return g.proxies
	}
	return g.addresses
}

// Failed counts a failure of the client, and of the account unless it is empty.
func (g *Guard) Failed(from Client, account string) {
	if account != "" {
		g.accounts.fail(account)
	}
	// In both, because any client can send the header that a proxy would.
	g.addresses.fail(AddressKey(from.Address))
	g.proxies.fail(AddressKey(from.Address))
}

// Succeeded forgets the failures of an account.
func (g *Guard) Succeeded(account string) { g.accounts.succeed(account) }

// AccountKey is what failures of an account are counted under; the whole address counts, in
// the form in which it is looked up.
// Without an address there is no account, and the key is empty.
func AccountKey(email string) string {
	key := db.EmailKey(email)
	if key == "" {
		return ""
	}
	return "account " + secret.Digest(key)
}

// AddressKey is what failures of a client are counted under. A household has a whole /64 of
// IPv6, and so has whoever guesses.
func AddressKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "address " + address
	}
	if ip = ip.Unmap(); ip.Is6() {
		if prefix, err := ip.Prefix(64); err == nil {
			return "address " + prefix.String()
		}
	}
	return "address " + ip.String()
}
