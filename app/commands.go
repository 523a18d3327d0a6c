package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"pantrie/auth"
	"pantrie/auth/account"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/db"
)

// CLI is the command line. What is below it works on the data folder itself, also while
// Pantrie runs: it is the way back in for whoever is at the machine.
type CLI struct {
	Serve       struct{}          `cmd:"" default:"1" group:"run" help:"Serve Pantrie (what happens without a command)."`
	Demo        struct{}          `cmd:"" group:"run" help:"Serve made-up data to try Pantrie out; they are gone when it ends."`
	Healthcheck struct{}          `cmd:"" group:"run" help:"Ask the Pantrie that runs here whether it works; exit code 1 and a line of text if not."`
	Version     struct{}          `cmd:"" group:"run" help:"Print the version."`
	Backup      backupCommand     `cmd:"" group:"data" help:"Write a backup, also while Pantrie runs."`
	Restore     restoreCommand    `cmd:"" group:"data" help:"Put a backup in the place of the data, while Pantrie does not run."`
	Check       checkCommand      `cmd:"" group:"data" help:"Read all of the data and say whether it is in order."`
	SetupLink   setupLink         `cmd:"" group:"in" help:"Print the link of the setup wizard."`
	Admin       adminCommand      `cmd:"" group:"in" help:"Administrators: a new password, one more of them."`
	OAuth       oauthCommand      `cmd:"" name:"oauth" group:"authentik" help:"Set Authentik up for Pantrie, or take a provider's button away."`
	Completion  completionCommand `cmd:"" group:"shell" help:"Print the script with which a shell completes commands."`
	Help        helpCommand       `cmd:"" group:"shell" help:"Show this, or what a command takes."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
	EnvFile     string           `placeholder:"FILE" complete:"file" help:"Take settings from a file of NAME=value lines, such as the server's /etc/pantrie.env. What the environment sets as well goes before it."`
}

type adminCommand struct {
	ResetPassword resetPassword `cmd:"" help:"Print a one-time link with which somebody chooses a new password."`
	Create        createAdmin   `cmd:"" help:"Add a site administrator and print the one-time link for the password."`
}

type oauthCommand struct {
	Disable   disableOAuth     `cmd:"" help:"Take the provider's button off the sign-in page."`
	Authentik authentikCommand `cmd:"" help:"Set Authentik up for Pantrie."`
}

type setupLink struct{}

type resetPassword struct {
	Email string `arg:"" help:"Address of the account."`
}

type createAdmin struct {
	Email string `arg:"" help:"Address of the new administrator."`
	Name  string `help:"Name shown to others." default:"Administrator"`
}

type disableOAuth struct {
	Provider string `arg:"" default:"authentik" enum:"authentik,google,oidc" help:"The provider."`
}

// Console is what a command works with.
type Console struct {
	ctx    context.Context
	auth   *auth.Service
	db     *db.DB
	sealer *db.Sealer
	folder dataFolder
	out    io.Writer
	local  string // address on this machine, where no public URL is known
}

// OpenConsole opens the data folder for a command, which was typed as in [Typed]; close gives it back.
func OpenConsole(ctx context.Context, cfg Config, typed string, out, warnings io.Writer) (console *Console, close func() error, err error) {
	offline := NewOffline(ctx, cfg, typed, out, warnings)
	database, err := offline.open()
	if err != nil {
		return nil, nil, err
	}
	cfg.AdminEmail = "" // a command sets nothing up
	sealer := db.ReadSealer(cfg.DataDir, cfg.SecretKey)
	service, err := newAuth(ctx, cfg, sealer, database, offline.log, time.Now)
	if err != nil {
		return nil, nil, errors.Join(err, database.Close())
	}
	return &Console{ctx: ctx, auth: service, db: database, sealer: sealer, folder: offline.folder, out: out, local: cfg.LocalAddress(cfg.Addr)}, database.Close, nil
}

// needKey makes sure that the key is there and is the server's: what is sealed with another one the server cannot read.
func (c *Console) needKey() error {
	file := filepath.Join(full(c.folder.dir), db.KeyFile)
	if err := c.sealer.Missing(); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("this needs the secret key of the server: there is no %s, and PANTRIE_SECRET_KEY is not set. Use the settings that the server has: pantrie --env-file /etc/pantrie.env …", file)
	} else if err != nil {
		return c.folder.explain(err)
	}
	stored, err := c.db.SealedSettings(c.ctx)
	if err != nil {
		return err
	}
	if len(stored) > 0 && !slices.ContainsFunc(stored, c.sealer.Opens) {
		return fmt.Errorf("this needs the secret key of the server, and neither PANTRIE_SECRET_KEY nor %s has it here: none of the stored secrets opens. Use the settings that the server has: pantrie --env-file /etc/pantrie.env …", file)
	}
	return nil
}

// LocalAddress is where somebody at this machine finds a server that listens on addr (host:port).
func (c Config) LocalAddress(addr string) string {
	return c.scheme() + "://localhost" + addr[strings.LastIndex(addr, ":"):]
}

// scheme is what Pantrie itself speaks; a reverse proxy may speak another.
func (c Config) scheme() string {
	if c.TLSCert != "" {
		return "https"
	}
	return "http"
}

func (c *Console) address() string { return cmp.Or(c.auth.Address.URL(), c.local) }

func (c *Console) printLink(what string, link account.PasswordLink) error {
	_, err := fmt.Fprintf(c.out, "%s\n\n  %s/set-password#token=%s\n\nIt works once, until %s.\n", what, c.address(), link.Token, link.ExpiresAt.Format("2 January 2006 15:04"))
	if err == nil && c.auth.Address.URL() == "" {
		_, err = fmt.Fprintf(c.out, "Pantrie's address for people is not known here, so the link is for a browser on this machine: put the right address in the place of %s, or use the settings that the server has (--env-file).\n", c.local)
	}
	return err
}

// Run prints the link of the wizard.
func (setupLink) Run(c *Console) error {
	link, err := c.auth.Setup.StoredLink(c.ctx, c.local)
	if errors.Is(err, db.ErrNotFound) {
		return cmp.Or(c.needKey(), errors.New("the server has made no link yet: start it once; if it has PANTRIE_SETUP_TOKEN, use its settings (--env-file)"))
	}
	if err != nil {
		return err
	}
	if link == "" {
		return errors.New("setup is done; sign in, or use: pantrie admin reset-password")
	}
	_, err = fmt.Fprintln(c.out, link)
	return err
}

// Run makes a one-time link for somebody who has an account.
func (r resetPassword) Run(c *Console) error {
	user, err := c.db.UserByEmail(c.ctx, r.Email)
	if errors.Is(err, db.ErrNotFound) {
		return fmt.Errorf("nobody here has the address %s", r.Email)
	}
	if err != nil {
		return err
	}
	if user.Disabled {
		return fmt.Errorf("the account of %s is disabled; an administrator can enable it under Users", user.Name)
	}
	link, err := c.auth.Accounts.NewPasswordLink(c.ctx, user.ID)
	if err != nil {
		return err
	}
	return c.printLink("With this link "+user.Name+" chooses a new password:", link)
}

// Run adds an administrator.
func (a createAdmin) Run(c *Console) error {
	done, err := c.auth.Setup.Completed(c.ctx)
	if err != nil {
		return err
	}
	if !done {
		return errors.New("setup is not done yet; use: pantrie setup-link")
	}
	user, link, err := c.auth.Accounts.Create(c.ctx, account.NewUser{Name: a.Name, Email: a.Email, SiteAdmin: true, Role: db.RoleAdmin})
	var f *fault.Error
	if errors.As(err, &f) && len(f.Fields) > 0 {
		return errors.New(f.Fields[0].Message)
	}
	if err != nil {
		return err
	}
	return c.printLink("With this link "+user.Name+" chooses a password:", link)
}

// Run switches a provider off; what is stored of it stays.
func (d disableOAuth) Run(c *Console) error {
	if err := c.auth.Providers.SwitchOff(c.ctx, d.Provider); err != nil {
		return err
	}
	_, err := fmt.Fprintln(c.out, "Signing in with "+provider.NameOf(d.Provider)+" is switched off. Administration → OAuth Settings switches it on again.")
	return err
}
