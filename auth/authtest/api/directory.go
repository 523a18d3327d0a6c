package api

import (
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pantrie/auth/authtest/version"
)

// Slugs and names of what a new Authentik comes with.
const (
	flowImplicit = "default-provider-authorization-implicit-consent"
	flowExplicit = "default-provider-authorization-explicit-consent"
	// flowLogout has the stage that signs people out; flowInvalidation, which came later, has none.
	flowLogout       = "default-invalidation-flow"
	flowInvalidation = "default-provider-invalidation-flow"
	managedScope     = "goauthentik.io/providers/oauth2/scope-"
	selfSigned       = "authentik Self-signed Certificate"
	adminGroup       = "authentik Admins"
)

// object is one row: its values are what the serializer stored, never changed but replaced. A
// reference is the primary key as a text, or nil.
type object struct {
	schema *schema
	pk     string
	values map[string]any
}

func (o *object) text(name string) string {
	s, _ := o.values[name].(string)
	return s
}

func (o *object) list(name string) []string {
	l, _ := o.values[name].([]string)
	return l
}

func (o *object) flag(name string) bool {
	b, _ := o.values[name].(bool)
	return b
}

func (o *object) redirects() []redirectURI {
	l, _ := o.values["redirect_uris"].([]redirectURI)
	return l
}

func (o *object) set(name string, value any) {
	next := maps.Clone(o.values)
	next[name] = value
	o.values = next
}

// directory is Authentik's database as far as the API reaches. The lock of [oidc.Provider.Update] guards it.
type directory struct {
	version version.Version
	schemas []*schema
	objects []*object // in order of creation
	number  int       // the last primary key that is a number
	primary *object   // the application the settings describe, nil if there is none
	// memberships are the numbers of the people in a group, by its name.
	memberships map[string][]int
}

// newDirectory returns what a new Authentik of that version has.
func newDirectory(v version.Version) *directory {
	d := &directory{version: v, schemas: schemas()}
	for _, f := range [][2]string{
		{"default-authentication-flow", "authentication"},
		{flowImplicit, "authorization"},
		{flowExplicit, "authorization"},
		{flowLogout, "invalidation"},
	} {
		d.addFlow(f[0], f[1])
	}
	if !v.Less(version.InvalidationFlow()) {
		d.addFlow(flowInvalidation, "invalidation")
	}
	for _, scope := range []string{"openid", "email", "profile", "offline_access"} {
		d.add(ModelScopeMapping, map[string]any{
			"managed":     managedScope + scope,
			"name":        "authentik default OAuth Mapping: OpenID '" + scope + "'",
			"scope_name":  scope,
			"expression":  "return {}",
			"description": "",
		})
	}
	d.add(ModelCertificate, map[string]any{"name": selfSigned, "key_data": "key", "managed": nil})
	d.add(ModelGroup, map[string]any{"name": adminGroup, "is_superuser": true, "attributes": map[string]any{}})
	return d
}

func (d *directory) addFlow(slug, designation string) {
	d.add(ModelFlow, map[string]any{
		"name": strings.ReplaceAll(slug, "-", " "), "slug": slug, "title": "Welcome", "designation": designation,
	})
}

// AddFlow adds a flow with a stage of its own, of which nobody knows what it does.
func (a *API) AddFlow(slug, designation string) {
	a.look(func(d *directory) { d.addFlow(slug, designation) })
}

func (d *directory) schema(m Model) *schema {
	for _, s := range d.schemas {
		if s.model == m {
			return s
		}
	}
	return nil
}

func (d *directory) add(m Model, values map[string]any) *object {
	o := &object{schema: d.schema(m), values: values}
	if o.schema.numbered {
		d.number++
		o.pk = strconv.Itoa(d.number)
	} else {
		o.pk = newUUID()
	}
	d.objects = append(d.objects, o)
	return o
}

func (d *directory) all(models ...Model) []*object {
	var found []*object
	for _, o := range d.objects {
		if slices.Contains(models, o.schema.model) {
			found = append(found, o)
		}
	}
	return found
}

// find returns the first object of a model with that text, or nil.
func (d *directory) find(m Model, name, value string) *object {
	for _, o := range d.all(m) {
		if o.text(name) == value {
			return o
		}
	}
	return nil
}

func (d *directory) byPK(pk string, models ...Model) *object {
	for _, o := range d.all(models...) {
		if o.pk == pk {
			return o
		}
	}
	return nil
}

// remove deletes an object, what cascades from it, and references to it.
func (d *directory) remove(gone *object) {
	d.objects = slices.DeleteFunc(d.objects, func(o *object) bool { return o == gone })
	var follow []*object
	for _, o := range d.objects {
		for i := range o.schema.fields {
			a := &o.schema.fields[i]
			if !slices.Contains(a.models, gone.schema.model) {
				continue
			}
			switch {
			case a.kind == kindReferences:
				o.set(a.name, slices.DeleteFunc(slices.Clone(o.list(a.name)), func(pk string) bool { return pk == gone.pk }))
			case o.text(a.name) != gone.pk:
			case a.cascade:
				follow = append(follow, o)
			default:
				o.set(a.name, nil)
			}
		}
	}
	for _, o := range follow {
		d.remove(o)
	}
}

// oauthProvider returns the OAuth2 provider of an application, or nil.
func (d *directory) oauthProvider(app *object) *object {
	return d.byPK(app.text("provider"), ModelProvider)
}

// applicationOf returns the application a provider is assigned to, or nil.
func (d *directory) applicationOf(provider *object) *object {
	return d.find(ModelApplication, "provider", provider.pk)
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never returns an error.
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
