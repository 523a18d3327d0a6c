package app

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"errors"
	"html/template"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"pantrie/auth/address"
	"pantrie/auth/fault"
)

//go:embed docs.html
var docsPage string

// openAPI answers with the specification, which is written and compressed once.
func (a *API) openAPI(c *gin.Context) {
	zipped, err := a.docsPages.keep("", func(w io.Writer) error {
		spec, err := a.OpenAPI()
		if err == nil {
			_, err = w.Write(spec)
		}
		return err
	})
	if err != nil {
		writeProblem(c.Writer, c.Request, a.log, err)
		return
	}
	c.Header("Content-Type", "application/json")
	a.sendZipped(c, zipped)
}

// docsPages keeps the specification, and the documentation by the address that its examples have, compressed.
type docsPages struct {
	mu sync.Mutex
	by map[string][]byte
}

// keep is what was written and compressed under a key, or is now.
func (d *docsPages) keep(key string, write func(io.Writer) error) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if zipped := d.by[key]; zipped != nil {
		return zipped, nil
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if err := errors.Join(write(z), z.Close()); err != nil {
		return nil, err
	}
	if len(d.by) >= 8 || d.by == nil { // asked for by one host after another
		d.by = map[string][]byte{}
	}
	d.by[key] = out.Bytes()
	return out.Bytes(), nil
}

// sendZipped sends what is kept compressed, to whoever takes it so and to everybody else.
func (a *API) sendZipped(c *gin.Context, zipped []byte) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	if acceptsEncoding(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		send(c.Writer, c.Request, zipped, etagOf(zipped)+"-gz")
		return
	}
	unzip, err := gzip.NewReader(bytes.NewReader(zipped))
	var plain []byte
	if err == nil {
		plain, err = io.ReadAll(unzip)
	}
	if err != nil {
		writeProblem(c.Writer, c.Request, a.log, err)
		return
	}
	send(c.Writer, c.Request, plain, etagOf(zipped))
}

// docs answers with the specification as one page without scripts, so that it works under the strictest
// policy and without another host.
func (a *API) docs(c *gin.Context) {
	zipped, err := a.docsAt(a.ownAddress(c.Request))
	if err != nil {
		writeProblem(c.Writer, c.Request, a.log, err)
		return
	}
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+styleHash(docsPage)+"; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	a.sendZipped(c, zipped)
}

// ownAddress is the public URL, or what a browser calls Pantrie while nobody has said it.
func (a *API) ownAddress(r *http.Request) string {
	if public := a.auth.Address.URL(); public != "" {
		return public
	}
	origin, err := address.Parse(requestOf(r.Context()).origin())
	if err != nil {
		return "http://localhost:8000"
	}
	return origin
}

func (a *API) docsAt(base string) ([]byte, error) {
	return a.docsPages.keep(base, func(w io.Writer) error {
		page, err := template.New("docs").Parse(docsPage)
		if err != nil {
			return err
		}
		return page.Execute(w, a.docsOf(base))
	})
}

// docsPageOf is what the page shows.
type docsPageOf struct {
	Base, Version, Info string
	Groups              []docsGroup
	Codes               []fault.Code
	Problem, Page       string // examples

	schemas huma.Registry
}

type docsGroup struct {
	Name, ID   string
	Operations []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary, Description string
	Access                                 string // none, browser, admin, or the scope of a token
	Parameters                             []docsField
	BodyKind                               string
	Body, Answer                           []docsField
	Sample                                 string // of a file that is sent
	Curls                                  []string
	Statuses                               []string
	Answers                                []docsAnswer
}

type docsField struct{ Name, Type, Doc string }

// docsAnswer is what a request that succeeds is answered with.
type docsAnswer struct{ Status, Kind, Text string }

func (a *API) docsOf(base string) *docsPageOf {
	spec := a.huma.OpenAPI()
	d := &docsPageOf{Base: base, Version: a.version, Info: spec.Info.Description, Codes: fault.Codes(), schemas: spec.Components.Schemas}
	d.Problem = d.examples(d.schemas.Map()["Problem"], nil, false)[0]
	d.Page = d.examples(d.schemas.Map()["StockPage"], []string{"next"}, false)[0]
	groups := map[string][]docsOperation{}
	for path, item := range spec.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op != nil {
				groups[op.Tags[0]] = append(groups[op.Tags[0]], d.operation(method, path, op))
			}
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(groups)) {
		ops := groups[tag]
		slices.SortFunc(ops, func(x, y docsOperation) int { return strings.Compare(x.Path+x.Method, y.Path+y.Method) })
		d.Groups = append(d.Groups, docsGroup{tag, strings.ToLower(strings.ReplaceAll(tag, " ", "-")), ops})
	}
	return d
}

func (d *docsPageOf) operation(method, path string, op *huma.Operation) docsOperation {
	o := docsOperation{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Curls: d.curls(method, path, op)}
	o.Description, _, _ = strings.Cut(op.Description, "\n") // fields follow, which have a table of their own
	scope, session := accessOf(op)
	o.Access = scope
	switch {
	case scope == "" && session && strings.HasPrefix(path, prefix+"/admin/"):
		o.Access = "admin"
	case scope == "" && session:
		o.Access = "browser"
	}
	for _, p := range op.Parameters {
		o.Parameters = append(o.Parameters, docsField{p.Name, p.In, parameterDoc(p)})
	}
	if op.RequestBody != nil {
		for kind, m := range op.RequestBody.Content {
			o.BodyKind, o.Body = kind, append(docsFields(d.schemas, m.Schema, "", 0), shownOf(op).fields...)
			if kind == "text/csv" {
				o.Sample = shownOf(op).sample
			}
		}
	}
	o.Statuses = slices.Sorted(maps.Keys(op.Responses))
	for _, status := range o.Statuses {
		if status < "4" {
			o.answer(d, status, op)
		}
	}
	return o
}

// answer adds what an operation answers with a status of success.
func (o *docsOperation) answer(d *docsPageOf, status string, op *huma.Operation) {
	answer, shown := op.Responses[status], shownOf(op)
	kinds := slices.Sorted(maps.Keys(answer.Content))
	if len(kinds) == 0 {
		o.Answers = append(o.Answers, docsAnswer{Status: status, Text: shown.sample})
	}
	for _, kind := range kinds {
		m := answer.Content[kind]
		if kind == shown.kind {
			o.Answers = append(o.Answers, docsAnswer{status, kind, shown.sample})
			continue
		}
		if len(o.Answer) == 0 {
			o.Answer = docsFields(d.schemas, m.Schema, "", 0)
		}
		texts := d.examples(m.Schema, shown.tells, false)
		if kind == "application/x-ndjson" {
			for i, text := range texts {
				texts[i] = lineOf(text)
			}
			texts = []string{strings.Join(texts, "\n")}
		}
		for _, text := range texts {
			o.Answers = append(o.Answers, docsAnswer{status, kind, text})
		}
	}
}

// lineOf is JSON on one line. No text of an example has a line break.
func lineOf(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.NewReplacer("{ ", "{", " }", "}", "[ ", "[", " ]", "]").Replace(strings.Join(lines, " "))
}

// parameterDoc tells what a parameter takes beside its name.
func parameterDoc(p *huma.Param) string {
	parts := []string{}
	if p.Description != "" {
		parts = append(parts, p.Description)
	}
	var choice []string
	for _, value := range p.Schema.Enum {
		if text, _ := value.(string); text != "" {
			choice = append(choice, text)
		}
	}
	if len(choice) > 0 {
		parts = append(parts, "One of "+strings.Join(choice, ", "))
	}
	if p.Schema.Default != nil {
		parts = append(parts, flatText(p.Schema.Default)+" when it is left out")
	}
	return strings.Join(parts, ". ")
}

// docsFields lists the fields of a schema with their paths, three levels deep.
func docsFields(r huma.Registry, s *huma.Schema, at string, depth int) []docsField {
	if s != nil && s.Ref != "" {
		s = r.SchemaFromRef(s.Ref)
	}
	if s == nil || depth > 3 {
		return nil
	}
	if s.Type == huma.TypeArray {
		return docsFields(r, s.Items, at+"[]", depth+1)
	}
	if len(s.Properties) == 0 {
		return nil
	}
	list := []docsField{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		full := strings.TrimPrefix(at+"."+name, ".")
		inner := docsFields(r, p, full, depth+1)
		kind := cmp.Or(p.Type, "object")
		if slices.Contains(s.Required, name) {
			kind += ", always"
		}
		list = append(append(list, docsField{full, kind, p.Description}), inner...)
	}
	return list
}
