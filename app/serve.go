package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"pantrie/auth"
)

// Announce says where Pantrie is, what signing in will need, and, before setup, the link to it.
func Announce(ctx context.Context, cfg Config, service *auth.Service, addr net.Addr, version string, log *slog.Logger, out io.Writer) error {
	log.InfoContext(ctx, "Pantrie is ready", "version", version, "address", addr.String(), "scheme", cfg.scheme(), "public_url", service.Address.URL())
	if err := service.Providers.LogAll(ctx); err != nil {
		return err
	}
	link, err := service.Setup.Link(ctx, cfg.LocalAddress(addr.String()))
	if err != nil || link == "" {
		return err
	}
	_, err = fmt.Fprintf(out, "\n  Set up Pantrie in your browser (from another device, put this machine's name in place of localhost):\n\n  %s\n\n", link)
	return err
}

// drain is how long running requests may take to finish after the signal to stop.
const drain = 20 * time.Second

// Within bounds a context to a time, as [context.WithTimeout] does. A test has a clock of its own.
type Within func(context.Context, time.Duration) (context.Context, context.CancelFunc)

// Serve answers on listener until ctx ends, then lets running requests finish, for as long as within says. The limits
// keep slow or silent clients from holding connections for ever.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, within Within, log *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.InfoContext(ctx, "stopping: waiting for running requests")
	deadline, cancel := within(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := server.Shutdown(deadline)
	if err != nil && deadline.Err() != nil { // anybody can send a request that does not come to its end
		log.WarnContext(ctx, "some requests have not come to their end, and are cut off", "after", drain.String())
		err = server.Close()
	}
	return err
}
