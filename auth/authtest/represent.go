package authtest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// represent is an object as its serializer answers it: a fresh map of what JSON knows.
func (d *directory) represent(o *object) map[string]any {
	answer := map[string]any{"pk": o.key()}
	for i := range o.schema.fields {
		a := &o.schema.fields[i]
		if a.hidden || !a.existsIn(d.version) {
			continue
		}
		answer[a.name] = d.attributeOf(o, a)
	}
	switch o.schema.model {
	case ModelFlow:
		answer["policybindingmodel_ptr_id"] = o.pk
		answer["stages"] = stagesOf(o)
	case ModelCertificate:
		answer["private_key_available"] = o.text("key_data") != ""
	case ModelGroup:
		answer["users"] = append([]int{}, d.memberships[o.text("name")]...)
	case ModelScopeMapping:
		answer["component"] = "ak-property-mapping-provider-scope-form"
		answer["verbose_name"], answer["verbose_name_plural"] = "Scope Mapping", o.schema.plural
	case ModelProvider, ModelSAMLProvider:
		d.representProvider(o, answer)
	case ModelApplication:
		answer["provider_obj"] = nil
		if provider := d.byPK(o.text("provider"), ModelProvider, ModelSAMLProvider); provider != nil {
			answer["provider_obj"] = d.representAnyProvider(provider)
		}
		answer["backchannel_providers"], answer["backchannel_providers_obj"] = []any{}, []any{}
		answer["launch_url"] = orNil(o.text("meta_launch_url"))
	case ModelBinding:
		answer["policy_obj"], answer["group_obj"], answer["user_obj"] = nil, nil, nil
		if g := d.byPK(o.text("group"), ModelGroup); g != nil {
			answer["group_obj"] = d.represent(g)
		}
	}
	return answer
}

// stagesOf are the stages of a flow: none of the default ones that only pass people on.
func stagesOf(flow *object) []string {
	switch flow.text("slug") {
	case flowImplicit, flowInvalidation:
		return []string{}
	}
	return []string{"55122f09-501f-4628-827f-79b3cf91a210"}
}

func (o *object) key() any {
	if o.schema.numbered {
		n, _ := strconv.Atoi(o.pk)
		return n
	}
	return o.pk
}

// jsonKey is the key as it would be decoded from JSON.
func jsonKey(o *object) any {
	if o.schema.numbered {
		return json.Number(o.pk)
	}
	return o.pk
}

func (d *directory) attributeOf(o *object, a *attribute) any {
	switch a.kind {
	case kindRedirectURIs:
		return d.redirectsOf(o)
	case kindReference:
		if target := d.byPK(o.text(a.name), a.models...); target != nil {
			return target.key()
		}
		return nil
	case kindReferences, kindChoices:
		return append([]string{}, o.list(a.name)...)
	default:
		return o.values[a.name]
	}
}

func (d *directory) redirectsOf(o *object) any {
	if !d.version.listsRedirectURIs() {
		var lines []string
		for _, e := range o.redirects() {
			lines = append(lines, e.URL)
		}
		return strings.Join(lines, "\n")
	}
	entries := []any{}
	for _, e := range o.redirects() {
		entry := map[string]any{"matching_mode": e.Mode, "url": e.URL}
		if !d.version.less(logoutType()) {
			entry["redirect_uri_type"] = e.Type
		}
		entries = append(entries, entry)
	}
	return entries
}

func (d *directory) representProvider(o *object, answer map[string]any) {
	answer["component"], answer["verbose_name"] = "ak-provider-oauth2-form", "OAuth2/OpenID Provider"
	if o.schema.model == ModelSAMLProvider {
		answer["component"], answer["verbose_name"] = "ak-provider-saml-form", "SAML Provider"
	}
	answer["verbose_name_plural"] = o.schema.plural
	answer["meta_model_name"] = string(o.schema.model)
	answer["assigned_application_slug"], answer["assigned_application_name"] = nil, nil
	answer["assigned_backchannel_application_slug"], answer["assigned_backchannel_application_name"] = nil, nil
	if app := d.applicationOf(o); app != nil {
		answer["assigned_application_slug"], answer["assigned_application_name"] = app.text("slug"), app.text("name")
	}
}

// representAnyProvider is what all kinds of provider have in common, as it stands in an application
// and under providers/all/.
func (d *directory) representAnyProvider(o *object) map[string]any {
	common := []string{
		"pk", "name", "authentication_flow", "authorization_flow", "invalidation_flow", "property_mappings", "component",
		"assigned_application_slug", "assigned_application_name", "assigned_backchannel_application_slug",
		"assigned_backchannel_application_name", "verbose_name", "verbose_name_plural", "meta_model_name",
	}
	answer := d.represent(o)
	for name := range answer {
		if !slices.Contains(common, name) {
			delete(answer, name)
		}
	}
	return answer
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
