package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/api"
	"pantrie/auth/authtest/oidc"
)

const maxBody = 1 << 20

// switches is what PATCH /state can change. Decoding a body into the present values leaves the
// fields it does not name as they are.
type switches struct {
	Slug                   string           `json:"slug"`
	ClientID               string           `json:"clientId"`
	ClientSecret           string           `json:"clientSecret"`
	RedirectURIs           []string         `json:"redirectUris"`
	PostLogoutRedirectURIs []string         `json:"postLogoutRedirectUris"`
	EmailVerified          oidc.Verified    `json:"emailVerified"`
	ClaimsInIDToken        bool             `json:"claimsInIdToken"`
	Consent                oidc.Consent     `json:"consent"`
	CancelReturns          bool             `json:"cancelReturns"`
	SubjectMode            oidc.SubjectMode `json:"subjectMode"`
	InstanceID             string           `json:"instanceId"`
	NoSigningKey           bool             `json:"noSigningKey"`
	EncryptionKey          bool             `json:"encryptionKey"`
	Down                   oidc.Down        `json:"down"`
	Denied                 bool             `json:"denied"`
	StrictLogout           bool             `json:"strictLogout"`
	LogoutKeepsSession     bool             `json:"logoutKeepsSession"`
	DelaySeconds           float64          `json:"delaySeconds"`
	ClockOffsetSeconds     float64          `json:"clockOffsetSeconds"`
	OfflineAccess          bool             `json:"offlineAccess"`
	CodeLifetimeSeconds    float64          `json:"codeLifetimeSeconds"`
	TokenLifetimeSeconds   float64          `json:"tokenLifetimeSeconds"`
	APIToken               string           `json:"apiToken"`
	Version                string           `json:"version"`
	Groups                 []string         `json:"groups"`
	DeniedPermissions      []string         `json:"deniedPermissions"`
	NoApplication          bool             `json:"noApplication"`
}

type user struct {
	Username      string         `json:"username"`
	Password      string         `json:"password"`
	Email         string         `json:"email"`
	EmailVerified oidc.Verified  `json:"emailVerified"`
	Name          string         `json:"name"`
	Groups        []string       `json:"groups"`
	Disabled      bool           `json:"disabled"`
	Denied        bool           `json:"denied"`
	Claims        map[string]any `json:"claims,omitempty"`
	OmitClaims    []string       `json:"omitClaims,omitempty"`
}

type state struct {
	switches
	Issuer   string                `json:"issuer"`
	Users    []user                `json:"users"`
	Requests map[oidc.Endpoint]int `json:"requests"`
}

type control struct{ p *authtest.Provider }

func newControl(p *authtest.Provider) http.Handler {
	c := &control{p}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", c.answer(func(*http.Request) error { return nil }))
	mux.HandleFunc("PATCH /state", c.answer(c.patchState))
	mux.HandleFunc("POST /users", c.answer(c.putUser))
	mux.HandleFunc("POST /blueprint", c.answer(c.importBlueprint))
	mux.HandleFunc("GET /objects", c.objects)
	mux.HandleFunc("POST /signing-key", c.answer(c.rotateKey))
	mux.HandleFunc("DELETE /sessions", c.answer(func(*http.Request) error {
		p.EndSessions()
		return nil
	}))
	mux.HandleFunc("DELETE /requests", c.answer(func(*http.Request) error {
		p.ForgetRequests()
		return nil
	}))
	return mux
}

// answer makes a change and writes the state, or the error.
func (c *control) answer(change func(*http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		var body any
		if err := change(r); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			body = map[string]string{"error": err.Error()}
		} else {
			body = c.state()
		}
		_ = json.NewEncoder(w).Encode(body)
	}
}

func (c *control) state() state {
	s := c.p.Settings()
	st := state{switches: switchesFrom(s), Issuer: c.p.Issuer(), Users: []user{}, Requests: c.p.Counts()}
	for i := range s.Users {
		st.Users = append(st.Users, userFrom(&s.Users[i]))
	}
	return st
}

func (c *control) patchState(r *http.Request) error {
	body, err := read(r)
	if err != nil {
		return err
	}
	return c.change(func(s *authtest.Settings) error {
		sw := switchesFrom(s)
		if err := decode(body, &sw); err != nil {
			return err
		}
		sw.apply(s)
		return nil
	})
}

func (c *control) putUser(r *http.Request) error {
	body, err := read(r)
	if err != nil {
		return err
	}
	var named user
	if err := decode(body, &named); err != nil {
		return err
	}
	return c.change(func(s *authtest.Settings) error {
		var u user
		if old := s.User(named.Username); old != nil {
			u = userFrom(old)
		}
		if err := decode(body, &u); err != nil {
			return err
		}
		s.PutUser(u.toUser())
		return nil
	})
}

// change is TrySet for a function that may itself refuse, and then has changed nothing.
func (c *control) change(f func(*authtest.Settings) error) error {
	var refused error
	if err := c.p.TrySet(func(s *authtest.Settings) { refused = f(s) }); err != nil {
		return err
	}
	return refused
}

func (c *control) rotateKey(r *http.Request) error {
	body, err := read(r)
	if err != nil {
		return err
	}
	var in struct {
		KeepOld bool `json:"keepOld"`
	}
	if err := decode(body, &in); err != nil {
		return err
	}
	return c.p.RotateSigningKey(in.KeepOld)
}

func (c *control) importBlueprint(r *http.Request) error {
	body, err := readAs(r, "application/yaml")
	if err != nil {
		return err
	}
	return c.p.ApplyBlueprint(string(body))
}

func (c *control) objects(w http.ResponseWriter, _ *http.Request) {
	o := c.p.Objects()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string][]api.Object{
		"flows": o.Flows, "scopeMappings": o.ScopeMappings, "certificates": o.Certificates, "groups": o.Groups,
		"providers": o.Providers, "applications": o.Applications, "bindings": o.Bindings,
	})
}

func read(r *http.Request) ([]byte, error) { return readAs(r, "application/json") }

// readAs asks for a content type which a page of another origin cannot send unasked.
func readAs(r *http.Request, media string) ([]byte, error) {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != media {
		return nil, fmt.Errorf("content type is not %s", media)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	return body, nil
}

func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("decode body: %w", err)
	}
	return nil
}

func switchesFrom(s *authtest.Settings) switches {
	return switches{
		Slug:                   s.Slug,
		ClientID:               s.ClientID,
		ClientSecret:           s.ClientSecret,
		RedirectURIs:           listed(s.RedirectURIs),
		PostLogoutRedirectURIs: listed(s.PostLogoutRedirectURIs),
		EmailVerified:          s.EmailVerified,
		ClaimsInIDToken:        s.ClaimsInIDToken,
		Consent:                s.Consent,
		CancelReturns:          s.CancelReturns,
		SubjectMode:            s.SubjectMode,
		InstanceID:             s.InstanceID,
		NoSigningKey:           s.NoSigningKey,
		EncryptionKey:          s.EncryptionKey,
		Down:                   s.Down,
		Denied:                 s.Denied,
		StrictLogout:           s.StrictLogout,
		LogoutKeepsSession:     s.LogoutKeepsSession,
		DelaySeconds:           s.Delay.Seconds(),
		ClockOffsetSeconds:     s.ClockOffset.Seconds(),
		OfflineAccess:          s.OfflineAccess,
		CodeLifetimeSeconds:    s.CodeLifetime.Seconds(),
		TokenLifetimeSeconds:   s.TokenLifetime.Seconds(),
		APIToken:               s.APIToken,
		Version:                s.Version,
		Groups:                 listed(s.Groups),
		DeniedPermissions:      listed(s.DeniedPermissions),
		NoApplication:          s.NoApplication,
	}
}

func (sw switches) apply(s *authtest.Settings) {
	s.Slug = sw.Slug
	s.ClientID = sw.ClientID
	s.ClientSecret = sw.ClientSecret
	s.RedirectURIs = sw.RedirectURIs
	s.PostLogoutRedirectURIs = sw.PostLogoutRedirectURIs
	s.EmailVerified = sw.EmailVerified
	s.ClaimsInIDToken = sw.ClaimsInIDToken
	s.Consent = sw.Consent
	s.CancelReturns = sw.CancelReturns
	s.SubjectMode = sw.SubjectMode
	s.InstanceID = sw.InstanceID
	s.NoSigningKey = sw.NoSigningKey
	s.EncryptionKey = sw.EncryptionKey
	s.Down = sw.Down
	s.Denied = sw.Denied
	s.StrictLogout = sw.StrictLogout
	s.LogoutKeepsSession = sw.LogoutKeepsSession
	s.Delay = seconds(sw.DelaySeconds)
	s.ClockOffset = seconds(sw.ClockOffsetSeconds)
	s.OfflineAccess = sw.OfflineAccess
	s.CodeLifetime = seconds(sw.CodeLifetimeSeconds)
	s.TokenLifetime = seconds(sw.TokenLifetimeSeconds)
	s.APIToken = sw.APIToken
	s.Version = sw.Version
	s.Groups = sw.Groups
	s.DeniedPermissions = sw.DeniedPermissions
	s.NoApplication = sw.NoApplication
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func userFrom(u *authtest.User) user {
	return user{
		Username:      u.Username,
		Password:      u.Password,
		Email:         u.Email,
		EmailVerified: u.EmailVerified,
		Name:          u.Name,
		Groups:        listed(u.Groups),
		Disabled:      u.Disabled,
		Denied:        u.Denied,
		Claims:        u.Claims,
		OmitClaims:    u.OmitClaims,
	}
}

// listed makes an empty list [] in JSON and not null.
func listed(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func (u user) toUser() authtest.User {
	return authtest.User{
		Username:      u.Username,
		Password:      u.Password,
		Email:         u.Email,
		EmailVerified: u.EmailVerified,
		Name:          u.Name,
		Groups:        u.Groups,
		Disabled:      u.Disabled,
		Denied:        u.Denied,
		Claims:        u.Claims,
		OmitClaims:    u.OmitClaims,
	}
}
