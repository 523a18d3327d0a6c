package rp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"

	"pantrie/auth/reason"
)

// keySet is the library's, with a client that tells keys that cannot be had from keys that do not fit.
func (d *Discoveries) keySet(client *http.Client, address string) *providerKeys {
	k := &providerKeys{limited: d.limited, now: d.now}
	wrapped := *client
	wrapped.Transport = keysTransport{client.Transport, &k.reads}
	k.fresh = func() oidc.KeySet { return rp.NewRemoteKeySet(&wrapped, address) }
	k.set = k.fresh()
	return k
}

// keysTransport makes a [*reason.Failure] of every answer that is no JSON document. The library wraps
// it, but says itself only that the signature could not be verified.
type keysTransport struct {
	next  http.RoundTripper
	reads *atomic.Int64
}

func (t keysTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.reads.Add(1)
	unreachable := func(err error) error {
		return reason.New(reason.ProviderUnreachable, "keys", "%s cannot be fetched: %v", r.URL, err)
	}
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, unreachable(err)
	}
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return resp, nil
	}
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return nil, unreachable(err)
	case resp.StatusCode >= 500:
		return nil, unreachable(fmt.Errorf("status %d", resp.StatusCode))
	case resp.StatusCode != http.StatusOK || !json.Valid(body):
		return nil, reason.New(reason.ProviderInvalid, "keys", "%s answers %d, or not with JSON", r.URL, resp.StatusCode)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// keysEvery is how often a signature that does not fit may have the keys read again.
const keysEvery = 10 * time.Second

// providerKeys are the keys of a provider, read when they are needed. The library's set reads them again for an unknown
// id of a key; here it is also done for a signature that does not fit a known one: a provider whose database was set up
// again has a new key by the old name.
type providerKeys struct {
	limited TimeLimit
	now     func() time.Time
	fresh   func() oidc.KeySet
	reads   atomic.Int64 // how often keys were asked for
	seen    sync.Map     // ids of keys that something was signed with

	mu       sync.Mutex
	set      oidc.KeySet
	replaced time.Time // when the set last made way for a new one
}

// VerifySignature notes which keys are in use. The keys are fetched on a context of their own: the library fetches on
// the first caller's, and a closed tab would fail everyone who waits.
func (k *providerKeys) VerifySignature(ctx context.Context, jws *jose.JSONWebSignature) ([]byte, error) {
	ctx, cancel := k.limited(context.WithoutCancel(ctx))
	defer cancel()
	k.mu.Lock()
	set, reads := k.set, k.reads.Load()
	k.mu.Unlock()
	payload, err := set.VerifySignature(ctx, jws)
	if err != nil && k.reads.Load() == reads { // by keys that were here already
		if next := k.after(set); next != nil {
			payload, err = k.again(ctx, jws, set, next)
		}
	}
	if id, _ := oidc.GetKeyIDAndAlg(jws); err == nil && id != "" {
		k.seen.Store(id, true)
	}
	return payload, err
}

// asTheyAre are the keys that nobody reads again because a signature does not fit.
func (k *providerKeys) asTheyAre() oidc.KeySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.set
}

// after returns the set that is in place of one that did not do, or nil while it is too early for a new one.
func (k *providerKeys) after(set oidc.KeySet) oidc.KeySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.set == set {
		if k.now().Sub(k.replaced) < keysEvery {
			return nil
		}
		k.set, k.replaced = k.fresh(), k.now()
	}
	return k.set
}

// again verifies by a new set. The old one comes back when the provider does not hand out its keys just now.
func (k *providerKeys) again(ctx context.Context, jws *jose.JSONWebSignature, old, next oidc.KeySet) ([]byte, error) {
	payload, err := next.VerifySignature(ctx, jws)
	var unread *reason.Failure // of keysTransport
	if errors.As(err, &unread) || ctx.Err() != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.set == next {
			k.set = old
		}
	}
	return payload, err
}

// knowsKeyOf says whether a token names a key that is in use, so that checking its signature
// fetches nothing.
func (m *Metadata) knowsKeyOf(token string) bool {
	_, seen := m.keys.seen.Load(headerOf(token, "kid"))
	return seen
}
