// Package address is where Pantrie is found: its public URL, and what lies below it for providers.
package address

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync/atomic"

	"pantrie/auth/fault"
	"pantrie/db"
)

const settingPublicURL = "publicUrl"

// Public is Pantrie's own address. The stored one is held in memory: it is needed for every request.
type Public struct {
	db     *db.DB
	fixed  string // by the environment, or empty
	stored atomic.Pointer[string]
}

// Load reads the stored address. fixed is the environment's, which beats it, or empty.
func Load(ctx context.Context, database *db.DB, fixed string) (*Public, error) {
	p := &Public{db: database, fixed: fixed}
	v, err := database.Setting(ctx, settingPublicURL)
	if db.IgnoreNotFound(err) != nil {
		return nil, err
	}
	p.Took(string(v.Value))
	return p, nil
}

// Took says that an address has been stored, once the transaction of [Put] has ended well.
func (a *Public) Took(address string) { a.stored.Store(&address) }

// Parse reads Pantrie's own address: http or https, a host, an optional sub-path,
// nothing else. The answer has no slash at the end.
func Parse(text string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil ||
		u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(u.Path, "//") || strings.ContainsAny(u.Host+u.Path, "\\ \"'<>") {
		return "", errors.New("an address such as https://pantry.example.org: http or https, a host, and at most a path")
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/"), nil
}

// Split is scheme and host of an address, both empty for what is none.
func Split(address string) (scheme, host string) {
	u, err := url.Parse(address)
	if err != nil {
		return "", ""
	}
	return u.Scheme, u.Host
}

// Origin is scheme and host of an address, without its path.
func Origin(address string) string {
	scheme, host := Split(address)
	if host == "" {
		return ""
	}
	return scheme + "://" + host
}

// URL is Pantrie's own address as browsers see it, without a slash at the end; empty
// when nobody has said it. The environment beats what is stored.
func (a *Public) URL() string {
	if a.fixed != "" {
		return a.fixed
	}
	return *a.stored.Load()
}

// Locked says whether the environment decides the address.
func (a *Public) Locked() bool { return a.fixed != "" }

// BasePath is the path part of the public URL: empty, or starting with a slash.
func (a *Public) BasePath() string {
	u, err := url.Parse(a.URL())
	if err != nil {
		return ""
	}
	return u.EscapedPath()
}

// Set stores the address. [fault.EnvLocked], [fault.ValidationFailed].
func (a *Public) Set(ctx context.Context, text string) error {
	if a.Locked() {
		return fault.LockedByEnvironment(fault.Field{Name: "publicUrl", Code: fault.Locked, Message: "Set by PANTRIE_PUBLIC_URL."})
	}
	address, err := Parse(text)
	if err != nil {
		return fault.Fields([]fault.Field{Problem()})
	}
	if err := a.db.InTx(ctx, func(tx *db.Tx) error { return Put(ctx, tx, address) }); err != nil {
		return err
	}
	a.Took(address)
	return nil
}

// Put stores an address that [Parse] has read.
func Put(ctx context.Context, tx *db.Tx, address string) error {
	return tx.PutSetting(ctx, db.Setting{Key: settingPublicURL, Value: []byte(address)})
}

// Problem says what is wrong with what is no address.
func Problem() fault.Field {
	return fault.Field{Name: "publicUrl", Code: fault.InvalidURL, Message: "Enter an address such as https://pantry.example.org: http or https, a host, and at most a path."}
}

// Callback is the redirect URI of a provider. It is built from the public URL alone,
// never from what a request says. Empty without a public URL.
func (a *Public) Callback(provider string) string { return a.providerURL(provider, "callback") }

func (a *Public) providerURL(provider, last string) string {
	if a.URL() == "" {
		return ""
	}
	return Of(a.URL(), provider, last)
}

// Of is one of a provider's addresses here, last being callback, signed-out or backchannel-logout.
func Of(publicURL, provider, last string) string {
	return publicURL + "/api/v1/auth/oauth/" + provider + "/" + last
}

// SignedOut is the post-logout redirect URI of a provider, empty without a public URL.
func (a *Public) SignedOut(provider string) string { return a.providerURL(provider, "signed-out") }

// BackchannelLogout is where a provider sends logout tokens, empty without a public URL.
func (a *Public) BackchannelLogout(provider string) string {
	return a.providerURL(provider, "backchannel-logout")
}

// CallbackAt is the redirect URI of a provider with a public URL that is not stored yet.
// [fault.ValidationFailed].
func (a *Public) CallbackAt(publicURL, provider string) (string, error) {
	if a.Locked() || publicURL == "" {
		return a.Callback(provider), nil
	}
	address, err := a.Or(publicURL)
	if err != nil {
		return "", err
	}
	return Of(address, provider, "callback"), nil
}

// Or is Pantrie's own address: the one in force, or the one that the wizard has not
// stored yet. [fault.ValidationFailed].
func (a *Public) Or(typed string) (string, error) {
	if typed == "" || a.Locked() {
		if a.URL() == "" {
			return "", fault.Fields([]fault.Field{Problem()})
		}
		return a.URL(), nil
	}
	address, err := Parse(typed)
	if err != nil {
		return "", fault.Fields([]fault.Field{Problem()})
	}
	return address, nil
}
