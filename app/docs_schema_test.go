package app_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// spec is the specification as a client reads it.
type spec struct {
	Paths      map[string]map[string]*specOperation
	Components struct{ Schemas map[string]*specSchema }
}

type specOperation struct {
	OperationID string
	Security    []map[string][]string
	Parameters  []struct {
		Name, In string
		Required bool
	}
	RequestBody *struct{ Content map[string]*specMedia }
	Responses   map[string]struct{ Content map[string]*specMedia }
}

type specMedia struct{ Schema *specSchema }

type specSchema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Format, Description  string
	Enum                 []any
	Required             []string
	Properties           map[string]*specSchema
	AdditionalProperties any
	Items                *specSchema
	Examples             []any
	MaxLength, MaxItems  *int
	Minimum, Maximum     *float64
}

func specOf(t *testing.T, h *host) spec {
	t.Helper()
	text, err := h.api.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var s spec
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// takes says whether an operation takes a token, and whether one has to be signed in.
func (op *specOperation) takes() (token, session bool) {
	for _, way := range op.Security {
		_, ok := way["token"]
		token = token || ok
	}
	return token, len(op.Security) > 0
}

func (op *specOperation) body() map[string]*specMedia {
	if op.RequestBody == nil {
		return nil
	}
	return op.RequestBody.Content
}

func (s spec) resolve(schema *specSchema) *specSchema {
	for schema.Ref != "" {
		schema = s.Components.Schemas[strings.TrimPrefix(schema.Ref, "#/components/schemas/")]
	}
	return schema
}

// example is that of a field of a schema.
func (s spec) example(schema, field string) string {
	text, _ := s.Components.Schemas[schema].Properties[field].Examples[0].(string)
	return text
}

// check says what of a value a schema refuses.
func (s spec) check(schema *specSchema, value any, at string) (wrong []string) {
	schema = s.resolve(schema)
	refuse := func(format string, args ...any) { wrong = append(wrong, at+" "+fmt.Sprintf(format, args...)) }
	types := []any{schema.Type}
	if list, ok := schema.Type.([]any); ok {
		types = list
	}
	if len(schema.Enum) > 0 && !slices.Contains(schema.Enum, value) {
		refuse("is none of %v: %v", schema.Enum, value)
	}
	kind := ""
	switch v := value.(type) {
	case nil:
		kind = "null"
	case bool:
		kind = "boolean"
	case string:
		kind = "string"
		if schema.MaxLength != nil && utf8.RuneCountInString(v) > *schema.MaxLength {
			refuse("is too long")
		}
	case float64:
		kind = "integer"
		if schema.Minimum != nil && v < *schema.Minimum || schema.Maximum != nil && v > *schema.Maximum || v != float64(int64(v)) {
			refuse("is out of range: %v", v)
		}
	case []any:
		kind = "array"
		if schema.MaxItems != nil && len(v) > *schema.MaxItems {
			refuse("has too many")
		}
		for _, each := range v {
			wrong = append(wrong, s.check(schema.Items, each, at+"[]")...)
		}
	case map[string]any:
		kind = "object"
		for _, name := range schema.Required {
			if _, ok := v[name]; !ok {
				refuse("has no %s", name)
			}
		}
		for name, each := range v {
			if p := schema.Properties[name]; p != nil {
				wrong = append(wrong, s.check(p, each, at+"."+name)...)
			} else if schema.AdditionalProperties == false {
				refuse("has an unknown %s", name)
			}
		}
	}
	if !slices.Contains(types, any(kind)) {
		refuse("is %s, not %v", kind, schema.Type)
	}
	return wrong
}

// senseless says what of an example is a zero that no answer would have: an empty text where the
// specification speaks of none, a time at the beginning of time.
func (s spec) senseless(schema *specSchema, value any, at string) (wrong []string) {
	schema = s.resolve(schema)
	switch v := value.(type) {
	case []any:
		for _, each := range v {
			wrong = append(wrong, s.senseless(schema.Items, each, at+"[]")...)
		}
	case map[string]any:
		for name, each := range v {
			p := schema.Properties[name]
			if p == nil {
				continue
			}
			path := at + "." + name
			time := strings.HasSuffix(name, "At") || name == "at" || name == "since"
			switch {
			case each == "" && !mayBeEmpty(name, p):
				wrong = append(wrong, path+" is empty")
			case each == 0.0 && time && !strings.Contains(p.Description, "0 for"):
				wrong = append(wrong, path+" is no time")
			case strings.HasPrefix(fmt.Sprint(each), "0001-"):
				wrong = append(wrong, path+" is the year 1")
			}
			wrong = append(wrong, s.senseless(p, each, path)...)
		}
	}
	return wrong
}

// mayBeEmpty says whether a text may: where that is told or one of a choice, and what says what went wrong
// when all went well.
func mayBeEmpty(name string, p *specSchema) bool {
	return slices.Contains(p.Enum, any("")) || strings.Contains(strings.ToLower(p.Description), "empty") ||
		slices.Contains([]string{"note", "icon", "reason", "code", "detail", "reverted", "tickedBy", "adminGroup", "ca", "clientSecret", "clientSecretEnvVar", "envVar", "householdName", "value"}, name)
}
