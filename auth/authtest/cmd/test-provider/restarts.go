package main

import (
	"net/http"
	"sync"

	"pantrie/auth/authtest"
)

// restarts serves a provider that can start over without a new process, which would need new keys.
type restarts struct {
	cfg authtest.Config

	mu      sync.RWMutex
	address string
	p       *authtest.Provider
}

func newRestarts(cfg authtest.Config) (*restarts, error) {
	p, err := authtest.New(cfg)
	return &restarts{cfg: cfg, p: p}, err
}

func (r *restarts) provider() *authtest.Provider {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.p
}

func (r *restarts) setAddress(address string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.address = address
	r.p.SetAddress(address)
}

// startOver forgets everything that happened since the start.
func (r *restarts) startOver() error {
	p, err := authtest.New(r.cfg)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	p.SetAddress(r.address)
	r.p = p
	return nil
}

func (r *restarts) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.provider().ServeHTTP(w, req)
}

// control is the control endpoint of whichever provider is served.
func (r *restarts) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("DELETE /state", func(w http.ResponseWriter, req *http.Request) {
		err := r.startOver()
		(&control{r.provider()}).answer(func(*http.Request) error { return err })(w, req)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		newControl(r.provider()).ServeHTTP(w, req)
	})
	return mux
}
