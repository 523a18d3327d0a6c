package app

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"pantrie/auth/address"
	"pantrie/db"
)

// Config is everything the environment can say. No variable is required. A field tagged
// file:"true" may also be given as the path of a file, in the variable with _FILE at its end.
// The table in README.md is made from these tags. What is tagged secret:"true" is shown to nobody.
type Config struct {
	Addr            string        `env:"PANTRIE_ADDR" envDefault:":8000" doc:"Address to listen on: host and port."`
	DataDir         string        `env:"PANTRIE_DATA_DIR" envDefault:"./data" doc:"Folder of the database and the secret key. Under systemd the default is $STATE_DIRECTORY."`
	PublicURL       string        `env:"PANTRIE_PUBLIC_URL" doc:"Pantrie's address as browsers see it: scheme, host, optional sub-path. Overrides the stored one."`
	TLSCert         string        `env:"PANTRIE_TLS_CERT" doc:"PEM file of a certificate, with those that vouch for it: Pantrie then speaks https itself. Read again when it is renewed."`
	TLSKey          string        `env:"PANTRIE_TLS_KEY" doc:"PEM file of that certificate's private key."`
	TrustedProxies  []string      `env:"PANTRIE_TRUSTED_PROXIES" doc:"Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses or CIDRs, separated by commas."`
	LogFormat       string        `env:"PANTRIE_LOG_FORMAT" envDefault:"text" doc:"text or json."`
	LogLevel        string        `env:"PANTRIE_LOG_LEVEL" envDefault:"info" doc:"debug, info, warn or error."`
	SetupToken      string        `secret:"true" env:"PANTRIE_SETUP_TOKEN" doc:"Replaces the random token of the setup link; at least 8 characters."`
	AdminEmail      string        `env:"PANTRIE_ADMIN_EMAIL" doc:"With the password below: sets Pantrie up without the wizard, at the first start only."`
	AdminPassword   string        `secret:"true" env:"PANTRIE_ADMIN_PASSWORD" file:"true" doc:"Password of that first administrator."`
	SecretKey       string        `secret:"true" env:"PANTRIE_SECRET_KEY" file:"true" doc:"Key that encrypts stored secrets: 32 bytes in base64. Default: the file secret.key in the data folder, made at the first start."`
	SessionLifetime time.Duration `env:"PANTRIE_SESSION_LIFETIME" envDefault:"720h" doc:"A sign-in ends after this long at the latest."`
	SessionIdle     time.Duration `env:"PANTRIE_SESSION_IDLE" envDefault:"336h" doc:"A sign-in ends when it was not used for this long."`
	LocalLogin      bool          `env:"PANTRIE_LOCAL_LOGIN" doc:"true keeps signing in with a password on for everybody, whatever is switched off in the pages."`
	MetricsAddr     string        `env:"PANTRIE_METRICS_ADDR" doc:"Address of a listener of its own for /metrics in Prometheus format, such as 127.0.0.1:9090. Off by default."`
	MetricsToken    string        `secret:"true" env:"PANTRIE_METRICS_TOKEN" file:"true" doc:"Bearer token with which /metrics answers beside the pages too; at least 16 characters."`
	CAFile          string        `env:"PANTRIE_CA_FILE" doc:"PEM file of further certificate authorities that vouch for providers, besides the system's."`

	AuthentikBaseURL      string `env:"OAUTH_AUTHENTIK_BASE_URL" file:"true" doc:"Address of Authentik, such as https://auth.example.org."`
	AuthentikSlug         string `env:"OAUTH_AUTHENTIK_SLUG" file:"true" doc:"Slug of the application in Authentik."`
	AuthentikClientID     string `env:"OAUTH_AUTHENTIK_CLIENT_ID" file:"true" doc:"Client ID of its provider."`
	AuthentikClientSecret string `secret:"true" env:"OAUTH_AUTHENTIK_CLIENT_SECRET" file:"true" doc:"Client secret of its provider."`
}

// LoadConfig reads the environment through getenv and reports all violations at once. Values
// of secrets never occur in its errors.
func LoadConfig(getenv func(string) string) (Config, error) {
	var c Config
	environment := map[string]string{}
	var problems []error
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		name, fromFile := t.Field(i).Tag.Get("env"), t.Field(i).Tag.Get("file") == "true"
		value := getenv(name)
		if fromFile {
			if path := getenv(name + "_FILE"); path != "" {
				if value != "" {
					problems = append(problems, fmt.Errorf("%s and %s_FILE are both set; keep one", name, name))
				}
				text, err := os.ReadFile(path)
				if err != nil {
					problems = append(problems, fmt.Errorf("%s_FILE: %w", name, err))
				}
				value = strings.TrimRight(string(text), "\r\n")
			}
		}
		if value != "" {
			environment[name] = value
		}
	}
	if err := env.ParseWithOptions(&c, env.Options{Environment: environment}); err != nil {
		var all env.AggregateError
		if errors.As(err, &all) {
			for _, e := range all.Errors {
				problems = append(problems, sayParseError(e, environment))
			}
		} else {
			problems = append(problems, err)
		}
	}
	if dir := getenv("STATE_DIRECTORY"); dir != "" && environment["PANTRIE_DATA_DIR"] == "" {
		c.DataDir, _, _ = strings.Cut(dir, ":") // systemd separates several with a colon
	}
	problems = append(problems, c.check()...)
	if err := errors.Join(problems...); err != nil {
		return Config{}, fmt.Errorf("configuration:\n%w", err)
	}
	return c, nil
}

// sayParseError names the variable instead of the Go field.
func sayParseError(err error, environment map[string]string) error {
	var pe env.ParseError
	if !errors.As(err, &pe) {
		return err
	}
	if f, ok := reflect.TypeFor[Config]().FieldByName(pe.Name); ok {
		name := f.Tag.Get("env")
		if f.Type == reflect.TypeFor[time.Duration]() {
			return fmt.Errorf("%s: %q is no duration; write 720h or 90m", name, environment[name])
		}
		return fmt.Errorf("%s cannot be read as %s", name, f.Type)
	}
	return err
}

func (c *Config) check() (problems []error) {
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		bad("PANTRIE_ADDR: %q is not host:port, such as :8000 or 127.0.0.1:8000", c.Addr)
	}
	if c.PublicURL != "" {
		address, err := address.Parse(c.PublicURL)
		if err != nil {
			bad("PANTRIE_PUBLIC_URL: enter %w", err)
		}
		c.PublicURL = address
	}
	for i, p := range c.TrustedProxies {
		p = strings.TrimSpace(p)
		c.TrustedProxies[i] = p
		if _, err := netip.ParsePrefix(p); err == nil {
			continue
		}
		if _, err := netip.ParseAddr(p); err != nil {
			bad("PANTRIE_TRUSTED_PROXIES: %q is no address or CIDR, such as 172.16.0.0/12", p)
		}
	}
	if err := c.checkTLS(); err != nil {
		problems = append(problems, err)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		bad("PANTRIE_LOG_FORMAT: %q is neither text nor json", c.LogFormat)
	}
	if _, ok := logLevel(c.LogLevel); !ok {
		bad("PANTRIE_LOG_LEVEL: %q is none of debug, info, warn, error", c.LogLevel)
	}
	if n := len(c.SetupToken); n > 0 && n < 8 {
		bad("PANTRIE_SETUP_TOKEN: use at least 8 characters")
	}
	if c.MetricsAddr != "" {
		if _, _, err := net.SplitHostPort(c.MetricsAddr); err != nil {
			bad("PANTRIE_METRICS_ADDR: %q is not host:port, such as 127.0.0.1:9090", c.MetricsAddr)
		}
	}
	if n := len(c.MetricsToken); n > 0 && n < leastMetricsToken {
		bad("PANTRIE_METRICS_TOKEN: use at least %d characters", leastMetricsToken)
	}
	if (c.AdminEmail == "") != (c.AdminPassword == "") {
		bad("PANTRIE_ADMIN_EMAIL and PANTRIE_ADMIN_PASSWORD (or PANTRIE_ADMIN_PASSWORD_FILE) belong together; one of them is missing")
	}
	if c.SecretKey != "" {
		if key, err := base64.StdEncoding.DecodeString(c.SecretKey); err != nil || len(key) != db.KeySize {
			bad("PANTRIE_SECRET_KEY: 32 bytes in base64 are needed, for instance from: openssl rand -base64 32")
		}
	}
	if c.SessionLifetime < time.Minute || c.SessionIdle < time.Minute {
		bad("PANTRIE_SESSION_LIFETIME and PANTRIE_SESSION_IDLE must be at least a minute")
	}
	return problems
}

// Variable is a row of the configuration table.
type Variable struct{ Name, Default, Doc string }

// Variables lists the configuration for the README.
func Variables() []Variable {
	list := []Variable{}
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		name := "`" + tag.Get("env") + "`"
		if tag.Get("file") == "true" {
			name += ", `…_FILE`"
		}
		list = append(list, Variable{name, tag.Get("envDefault"), tag.Get("doc")})
	}
	return list
}

// Effective is a variable of the configuration as it is in force.
type Effective struct {
	Name string
	// Value is empty for a secret.
	Value  string
	Secret bool
	// Set says that it has not its default value.
	Set bool
}

// withoutSecrets is an address without what somebody may have put into it that nobody else is to read: a password, or
// a query. Other values are as they are.
func withoutSecrets(value string) string {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User == nil && u.RawQuery == "" && u.Fragment == "" {
		return value
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// Effective lists the configuration in force.
func (c *Config) Effective() []Effective {
	list := []Effective{}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		e := Effective{Name: tag.Get("env"), Secret: tag.Get("secret") == "true"}
		switch value := v.Field(i).Interface().(type) {
		case string:
			e.Value = value
		case []string:
			e.Value = strings.Join(value, ", ")
		case time.Duration:
			fallback, err := time.ParseDuration(tag.Get("envDefault"))
			e.Value, e.Set = value.String(), err != nil || fallback != value
		case bool:
			e.Value = strconv.FormatBool(value)
			e.Set = value
		}
		switch v.Field(i).Interface().(type) {
		case string, []string:
			e.Set = e.Value != tag.Get("envDefault")
		}
		if e.Secret {
			e.Value = ""
		}
		e.Value = withoutSecrets(e.Value)
		list = append(list, e)
	}
	return list
}
