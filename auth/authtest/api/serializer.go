package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pantrie/auth/authtest/oidc"
	"pantrie/auth/authtest/version"
)

// refusals are what is wrong with an object, by attribute: a list of sentences, or for a list of
// objects a list or object of those.
type refusals map[string]any

func (f refusals) Error() string {
	encoded, err := json.Marshal(f)
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}

// validate checks data as the serializer of a model does and returns the values to be stored. A
// partial change leaves what data does not name. Unknown attributes are ignored, as Authentik does.
func (d *directory) validate(s *schema, data map[string]any, existing *object, partial bool) (map[string]any, refusals) {
	values, wrong := make(map[string]any), refusals{}
	if existing != nil {
		for name, value := range existing.values {
			values[name] = value
		}
	}
	for i := range s.fields {
		a := s.fields[i]
		if !a.existsIn(d.version) {
			if _, read := values[a.name]; existing == nil && !read { // another version's form of a field read before
				values[a.name] = a.initial
			}
			continue
		}
		if a.kind == kindRedirectURIs && !d.version.ListsRedirectURIs() {
			a.required, a.blank = false, true
		}
		raw, sent := data[a.name]
		switch {
		case sent:
			value, refusal := d.value(&a, raw)
			if refusal == nil && a.unique != "" && d.taken(&a, value, existing) {
				refusal = []string{a.unique}
			}
			if refusal != nil {
				wrong[a.name] = refusal
				continue
			}
			values[a.name] = value
		case a.required && !partial:
			wrong[a.name] = []string{"This field is required."}
		case existing == nil && a.generate > 0:
			values[a.name] = oidc.RandomHex(a.generate / 2)
		case existing == nil:
			values[a.name] = a.initial
		}
	}
	if len(wrong) == 0 {
		wrong = d.together(s, values)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return values, nil
}

// together checks what concerns more than one attribute.
func (d *directory) together(s *schema, values map[string]any) refusals {
	switch s.model {
	case ModelBinding:
		count := 0
		for _, name := range []string{"policy", "group", "user"} {
			if values[name] != nil {
				count++
			}
		}
		if count < 1 {
			return refusals{"non_field_errors": []string{"One of 'policy', 'group', 'user' must be set."}}
		}
		if count > 1 {
			return refusals{"non_field_errors": []string{"Only one of 'policy', 'group', 'user' can be set."}}
		}
	case ModelApplication:
		slug, _ := values["slug"].(string)
		if !d.version.Less(version.ReservedSlugs()) && slices.Contains([]string{"authorize", "token", "device", "userinfo", "introspect", "revoke"}, slug) {
			return refusals{"slug": []string{fmt.Sprintf("The slug '%s' is reserved and cannot be used for applications.", slug)}}
		}
	}
	return nil
}

func (d *directory) taken(a *attribute, value any, existing *object) bool {
	if value == nil {
		return false
	}
	return slices.ContainsFunc(d.objects, func(o *object) bool {
		other := o.schema.field(a.name, d.version)
		return o != existing && other != nil && other.unique == a.unique && o.values[a.name] == value
	})
}

// value reads one attribute.
func (d *directory) value(a *attribute, raw any) (any, any) {
	if raw == nil {
		if a.null {
			return nil, nil
		}
		return nil, []string{"This field may not be null."}
	}
	switch a.kind {
	case kindText, kindSlug, kindURL:
		return textValue(a, raw)
	case kindBool:
		return boolValue(raw)
	case kindInt:
		n, err := strconv.Atoi(fmt.Sprint(raw))
		if err != nil {
			return nil, []string{"A valid integer is required."}
		}
		return n, nil
	case kindChoice:
		if s, ok := raw.(string); ok && slices.Contains(a.choices, s) {
			return s, nil
		}
		return nil, []string{fmt.Sprintf("%q is not a valid choice.", fmt.Sprint(raw))}
	case kindChoices:
		return choicesValue(a, raw)
	case kindReference:
		pk, refusal := d.referenceValue(a, raw)
		if refusal != "" {
			return nil, []string{refusal}
		}
		return pk, nil
	case kindReferences:
		return d.referencesValue(a, raw)
	case kindRedirectURIs:
		if d.version.ListsRedirectURIs() {
			return d.redirectsValue(raw)
		}
		lines, refusal := textValue(&attribute{kind: kindText, blank: true}, raw)
		if refusal != nil {
			return nil, refusal
		}
		var entries []redirectURI
		for _, line := range strings.Fields(lines.(string)) {
			entries = append(entries, redirectURI{"strict", line, "authorization"})
		}
		return entries, nil
	default:
		if object, ok := raw.(map[string]any); ok {
			return object, nil
		}
		return nil, []string{"Value must be a dictionary."}
	}
}

func textValue(a *attribute, raw any) (any, any) {
	var s string
	switch raw := raw.(type) {
	case string:
		s = strings.TrimSpace(raw)
	case json.Number:
		s = raw.String()
	default:
		return nil, []string{"Not a valid string."}
	}
	switch {
	case s == "" && !a.blank:
		return nil, []string{"This field may not be blank."}
	case a.max > 0 && utf8.RuneCountInString(s) > a.max:
		return nil, []string{fmt.Sprintf("Ensure this field has no more than %d characters.", a.max)}
	case a.kind == kindSlug && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "":
		return nil, []string{`Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.`}
	case a.kind == kindURL && s != "":
		if u, err := url.Parse(s); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return nil, []string{"Enter a valid URL."}
		}
	}
	return s, nil
}

func boolValue(raw any) (any, any) {
	switch strings.ToLower(fmt.Sprint(raw)) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return nil, []string{"Must be a valid boolean."}
}

func choicesValue(a *attribute, raw any) (any, any) {
	list, ok := raw.([]any)
	if !ok {
		return nil, []string{notList(raw)}
	}
	values, wrong := []string{}, map[string]any{}
	for i, entry := range list {
		s, ok := entry.(string)
		if !ok || !slices.Contains(a.choices, s) {
			wrong[strconv.Itoa(i)] = []string{fmt.Sprintf("%q is not a valid choice.", fmt.Sprint(entry))}
		}
		values = append(values, s)
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return values, nil
}

func (d *directory) referenceValue(a *attribute, raw any) (pk, refusal string) {
	switch raw := raw.(type) {
	case string:
		pk = raw
	case json.Number:
		pk = raw.String()
	default:
		return "", fmt.Sprintf("Incorrect type. Expected pk value, received %s.", pythonType(raw))
	}
	if d.byPK(pk, a.models...) != nil {
		return pk, ""
	}
	if len(a.models) > 0 && !d.schema(a.models[0]).numbered && !isUUID(pk) {
		return "", fmt.Sprintf("“%s” is not a valid UUID.", pk)
	}
	return "", fmt.Sprintf("Invalid pk %q - object does not exist.", pk)
}

func (d *directory) referencesValue(a *attribute, raw any) (any, any) {
	list, ok := raw.([]any)
	if !ok {
		return nil, []string{notList(raw)}
	}
	values := []string{}
	for _, entry := range list {
		pk, refusal := d.referenceValue(a, entry)
		if refusal != "" {
			return nil, []string{refusal}
		}
		if !slices.Contains(values, pk) {
			values = append(values, pk)
		}
	}
	return values, nil
}

// redirectsValue reads the list of objects. Older versions ignore redirect_uri_type as any unknown
// attribute, which makes a URI for after the logout an ordinary one.
func (d *directory) redirectsValue(raw any) (any, any) {
	list, ok := raw.([]any)
	if !ok {
		return nil, map[string]any{"non_field_errors": []string{notList(raw)}}
	}
	fields := []attribute{choice("matching_mode", "", "strict", "regex").needed(), requiredText("url")}
	if !d.version.Less(version.LogoutType()) {
		fields = append(fields, choice("redirect_uri_type", "authorization", "authorization", "logout"))
	}
	entries, wrong, bad := []redirectURI{}, []refusals{}, false
	for _, item := range list {
		data, ok := item.(map[string]any)
		refused := refusals{}
		got := map[string]string{"redirect_uri_type": "authorization"}
		if !ok {
			refused["non_field_errors"] = []string{"Invalid data. Expected a dictionary, but got " + pythonType(item) + "."}
		}
		for i := range fields {
			a := &fields[i]
			value, sent := data[a.name]
			if !ok || !sent && !a.required {
				continue
			}
			if !sent {
				refused[a.name] = []string{"This field is required."}
				continue
			}
			read, refusal := d.value(a, value)
			if refusal != nil {
				refused[a.name] = refusal
				continue
			}
			got[a.name], _ = read.(string)
		}
		entries = append(entries, redirectURI{got["matching_mode"], got["url"], got["redirect_uri_type"]})
		wrong = append(wrong, refused)
		bad = bad || len(refused) > 0
	}
	if bad {
		return nil, wrong
	}
	for _, e := range entries {
		if _, err := regexp.Compile(e.URL); err != nil && e.Mode == "regex" {
			return nil, []string{"Invalid Regex Pattern: " + e.URL}
		}
	}
	return entries, nil
}

func notList(raw any) string {
	return fmt.Sprintf("Expected a list of items but got type %q.", pythonType(raw))
}

// pythonType is what Authentik calls the type of a JSON value.
func pythonType(raw any) string {
	switch raw := raw.(type) {
	case string:
		return "str"
	case bool:
		return "bool"
	case json.Number:
		if strings.ContainsAny(raw.String(), ".eE") {
			return "float"
		}
		return "int"
	case []any:
		return "list"
	case nil:
		return "NoneType"
	default:
		return "dict"
	}
}

func isUUID(s string) bool {
	digits := strings.ReplaceAll(s, "-", "")
	return len(digits) == 32 && strings.Trim(strings.ToLower(digits), "0123456789abcdef") == ""
}
