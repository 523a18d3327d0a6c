// Command pantrie serves Pantrie, the household inventory.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // households have time zones, and not every machine knows them

	"pantrie/app"
	"pantrie/db"
)

// version is set by the build.
var version = "dev"

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(56 << 20) // soft: collect garbage early rather than grow while passwords are hashed
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(150) // with a heap of some 3 MB the usual 100 collects every twenty requests; 200 takes 4 MB more
	}
	// Pantrie has a log of its own. This one, of the standard library, would repeat what a provider
	// sends unasked, which may be what it was sent: a client secret, or a token of Authentik's API.
	log.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout)
	stop()
	os.Exit(app.Tell(err, os.Stderr))
}

// run is the program. It returns when ctx ends, after requests have been answered and the
// database is closed.
func run(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	if len(args) > 0 && args[0] == "__complete" {
		return app.Complete(stdout, args[1:])
	}
	about := fmt.Sprintf("pantrie %s (%s, %s/%s)", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	cli, answered := app.CLI{}, false
	parser, err := app.CommandLine(&cli, about, stdout, func() { answered = true })
	if err != nil {
		return err
	}
	command, err := parser.Parse(app.WordsOf(args))
	switch {
	case answered: // --help or --version
		return nil
	case err != nil:
		return err
	case command.Command() == "version":
		_, err := fmt.Fprintln(stdout, about)
		return err
	case strings.HasPrefix(command.Command(), "completion"):
		return cli.Completion.Script(stdout)
	case command.Command() == "demo":
		return serveDemo(ctx, getenv, stdout)
	}
	cfg, err := app.LoadConfig(getenv)
	if err != nil {
		return err
	}
	switch command.Command() {
	case "serve":
		return serve(ctx, cfg, app.NewLogger(cfg, stdout), stdout, nil)
	case "healthcheck":
		return app.Healthcheck(ctx, cfg)
	}
	if words := strings.Fields(command.Command()); slices.Contains([]string{"backup", "restore", "check"}, words[0]) {
		return command.Run(app.NewOffline(ctx, cfg, stdout, os.Stderr))
	}
	console, closeConsole, err := app.OpenConsole(ctx, cfg, stdout, os.Stderr)
	if err != nil {
		return err
	}
	return errors.Join(command.Run(console), closeConsole())
}

// serveDemo serves made-up data until ctx ends, and leaves nothing.
func serveDemo(ctx context.Context, getenv func(string) string, stdout io.Writer) (err error) {
	demo, err := app.NewDemo(ctx, getenv, os.Stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, demo.Close()) }()
	return serve(ctx, demo.Config, app.NewLogger(demo.Config, stdout), stdout, demo)
}

// serve serves until ctx ends. A backup that is restored makes it begin anew.
func serve(ctx context.Context, cfg app.Config, log *slog.Logger, stdout io.Writer, demo *app.Demo) (err error) {
	release, err := app.HoldDataFolder(cfg.DataDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	for again := true; again && err == nil; {
		again, err = serveOnce(ctx, cfg, log, stdout, demo)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) { // asked to stop while it was starting
		err = nil
	}
	return app.WayBack(cfg.DataDir, err)
}

func serveOnce(ctx context.Context, cfg app.Config, log *slog.Logger, stdout io.Writer, demo *app.Demo) (again bool, err error) {
	database, err := db.Open(ctx, db.Options{Path: filepath.Join(cfg.DataDir, "pantrie.db"), Log: log, Now: time.Now, NewID: app.NewID})
	if err != nil {
		return false, err
	}
	closed := false
	defer func() {
		if !closed {
			err = errors.Join(err, database.Close())
		}
	}()
	service, err := app.NewAuth(ctx, cfg, database, log, time.Now)
	if err != nil {
		return false, err
	}
	pages, err := frontend()
	if err != nil {
		return false, err
	}
	api, err := app.New(cfg, app.Deps{DB: database, Auth: service, Log: log, Pages: pages, Version: version, Now: time.Now, Demo: demo != nil})
	if err != nil {
		return false, err
	}
	listener, err := app.Listen(ctx, cfg, log, time.Now)
	if err != nil {
		return false, err
	}
	var metrics net.Listener
	if cfg.MetricsAddr != "" {
		if metrics, err = net.Listen("tcp", cfg.MetricsAddr); err != nil {
			return false, errors.Join(fmt.Errorf("listen for the metrics: %w (PANTRIE_METRICS_ADDR chooses another address)", err), listener.Close())
		}
	}
	err = app.Announce(ctx, cfg, service, listener.Addr(), version, log, stdout)
	if err == nil && demo != nil {
		err = demo.Tell(stdout, service.PublicURL(), listener.Addr())
	}
	if err != nil {
		if metrics != nil {
			err = errors.Join(err, metrics.Close())
		}
		return false, errors.Join(err, listener.Close())
	}
	serving, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		select {
		case <-api.Restarts():
			stop()
		case <-serving.Done():
		}
	}()
	tidied := make(chan struct{})
	go func() { defer close(tidied); api.Tidy(serving) }()
	defer context.AfterFunc(serving, api.Stop)()
	measured := make(chan struct{})
	go func() {
		defer close(measured)
		if metrics == nil {
			return
		}
		log.InfoContext(serving, "metrics are served", "address", metrics.Addr().String())
		if err := app.Serve(serving, metrics, api.MetricsHandler(), log); err != nil {
			log.ErrorContext(serving, "the metrics are not served any more", "error", err)
		}
	}()
	err = app.Serve(serving, listener, api.Handler(), log)
	stop()
	<-tidied
	<-measured
	select {
	case <-api.Restarts():
	default:
		return false, err
	}
	closed = true
	if err := errors.Join(err, database.Close()); err != nil {
		return false, err
	}
	if err := api.PutRestored(ctx); err != nil { // what was there is still there
		log.ErrorContext(ctx, "the backup could not be restored", "error", err)
	}
	return ctx.Err() == nil, nil
}
