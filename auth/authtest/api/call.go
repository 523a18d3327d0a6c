package api

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pantrie/auth/authtest/oidc"
	"pantrie/auth/authtest/version"
)

// reply is an answer of the API. A nil body is none.
type reply struct {
	status int
	body   any
}

// detail is how the API says what is not about one attribute.
func detail(status int, sentence string) reply {
	return reply{status, map[string]string{"detail": sentence}}
}

func notAllowed() reply {
	return detail(http.StatusForbidden, "You do not have permission to perform this action.")
}

// place is an address of the API.
type place struct {
	schema *schema // nil for the addresses that are not a collection
	name   string  // of those
	object string  // what identifies one object, "" for the collection
}

// place finds what a path below [oidc.APIPath] stands for in a version.
func (d *directory) place(path string) (place, bool) {
	switch path {
	case "admin/version/", "core/users/me/":
		return place{name: path}, true
	}
	if id, ok := strings.CutPrefix(path, "providers/all/"); ok && strings.Count(id, "/") <= 1 {
		return place{name: "providers/all/", object: strings.TrimSuffix(id, "/")}, id == "" || strings.HasSuffix(id, "/")
	}
	for _, s := range d.schemas {
		id, ok := strings.CutPrefix(path, s.pathIn(d.version))
		if !ok {
			continue
		}
		if id == "" {
			return place{schema: s}, true
		}
		id, ok = strings.CutSuffix(id, "/")
		return place{schema: s, object: id}, ok && id != "" && !strings.Contains(id, "/")
	}
	return place{}, false
}

// methods are those of a place, as the header Allow lists them in every answer.
func (at place) methods() string {
	switch {
	case at.schema == nil || at.schema.readOnly:
		return "GET, HEAD, OPTIONS"
	case at.object == "":
		return "GET, POST, HEAD, OPTIONS"
	default:
		return "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"
	}
}

// apiCall is one call by someone who is known. The lock of [oidc.Provider.Update] is held.
type apiCall struct {
	d    *directory
	s    *oidc.Settings
	r    *http.Request
	body []byte
}

// may says whether the token has the right to view, add, change or delete objects of a model.
func (c *apiCall) may(verb string, m Model) bool {
	app, name, _ := strings.Cut(string(m), ".")
	return !slices.Contains(c.s.DeniedPermissions, app+"."+verb+"_"+name)
}

func (c *apiCall) answer(at place) reply {
	switch at.name {
	case "admin/version/":
		return c.onlyGet(func() reply {
			v := c.d.version.String()
			return reply{http.StatusOK, map[string]any{
				"version_current": v, "version_latest": v, "version_latest_valid": true,
				"build_hash": "", "outdated": false, "outpost_outdated": false,
			}}
		})
	case "core/users/me/":
		return c.onlyGet(func() reply {
			return reply{http.StatusOK, map[string]any{"user": map[string]any{
				"pk": 1, "username": "akadmin", "name": "authentik Default Admin", "is_active": true, "is_superuser": len(c.s.DeniedPermissions) == 0,
			}}}
		})
	case "providers/all/":
		return c.anyProvider(at)
	}
	if at.object == "" {
		switch c.r.Method {
		case http.MethodGet, http.MethodHead:
			return c.list(at.schema)
		case http.MethodPost:
			return c.create(at.schema)
		}
		return c.noMethod()
	}
	return c.one(at)
}

func (c *apiCall) onlyGet(answer func() reply) reply {
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return c.noMethod()
	}
	return answer()
}

func (c *apiCall) noMethod() reply {
	return detail(http.StatusMethodNotAllowed, fmt.Sprintf("Method %q not allowed.", c.r.Method))
}

// anyProvider lists and shows providers of all kinds.
func (c *apiCall) anyProvider(at place) reply {
	return c.onlyGet(func() reply {
		if !c.may("view", "authentik_core.provider") {
			return notAllowed()
		}
		found := c.d.all(ModelProvider, ModelSAMLProvider)
		if at.object != "" {
			if o := c.d.byPK(at.object, ModelProvider, ModelSAMLProvider); o != nil {
				return reply{http.StatusOK, c.d.representAnyProvider(o)}
			}
			return c.noObject("Provider")
		}
		words := strings.Fields(strings.ToLower(c.r.URL.Query().Get("search")))
		found = slices.DeleteFunc(found, func(o *object) bool { return !o.hasWords(words, []string{"name"}) })
		return c.page(found, c.d.representAnyProvider)
	})
}

func (c *apiCall) noObject(singular string) reply {
	if c.d.version.Less(version.NewerNotFound()) {
		return detail(http.StatusNotFound, "Not found.")
	}
	return detail(http.StatusNotFound, "No "+singular+" matches the given query.")
}

// one shows, changes or deletes an object. Without the right to view it, none is found at all.
func (c *apiCall) one(at place) reply {
	if !c.may("view", at.schema.model) {
		return notAllowed()
	}
	var found *object
	for _, o := range c.d.all(at.schema.model) {
		if at.schema.lookup == "" && o.pk == at.object || at.schema.lookup != "" && o.text(at.schema.lookup) == at.object {
			found = o
		}
	}
	if found == nil {
		return c.noObject(at.schema.singular)
	}
	switch method := c.r.Method; {
	case method == http.MethodGet || method == http.MethodHead:
		return reply{http.StatusOK, c.d.represent(found)}
	case at.schema.readOnly:
		return c.noMethod()
	case method == http.MethodPatch || method == http.MethodPut:
		if !c.may("change", at.schema.model) {
			return notAllowed()
		}
		return c.change(at.schema, found, method == http.MethodPatch)
	case method == http.MethodDelete:
		if !c.may("delete", at.schema.model) {
			return notAllowed()
		}
		c.d.remove(found)
		return reply{http.StatusNoContent, nil}
	}
	return c.noMethod()
}

func (c *apiCall) create(s *schema) reply {
	if s.readOnly {
		return c.noMethod()
	}
	if !c.may("add", s.model) {
		return notAllowed()
	}
	data, refusal := c.data()
	if refusal != nil {
		return *refusal
	}
	values, wrong := c.d.validate(s, data, nil, false)
	if wrong != nil {
		return reply{http.StatusBadRequest, wrong}
	}
	return reply{http.StatusCreated, c.d.represent(c.d.add(s.model, values))}
}

func (c *apiCall) change(s *schema, o *object, partial bool) reply {
	data, refusal := c.data()
	if refusal != nil {
		return *refusal
	}
	values, wrong := c.d.validate(s, data, o, partial)
	if wrong != nil {
		return reply{http.StatusBadRequest, wrong}
	}
	o.values = values
	return reply{http.StatusOK, c.d.represent(o)}
}

// data reads the body, which must be a JSON object.
func (c *apiCall) data() (map[string]any, *reply) {
	media, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		refusal := detail(http.StatusUnsupportedMediaType, fmt.Sprintf("Unsupported media type %q in request.", c.r.Header.Get("Content-Type")))
		return nil, &refusal
	}
	raw, err := decodeJSON(c.body)
	if err != nil {
		refusal := detail(http.StatusBadRequest, "JSON parse error - "+err.Error())
		return nil, &refusal
	}
	data, ok := raw.(map[string]any)
	if !ok {
		return nil, &reply{http.StatusBadRequest, refusals{"non_field_errors": []string{"Invalid data. Expected a dictionary, but got " + pythonType(raw) + "."}}}
	}
	return data, nil
}

// list answers a collection: filtered, searched and in pages.
func (c *apiCall) list(s *schema) reply {
	if !c.may("view", s.model) {
		return notAllowed()
	}
	query := c.r.URL.Query()
	found := c.d.all(s.model)
	for _, name := range s.filters {
		wanted := slices.DeleteFunc(slices.Clone(query[name]), func(v string) bool { return v == "" })
		if len(wanted) == 0 {
			continue
		}
		a := s.field(name, c.d.version)
		if a == nil {
			continue
		}
		if refusal := c.badFilter(s, a, wanted); refusal != "" {
			return reply{http.StatusBadRequest, refusals{name: []string{refusal}}}
		}
		if !several(s, name) {
			wanted = wanted[len(wanted)-1:]
		}
		found = slices.DeleteFunc(found, func(o *object) bool {
			return !slices.ContainsFunc(wanted, func(w string) bool { return o.is(a, w) })
		})
	}
	found, refusal := c.special(s, found, query)
	if refusal != nil {
		return *refusal
	}
	words := strings.Fields(strings.ToLower(query.Get("search")))
	found = slices.DeleteFunc(found, func(o *object) bool { return !o.hasWords(words, s.search) })
	slices.SortStableFunc(found, func(a, b *object) int { return a.order(b) })
	return c.page(found, c.d.represent)
}

// special are the filters that are no attribute.
func (c *apiCall) special(s *schema, found []*object, query url.Values) ([]*object, *reply) {
	switch {
	case s.model == ModelCertificate && strings.EqualFold(query.Get("has_key"), "true"):
		found = slices.DeleteFunc(found, func(o *object) bool { return o.text("key_data") == "" })
	case s.model == ModelProvider && query.Get("application") != "":
		app := c.d.byPK(query.Get("application"), ModelApplication)
		if app == nil {
			return nil, &reply{http.StatusBadRequest, refusals{"application": []string{notAChoice}}}
		}
		found = slices.DeleteFunc(found, func(o *object) bool { return o.pk != app.text("provider") })
	}
	return found, nil
}

const notAChoice = "Select a valid choice. That choice is not one of the available choices."

// several says whether a filter may be given more than once.
func several(s *schema, name string) bool {
	return s.model == ModelScopeMapping && name == "managed"
}

// badFilter refuses what Authentik's filters cannot be set to: a choice nobody has and an object
// that does not exist are a 400, not an empty list.
func (c *apiCall) badFilter(s *schema, a *attribute, wanted []string) string {
	for _, w := range wanted {
		switch {
		case several(s, a.name) && c.d.find(s.model, a.name, w) == nil,
			a.kind == kindChoice && !slices.Contains(a.choices, w):
			return "Select a valid choice. " + w + " is not one of the available choices."
		case a.kind == kindReference && c.d.byPK(w, a.models...) == nil:
			return notAChoice
		case a.kind == kindInt:
			if _, err := strconv.Atoi(w); err != nil {
				return "Enter a number."
			}
		}
	}
	return ""
}

// is says whether an attribute has a value, as a filter writes it.
func (o *object) is(a *attribute, wanted string) bool {
	switch value := o.values[a.name].(type) {
	case string:
		return value == wanted
	case bool:
		return strconv.FormatBool(value) == strings.ToLower(wanted)
	case int:
		return strconv.Itoa(value) == wanted
	default:
		return false
	}
}

func (o *object) hasWords(words, names []string) bool {
	for _, word := range words {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(strings.ToLower(o.text(name)), word) }) {
			return false
		}
	}
	return true
}

func (o *object) order(other *object) int {
	for _, name := range o.schema.order {
		var c int
		if n, ok := o.values[name].(int); ok {
			m, _ := other.values[name].(int)
			c = n - m
		} else {
			c = strings.Compare(o.text(name), other.text(name))
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

// page answers the page of a collection the query asks for, a hundred objects unless it says else.
func (c *apiCall) page(found []*object, represent func(*object) map[string]any) reply {
	query := c.r.URL.Query()
	size, err := strconv.Atoi(query.Get("page_size"))
	if err != nil || size < 1 {
		size = 100
	}
	pages := max(1, (len(found)+size-1)/size)
	page := 1
	if text := query.Get("page"); text != "" {
		if page, err = strconv.Atoi(text); err != nil || page < 1 || page > pages {
			return detail(http.StatusNotFound, "Invalid page.")
		}
	}
	start := (page - 1) * size
	results := []any{}
	for _, o := range found[start:min(start+size, len(found))] {
		results = append(results, represent(o))
	}
	next := 0
	if page < pages {
		next = page + 1
	}
	return reply{http.StatusOK, map[string]any{
		"pagination": map[string]int{
			"next": next, "previous": page - 1, "count": len(found), "current": page, "total_pages": pages,
			"start_index": min(start+1, len(found)), "end_index": start + len(results),
		},
		"results": results, "autocomplete": map[string]any{},
	}}
}
