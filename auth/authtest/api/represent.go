package api

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pantrie/auth/authtest/oidc"
	"pantrie/auth/authtest/version"
)

//nolint:gosec // Authentik names it beside the other

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
		answer["stages"] = stagesOf(o)
		maps.Copy(answer, map[string]any{
			"policybindingmodel_ptr_id": o.pk, "policies": []any{}, "policy_engine_mode": "any", "cache_count": 0,
			"background": "/static/dist/assets/images/flow_background.jpg", "layout": "stacked", "compatibility_mode": false,
			"denied_action": "message_continue", "authentication": "none",
			"export_url": oidc.APIPath + "flows/instances/" + o.text("slug") + "/export/",
		})
	case ModelCertificate:
		maps.Copy(answer, certificateOf(o))
	case ModelGroup:
		maps.Copy(answer, d.groupOf(o))
	case ModelScopeMapping:
		answer["meta_model_name"] = string(o.schema.model)
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
		answer["launch_url"], answer["meta_icon"] = orNil(o.text("meta_launch_url")), nil
	case ModelBinding:
		answer["policy_obj"], answer["group_obj"], answer["user_obj"] = nil, nil, nil
		if g := d.byPK(o.text("group"), ModelGroup); g != nil {
			answer["group_obj"] = d.represent(g)
		}
	}
	return answer
}

// certificateOf is what Authentik tells of a certificate without its key. Who is named in it, and the fingerprints, are made up.
func certificateOf(o *object) map[string]any {
	address := oidc.APIPath + "crypto/certificatekeypairs/" + o.pk
	sum256, sum1 := sha256.Sum256([]byte(o.pk)), sha1.Sum([]byte(o.pk))
	return map[string]any{
		"private_key_available": o.text("key_data") != "", "private_key_type": "rsa",
		"fingerprint_sha256": colons(sum256[:]), "fingerprint_sha1": colons(sum1[:]),
		"cert_expiry": "2099-12-31T23:59:59Z", "cert_subject": "OU=Self-signed,O=authentik,CN=" + o.text("name"),
		"certificate_download_url": address + "/view_certificate/?download",
		"private_key_download_url": address + "/view_private_key/?download",
	}
}

// colons writes bytes as fingerprints are written.
func colons(sum []byte) string {
	return strings.ReplaceAll(fmt.Sprintf("% x", sum), " ", ":")
}

// groupOf is a group with those in it.
func (d *directory) groupOf(o *object) map[string]any {
	members := d.memberships[o.text("name")]
	people := []any{}
	for _, u := range d.all(ModelUser) {
		if id, _ := strconv.Atoi(u.pk); slices.Contains(members, id) {
			people = append(people, map[string]any{
				"pk": id, "username": u.text("username"), "name": u.text("name"), "email": u.text("email"),
				"is_active": u.flag("is_active"), "last_login": nil, "attributes": map[string]any{}, "uid": hashOf(u.pk),
			})
		}
	}
	number := 0
	for _, r := range o.pk {
		number = (number*31 + int(r)) % 100_000
	}
	return map[string]any{
		"users": append([]int{}, members...), "users_obj": people, "num_pk": number, "parent": nil, "parent_name": nil,
		"roles": []any{}, "roles_obj": []any{}, "children": []any{}, "children_obj": nil,
	}
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
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
	if !d.version.ListsRedirectURIs() {
		var lines []string
		for _, e := range o.redirects() {
			lines = append(lines, e.URL)
		}
		return strings.Join(lines, "\n")
	}
	entries := []any{}
	for _, e := range o.redirects() {
		entry := map[string]any{"matching_mode": e.Mode, "url": e.URL}
		if !d.version.Less(version.LogoutType()) {
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
	if o.schema.model == ModelProvider {
		answer["refresh_token_threshold"] = "seconds=0"
		answer["jwt_federation_sources"], answer["jwt_federation_providers"] = []any{}, []any{}
	}
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
