package provision

import (
	"net/http"

	"pantrie/auth/authentik"
)

// resource is a collection of Authentik's API, by its path below B/api/v3/.
type resource string

const (
	atVersion      resource = "admin/version/"
	atFlows        resource = "flows/instances/"
	atMappings     resource = "propertymappings/provider/scope/"
	atMappingsOld  resource = "propertymappings/scope/"
	atCertificates resource = "crypto/certificatekeypairs/"
	atGroups       resource = "core/groups/"
	atProviders    resource = "providers/oauth2/"
	atApplications resource = "core/applications/"
	atBindings     resource = "policies/bindings/"
)

// model is the Django model behind a collection: its application, its name, and the label that
// Authentik's interface has for it in permissions.
func (at resource) model() (app, name, label string) {
	switch at {
	case atFlows:
		return "authentik_flows", "flow", "Flow"
	case atMappings, atMappingsOld:
		return "authentik_providers_oauth2", "scopemapping", "Scope Mapping"
	case atCertificates:
		return "authentik_crypto", "certificatekeypair", "Certificate-Key Pair"
	case atGroups:
		return "authentik_core", "group", "Group"
	case atProviders:
		return "authentik_providers_oauth2", "oauth2provider", "OAuth2/OpenID Provider"
	case atApplications:
		return "authentik_core", "application", "Application"
	case atBindings:
		return "authentik_policies", "policybinding", "Policy Binding"
	}
	return "", "", ""
}

// permission is what a request needs, as Authentik calls it and as its interface does. Its refusal
// names neither.
func (at resource) permission(method string) (name, label string) {
	app, model, words := at.model()
	if model == "" {
		return "", ""
	}
	verb := map[string]string{http.MethodGet: "view", http.MethodPost: "add", http.MethodPatch: "change", http.MethodDelete: "delete"}[method]
	return app + "." + verb + "_" + model, "Can " + verb + " " + words
}

// Permissions are all that an API token needs, by Authentik's names: to look, to create, to use what is
// there, and to remove again what a run made before it failed.
func Permissions() []string {
	var list []string
	for _, need := range []struct {
		method string
		at     []resource
	}{
		{http.MethodGet, []resource{atApplications, atProviders, atFlows, atMappings, atCertificates, atGroups}},
		{http.MethodPost, []resource{atApplications, atProviders, atBindings}},
		{http.MethodPatch, []resource{atApplications, atProviders}},
		{http.MethodDelete, []resource{atApplications, atProviders}},
	} {
		for _, at := range need.at {
			name, _ := at.permission(need.method)
			list = append(list, name)
		}
	}
	return list
}

// object is what is read of flows, certificates, groups and scope mappings.
type object struct {
	PK      string `json:"pk"`
	Name    string `json:"name"`
	Slug    string `json:"slug"`                  // of flows
	Managed string `json:"managed"`               // of scope mappings
	HasKey  *bool  `json:"private_key_available"` // of certificates
	KeyType string `json:"private_key_type"`      // of certificates; key_type in newer versions
	KeyKind string `json:"key_type"`
	Stages  *[]any `json:"stages"` // of flows
}

// keepsSession says whether a flow is known to leave people signed in at Authentik: it has no stages
// at all. What the stages of another flow do is not to be seen here.
func (o object) keepsSession() bool {
	if o.Stages == nil {
		return o.Slug == authentik.FlowOnlyLeaves
	}
	return len(*o.Stages) == 0
}

// application is what is read of applications.
type application struct {
	PK          string `json:"pk"`
	Name        string `json:"name"`
	Slug        string `json:"slug"`
	Provider    int64  `json:"provider"` // null without one
	LaunchURL   string `json:"meta_launch_url"`
	ProviderObj struct {
		Name string `json:"name"`
		Kind string `json:"verbose_name"`
	} `json:"provider_obj"`
}
