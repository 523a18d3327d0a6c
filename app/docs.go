package app

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"pantrie/auth/fault"
)

//go:embed docs.html
var docsPage string

func (a *API) openAPI(c *gin.Context) {
	spec, err := a.OpenAPI()
	if err != nil {
		writeProblem(c.Writer, c.Request, a.log, err)
		return
	}
	c.Data(http.StatusOK, "application/json", spec)
}

type docsOperation struct {
	Method, Path, Summary, Description, Access string
	Parameters                                 []docsField
	Body, Answer                               []docsField
	Statuses                                   []string
}

type docsField struct{ Name, Type, Doc string }

// docs renders the specification as one page without scripts, so that it works under the
// strictest policy and without another host.
func (a *API) docs(c *gin.Context) {
	page, err := template.New("docs").Parse(docsPage)
	if err != nil {
		writeProblem(c.Writer, c.Request, a.log, err)
		return
	}
	var out bytes.Buffer
	if err := page.Execute(&out, a.docsOf(a.huma.OpenAPI())); err != nil {
		writeProblem(c.Writer, c.Request, a.log, err)
		return
	}
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+styleHash(docsPage)+"'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	c.Data(http.StatusOK, "text/html; charset=utf-8", out.Bytes())
}

func (a *API) docsOf(spec *huma.OpenAPI) map[string]any {
	groups := map[string][]docsOperation{}
	tags := []string{}
	for path, item := range spec.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op == nil {
				continue
			}
			if !slices.Contains(tags, op.Tags[0]) {
				tags = append(tags, op.Tags[0])
			}
			groups[op.Tags[0]] = append(groups[op.Tags[0]], docsOperationOf(spec.Components.Schemas, method, path, op))
		}
	}
	slices.Sort(tags)
	for _, ops := range groups {
		slices.SortFunc(ops, func(x, y docsOperation) int { return strings.Compare(x.Path+x.Method, y.Path+y.Method) })
	}
	return map[string]any{"Version": a.version, "Tags": tags, "Groups": groups, "Codes": fault.Codes(), "Info": spec.Info.Description}
}

func docsOperationOf(r huma.Registry, method, path string, op *huma.Operation) docsOperation {
	d := docsOperation{Method: method, Path: path, Summary: op.Summary, Description: op.Description, Access: "for everybody"}
	if len(op.Security) > 0 {
		d.Access = "signed in"
		if op.Responses["403"] != nil && strings.HasPrefix(path, prefix+"/admin/") {
			d.Access = "site administrators"
		}
	}
	for _, p := range op.Parameters {
		d.Parameters = append(d.Parameters, docsField{p.Name, p.In, p.Description})
	}
	if op.RequestBody != nil {
		for _, m := range op.RequestBody.Content {
			d.Body = docsFields(r, m.Schema, "", 0)
		}
	}
	for status, answer := range op.Responses {
		d.Statuses = append(d.Statuses, status)
		if strings.HasPrefix(status, "2") {
			for _, m := range answer.Content {
				d.Answer = docsFields(r, m.Schema, "", 0)
			}
		}
	}
	slices.Sort(d.Statuses)
	return d
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
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	list := []docsField{}
	for _, name := range names {
		p := s.Properties[name]
		full := strings.TrimPrefix(at+"."+name, ".")
		inner := docsFields(r, p, full, depth+1)
		kind := p.Type
		if p.Ref != "" {
			kind = "object"
		}
		if slices.Contains(s.Required, name) {
			kind += ", always"
		}
		list = append(append(list, docsField{full, kind, p.Description}), inner...)
	}
	return list
}
