package app

import (
	"context"
	"errors"
	"net/http"
	"runtime"

	"github.com/gin-gonic/gin"

	"pantrie/auth/address"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/db"
)

func (a *API) instanceRoutes() {
	add(a, route{method: http.MethodGet, path: "/instance", id: "getInstance", tag: "Instance", summary: "What the sign-in page needs to know"}, a.getInstance)
	add(a, route{method: http.MethodGet, path: "/admin/instance", id: "getAdminInstance", tag: "Administration", summary: "Version, address and size", access: siteAdmin}, a.getAdminInstance)
	take(a, route{method: http.MethodPut, path: "/admin/instance", id: "putAdminInstance", tag: "Administration", summary: "Change Pantrie's own address", access: siteAdmin, fails: []fault.Code{fault.EnvLocked, fault.ValidationFailed}}, a.putAdminInstance)
}

// EnvValue is a setting that the environment may decide.
type EnvValue struct {
	Value  string `json:"value" doc:"The value in force" example:"https://pantry.example.org"`
	EnvVar string `json:"envVar" doc:"The variable that sets it; empty when it can be changed here"`
}

// Instance is what anybody may know.
type Instance struct {
	SetupCompleted bool   `json:"setupCompleted" example:"true"`
	Name           string `json:"name" doc:"Name of the first household; empty when there is none" example:"Brandt"`
	PublicURL      string `json:"publicUrl" doc:"Pantrie's own address; empty when nobody has said it" example:"https://pantry.example.org"`
	RequestOrigin  string `json:"requestOrigin" doc:"Scheme and host that this request came to, as far as trusted proxies say" example:"https://pantry.example.org"`
	OriginMatches  bool   `json:"originMatches" doc:"Whether that is the public address" example:"true"`
	Version        string `json:"version" example:"1.0.0"`
	LocalLogin     bool   `json:"localLogin" doc:"Everybody may sign in with a password. Site administrators always may" example:"true"`
	AutoRedirect   string `json:"autoRedirect" enum:",authentik,google,oidc" doc:"The provider that the sign-in page leads to by itself; empty for none"`
}

func (a *API) getInstance(ctx context.Context, _ *Empty) (*body[Instance], error) {
	done, err := a.auth.Setup.Completed(ctx)
	if err != nil {
		return nil, err
	}
	out := &body[Instance]{Instance{SetupCompleted: done, PublicURL: a.auth.Address.URL(), Version: a.version}}
	out.Body.RequestOrigin, out.Body.OriginMatches = a.originOf(ctx)
	if out.Body.LocalLogin, err = a.auth.Providers.LocalLogin(ctx); err != nil {
		return nil, err
	}
	if out.Body.AutoRedirect, err = a.auth.Providers.AutoRedirect(ctx); err != nil {
		return nil, err
	}
	if done {
		home, err := a.db.FirstHousehold(ctx)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return nil, err
		}
		out.Body.Name = home.Name
	}
	return out, nil
}

// originOf tells where a request came to and whether that is the public address.
func (a *API) originOf(ctx context.Context) (origin string, matches bool) {
	origin = requestOf(ctx).origin()
	public := address.Origin(a.auth.Address.URL())
	return origin, public == "" || public == origin
}

// AdminInstance is what site administrators see under About.
type AdminInstance struct {
	PublicURL     EnvValue `json:"publicUrl" example:"{\"value\":\"https://pantry.example.org\",\"envVar\":\"\"}"`
	RequestOrigin string   `json:"requestOrigin" example:"https://pantry.example.org"`
	OriginMatches bool     `json:"originMatches" example:"true"`
	Version       string   `json:"version" example:"1.0.0"`
	GoVersion     string   `json:"goVersion" example:"go1.26"`
	DatabaseBytes int64    `json:"databaseBytes" example:"1458176"`
	StartedAt     int64    `json:"startedAt" doc:"Unix milliseconds"`
	Platform      string   `json:"platform" example:"linux/arm64"`
	LastBackupAt  int64    `json:"lastBackupAt" doc:"Unix milliseconds; 0 for none"`
	BackupProblem string   `json:"backupProblem" doc:"Why the last one by schedule could not be made; empty when it could"`

	Contacts      []Contact            `json:"contacts" doc:"Every host that Pantrie may contact"`
	Configuration []ConfigurationValue `json:"configuration" doc:"As it is in force"`
}

// Contact is a host that Pantrie may contact, and whose it is.
type Contact struct {
	Provider string `json:"provider" example:"Authentik"`
	Host     string `json:"host" example:"auth.example.org"`
}

// ConfigurationValue is a variable of the configuration.
type ConfigurationValue struct {
	Name   string `json:"name" example:"PANTRIE_ADDR"`
	Value  string `json:"value" doc:"Empty for a secret" example:":8000"`
	Secret bool   `json:"secret"`
	Set    bool   `json:"set" doc:"It has not its default value"`
}

func (a *API) getAdminInstance(ctx context.Context, _ *Empty) (*body[AdminInstance], error) {
	size, err := a.db.Size(ctx)
	if err != nil {
		return nil, err
	}
	out := &body[AdminInstance]{AdminInstance{PublicURL: a.publicURL(), Version: a.version, GoVersion: runtime.Version(), DatabaseBytes: size, StartedAt: a.startedAt.UnixMilli()}}
	out.Body.RequestOrigin, out.Body.OriginMatches = a.originOf(ctx)
	out.Body.Platform, out.Body.BackupProblem = runtime.GOOS+"/"+runtime.GOARCH, a.backups.Problem()
	out.Body.Configuration = []ConfigurationValue{}
	for _, e := range a.configuration {
		out.Body.Configuration = append(out.Body.Configuration, ConfigurationValue(e))
	}
	out.Body.Contacts = []Contact{}
	for _, id := range provider.IDs() {
		p, err := a.auth.Providers.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, host := range a.auth.HostsOf(p) {
			out.Body.Contacts = append(out.Body.Contacts, Contact{p.Name(), host})
		}
	}
	list, err := a.backups.List()
	if err != nil { // all the more will somebody want to see this page
		a.log.WarnContext(ctx, "list backups", "error", err)
		out.Body.BackupProblem = err.Error()
	}
	if len(list) > 0 {
		out.Body.LastBackupAt = list[0].At
	}
	return out, nil
}

func (a *API) publicURL() EnvValue {
	v := EnvValue{Value: a.auth.Address.URL()}
	if a.auth.Address.Locked() {
		v.EnvVar = provider.Variable("", "publicUrl")
	}
	return v
}

// PublicURLInput changes the address.
type PublicURLInput struct {
	PublicURL string `json:"publicUrl" doc:"Scheme, host, optional sub-path" example:"https://pantry.example.org"`
}

func (a *API) putAdminInstance(ctx context.Context, in *body[PublicURLInput]) (*body[AdminInstance], error) {
	if err := a.auth.Address.Set(ctx, in.Body.PublicURL); err != nil {
		return nil, err
	}
	return a.getAdminInstance(ctx, nil)
}

// healthz says that the process answers.
func (a *API) healthz(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.String(http.StatusOK, "ok\n")
}

// readyz says that the database can be read and written. It never asks a provider.
func (a *API) readyz(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	if a.damaged.Load() {
		c.String(http.StatusServiceUnavailable, "database damaged: the log has the way back\n")
		return
	}
	err := a.db.Ready(c.Request.Context())
	if errors.Is(err, db.ErrGone) {
		c.String(http.StatusServiceUnavailable, "database file removed or replaced: the log has the way back\n")
		return
	}
	if err != nil {
		a.log.ErrorContext(c.Request.Context(), "not ready", "error", err)
		c.String(http.StatusServiceUnavailable, "database not ready\n")
		return
	}
	c.String(http.StatusOK, "ok\n")
}
