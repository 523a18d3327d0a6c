package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"time"

	"pantrie/db"
)

// Program is Pantrie as it is served. Everything but Demo and Within is required.
type Program struct {
	Config  Config
	Version string
	Pages   fs.FS // the compiled frontend
	Log     *slog.Logger
	Out     io.Writer // for what people are to read
	Demo    *Demo     // whose data it serves, and whose folder is held already; nil for none
	Within  Within    // how long what is under way at the end is waited for; nil means [context.WithTimeout]
}

// Run serves until ctx ends. A backup that is restored makes it begin anew.
func (p Program) Run(ctx context.Context) (err error) {
	if p.Within == nil {
		p.Within = context.WithTimeout
	}
	if p.Demo == nil {
		release, err := HoldDataFolder(p.Config.DataDir)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, release()) }()
	}
	for again := true; again && err == nil; {
		again, err = p.once(ctx)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) { // asked to stop while it was starting
		err = nil
	}
	return WayBack(p.Config.DataDir, dataFolder{dir: p.Config.DataDir}.explain(err))
}

// once serves one database.
func (p Program) once(ctx context.Context) (again bool, err error) {
	if err := notLost(p.Config.DataDir); err != nil {
		return false, err
	}
	database, err := db.Open(ctx, db.Options{Path: filepath.Join(p.Config.DataDir, databaseFile), Alone: true, Log: p.Log, Now: time.Now, NewID: NewID})
	if err != nil {
		return false, err
	}
	closed := false
	defer func() {
		if !closed {
			err = errors.Join(err, database.Close())
		}
	}()
	service, err := NewAuth(ctx, p.Config, database, p.Log, time.Now)
	if err != nil {
		return false, err
	}
	api, err := New(p.Config, Deps{DB: database, Auth: service, Log: p.Log, Pages: p.Pages, Version: p.Version, Now: time.Now, Demo: p.Demo != nil})
	if err != nil {
		return false, err
	}
	if err := api.forgetRestore(ctx); err != nil {
		return false, err
	}
	listener, metrics, err := p.listen(ctx)
	if err != nil {
		return false, err
	}
	err = Announce(ctx, p.Config, service, listener.Addr(), p.Version, p.Log, p.Out)
	if err == nil && p.Demo != nil {
		err = p.Demo.Tell(p.Out, service.Address.URL(), listener.Addr())
	}
	if err != nil {
		if metrics != nil {
			err = errors.Join(err, metrics.Close())
		}
		return false, errors.Join(err, listener.Close())
	}
	err = p.serve(ctx, api, listener, metrics)
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
		p.Log.ErrorContext(ctx, "the backup could not be restored", "error", err)
	}
	return ctx.Err() == nil, nil
}

// listen opens the addresses. metrics is nil when they have none of their own.
func (p Program) listen(ctx context.Context) (listener, metrics net.Listener, err error) {
	if listener, err = Listen(ctx, p.Config, p.Log, time.Now); err != nil || p.Config.MetricsAddr == "" {
		return listener, nil, err
	}
	if metrics, err = new(net.ListenConfig).Listen(ctx, "tcp", p.Config.MetricsAddr); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("listen for the metrics: %w (PANTRIE_METRICS_ADDR chooses another address)", err), listener.Close())
	}
	return listener, metrics, nil
}

// settleTime is how long a provider that is being asked whether a session holds may keep Pantrie from ending.
const settleTime = 5 * time.Second

// serve answers until ctx ends or a backup is to be put in the place of the database, and ends what runs beside.
func (p Program) serve(ctx context.Context, api *API, listener, metrics net.Listener) error {
	serving, stop := context.WithCancel(ctx)
	defer stop()
	var beside sync.WaitGroup
	beside.Go(func() {
		select {
		case <-api.Restarts():
			stop()
		case <-serving.Done():
		}
	})
	beside.Go(func() { api.Tidy(serving) })
	defer context.AfterFunc(serving, api.Stop)()
	if metrics != nil {
		beside.Go(func() {
			p.Log.InfoContext(serving, "metrics are served", "address", metrics.Addr().String())
			if err := Serve(serving, metrics, api.MetricsHandler(), p.Within, p.Log); err != nil {
				p.Log.ErrorContext(serving, "the metrics are not served any more", "error", err)
			}
		})
	}
	err := Serve(serving, listener, api.Handler(), p.Within, p.Log)
	stop()
	beside.Wait()
	settling, cancel := p.Within(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	api.auth.Recheck.Settle(settling)
	return err
}
