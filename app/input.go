package app

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// asked is what the library reads of a request whose operation has no body: nothing. The library's
// registration is compiled anew for every type of input, 40 KB each, so that all operations share
// this one and [askedWith], and the parameters are read here, by the same schemas.
type asked struct{ ctx huma.Context }

// Resolve keeps the request for the handler.
func (in *asked) Resolve(ctx huma.Context) []error {
	in.ctx = ctx
	return nil
}

// askedWith is [asked] of an operation with a body.
type askedWith struct {
	asked
	RawBody []byte
}

// parameter is one of an operation: a field of its input.
type parameter struct {
	field  []int
	in     string
	name   string
	absent string
	schema *huma.Schema
}

// parameters describes the fields of an input that come from path, query and header.
func (a *API) parameters(op *huma.Operation, t reflect.Type) []parameter {
	var list []parameter
	for _, f := range reflect.VisibleFields(t) {
		for _, in := range []string{"path", "query", "header"} {
			name := f.Tag.Get(in)
			if f.Anonymous || name == "" {
				continue
			}
			p := parameter{field: f.Index, in: in, name: name, absent: f.Tag.Get("default"), schema: huma.SchemaFromField(a.huma.OpenAPI().Components.Schemas, f, "")}
			list = append(list, p)
			op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: in, Description: p.schema.Description, Required: in == "path", Schema: p.schema})
		}
	}
	if unprocessable := http.StatusUnprocessableEntity; len(list) > 0 && !slices.Contains(op.Errors, unprocessable) {
		op.Errors = append(op.Errors, unprocessable)
		slices.Sort(op.Errors)
	}
	return list
}

// fill reads the parameters into an input. Its errors are the library's, which never repeat a value.
func (a *API) fill(ctx huma.Context, list []parameter, input reflect.Value) error {
	var res huma.ValidateResult
	path := huma.NewPathBuffer(nil, 0)
	for _, p := range list {
		text := p.absent
		switch p.in {
		case "path":
			text = ctx.Param(p.name)
		case "query":
			if given := ctx.Query(p.name); given != "" {
				text = given
			}
		case "header":
			text = ctx.Header(p.name)
		}
		if text == "" {
			continue
		}
		path.Reset()
		path.Push(p.in)
		path.Push(p.name)
		field := input.FieldByIndex(p.field)
		var value any = text
		switch field.Kind() {
		case reflect.Int, reflect.Int64:
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				res.Add(path, nil, "invalid integer")
				continue
			}
			field.SetInt(n)
			value = float64(n)
		case reflect.Bool:
			yes, err := strconv.ParseBool(text)
			if err != nil {
				res.Add(path, nil, "invalid boolean")
				continue
			}
			field.SetBool(yes)
			value = yes
		default:
			field.SetString(text)
		}
		huma.Validate(a.huma.OpenAPI().Components.Schemas, p.schema, path, huma.ModeWriteToServer, value, &res)
	}
	if len(res.Errors) > 0 {
		return huma.NewErrorWithContext(ctx, http.StatusUnprocessableEntity, "", res.Errors...)
	}
	return nil
}
