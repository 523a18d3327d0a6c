package app

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// shown is what the documentation's examples of an operation are to have, where what follows from the
// schemas alone would be too much, too little, or contradict itself. Each text stands for one example and
// tells its fields by their paths, separated by commas: "name" has this field and no other of its object
// than those that are told, "lots.amount=2" gives a value, "-tray.note" leaves a field out.
type shown struct {
	asks   []string    // of the request
	tells  []string    // of the answer
	fields []docsField // of a request that is no JSON
	cookie bool        // the browser's cookie counts, though nobody needs to be signed in
	kind   string      // content type of an answer that is a file or a stream
	sample string      // such an answer, or what is sent where that is a file
}

// shownKey is where an operation keeps its [shown].
const shownKey = "shown"

func shownOf(op *huma.Operation) shown {
	s, _ := op.Metadata[shownKey].(shown)
	return s
}

// like says what the documentation's examples of a route have.
func (r route) like(s shown) route {
	r.shown = s
	return r
}

// choice is the text of an example, read.
type choice struct {
	only map[string][]string // fields by the path of their object
	left map[string]bool
	set  map[string]string
}

// choiceOf reads a text. In a request a field with a value is one of those that are told: hardly any is
// needed there, while an answer has them all.
func choiceOf(text string, request bool) choice {
	c := choice{only: map[string][]string{}, left: map[string]bool{}, set: map[string]string{}}
	for part := range strings.SplitSeq(text, ",") {
		path, value, valued := strings.Cut(strings.TrimSpace(part), "=")
		if path == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(path, "-"); ok {
			c.left[rest] = true
			continue
		}
		if valued {
			c.set[path] = value
		}
		for request || !valued {
			at := path[:max(0, strings.LastIndexByte(path, '.'))]
			if name := strings.TrimPrefix(path[len(at):], "."); !slices.Contains(c.only[at], name) {
				c.only[at] = append(c.only[at], name)
			}
			if at == "" {
				break
			}
			path = at
		}
	}
	return c
}

// sampler makes examples from schemas.
type sampler struct {
	schemas huma.Registry
	request bool
	choice
}

// member is a field of an example; a list of them keeps the order of the schema.
type member struct {
	name  string
	value any
}

// value is an example of a schema, at a path of the whole.
func (s sampler) value(schema *huma.Schema, at string) any {
	text, given := s.set[at]
	for {
		if len(schema.Examples) > 0 && !given {
			return schema.Examples[0]
		}
		if schema.Ref == "" {
			break
		}
		schema = s.schemas.SchemaFromRef(schema.Ref)
	}
	switch {
	case given && schema.Type == huma.TypeString:
		return text
	case given:
		return json.RawMessage(text)
	case schema.Default != nil:
		return schema.Default
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	case schema.Type == huma.TypeInteger && momentOf(at) != 0:
		return momentOf(at)
	case schema.Nullable:
		return nil
	}
	switch schema.Type {
	case huma.TypeObject:
		return s.members(schema, at)
	case huma.TypeArray:
		if one := s.value(schema.Items, at); one != "" {
			return []any{one}
		}
		return []any{}
	case huma.TypeBoolean:
		return false
	case huma.TypeInteger, huma.TypeNumber:
		return 0
	}
	return ""
}

// momentOf is an example of a time in unix milliseconds, by the name of the field at the end of a path; 0 for what is
// no time. The library takes no such number as the example of a field where an int has 32 bits.
func momentOf(at string) int64 {
	name := strings.ToLower(at[strings.LastIndexByte(at, '.')+1:])
	switch {
	case strings.HasSuffix(name, "expiresat"), strings.HasSuffix(name, "until"):
		return 1796112000000
	case name == "createdat", name == "linkedat", name == "since":
		return 1793520000000
	case strings.HasSuffix(name, "at"):
		return 1795507200000
	}
	return 0
}

// members are the fields that are told, in that order; else those that are needed, and of the others all in
// an answer, and in a request what has an example of its own.
func (s sampler) members(schema *huma.Schema, at string) []member {
	list := []member{}
	if told := s.only[at]; len(told) > 0 {
		for _, name := range told {
			path := strings.TrimPrefix(at+"."+name, ".")
			list = append(list, member{name, s.value(schema.Properties[name], path)})
		}
		return list
	}
	rest := slices.DeleteFunc(slices.Sorted(maps.Keys(schema.Properties)), func(name string) bool { return slices.Contains(schema.Required, name) })
	for _, name := range append(slices.Clone(schema.Required), rest...) {
		path := strings.TrimPrefix(at+"."+name, ".")
		property := schema.Properties[name]
		if property == nil || s.left[path] || s.request && !slices.Contains(schema.Required, name) && len(property.Examples) == 0 {
			continue
		}
		list = append(list, member{name, s.value(property, path)})
	}
	return list
}

// widest is how long a line of an example is before it becomes several.
const widest = 60

// exampleText is an example as JSON that people read: what is short stands on one line.
func exampleText(v any, indent string) string {
	flat := flatText(v)
	if len(indent)+len(flat) <= widest {
		return flat
	}
	inner := indent + "  "
	var parts []string
	begin, end := "{", "}"
	switch v := v.(type) {
	case []member:
		for _, m := range v {
			parts = append(parts, flatText(m.name)+": "+exampleText(m.value, inner))
		}
	case []any:
		begin, end = "[", "]"
		for _, each := range v {
			parts = append(parts, exampleText(each, inner))
		}
	}
	if len(parts) == 0 {
		return flat
	}
	return begin + "\n" + inner + strings.Join(parts, ",\n"+inner) + "\n" + indent + end
}

func flatText(v any) string {
	var parts []string
	switch v := v.(type) {
	case []member:
		for _, m := range v {
			parts = append(parts, flatText(m.name)+": "+flatText(m.value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, each := range v {
			parts = append(parts, flatText(each))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var list []member
		for _, name := range slices.Sorted(maps.Keys(v)) {
			list = append(list, member{name, v[name]})
		}
		return flatText(list)
	}
	var out bytes.Buffer
	write := json.NewEncoder(&out)
	write.SetEscapeHTML(false)
	_ = write.Encode(v) // texts, numbers and what was JSON before
	return strings.TrimSpace(out.String())
}
