package auth

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

// publicAddress holds the stored public URL in memory: it is needed for every request.
type publicAddress struct{ stored atomic.Pointer[string] }

// ParsePublicURL reads Pantrie's own address: http or https, a host, an optional sub-path,
// nothing else. The answer has no slash at the end.
func ParsePublicURL(text string) (string, error) {
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

func splitOrigin(address string) (scheme, host string) {
	u, err := url.Parse(address)
	if err != nil {
		return "", ""
	}
	return u.Scheme, u.Host
}

// Origin is scheme and host of an address, without its path.
func Origin(address string) string {
	scheme, host := splitOrigin(address)
	if host == "" {
		return ""
	}
	return scheme + "://" + host
}

func (s *Service) loadPublicURL(ctx context.Context) error {
	v, err := s.db.Setting(ctx, settingPublicURL)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	text := string(v.Value)
	s.address.stored.Store(&text)
	return nil
}

// PublicURL is Pantrie's own address as browsers see it, without a slash at the end; empty
// when nobody has said it. The environment beats what is stored.
func (s *Service) PublicURL() string {
	if s.cfg.PublicURL != "" {
		return s.cfg.PublicURL
	}
	return *s.address.stored.Load()
}

// PublicURLLocked says whether the environment decides the address.
func (s *Service) PublicURLLocked() bool { return s.cfg.PublicURL != "" }

// BasePath is the path part of the public URL: empty, or starting with a slash.
func (s *Service) BasePath() string {
	u, err := url.Parse(s.PublicURL())
	if err != nil {
		return ""
	}
	return u.EscapedPath()
}

// SetPublicURL stores the address. [fault.EnvLocked], [fault.ValidationFailed].
func (s *Service) SetPublicURL(ctx context.Context, text string) error {
	if s.PublicURLLocked() {
		return lockedFault(fault.Field{Name: "publicUrl", Code: fault.Locked, Message: "Set by PANTRIE_PUBLIC_URL."})
	}
	address, err := ParsePublicURL(text)
	if err != nil {
		return fault.Fields([]fault.Field{publicURLField()})
	}
	if err := s.db.InTx(ctx, func(tx *db.Tx) error { return putPublicURL(ctx, tx, address) }); err != nil {
		return err
	}
	s.address.stored.Store(&address)
	return nil
}

func putPublicURL(ctx context.Context, tx *db.Tx, address string) error {
	return tx.PutSetting(ctx, db.Setting{Key: settingPublicURL, Value: []byte(address)})
}

func publicURLField() fault.Field {
	return fault.Field{Name: "publicUrl", Code: fault.InvalidURL, Message: "Enter an address such as https://pantry.example.org: http or https, a host, and at most a path."}
}

func lockedFault(fields ...fault.Field) error {
	return &fault.Error{Code: fault.EnvLocked, Message: "The environment sets this value. Change it there and restart Pantrie.", Fields: fields}
}

// CallbackURL is the redirect URI of a provider. It is built from the public URL alone,
// never from what a request says. Empty without a public URL.
func (s *Service) CallbackURL(provider string) string { return s.providerURL(provider, "callback") }

func (s *Service) providerURL(provider, last string) string {
	if s.PublicURL() == "" {
		return ""
	}
	return addressOf(s.PublicURL(), provider, last)
}

func addressOf(publicURL, provider, last string) string {
	return publicURL + "/api/v1/auth/oauth/" + provider + "/" + last
}
