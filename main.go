// Command pantrie serves Pantrie, the household inventory.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // households have time zones, and not every machine knows them

	"pantrie/app"
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
	}
	if cli.EnvFile != "" {
		if getenv, err = app.WithEnvFile(getenv, cli.EnvFile); err != nil {
			return err
		}
	}
	if command.Command() == "demo" {
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
		return command.Run(app.NewOffline(ctx, cfg, app.Typed(args), stdout, os.Stderr))
	}
	console, closeConsole, err := app.OpenConsole(ctx, cfg, app.Typed(args), stdout, os.Stderr)
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

func serve(ctx context.Context, cfg app.Config, log *slog.Logger, stdout io.Writer, demo *app.Demo) error {
	pages, err := frontend()
	if err != nil {
		return err
	}
	return app.Program{Config: cfg, Version: version, Pages: pages, Log: log, Out: stdout, Demo: demo}.Run(ctx)
}
