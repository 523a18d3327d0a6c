package api

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pantrie/auth/authtest/oidc"
)

// What a blueprint may wish for an object (Authentik's blueprint file structure, "state").
const (
	statePresent     = "present"
	stateCreated     = "created"
	stateMustCreated = "must_created"
	stateAbsent      = "absent"
)

// modelApplyBlueprint is a model that stands for another blueprint, which this one needs first.
const modelApplyBlueprint Model = "authentik_blueprints.metaapplyblueprint"

// entry is one object a blueprint is about.
type entry struct {
	number      int
	model       Model
	id          string
	state       string
	identifiers map[string]any
	attrs       map[string]any
	conditions  []any
	made        *object // once applied
}

// ApplyBlueprint applies a blueprint as Authentik's importer does: entry by entry, with the
// refusals of the API, and not at all when one is refused. Authentik ignores an attribute that its
// version does not know; one that no version knows is an error here, since it can only be a mistake.
// The tags !Find and !KeyOf are known.
func (a *API) ApplyBlueprint(yaml string) error {
	entries, err := parseBlueprint(yaml)
	if err != nil {
		return fmt.Errorf("apply blueprint: %w", err)
	}
	a.change(func(d *directory, s *oidc.Settings) *oidc.Settings {
		next := d.clone()
		for _, e := range entries {
			if refused := next.apply(e, entries); refused != nil {
				err = fmt.Errorf("apply blueprint: entry %d (%s): %w", e.number, e.model, refused)
				return s
			}
		}
		a.directory = next
		return next.settle(s)
	})
	return err
}

// clone returns a copy whose objects can be changed and removed without the original noticing.
func (d *directory) clone() *directory {
	next := *d
	next.objects = nil
	for _, o := range d.objects {
		c := *o
		next.objects = append(next.objects, &c)
		if o == d.primary {
			next.primary = &c
		}
	}
	return &next
}

// parseBlueprint reads the file's structure; tags stay to be resolved.
func parseBlueprint(yaml string) ([]*entry, error) {
	root, err := parseYAML(yaml)
	if err != nil {
		return nil, err
	}
	top, ok := root.(map[string]any)
	if !ok {
		return nil, errors.New("the file is not a mapping")
	}
	if err := onlyKeys(top, "version", "metadata", "context", "entries"); err != nil {
		return nil, err
	}
	if v, sent := top["version"]; sent && fmt.Sprint(v) != "1" {
		return nil, errors.New("invalid blueprint version")
	}
	if metadata, sent := top["metadata"]; sent {
		m, _ := metadata.(map[string]any)
		if name, _ := m["name"].(string); name == "" {
			return nil, errors.New("metadata has no name")
		}
	}
	list, ok := top["entries"].([]any)
	if !ok {
		return nil, errors.New("entries is not a list")
	}
	var entries []*entry
	for i, item := range list {
		e, err := parseEntry(item)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		e.number = i + 1
		entries = append(entries, e)
	}
	return entries, nil
}

func parseEntry(item any) (*entry, error) {
	m, ok := item.(map[string]any)
	if !ok {
		return nil, errors.New("not a mapping")
	}
	if err := onlyKeys(m, "model", "id", "state", "identifiers", "attrs", "conditions", "permissions"); err != nil {
		return nil, err
	}
	e := &entry{state: statePresent}
	model, ok := m["model"].(string)
	if !ok {
		return nil, errors.New("no model")
	}
	e.model = Model(model)
	e.id, _ = m["id"].(string)
	if state, sent := m["state"]; sent {
		e.state, _ = state.(string)
	}
	if !slices.Contains([]string{statePresent, stateCreated, stateMustCreated, stateAbsent}, e.state) {
		return nil, fmt.Errorf("%v is not a valid state", m["state"])
	}
	e.identifiers, _ = m["identifiers"].(map[string]any)
	e.attrs, _ = m["attrs"].(map[string]any)
	e.conditions, _ = m["conditions"].([]any)
	return e, nil
}

func onlyKeys(m map[string]any, known ...string) error {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(known, key) {
			return fmt.Errorf("%q is not known", key)
		}
	}
	return nil
}

// apply makes what one entry wishes.
func (d *directory) apply(e *entry, all []*entry) error {
	if e.model == modelApplyBlueprint {
		return nil
	}
	s := d.schema(e.model)
	if s == nil || s.readOnly {
		return errors.New("app or model does not exist")
	}
	resolve := func(value any) (any, error) { return d.resolve(value, all) }
	for _, condition := range e.conditions {
		value, err := resolve(condition)
		if err != nil {
			return err
		}
		if value == nil || value == false || value == "" {
			return nil
		}
	}
	identifiers, err := resolveMap(e.identifiers, resolve)
	if err != nil {
		return err
	}
	if len(identifiers) == 0 {
		return errors.New("no or invalid identifiers")
	}
	data, err := resolveMap(e.attrs, resolve)
	if err != nil {
		return err
	}
	for name := range data {
		if !s.knows(name) {
			return fmt.Errorf("attribute %q is not known in any version", name)
		}
	}
	existing, err := d.identified(s, identifiers)
	if err != nil {
		return err
	}
	maps.Copy(data, identifiers)
	if existing != nil && e.state == stateMustCreated {
		return errors.New("state is set to must_created and object exists already")
	}
	values, wrong := d.validate(s, data, existing, existing != nil)
	switch {
	case e.state == stateAbsent && existing != nil:
		d.remove(existing)
		return nil
	case e.state == stateAbsent:
		return nil
	case wrong != nil:
		return fmt.Errorf("serializer errors %w", wrong)
	case existing == nil:
		e.made = d.add(e.model, values)
	case e.state == stateCreated:
		e.made = existing
	default:
		existing.values = values
		e.made = existing
	}
	return nil
}

// knows says whether an attribute exists in any version.
func (s *schema) knows(name string) bool {
	return slices.ContainsFunc(s.fields, func(a attribute) bool { return a.name == name })
}

// identified returns the first object with all those values, or nil.
func (d *directory) identified(s *schema, identifiers map[string]any) (*object, error) {
	for name := range identifiers {
		if name != "pk" && s.field(name, d.version) == nil {
			return nil, fmt.Errorf("invalid identifier field: %q", name)
		}
	}
	return d.matching(s, identifiers), nil
}

func (d *directory) matching(s *schema, wanted map[string]any) *object {
	for _, o := range d.all(s.model) {
		fits := true
		for name, value := range wanted {
			if name == "pk" {
				fits = fits && o.pk == fmt.Sprint(value)
				continue
			}
			have := o.values[name]
			fits = fits && (have == nil) == (value == nil) && (have == nil || fmt.Sprint(have) == fmt.Sprint(value))
		}
		if fits {
			return o
		}
	}
	return nil
}

func resolveMap(m map[string]any, resolve func(any) (any, error)) (map[string]any, error) {
	resolved := make(map[string]any, len(m))
	for name, value := range m {
		v, err := resolve(value)
		if err != nil {
			return nil, err
		}
		resolved[name] = v
	}
	return resolved, nil
}

// resolve replaces the tags in a value.
func (d *directory) resolve(value any, all []*entry) (any, error) {
	resolve := func(v any) (any, error) { return d.resolve(v, all) }
	switch value := value.(type) {
	case map[string]any:
		return resolveMap(value, resolve)
	case []any:
		list := make([]any, len(value))
		for i := range value {
			v, err := resolve(value[i])
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	case yamlTag:
		argument, err := resolve(value.argument)
		if err != nil {
			return nil, err
		}
		switch value.name {
		case "!Find":
			return d.resolveFind(argument)
		case "!KeyOf":
			return resolveKeyOf(argument, all)
		default:
			return nil, fmt.Errorf("tag %s is not imitated", value.name)
		}
	default:
		return value, nil
	}
}

// resolveFind is the primary key of the first object that fits, or nil.
func (d *directory) resolveFind(argument any) (any, error) {
	list, _ := argument.([]any)
	if len(list) == 0 {
		return nil, errors.New("!Find needs a model and conditions")
	}
	name, _ := list[0].(string)
	s := d.schema(Model(strings.ToLower(name)))
	if s == nil {
		return nil, fmt.Errorf("!Find: model %q does not exist", name)
	}
	wanted := make(map[string]any)
	for _, item := range list[1:] {
		condition, _ := item.([]any)
		if len(condition) != 2 {
			return nil, errors.New("!Find: a condition is not a pair")
		}
		field, _ := condition[0].(string)
		if s.field(field, d.version) == nil && field != "pk" {
			return nil, fmt.Errorf("!Find: cannot resolve keyword %q into field", field)
		}
		wanted[field] = condition[1]
	}
	if o := d.matching(s, wanted); o != nil {
		return jsonKey(o), nil
	}
	return nil, nil
}

func resolveKeyOf(argument any, all []*entry) (any, error) {
	id, _ := argument.(string)
	for _, e := range all {
		if e.id == id && id != "" && e.made != nil {
			return jsonKey(e.made), nil
		}
	}
	return nil, fmt.Errorf("!KeyOf: failed to find entry with id %q and a model instance", id)
}
