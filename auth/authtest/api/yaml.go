package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// yamlTag is a value with a tag of its own, such as !Find.
type yamlTag struct {
	name     string
	argument any
}

// parseYAML returns a document as JSON would be decoded, numbers as json.Number, with yamlTag where
// it has tags. Authentik reads YAML 1.1, where a few plain words are no texts: yes, no, on and off
// are booleans, and what looks like a date or a time is one, which nobody means and is an error.
func parseYAML(text string) (any, error) {
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		return nil, fmt.Errorf("parse YAML: %w", err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, errors.New("parse YAML: not one document")
	}
	value, err := yamlValue(file.Docs[0].Body)
	if err != nil {
		return nil, fmt.Errorf("parse YAML: %w", err)
	}
	return value, nil
}

func yamlValue(node ast.Node) (any, error) {
	switch node := node.(type) {
	case nil, *ast.NullNode:
		return nil, nil
	case *ast.StringNode:
		return plainValue(node)
	case *ast.LiteralNode:
		return node.Value.Value, nil
	case *ast.IntegerNode:
		return json.Number(fmt.Sprint(node.Value)), nil
	case *ast.FloatNode:
		return json.Number(fmt.Sprint(node.Value)), nil
	case *ast.BoolNode:
		return node.Value, nil
	case *ast.SequenceNode:
		list := []any{}
		for _, item := range node.Values {
			value, err := yamlValue(item)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case *ast.MappingNode:
		return yamlMap(node.Values)
	case *ast.MappingValueNode:
		return yamlMap([]*ast.MappingValueNode{node})
	case *ast.TagNode:
		value, err := yamlValue(node.Value)
		return yamlTag{node.Start.Value, value}, err
	default:
		return nil, fmt.Errorf("%s is not imitated", node.Type())
	}
}

func yamlMap(pairs []*ast.MappingValueNode) (any, error) {
	m := make(map[string]any)
	for _, pair := range pairs {
		key, err := yamlValue(pair.Key)
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		if !ok {
			return nil, fmt.Errorf("key %v is not a text", key)
		}
		if m[name], err = yamlValue(pair.Value); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// plainValue reads a text, which without quotes may mean something else in YAML 1.1.
func plainValue(node *ast.StringNode) (any, error) {
	if t := node.Token.Type; t == token.SingleQuoteType || t == token.DoubleQuoteType {
		return node.Value, nil
	}
	word := strings.ToLower(node.Value)
	switch {
	case slices.Contains([]string{"yes", "on"}, word):
		return true, nil
	case slices.Contains([]string{"no", "off"}, word):
		return false, nil
	}
	for _, pattern := range []string{`^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$`, `^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}`} {
		if regexp.MustCompile(pattern).MatchString(node.Value) {
			return nil, fmt.Errorf("%q without quotes is not a text in YAML 1.1", node.Value)
		}
	}
	return node.Value, nil
}
