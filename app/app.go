// Package app serves Pantrie over HTTP: the JSON API, the addresses of OpenID Connect, and the
// pages. It decides between 401 and 403 and writes every JSON error.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"pantrie/app/backup"
	"pantrie/app/pantry"
	"pantrie/auth"
	"pantrie/auth/provider"
	"pantrie/auth/rp"
	"pantrie/db"
)

// Deps is what the application works with. All are required.
type Deps struct {
	DB      *db.DB
	Auth    *auth.Service
	Log     *slog.Logger
	Pages   fs.FS // the compiled frontend, index.html at its root
	Version string
	Now     func() time.Time
	Demo    bool // say on every page that nothing here is real
}

// API is the application. Its Handler serves everything.
type API struct {
	db        *db.DB
	auth      *auth.Service
	log       *slog.Logger
	version   string
	now       func() time.Time
	startedAt time.Time
	proxies   []netip.Prefix
	warnProxy sync.Once
	pantry    *pantry.Service
	live      *live
	backups   *backup.Service
	dataDir   string
	ownKey    bool // the secret key comes from the environment
	restoring sync.Mutex
	damaged   atomic.Bool // the database is, as somebody has found
	gone      atomic.Bool // the database file is not the one that is open any more
	checked   time.Time   // when housekeeping last read the database for damage
	restarts  chan struct{}

	configuration []Effective
	numbers       *numbers
	bodies        *bodies
	docsPages     docsPages

	huma    huma.API
	engine  *gin.Engine
	handler http.Handler
	csrf    atomic.Pointer[originGuard]
}

// New builds the application. cfg has been checked by [LoadConfig].
func New(cfg Config, deps Deps) (*API, error) {
	if deps.DB == nil || deps.Auth == nil || deps.Log == nil || deps.Pages == nil || deps.Now == nil {
		return nil, errors.New("app: a dependency is missing")
	}
	a := &API{db: deps.DB, auth: deps.Auth, log: deps.Log, version: deps.Version, now: deps.Now, startedAt: deps.Now(), live: newLive(), bodies: newBodies()}
	a.dataDir, a.ownKey, a.restarts = cfg.DataDir, cfg.SecretKey != "", make(chan struct{})
	a.configuration = cfg.Effective()
	var err error
	if a.backups, err = backup.New(backup.Deps{DB: deps.DB, Dir: cfg.DataDir, Log: deps.Log, Now: deps.Now}); err != nil {
		return nil, err
	}
	if a.pantry, err = pantry.New(deps.DB, deps.Now); err != nil {
		return nil, err
	}
	for _, p := range cfg.TrustedProxies {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			addr, err := netip.ParseAddr(p)
			if err != nil {
				return nil, err
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		a.proxies = append(a.proxies, prefix.Masked())
	}
	a.numbers = newNumbers(a, cfg)
	pages, err := newPages(deps.Pages, deps.Demo)
	if err != nil {
		return nil, err
	}
	if err := a.newEngine(cfg, pages); err != nil {
		return nil, err
	}
	return a, nil
}

// Handler serves every request.
func (a *API) Handler() http.Handler { return a.handler }

// Stop ends the streams of open pages, which would otherwise keep the server from stopping.
func (a *API) Stop() { a.live.close() }

// Restarts is closed when a backup waits to take the place of the database, once nobody has that open; see
// [API.PutRestored].
func (a *API) Restarts() <-chan struct{} { return a.restarts }

func (a *API) restart() { close(a.restarts) }

func (a *API) restorer() backup.Restorer {
	return newRestorer(a.dataDir, a.auth.Providers.Readable, a.log, a.now)
}

// PutRestored puts the backup that waits in the place of the database, which must have been closed.
func (a *API) PutRestored(ctx context.Context) error {
	kept, err := a.restorer().Put(ctx)
	if err == nil {
		a.log.InfoContext(ctx, "backup restored", "before", kept)
	}
	return err
}

// forgetRestore begins anew after a backup was put in the place of the database, or could not be.
func (a *API) forgetRestore(ctx context.Context) error {
	return errors.Join(a.restorer().Forget(), a.auth.Setup.CancelRestore(ctx))
}

// sayDamaged tells once what to do about a database that is damaged; other errors are none of its business.
func (a *API) sayDamaged(ctx context.Context, err error) {
	if errors.Is(err, db.ErrDamaged) && !a.damaged.Swap(true) {
		a.log.ErrorContext(ctx, "the database is damaged: stop Pantrie and restore a backup", "error", WayBack(a.dataDir, err))
	}
}

// glanceEvery is how often the database file is looked at whether it is still there.
const glanceEvery = 3 * time.Second

// sayGone saves what is open once somebody has removed or replaced the database file, and tells what to do.
func (a *API) sayGone(ctx context.Context) {
	err := a.db.There()
	if err == nil || a.gone.Swap(true) {
		return
	}
	way := ""
	if saved, failed := a.backups.Rescue(context.WithoutCancel(ctx)); failed == nil {
		path := filepath.Join(full(a.dataDir), db.BackupFolder, saved.Name)
		way = "all that was stored until then is in " + path + ": stop Pantrie, then either start it with the file that is there now, or: pantrie restore " + quoted(path)
	} else {
		err = errors.Join(err, failed)
		way = "stop Pantrie; " + advice(a.dataDir)
	}
	a.log.ErrorContext(ctx, "the database file was removed or replaced while Pantrie is running: nothing is stored any more", "error", err, "way_back", way)
}

// OpenAPI is the specification of the API as JSON.
func (a *API) OpenAPI() ([]byte, error) { return a.huma.OpenAPI().MarshalJSON() }

// Tidy runs housekeeping now and every ten minutes until ctx ends, and backups from the second time on: who starts
// Pantrie does not wait for one.
func (a *API) Tidy(ctx context.Context) {
	ticker, glance := time.NewTicker(10*time.Minute), time.NewTicker(glanceEvery)
	defer ticker.Stop()
	defer glance.Stop()
	a.tidyOnce(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-glance.C:
			a.sayGone(ctx)
			continue
		case <-ticker.C:
		}
		if err := a.backups.Run(ctx); err != nil {
			a.log.ErrorContext(ctx, "no backup could be made", "error", err)
		}
		a.tidyOnce(ctx)
	}
}

// tidyOnce looks for damage once a day and removes what has expired.
func (a *API) tidyOnce(ctx context.Context) {
	if a.now().Sub(a.checked) >= 24*time.Hour {
		a.checked = a.now()
		a.sayDamaged(ctx, a.db.QuickCheck(ctx))
	}
	if err := a.auth.Tidy(ctx); err != nil && ctx.Err() == nil {
		a.log.ErrorContext(ctx, "housekeeping", "error", err)
	}
	if err := a.backups.Tidy(); err != nil {
		a.log.ErrorContext(ctx, "housekeeping", "error", err)
	}
	if err := a.pantry.ForgetKeys(ctx); err != nil && ctx.Err() == nil {
		a.log.ErrorContext(ctx, "housekeeping", "error", err)
	}
}

// NewLogger builds the server's log from the configuration.
func NewLogger(cfg Config, out interface{ Write([]byte) (int, error) }) *slog.Logger {
	level, _ := logLevel(cfg.LogLevel)
	options := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(out, options)
	if cfg.LogFormat == "json" {
		h = slog.NewJSONHandler(out, options)
	}
	return slog.New(requestIDs{h})
}

func logLevel(name string) (slog.Level, bool) {
	switch strings.ToLower(name) {
	case "debug":
		return slog.LevelDebug, true
	case "info":
		return slog.LevelInfo, true
	case "warn":
		return slog.LevelWarn, true
	case "error":
		return slog.LevelError, true
	}
	return slog.LevelInfo, false
}

// requestIDs puts the request's id on every line that is logged with its context.
type requestIDs struct{ slog.Handler }

func (h requestIDs) Handle(ctx context.Context, r slog.Record) error {
	if id := requestID(ctx); id != "" {
		r.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h requestIDs) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestIDs{h.Handler.WithAttrs(attrs)}
}

func (h requestIDs) WithGroup(name string) slog.Handler { return requestIDs{h.Handler.WithGroup(name)} }

// NewID makes row ids: UUIDv7, so that they sort by time.
func NewID() string {
	id, err := uuid.NewV7()
	if err != nil { // the operating system has no randomness; nothing can go on safely
		panic(err)
	}
	return id.String()
}

// NewAuth builds the sign-in service from the configuration, makes a secret key when there is none, and, where the
// environment asks for it, sets Pantrie up without the wizard. tune has the last word on the service's settings.
func NewAuth(ctx context.Context, cfg Config, database *db.DB, log *slog.Logger, now func() time.Time, tune ...func(*auth.Config)) (*auth.Service, error) {
	sealer, err := db.LoadSealer(cfg.DataDir, cfg.SecretKey)
	if err != nil {
		return nil, err
	}
	return newAuth(ctx, cfg, sealer, database, log, now, tune...)
}

func newAuth(ctx context.Context, cfg Config, sealer *db.Sealer, database *db.DB, log *slog.Logger, now func() time.Time, tune ...func(*auth.Config)) (_ *auth.Service, err error) {
	transport := rp.NewTransport()
	if cfg.CAFile != "" {
		if transport, err = rp.TrustCAFile(transport, cfg.CAFile); err != nil {
			return nil, fmt.Errorf("PANTRIE_CA_FILE: %w", err)
		}
	}
	settings := auth.Config{
		PublicURL: cfg.PublicURL, ForceLocalLogin: cfg.LocalLogin, SetupToken: cfg.SetupToken, SessionLifetime: cfg.SessionLifetime, SessionIdle: cfg.SessionIdle,
		Authentik: provider.Env{BaseURL: cfg.AuthentikBaseURL, Slug: cfg.AuthentikSlug, ClientID: cfg.AuthentikClientID, ClientSecret: cfg.AuthentikClientSecret},
	}
	for _, change := range tune {
		change(&settings)
	}
	service, err := auth.New(ctx, settings, auth.Deps{DB: database, Sealer: sealer, Log: log, Now: now, Transport: transport})
	if err != nil || cfg.AdminEmail == "" {
		return service, err
	}
	did, err := service.Setup.Headless(ctx, cfg.AdminEmail, cfg.AdminPassword)
	if did {
		log.InfoContext(ctx, "set up from the environment", "administrator", cfg.AdminEmail)
		if service.Address.URL() == "" {
			log.WarnContext(ctx, "the public URL is not known yet, and sign-in with Authentik needs it: set PANTRIE_PUBLIC_URL, or enter it under Administration → About")
		}
	}
	return service, err
}
