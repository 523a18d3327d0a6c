package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"pantrie/app/demo"
	"pantrie/auth/account"
	"pantrie/auth/household"
	"pantrie/db"
)

// demoFolder begins the names of folders with the data of a demo.
const demoFolder = "pantrie-demo-"

// Demo is a Pantrie to try out: made-up data in a folder of its own, which is gone when it ends.
type Demo struct {
	Config   Config
	password string
	made     string       // the folder above it, if it was made for the demo
	release  func() error // of its own folder
	told     bool
}

var demoPeople = []struct {
	name, email string
	role        db.Role
}{{"Sam", "sam@example.org", db.RoleAdmin}, {"Mara", "mara@example.org", db.RoleEditor}, {"Ole", "ole@example.org", db.RoleViewer}}

// NewDemo makes the data. Of the environment only address, public URL, proxies, TLS and the log count;
// PANTRIE_DATA_DIR names an empty folder where the data are while it runs, and is the system's folder for
// temporary files when empty. A folder with anything in it is refused.
func NewDemo(ctx context.Context, getenv func(string) string, warnings io.Writer) (d *Demo, err error) {
	cfg, err := LoadConfig(func(name string) string {
		switch {
		case name == "PANTRIE_ADDR":
			return cmp.Or(getenv(name), "127.0.0.1:8000") // others are invited by whoever sets it
		case name == "PANTRIE_PUBLIC_URL", name == "PANTRIE_TRUSTED_PROXIES",
			strings.HasPrefix(name, "PANTRIE_TLS_"), strings.HasPrefix(name, "PANTRIE_LOG_"):
			return getenv(name)
		}
		return ""
	})
	if err != nil {
		return nil, err
	}
	d = &Demo{Config: cfg}
	parent := getenv("PANTRIE_DATA_DIR")
	if parent == "" {
		parent = os.TempDir()
		if err := removeLeft(parent); err != nil {
			fmt.Fprintln(warnings, "pantrie:", err)
		}
	} else if err := d.claim(parent); err != nil {
		return nil, err
	}
	if err := d.hold(parent); err != nil {
		return nil, fmt.Errorf("data folder of the demo: %w", err)
	}
	if err := d.fill(ctx, getenv, warnings); err != nil {
		return nil, errors.Join(fmt.Errorf("make the data of the demo: %w", err), d.Close())
	}
	return d, nil
}

// claim makes sure that nothing is in a folder but what demos left that were killed.
func (d *Demo) claim(path string) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		d.made = path
		return os.MkdirAll(path, 0o700)
	}
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() || !isDemo(filepath.Join(path, e.Name())) {
			return fmt.Errorf("there is something in %s already (%s), and a demo never touches data: leave PANTRIE_DATA_DIR empty, or name an empty folder", path, e.Name())
		}
	}
	return removeLeft(path)
}

var (
	demoName  = regexp.MustCompile(`^` + demoFolder + `[0-9]+$`)
	demoFiles = regexp.MustCompile(`^(pantrie\.(lock|db.*)|secret\.key.*|backups|\.pantrie-[0-9]+)$`)
)

// isDemo tells the folder of a demo, which has nothing in it but what Pantrie makes, from one that somebody called so.
func isDemo(path string) bool {
	entries, err := os.ReadDir(path)
	if err != nil || !demoName.MatchString(filepath.Base(path)) {
		return false
	}
	return !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !demoFiles.MatchString(e.Name()) })
}

// removeLeft removes what demos of this user left in a folder that were killed. In the system's folder for temporary
// files there are those of others as well.
func removeLeft(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("what an earlier demo left: %w", err)
	}
	for _, e := range entries {
		left := filepath.Join(folder, e.Name())
		if !e.IsDir() || !ownedByMe(left) || !isDemo(left) {
			continue
		}
		release, err := HoldDataFolder(left)
		if err != nil { // that demo runs
			continue
		}
		if err := errors.Join(release(), os.RemoveAll(left)); err != nil {
			return fmt.Errorf("what an earlier demo left: %w", err)
		}
	}
	return nil
}

// hold makes the folder, and holds it before there is anything in it: another demo that starts takes it for what was
// left of one that was killed otherwise.
func (d *Demo) hold(parent string) (err error) {
	for range 10 {
		if d.Config.DataDir, err = os.MkdirTemp(parent, demoFolder); err != nil {
			return err
		}
		if d.release, err = HoldDataFolder(d.Config.DataDir); err != nil {
			continue
		}
		if _, err = os.Stat(filepath.Join(d.Config.DataDir, lockFile)); err == nil {
			return nil
		}
		err = errors.Join(err, d.release())
	}
	return err
}

func (d *Demo) fill(ctx context.Context, getenv func(string) string, warnings io.Writer) (err error) {
	cfg, now := d.Config, time.Now()
	cfg.LogLevel = "warn"
	log, clock := NewLogger(cfg, warnings), demo.NewClock(now.AddDate(0, 0, -demo.Days))
	database, err := db.Open(ctx, db.Options{Path: filepath.Join(cfg.DataDir, databaseFile), Log: log, Now: clock.Now, NewID: NewID})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	service, err := NewAuth(ctx, cfg, database, log, clock.Now)
	if err != nil {
		return err
	}
	text := strings.ToLower(rand.Text()[:16])
	d.password = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
	home := demo.Household{Zone: localZone(getenv)}
	for i, p := range demoPeople {
		if i == 0 {
			_, err = service.Setup.Headless(ctx, p.email, d.password)
		} else {
			var link account.PasswordLink
			if _, link, err = service.Accounts.Create(ctx, account.NewUser{Name: p.name, Email: p.email, Role: p.role}); err == nil {
				err = service.Accounts.ChoosePassword(ctx, link.Token, d.password)
			}
		}
		if err != nil {
			return err
		}
		user, err := database.UserByEmail(ctx, p.email)
		if err != nil {
			return err
		}
		if p.role != db.RoleViewer {
			home.People = append(home.People, user.ID)
		}
	}
	if err := service.Accounts.Update(ctx, home.People[0], account.Change{Name: &demoPeople[0].name}); err != nil {
		return err
	}
	first, err := database.FirstHousehold(ctx)
	if err != nil {
		return err
	}
	home.ID = first.ID
	name, zone := "Demo", home.Zone.String()
	if err := service.Households.Change(ctx, home.People[0], home.ID, household.Changes{Name: &name, TimeZone: &zone}); err != nil {
		return err
	}
	return demo.Fill(ctx, database, home, clock, now)
}

// localZone is this machine's time zone as far as it can be known, or else UTC.
func localZone(getenv func(string) string) *time.Location {
	linked, _ := os.Readlink("/etc/localtime")
	_, linked, _ = strings.Cut(linked, "zoneinfo/")
	for _, name := range []string{strings.TrimPrefix(getenv("TZ"), ":"), linked} {
		if zone, err := time.LoadLocation(name); err == nil && name != "" && name != "Local" {
			return zone
		}
	}
	return time.UTC
}

// Tell says once how to get in, where the demo is found at publicURL or else at addr.
func (d *Demo) Tell(out io.Writer, publicURL string, addr net.Addr) error {
	if d.told {
		return nil
	}
	d.told = true
	text := fmt.Sprintf("\nThis is a demo: everything in it is made up, and gone when it ends (Ctrl+C).\n\n  %s\n\n", cmp.Or(publicURL, d.Config.LocalAddress(addr.String())))
	for _, p := range demoPeople {
		text += fmt.Sprintf("  %-17s %s\n", p.email, p.role)
	}
	_, err := fmt.Fprintf(out, "%s\n  The password of each is %s\n\n", text, d.password)
	return err
}

// Close removes everything that the demo made.
func (d *Demo) Close() error {
	err := errors.Join(d.release(), os.RemoveAll(d.Config.DataDir))
	if d.made != "" && err == nil {
		_ = os.Remove(d.made) // somebody else may have put something there
	}
	return err
}
