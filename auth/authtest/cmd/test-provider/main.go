// Command test-provider serves a test OpenID provider in Authentik's shape, for trying sign-in in a
// browser. See packages auth/authtest/oidc and auth/authtest/api for what it imitates.
//
//	test-provider --redirect-uri http://127.0.0.1:8080/auth/callback \
//	    --user 'mara:password:mara@example.org:Mara Brandt:family,admins'
//
// It prints one line, "ready http://127.0.0.1:9000", when it listens, and ends on SIGINT and SIGTERM. With
// --control-addr the line goes on with " control http://127.0.0.1:9001". Port 0 chooses a free one.
// It listens on the loopback address only. Without --user there is mara with the password "password".
//
// # Control
//
// With --control-addr a second listener changes the provider while it runs. Bodies are JSON, and
// writing needs Content-Type: application/json. Answers are the new state; an impossible change is
// a 400 with {"error": "…"} and changes nothing.
//
//	GET    /state        everything below, and issuer, users and requests (calls by endpoint)
//	PATCH  /state        changes the switches named in the body
//	POST   /users        adds a user, or changes the fields given of the one with that username
//	POST   /blueprint    imports a blueprint as Authentik would; the body is YAML, its Content-Type
//	                     application/yaml
//	GET    /objects      what there is in Authentik: flows, scopeMappings, certificates, groups,
//	                     providers, applications and bindings, each as its API answers it
//	POST   /signing-key  makes a new signing key; {"keepOld": true} leaves the old one in the key set
//	DELETE /state        starts over, as the command line says
//	DELETE /sessions     signs every browser out at the provider
//	DELETE /requests     sets the counts to zero
//
// The switches, with their values at the start:
//
//	slug                    "pantrie"
//	clientId, clientSecret  "pantrie-client", "pantrie-secret"
//	redirectUris            []
//	postLogoutRedirectUris  []
//	emailVerified           "true", "false" or "absent"
//	claimsInIdToken         true
//	consent                 "implicit" or "explicit"
//	cancelReturns           false; who refuses to agree is sent back with access_denied, as not by Authentik
//	subjectMode             "hashed_user_id", "user_id", "user_uuid", "user_username", "user_email"
//	instanceId              "test-provider"; another one gives everyone another hashed subject
//	noSigningKey            false; ID tokens are HS256, the key set is {}
//	encryptionKey           false; tokens are encrypted
//	down                    ""; "reset" drops connections, "503" answers that
//	denied                  false; a policy refuses everyone
//	strictLogout            false; an unregistered post-logout URI is a 400
//	logoutKeepsSession      false; end-session leaves the person signed in at the provider
//	offlineAccess           false; who asks for that scope gets a refresh token
//	delaySeconds            0
//	clockOffsetSeconds      0
//	codeLifetimeSeconds     60
//	tokenLifetimeSeconds    3600
//	apiToken                ""; the token Authentik's API takes, without which it refuses every call
//	version                 "2026.5.0"; of Authentik, for its API and blueprints
//	groups                  []; that exist beside those of the users
//	deniedPermissions       []; the token's owner lacks, such as "authentik_core.add_application"
//	noApplication           false; Authentik's first day, until one is made by API or blueprint
//
// A user has username, password, email, emailVerified ("" follows the switch), name, groups,
// disabled, denied, claims (an object) and omitClaims.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
)

type flags struct {
	Addr                  string   `default:"127.0.0.1:9000" help:"Loopback address to listen on."`
	ControlAddr           string   `help:"Loopback address of the control endpoint; none without it."`
	BaseURL               string   `name:"base-url" help:"URL the provider is reached by, when it is not that of the request. May have a sub-path."`
	Slug                  string   `default:"pantrie" help:"Application slug."`
	ClientID              string   `name:"client-id" default:"pantrie-client" help:"Client ID."`
	ClientSecret          string   `default:"pantrie-secret" help:"Client secret."`
	RedirectURI           []string `name:"redirect-uri" sep:"none" help:"Redirect URI, compared exactly. Repeatable."`
	PostLogoutRedirectURI []string `name:"post-logout-redirect-uri" sep:"none" help:"Redirect URI after sign-out. Repeatable."`
	User                  []string `sep:"none" placeholder:"NAME:PASSWORD:EMAIL:FULL NAME:GROUP,GROUP" help:"User; what follows the password may be left out. Repeatable."`
	EmailVerified         string   `enum:"true,false,absent" default:"true" help:"What is sent as email_verified: ${enum}."`
	Consent               string   `enum:"explicit,implicit" default:"implicit" help:"Ask before going back: ${enum}."`
	APIToken              string   `name:"api-token" help:"The token Authentik's API takes; without it every call is refused."`
	Version               string   `default:"2026.5.0" help:"Version of Authentik, for its API and blueprints."`
	NoApplication         bool     `help:"Start as Authentik on its first day, without application and provider."`
	Group                 []string `sep:"none" help:"Group that exists, beside those of the users. Repeatable."`
	ClaimsInIDToken       bool     `name:"claims-in-id-token" default:"true" negatable:"" help:"Put claims into the ID token too."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var f flags
	kong.Parse(&f, kong.Name("test-provider"), kong.Description("A test OpenID provider in Authentik's shape."))
	if err := run(ctx, f, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "test-provider:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, f flags, out io.Writer) error {
	cfg, err := f.config()
	if err != nil {
		return err
	}
	restarts, err := newRestarts(cfg)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, f.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	failed := make(chan error, 2)
	servers := []*http.Server{serve(restarts, listener, failed)}
	address := "http://" + listener.Addr().String()
	restarts.setAddress(address)
	ready := "ready " + address
	if f.ControlAddr != "" {
		controlListener, err := listen(ctx, f.ControlAddr)
		if err != nil {
			return err
		}
		defer controlListener.Close()
		servers = append(servers, serve(restarts.control(), controlListener, failed))
		ready += " control http://" + controlListener.Addr().String()
	}
	fmt.Fprintln(out, ready)

	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	for _, s := range servers {
		if e := shutdown(ctx, s); err == nil {
			err = e
		}
	}
	return err
}

func (f flags) config() (authtest.Config, error) {
	cfg := authtest.Config{
		BaseURL:                strings.TrimSuffix(f.BaseURL, "/"),
		Slug:                   f.Slug,
		ClientID:               f.ClientID,
		ClientSecret:           f.ClientSecret,
		RedirectURIs:           f.RedirectURI,
		PostLogoutRedirectURIs: f.PostLogoutRedirectURI,
		APIToken:               f.APIToken,
		Version:                f.Version,
		Groups:                 f.Group,
		NoApplication:          f.NoApplication,
		Setup: func(s *authtest.Settings) {
			s.EmailVerified = oidc.Verified(f.EmailVerified)
			s.Consent = oidc.Consent(f.Consent)
			s.ClaimsInIDToken = f.ClaimsInIDToken
		},
	}
	for _, text := range f.User {
		u, err := parseUser(text)
		if err != nil {
			return cfg, err
		}
		cfg.Users = append(cfg.Users, u)
	}
	return cfg, nil
}

func parseUser(text string) (authtest.User, error) {
	parts := strings.SplitN(text, ":", 5)
	if len(parts) < 2 || parts[0] == "" {
		return authtest.User{}, fmt.Errorf("user %q has not the form name:password:email:full name:groups", text)
	}
	parts = append(parts, "", "", "")
	u := authtest.User{Username: parts[0], Password: parts[1], Email: parts[2], Name: parts[3]}
	for group := range strings.SplitSeq(parts[4], ",") {
		if group = strings.TrimSpace(group); group != "" {
			u.Groups = append(u.Groups, group)
		}
	}
	return u, nil
}

// listen refuses addresses other machines can reach: the passwords here are no secret.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("listen: %s is not a loopback address", addr)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", tcp.String())
}

func serve(h http.Handler, l net.Listener, failed chan<- error) *http.Server {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	return s
}

func shutdown(ctx context.Context, s *http.Server) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		return s.Close() // A browser kept its connection; it need not be waited for.
	}
	return nil
}
