package app

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// curls are the requests to copy, one for each example of the body.
func (d *docsPageOf) curls(method, at string, op *huma.Operation) []string {
	head := []string{"curl"}
	if method != "GET" {
		head[0] += " -X " + method
	}
	success := d.success(op)
	switch kind := shownOf(op).kind; {
	case kind == "text/event-stream":
		head[0] += " -N"
	case kind != "":
		head[0] += " -o " + fileOf(kind, at)
	}
	head[0] += " " + shellWord(d.Base+d.address(at, op))
	switch scope, session := accessOf(op); {
	case scope != "":
		head = append(head, `-H "Authorization: Bearer $TOKEN"`)
	case session || shownOf(op).cookie:
		head = append(head, "-b cookies.txt")
	case success != nil && success.Ref == "#/components/schemas/Me":
		head = append(head, "-c cookies.txt")
	}
	for _, p := range op.Parameters {
		if p.In != "header" || len(p.Schema.Examples) == 0 {
			continue
		}
		value := fmt.Sprint(p.Schema.Examples[0])
		if p.Name == "Idempotency-Key" {
			value = "$(date +%s%N)"
		}
		head = append(head, `-H "`+p.Name+`: `+value+`"`)
	}
	var list []string
	for _, body := range d.bodies(at, op) {
		list = append(list, strings.Join(append(slices.Clone(head), body...), " \\\n  "))
	}
	return list
}

// bodies are the words that send each example of the body; one without words where there is none.
func (d *docsPageOf) bodies(at string, op *huma.Operation) [][]string {
	if op.RequestBody == nil {
		return [][]string{nil}
	}
	var list [][]string
	for kind, m := range op.RequestBody.Content {
		switch {
		case kind == "application/x-www-form-urlencoded":
			list = append(list, []string{"-d " + shellWord(shownOf(op).sample)})
		case m.Schema.Format == "binary":
			file := fileOf(kind, at)
			if kind == "image/*" {
				kind = "image/jpeg"
			}
			list = append(list, []string{`-H "Content-Type: ` + kind + `"`, "--data-binary @" + file})
		default:
			for _, body := range d.examples(m.Schema, shownOf(op).asks, true) {
				list = append(list, []string{`-H "Content-Type: ` + kind + `"`, "-d '" + strings.ReplaceAll(body, "'", `'\''`) + "'"})
			}
		}
	}
	return list
}

// examples are those of a schema that are asked for: one, unless several are told.
func (d *docsPageOf) examples(schema *huma.Schema, told []string, request bool) []string {
	if len(told) == 0 {
		told = []string{""}
	}
	list := make([]string, len(told))
	for i, text := range told {
		list[i] = exampleText(sampler{d.schemas, request, choiceOf(text, request)}.value(schema, ""), "")
	}
	return list
}

// fileOf is what a file of a content type is called.
func fileOf(kind, at string) string {
	switch kind, _, _ = strings.Cut(kind, ";"); kind {
	case "text/csv":
		return "pantrie.csv"
	case "application/json":
		return "pantrie.json"
	case "image/*":
		return "photo.jpg"
	}
	return "pantrie.db.gz"
}

// address is a path with examples of its parameters.
func (d *docsPageOf) address(at string, op *huma.Operation) string {
	query := url.Values{}
	for _, p := range op.Parameters {
		switch {
		case p.In == "path":
			at = strings.ReplaceAll(at, "{"+p.Name+"}", url.PathEscape(d.pathExample(at, p)))
		case p.In == "query" && len(p.Schema.Examples) > 0:
			query.Set(p.Name, fmt.Sprint(p.Schema.Examples[0]))
		}
	}
	if len(query) > 0 {
		return at + "?" + query.Encode()
	}
	return at
}

// pathExample is an example of a parameter of a path. What an {id} names, the word before it tells.
func (d *docsPageOf) pathExample(at string, p *huma.Param) string {
	before, _, _ := strings.Cut(at, "/{"+p.Name+"}")
	of, field := "", "id"
	switch path.Base(before) {
	case "barcodes":
		of, field = "Barcode", "code"
	case "categories":
		of = "Category"
	case "identities":
		of = "LinkedAccount"
	case "invitations":
		of = "Invitation"
	case "locations":
		of = "Place"
	case "lots":
		of = "Lot"
	case "members":
		of = "Member"
	case "photos":
		of, field = "Product", "photoId"
	case "products":
		of = "Product"
	case "sessions":
		of = "OwnSession"
	case "shopping":
		of = "ShoppingItem"
	case "tokens":
		of = "APIToken"
	case "transactions":
		of, field = "StockChange", "transactionId"
	case "users":
		of = "User"
	}
	schema := p.Schema
	if p.Name == "id" && of != "" {
		schema = d.schemas.Map()[of].Properties[field]
	}
	return fmt.Sprint(sampler{schemas: d.schemas}.value(schema, ""))
}

// accessOf is the scope that a token needs for an operation, empty where none is enough, and whether one
// has to be signed in.
func accessOf(op *huma.Operation) (scope string, session bool) {
	for _, way := range op.Security {
		if list := way["token"]; len(list) > 0 {
			scope = list[0]
		}
	}
	return scope, len(op.Security) > 0
}

// success is the schema of the JSON that an operation answers with, nil without.
func (d *docsPageOf) success(op *huma.Operation) *huma.Schema {
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		if m := op.Responses[status].Content["application/json"]; m != nil && status < "3" {
			return m.Schema
		}
	}
	return nil
}

// shellWord quotes a word for a shell where it needs it.
func shellWord(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("-._~:/@%+,", r)
	}) {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return text
}
