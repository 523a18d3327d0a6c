package app

import (
	"cmp"
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"pantrie/auth"
	"pantrie/auth/fault"
)

// prefix is where the API lives.
const prefix = "/api/v1"

// newEngine lists everything that can be asked for.
func (a *API) newEngine(cfg Config, pages *pages) error {
	useProblems()
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	if err := e.SetTrustedProxies(cfg.TrustedProxies); err != nil {
		return err
	}
	e.RemoteIPHeaders = []string{"X-Forwarded-For"} // gin would believe X-Real-IP too
	a.engine = e
	e.Use(a.loadSession)

	config := huma.DefaultConfig("Pantrie", "1")
	config.Info.Description = "The API of Pantrie, the household inventory. Errors are application/problem+json with a code from a closed list. Times are unix milliseconds."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"session": {Type: "apiKey", In: "cookie", Name: "pantrie", Description: "The session cookie; its name is __Host-pantrie on https."}}
	a.huma = humagin.New(e, config)

	a.instanceRoutes()
	a.setupRoutes()
	a.sessionRoutes()
	a.accountRoutes()
	a.oauthRoutes()
	a.oauthSettingsRoutes()
	a.oauthTestRoutes()
	a.authentikRoutes()
	a.signInRoutes()
	a.userRoutes()
	a.householdRoutes()

	e.GET("/healthz", a.healthz)
	e.GET("/readyz", a.readyz)
	e.GET("/api/openapi.json", a.openAPI)
	e.GET("/api/docs", a.docs)
	e.NoRoute(func(c *gin.Context) {
		if path := c.Request.URL.Path; path == "/api" || strings.HasPrefix(path, "/api/") {
			writeProblem(c.Writer, c.Request, a.log, fault.New(fault.NotFound, "There is nothing at this address."))
			return
		}
		pages.serve(c.Writer, c.Request, a.auth.BasePath())
	})
	e.NoMethod(func(c *gin.Context) {
		writeProblem(c.Writer, c.Request, a.log, fault.New(fault.MethodNotAllowed, "This address does not know that method."))
	})
	a.handler = a.withRequest(a.withSafety(a.withoutBase(a.withOrigin(e))))
	return nil
}

// access says who may call a route.
type access int

const (
	anyone access = iota
	signedIn
	siteAdmin
)

// route describes an operation: its identity, who may call it, and how it may fail.
type route struct {
	method, path, id, tag, summary string
	access                         access
	status                         int
	fails                          []fault.Code
}

// add registers a handler that answers with a body. The library's registration is compiled anew for
// every pair of input and output; here all bodies share one.
func add[I, T any](a *API, r route, handle func(context.Context, *I) (*body[T], error)) {
	op := a.operation(r)
	schema := huma.SchemaFromField(a.huma.OpenAPI().Components.Schemas, reflect.TypeFor[body[T]]().Field(0), r.id+"Response")
	op.Responses = map[string]*huma.Response{strconv.Itoa(cmp.Or(r.status, http.StatusOK)): {Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}
	addBare(a, op, func(ctx context.Context, in *I) (*body[any], error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, err
		}
		return &body[any]{out.Body}, nil
	})
}

// addOther registers a handler that answers with headers, a stream, or nothing.
func addOther[I, O any](a *API, r route, handle func(context.Context, *I) (*O, error)) {
	addBare(a, a.operation(r), handle)
}

// addBare turns errors into problems.
func addBare[I, O any](a *API, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, problemOf(ctx, a.log, err)
		}
		return out, nil
	})
}

// operation describes a route, and checks access before anything of the input is read, so that
// whoever may not call learns nothing from its checks.
func (a *API) operation(r route) huma.Operation {
	op := huma.Operation{
		Method: r.method, Path: prefix + r.path, OperationID: r.id, Summary: r.summary, Tags: []string{r.tag},
		DefaultStatus: r.status, MaxBodyBytes: 64 << 10,
	}
	fails := append(slices.Clone(r.fails), fault.Internal)
	if r.method != http.MethodGet {
		fails = append(fails, fault.CrossOrigin)
	}
	if r.access != anyone {
		fails = append(fails, fault.Unauthenticated)
		op.Security = []map[string][]string{{"session": {}}}
	}
	if r.access == siteAdmin {
		fails = append(fails, fault.Forbidden)
	}
	for _, code := range fails {
		if status := statusOf(code); !slices.Contains(op.Errors, status) {
			op.Errors = append(op.Errors, status)
		}
	}
	slices.Sort(op.Errors)
	op.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		if err := allow(ctx.Context(), r.access); err != nil {
			c := humagin.Unwrap(ctx)
			writeProblem(c.Writer, c.Request, a.log, err)
			return
		}
		next(ctx)
	}}
	return op
}

func allow(ctx context.Context, need access) error {
	if need == anyone {
		return nil
	}
	person, ok := auth.PersonFrom(ctx)
	if !ok {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if need == siteAdmin && !person.User.SiteAdmin {
		return fault.New(fault.Forbidden, "Only a site administrator may do this.")
	}
	return nil
}

// Empty is the input or output of operations that have none.
type Empty struct{}

// body is an input or output whose body is T.
type body[T any] struct{ Body T }
