package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"pantrie/auth/authtest/oidc"
)

// Object is a copy of one object, as the API answers it in the version set.
type Object map[string]any

// Text returns an attribute that is a text, or "".
func (o Object) Text(name string) string {
	s, _ := o[name].(string)
	return s
}

// Objects are copies of what there is, in order of creation. Providers are those of all kinds.
type Objects struct {
	Flows, ScopeMappings, Certificates, Groups, Providers, Applications, Bindings []Object
}

// Objects returns what there is.
func (a *API) Objects() (all Objects) {
	a.look(func(d *directory) {
		copies := func(models ...Model) []Object {
			list := []Object{}
			for _, o := range d.all(models...) {
				list = append(list, d.represent(o))
			}
			return list
		}
		all = Objects{
			Flows:         copies(ModelFlow),
			ScopeMappings: copies(ModelScopeMapping),
			Certificates:  copies(ModelCertificate),
			Groups:        copies(ModelGroup),
			Providers:     copies(ModelProvider, ModelSAMLProvider),
			Applications:  copies(ModelApplication),
			Bindings:      copies(ModelBinding),
		}
	})
	return all
}

// Object returns the first object of a model with that text, such as a flow with a slug, or nil.
func (a *API) Object(m Model, attribute, text string) (found Object) {
	a.look(func(d *directory) {
		if o := d.find(m, attribute, text); o != nil {
			found = d.represent(o)
		}
	})
	return found
}

// AddObject makes an object as an administrator would: with the checks of the API, but without a
// token.
func (a *API) AddObject(m Model, attributes map[string]any) (made Object, err error) {
	encoded, err := json.Marshal(attributes)
	if err != nil {
		return nil, fmt.Errorf("add %s: %w", m, err)
	}
	raw, err := decodeJSON(encoded)
	if err != nil {
		return nil, fmt.Errorf("add %s: %w", m, err)
	}
	data, _ := raw.(map[string]any)
	a.change(func(d *directory, s *oidc.Settings) *oidc.Settings {
		model := d.schema(m)
		if model == nil || model.readOnly {
			err = fmt.Errorf("add %s: no such model", m)
			return s
		}
		values, wrong := d.validate(model, data, nil, false)
		if wrong != nil {
			err = fmt.Errorf("add %s: %w", m, wrong)
			return s
		}
		o := d.add(m, values)
		next := d.settle(s)
		made = d.represent(o)
		return next
	})
	return made, err
}

// RemoveObjects deletes the objects of a model with that text, such as a flow with a slug, with what
// depends on them, and returns how many there were.
func (a *API) RemoveObjects(m Model, attribute, text string) (removed int) {
	a.change(func(d *directory, s *oidc.Settings) *oidc.Settings {
		gone := slices.DeleteFunc(d.all(m), func(o *object) bool { return o.text(attribute) != text })
		for _, o := range gone {
			d.remove(o)
		}
		removed = len(gone)
		return d.settle(s)
	})
	return removed
}

// decodeJSON reads a JSON value, its numbers as they are written.
func decodeJSON(encoded []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	return value, nil
}
