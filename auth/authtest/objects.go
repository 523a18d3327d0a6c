package authtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
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
func (p *Provider) Objects() Objects {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.directoryNow()
	copies := func(models ...Model) []Object {
		list := []Object{}
		for _, o := range d.all(models...) {
			list = append(list, d.represent(o))
		}
		return list
	}
	return Objects{
		Flows:         copies(ModelFlow),
		ScopeMappings: copies(ModelScopeMapping),
		Certificates:  copies(ModelCertificate),
		Groups:        copies(ModelGroup),
		Providers:     copies(ModelProvider, ModelSAMLProvider),
		Applications:  copies(ModelApplication),
		Bindings:      copies(ModelBinding),
	}
}

// Object returns the first object of a model with that text, such as a flow with a slug, or nil.
func (p *Provider) Object(m Model, attribute, text string) Object {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.directoryNow()
	if o := d.find(m, attribute, text); o != nil {
		return d.represent(o)
	}
	return nil
}

// AddObject makes an object as an administrator would: with the checks of the API, but without a
// token.
func (p *Provider) AddObject(m Model, attributes map[string]any) (Object, error) {
	encoded, err := json.Marshal(attributes)
	if err != nil {
		return nil, fmt.Errorf("add %s: %w", m, err)
	}
	raw, err := decodeJSON(encoded)
	if err != nil {
		return nil, fmt.Errorf("add %s: %w", m, err)
	}
	data, _ := raw.(map[string]any)
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.directoryNow()
	s := d.schema(m)
	if s == nil || s.readOnly {
		return nil, fmt.Errorf("add %s: no such model", m)
	}
	values, wrong := d.validate(s, data, nil, false)
	if wrong != nil {
		return nil, fmt.Errorf("add %s: %w", m, wrong)
	}
	made := d.add(m, values)
	p.settings = d.settle(p.settings)
	return d.represent(made), nil
}

// RemoveObjects deletes the objects of a model with that text, such as a flow with a slug, with what
// depends on them, and returns how many there were.
func (p *Provider) RemoveObjects(m Model, attribute, text string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.directoryNow()
	gone := slices.DeleteFunc(d.all(m), func(o *object) bool { return o.text(attribute) != text })
	for _, o := range gone {
		d.remove(o)
	}
	p.settings = d.settle(p.settings)
	return len(gone)
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
