package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"pantrie/auth/fault"
	"pantrie/auth/household"
	"pantrie/auth/session"
	"pantrie/db"
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
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "pantrie", Description: "The session cookie; its name is __Host-pantrie on https."},
		"token":   {Type: "http", Scheme: "bearer", BearerFormat: "pantrie_…", Description: "An API token, made under Settings → Account. It acts as its owner within its scope: read looks at households, stock changes what is in them, all manages them too. Operations that do not list it take no token."}}
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
	a.pantryRoutes()
	a.productRoutes()
	a.stockRoutes()
	a.shoppingRoutes()
	a.historyRoutes()
	a.photoRoutes()
	a.fileRoutes()
	a.backupRoutes()
	a.liveRoutes()
	a.invitationRoutes()
	a.tokenRoutes()

	for path, document := range map[string]gin.HandlerFunc{
		"/healthz": a.healthz, "/readyz": a.readyz, "/metrics": a.getMetrics, "/api/openapi.json": a.openAPI, "/api/docs": a.docs,
	} {
		e.GET(path, document)
		e.HEAD(path, document) // net/http leaves the body out
	}
	e.NoRoute(func(c *gin.Context) {
		if path := c.Request.URL.Path; path == "/api" || strings.HasPrefix(path, "/api/") {
			writeProblem(c.Writer, c.Request, a.log, fault.New(fault.NotFound, "There is nothing at this address."))
			return
		}
		pages.serve(c.Writer, c.Request, a.auth.Address.BasePath())
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
	role                           db.Role       // needed in the household of the path; empty: the handler decides
	scope                          session.Scope // that an API token needs; empty: see tokenScope
	status                         int
	fails                          []fault.Code
	about                          string // a description, where the summary is not enough: a paragraph, then a list
	shown                          shown
}

// add registers a handler without a body in its input.
func add[I, T any](a *API, r route, handle func(context.Context, *I) (*body[T], error)) {
	op := a.operation(r)
	answers[T](a, &op)
	addBare(a, op, reflect.TypeFor[I](), func(ctx context.Context, in any) (*body[any], error) {
		return anyBody(handle(ctx, in.(*I)))
	})
}

// take registers a handler whose input has a body.
func take[I, T any](a *API, r route, handle func(context.Context, *I) (*body[T], error)) {
	op := a.operation(r)
	answers[T](a, &op)
	takeBare(a, op, reflect.TypeFor[I](), func(ctx context.Context, in any) (*body[any], error) {
		return anyBody(handle(ctx, in.(*I)))
	})
}

// takeOnly registers a handler whose input has a body, and that answers with nothing.
func takeOnly[I any](a *API, r route, handle func(context.Context, *I) (*Empty, error)) {
	takeOther(a, r, handle)
}

// addOther registers a handler without a body in its input that answers with headers, a stream, or
// nothing.
func addOther[I, O any](a *API, r route, handle func(context.Context, *I) (*O, error)) {
	addBare(a, a.operation(r), reflect.TypeFor[I](), func(ctx context.Context, in any) (*O, error) { return handle(ctx, in.(*I)) })
}

// takeOther is [addOther] for inputs with a body.
func takeOther[I, O any](a *API, r route, handle func(context.Context, *I) (*O, error)) {
	takeBare(a, a.operation(r), reflect.TypeFor[I](), func(ctx context.Context, in any) (*O, error) { return handle(ctx, in.(*I)) })
}

// answers describes the body of an answer: for the library they are all of one type.
func answers[T any](a *API, op *huma.Operation) {
	schema := huma.SchemaFromField(a.huma.OpenAPI().Components.Schemas, reflect.TypeFor[body[T]]().Field(0), op.OperationID+"Response")
	status := strconv.Itoa(cmp.Or(op.DefaultStatus, http.StatusOK))
	op.Responses = map[string]*huma.Response{status: {Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}
}

func anyBody[T any](out *body[T], err error) (*body[any], error) {
	if err != nil {
		return nil, err
	}
	return &body[any]{out.Body}, nil
}

// takeBare registers a handler that gets a pointer to an input of type t, a struct with a field Body.
// The body is read from its bytes once the library has checked them against the schema.
func takeBare[O any](a *API, op huma.Operation, t reflect.Type, handle func(context.Context, any) (*O, error)) {
	field, ok := t.FieldByName("Body")
	if !ok {
		panic("the input of " + op.OperationID + " has no body")
	}
	const kind = "application/json"
	schema := huma.SchemaFromField(a.huma.OpenAPI().Components.Schemas, field, t.Name()+field.Name)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{kind: {Schema: schema}}}
	list := a.parameters(&op, t)
	register(a, op, func(ctx context.Context, asked *askedWith) (*O, error) {
		in := reflect.New(t)
		if err := a.fill(asked.ctx, list, in.Elem()); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(asked.RawBody, in.Elem().FieldByIndex(field.Index).Addr().Interface()); err != nil {
			return nil, fault.New(fault.BadRequest, "The request cannot be read. Is it JSON?")
		}
		return handle(ctx, in.Interface())
	})
	// The library lists the bytes as a form of their own.
	delete(op.RequestBody.Content, "application/octet-stream")
}

// addBare registers a handler that gets a pointer to an input of type t.
func addBare[O any](a *API, op huma.Operation, t reflect.Type, handle func(context.Context, any) (*O, error)) {
	list := a.parameters(&op, t)
	register(a, op, func(ctx context.Context, asked *asked) (*O, error) {
		in := reflect.New(t)
		if err := a.fill(asked.ctx, list, in.Elem()); err != nil {
			return nil, err
		}
		return handle(ctx, in.Interface())
	})
}

// register turns errors into problems.
func register[I, O any](a *API, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			a.sayDamaged(ctx, err)
			return nil, problemOf(ctx, a.log, err)
		}
		return out, nil
	})
}

// operation describes a route, and checks access before anything of the input is read, so that
// whoever may not call learns nothing from its checks.
func (a *API) operation(r route) huma.Operation {
	op := huma.Operation{
		Method: r.method, Path: prefix + r.path, OperationID: r.id, Summary: r.summary, Description: r.about, Tags: []string{r.tag},
		DefaultStatus: r.status, MaxBodyBytes: usualBody, Metadata: map[string]any{shownKey: r.shown},
	}
	if kind := r.shown.kind; kind != "" {
		file := &huma.MediaType{Schema: schemaOfFile(kind)}
		if strings.HasPrefix(kind, "text/") {
			file.Example = r.shown.sample
		}
		op.Responses = map[string]*huma.Response{strconv.Itoa(cmp.Or(r.status, http.StatusOK)): {Content: map[string]*huma.MediaType{kind: file}}}
	}
	fails := append(slices.Clone(r.fails), fault.Internal)
	if r.method != http.MethodGet {
		fails = append(fails, fault.CrossOrigin)
	}
	if r.access != anyone {
		fails = append(fails, fault.Unauthenticated)
		op.Security = []map[string][]string{{"session": {}}}
	}
	if need := r.tokenScope(); need != "" {
		fails = append(fails, fault.Forbidden)
		op.Security = append(op.Security, map[string][]string{"token": {string(need)}})
	}
	if r.access == siteAdmin || r.role != "" && r.role != db.RoleViewer {
		fails = append(fails, fault.Forbidden)
	}
	if r.role != "" {
		fails = append(fails, fault.NotFound)
	}
	for _, code := range fails {
		if status := statusOf(code); !slices.Contains(op.Errors, status) {
			op.Errors = append(op.Errors, status)
		}
	}
	slices.Sort(op.Errors)
	op.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		if err := a.allow(ctx, r); err != nil {
			c := humagin.Unwrap(ctx)
			writeProblem(c.Writer, c.Request, a.log, err)
			return
		}
		next(ctx)
	}}
	return op
}

// schemaOfFile describes an answer that is no JSON of a schema.
func schemaOfFile(kind string) *huma.Schema {
	switch {
	case strings.HasPrefix(kind, "text/"):
		return &huma.Schema{Type: huma.TypeString}
	case kind == "application/json":
		return &huma.Schema{Type: huma.TypeObject}
	}
	return &huma.Schema{Type: huma.TypeString, Format: "binary"}
}

// tokenScope is the scope that an API token needs for a route, empty where none is enough: whatever is
// not about a household. Changing what is in one needs less than managing it.
func (r route) tokenScope() session.Scope {
	switch {
	case r.scope != "":
		return r.scope
	case r.access != signedIn || !strings.HasPrefix(r.path, "/households"):
		return ""
	case r.method == http.MethodGet:
		return session.ScopeRead
	case r.role == db.RoleViewer || r.role == db.RoleEditor:
		return session.ScopeStock
	}
	return session.ScopeAll
}

// withinScope refuses an API token what it is not for.
func withinScope(has, need session.Scope) error {
	switch {
	case has.Covers(need):
		return nil
	case need == "":
		return fault.New(fault.Forbidden, "No API token may do this. Sign in to Pantrie in a browser.")
	}
	return fault.New(fault.Forbidden, fmt.Sprintf("This needs an API token with the scope %q; this one has %q.", need, has))
}

func (a *API) allow(ctx huma.Context, r route) error {
	person, ok := session.PersonFrom(ctx.Context())
	if ok && person.Scope != "" {
		if err := withinScope(person.Scope, r.tokenScope()); err != nil {
			return err
		}
	}
	if r.access == anyone {
		return nil
	}
	if !ok {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if r.access == siteAdmin && !person.User.SiteAdmin {
		return fault.New(fault.Forbidden, "Only a site administrator may do this.")
	}
	if r.role == "" {
		return nil
	}
	err := household.May(person.Roles, ctx.Param("household"), r.role)
	if errors.Is(err, db.ErrNotFound) {
		return fault.New(fault.NotFound, "There is no such household here.")
	}
	return err
}

// Empty is the input or output of operations that have none.
type Empty struct{}

// body is an input or output whose body is T.
type body[T any] struct{ Body T }
