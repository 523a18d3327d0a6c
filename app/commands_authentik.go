package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"pantrie/auth"
	"pantrie/auth/authentik"
	"pantrie/auth/connection"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/provision"
)

type authentikCommand struct {
	Provision provisionAuthentik `cmd:"" help:"Create provider and application in Authentik through its API, and save the settings."`
	Blueprint blueprintAuthentik `cmd:"" help:"Print the same as a blueprint to import in Authentik."`
}

type authentikOptions struct {
	Slug    string `help:"Slug of the application." default:"pantrie"`
	Consent string `help:"Whether Authentik asks people before it sends them to Pantrie: ${enum}." enum:"implicit,explicit" default:"implicit"`
	Group   string `help:"The one Authentik group that may use the application; everybody without it."`
}

type provisionAuthentik struct {
	authentikOptions
	BaseURL   string `required:"" help:"Address of Authentik, such as https://auth.example.org."`
	TokenFile string `required:"" complete:"file" help:"File with an API token of Authentik; - reads it from the standard input. It is used for this run only."`
	CAFile    string `complete:"file" help:"File with further certificate authorities (PEM) that vouch for Authentik."`
	Existing  string `help:"What to do with an application of that slug which is there already: ${enum}. use adds the redirect URI and keeps the rest; read changes nothing in Authentik." enum:"stop,use,read" default:"stop"`
	Plan      bool   `help:"Only print what would be done."`
}

type blueprintAuthentik struct {
	authentikOptions
	EmailVerified bool `help:"With a scope mapping that takes email_verified from an attribute of each person."`
	Old           bool `help:"For an Authentik older than 2024.12." xor:"version"`
	Recent        bool `help:"For an Authentik of 2026.5 or newer: leads people back to Pantrie after signing out there." xor:"version"`
}

func (o authentikOptions) wish() auth.AuthentikWish {
	return auth.AuthentikWish{Slug: o.Slug, Consent: provision.Consent(o.Consent), Group: o.Group}
}

// longestToken bounds what is read of a token's file, in bytes.
const longestToken = 4 << 10

// Run sets Authentik up and tests the connection.
func (p provisionAuthentik) Run(c *Console) error {
	w := p.wish()
	w.BaseURL = p.BaseURL
	if p.Existing != "stop" {
		w.Existing = provision.Existing(p.Existing)
	}
	var err error
	if !p.Plan { // the client secret is stored at the end
		if err := c.needKey(); err != nil {
			return err
		}
	}
	if w.Token, err = readToken(p.TokenFile); err != nil {
		return err
	}
	if p.CAFile != "" {
		pem, err := os.ReadFile(p.CAFile)
		if err != nil {
			return fmt.Errorf("read certificate authorities: %w", err)
		}
		text := string(pem)
		w.CA = &text
	}
	plan, err := c.auth.PlanAuthentik(c.ctx, w)
	if err != nil {
		return told(err)
	}
	c.printPlan(p.BaseURL, plan)
	if p.Plan {
		return nil
	}
	run, err := c.auth.BeginProvision(c.ctx, w, true)
	if err != nil {
		return told(err)
	}
	fmt.Fprintln(c.out)
	result, err := run(c.ctx, func(s provision.Step) {
		if s.Status != provision.StatusRunning {
			fmt.Fprintf(c.out, "%-8s %s\n", s.Status, s.Text)
		}
	})
	if err != nil {
		return told(err)
	}
	fmt.Fprintf(c.out, "\nClient ID %s and the client secret are stored; signing in with Authentik is switched on.\n", result.ClientID)
	if c.auth.Address.Locked() {
		fmt.Fprintf(c.out, "Pantrie's own address, %s, was set by PANTRIE_PUBLIC_URL for this command. The server needs it too, by the same variable or under Administration → About; without it there is no button.\n", c.auth.Address.URL())
	}
	fmt.Fprintln(c.out)
	return c.testAuthentik()
}

// readToken reads a token from a file, or from the standard input for "-".
func readToken(file string) (string, error) {
	in := os.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", fmt.Errorf("read token: %w", err)
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, longestToken+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read token: %w", err)
	case len(text) > longestToken:
		return "", errors.New("read token: there is more than 4 KiB, so it is another file")
	}
	return strings.TrimSpace(string(text)), nil
}

func (c *Console) printPlan(baseURL string, plan provision.Plan) {
	base, _, err := authentik.ParseAddress(baseURL)
	if err != nil {
		base = "the address that the environment sets"
	}
	fmt.Fprintln(c.out, strings.TrimSpace("Authentik "+plan.Version), "at", base)
	for _, item := range plan.Items {
		fmt.Fprintf(c.out, "  %-7s %-18s %s\n", item.Action, strings.ReplaceAll(string(item.Kind), "_", " "), strings.TrimSpace(item.Name+"  "+item.Detail))
	}
	if f := plan.Found; f != nil {
		fmt.Fprintf(c.out, "There already: %s %s (%s)\n", f.Application, f.ApplicationSlug, f.AdminURL)
	}
	for _, warning := range plan.Warnings {
		fmt.Fprintln(c.out, "Note:", warning.Text)
	}
}

// testAuthentik tests what is stored now. It fails when a check does.
func (c *Console) testAuthentik() error {
	p, err := c.auth.Providers.Get(c.ctx, provider.Authentik)
	if err != nil {
		return err
	}
	run, err := c.auth.BeginTest(p, c.auth.Address.Callback(p.ID))
	if err != nil {
		return told(err)
	}
	failed := 0
	run(c.ctx, func(check connection.Check) {
		fmt.Fprintf(c.out, "%-8s %s\n", check.Status, check.Seen)
		if check.Fix != "" {
			fmt.Fprintf(c.out, "%-8s %s\n", "", check.Fix)
		}
		if check.Status == connection.Failed {
			failed++
		}
	})
	if failed > 0 {
		return fmt.Errorf("everything is set up, but %d checks of the connection failed", failed)
	}
	return nil
}

// told is an error with everything that a person can be told about it.
func told(err error) error {
	var lines []string
	if p := provision.AsProblem(err); p != nil {
		lines = append(lines, p.Message)
		for _, f := range p.Fields {
			lines = append(lines, "  "+f.Name+": "+f.Message)
		}
		if p.Fix != "" {
			lines = append(lines, p.Fix)
		}
		for _, l := range p.Left {
			lines = append(lines, "Left in Authentik: "+string(l.Kind)+" "+l.Name+", "+l.URL)
		}
		return errors.New(strings.Join(lines, "\n"))
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	lines = append(lines, f.Message)
	for _, field := range f.Fields {
		lines = append(lines, "  "+field.Name+": "+field.Message)
		if field.Name == "publicUrl" {
			lines = append(lines, "  Pantrie's own address is needed for the redirect URI: set PANTRIE_PUBLIC_URL, or enter it under Administration → About.")
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

// Run prints the blueprint.
func (b blueprintAuthentik) Run(c *Console) error {
	text, err := c.auth.AuthentikBlueprint(b.wish(), auth.BlueprintOptions{EmailVerified: b.EmailVerified, Old: b.Old, Recent: b.Recent})
	if err != nil {
		return told(err)
	}
	_, err = io.WriteString(c.out, text)
	return err
}
