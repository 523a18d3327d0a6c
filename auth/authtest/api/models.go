package api

import "pantrie/auth/authtest/version"

// Model is a kind of object, by the name Authentik's blueprints use.
type Model string

// The models imitated.
const (
	ModelFlow         Model = "authentik_flows.flow"
	ModelScopeMapping Model = "authentik_providers_oauth2.scopemapping"
	ModelCertificate  Model = "authentik_crypto.certificatekeypair"
	ModelGroup        Model = "authentik_core.group"
	ModelUser         Model = "authentik_core.user"
	ModelProvider     Model = "authentik_providers_oauth2.oauth2provider"
	ModelSAMLProvider Model = "authentik_providers_saml.samlprovider"
	ModelApplication  Model = "authentik_core.application"
	ModelBinding      Model = "authentik_policies.policybinding"
)

// kind is how the serializer of a model reads an attribute.
type kind int

const (
	kindText kind = iota
	kindSlug
	kindURL
	kindBool
	kindInt
	kindChoice
	kindChoices // a list of choices
	kindReference
	kindReferences
	kindRedirectURIs
	kindObject
)

// attribute is one field of a model's serializer.
type attribute struct {
	name     string
	kind     kind
	choices  []string
	models   []Model // what a reference may point at
	required bool
	null     bool
	blank    bool
	max      int
	// initial is the value when nothing is sent; generate makes a random text of that length instead.
	initial  any
	generate int
	// unique is the refusal of a value that another object has, be it of another model with the same
	// refusal: all kinds of provider share their names.
	unique string
	// since and until are the first versions with and without the attribute.
	since, until version.Version
	// cascade removes the object with what it points at; otherwise the attribute becomes null.
	cascade bool
	// hidden attributes are stored but not answered.
	hidden bool
}

// schema is a model: where its API is, and its attributes.
type schema struct {
	model    Model
	path     string
	movedTo  string // its path since scopePathMoved
	lookup   string // the attribute in the path of one object; "" is the primary key
	numbered bool   // the primary key is a number and not a UUID
	plural   string
	singular string // as in "No … matches the given query."
	readOnly bool
	filters  []string
	search   []string
	order    []string
	fields   []attribute
}

func (a *attribute) existsIn(v version.Version) bool {
	return !v.Less(a.since) && (a.until == version.Version{} || v.Less(a.until))
}

func (s *schema) field(name string, v version.Version) *attribute {
	for i := range s.fields {
		if a := &s.fields[i]; a.name == name && a.existsIn(v) {
			return a
		}
	}
	return nil
}

func (s *schema) pathIn(v version.Version) string {
	if s.movedTo != "" && !v.Less(version.ScopePathMoved()) {
		return s.movedTo
	}
	return s.path
}

func text(name string) attribute { return attribute{name: name, kind: kindText} }

func optionalText(name string) attribute {
	return attribute{name: name, kind: kindText, blank: true, initial: ""}
}

func requiredText(name string) attribute {
	return attribute{name: name, kind: kindText, required: true}
}

func boolean(name string, initial bool) attribute {
	return attribute{name: name, kind: kindBool, initial: initial}
}

func integer(name string, initial int) attribute {
	return attribute{name: name, kind: kindInt, initial: initial}
}

func choice(name, initial string, choices ...string) attribute {
	return attribute{name: name, kind: kindChoice, initial: initial, choices: choices}
}

func reference(name string, models ...Model) attribute {
	return attribute{name: name, kind: kindReference, null: true, models: models}
}

func (a attribute) uniqueAs(refusal string) attribute  { a.unique = refusal; return a }
func (a attribute) from(v version.Version) attribute   { a.since = v; return a }
func (a attribute) before(v version.Version) attribute { a.until = v; return a }
func (a attribute) cascading() attribute               { a.cascade = true; return a }
func (a attribute) needed() attribute                  { a.required, a.null = true, false; return a }

// schemas are all models, those first which others point at.
func schemas() []*schema {
	uniqueName := requiredText("name")
	return []*schema{
		{
			model: ModelFlow, path: "flows/instances/", lookup: "slug",
			singular: "Flow", plural: "Flows",
			filters: []string{"name", "slug", "designation"}, search: []string{"name", "slug", "title"}, order: []string{"slug"},
			fields: []attribute{
				requiredText("name"),
				{name: "slug", kind: kindSlug, required: true, max: 50, unique: "Flow with this slug already exists."},
				requiredText("title"),
				choice("designation", "", "authentication", "authorization", "invalidation", "enrollment", "unenrollment", "recovery", "stage_configuration").needed(),
			},
		},
		{
			model: ModelScopeMapping, path: "propertymappings/scope/", movedTo: "propertymappings/provider/scope/",
			singular: "ScopeMapping", plural: "Scope Mappings",
			filters: []string{"scope_name", "name", "managed"}, search: []string{"name", "scope_name"}, order: []string{"scope_name", "name"},
			fields: []attribute{
				{name: "managed", kind: kindText, null: true, unique: "Property Mapping with this Managed by authentik already exists."},
				uniqueName.uniqueAs("Property Mapping with this name already exists."),
				requiredText("expression"),
				requiredText("scope_name"),
				optionalText("description"),
			},
		},
		{
			model: ModelCertificate, path: "crypto/certificatekeypairs/",
			singular: "CertificateKeyPair", plural: "Certificate-Key Pairs",
			filters: []string{"name", "managed"}, search: []string{"name"}, order: []string{"name"},
			fields: []attribute{
				uniqueName.uniqueAs("Certificate-Key Pair with this name already exists."),
				{name: "certificate_data", kind: kindText, required: true, hidden: true},
				{name: "key_data", kind: kindText, blank: true, initial: "", hidden: true},
				{name: "managed", kind: kindText, null: true},
			},
		},
		{
			model: ModelGroup, path: "core/groups/",
			singular: "Group", plural: "Groups",
			filters: []string{"name", "is_superuser"}, search: []string{"name"}, order: []string{"name"},
			fields: []attribute{
				requiredText("name").before(version.UniqueGroupName()),
				uniqueName.uniqueAs("This field must be unique.").from(version.UniqueGroupName()),
				boolean("is_superuser", false),
				{name: "attributes", kind: kindObject, initial: map[string]any{}},
			},
		},
		{
			model: ModelUser, path: "core/users/", numbered: true, readOnly: true,
			singular: "User", plural: "Users",
			filters: []string{"username", "email", "name"}, search: []string{"username", "name", "email"}, order: []string{"username"},
			fields: []attribute{requiredText("username"), text("name"), text("email"), boolean("is_active", true)},
		},
		providerSchema(),
		{
			model: ModelSAMLProvider, path: "providers/saml/", numbered: true,
			singular: "SAMLProvider", plural: "SAML Providers",
			filters: []string{"name"}, search: []string{"name"}, order: []string{"name"},
			fields: []attribute{
				uniqueName.uniqueAs(providerNameTaken),
				reference("authorization_flow", ModelFlow).needed().cascading(),
				reference("invalidation_flow", ModelFlow).needed().from(version.InvalidationFlow()),
				{name: "acs_url", kind: kindURL, required: true},
			},
		},
		{
			model: ModelApplication, path: "core/applications/", lookup: "slug",
			singular: "Application", plural: "Applications",
			filters: []string{"name", "slug", "meta_launch_url", "meta_description", "meta_publisher", "group"},
			search:  []string{"name", "slug", "meta_launch_url", "meta_description", "meta_publisher", "group"},
			order:   []string{"name"},
			fields: []attribute{
				requiredText("name"),
				{name: "slug", kind: kindSlug, required: true, max: 50, unique: "Application with this slug already exists."},
				reference("provider", ModelProvider, ModelSAMLProvider).uniqueAs("Application with this provider already exists."),
				boolean("open_in_new_tab", false),
				{name: "meta_launch_url", kind: kindURL, blank: true, initial: ""},
				optionalText("meta_description"),
				optionalText("meta_publisher"),
				choice("policy_engine_mode", "any", "all", "any"),
				optionalText("group"),
			},
		},
		{
			model: ModelBinding, path: "policies/bindings/",
			singular: "PolicyBinding", plural: "Policy Bindings",
			filters: []string{"policy", "target", "enabled", "order", "timeout"}, order: []string{"target", "order"},
			fields: []attribute{
				reference("policy"),
				reference("group", ModelGroup).cascading(),
				reference("user", ModelUser).cascading(),
				reference("target", ModelApplication, ModelFlow).needed().cascading(),
				boolean("negate", false),
				boolean("enabled", true),
				{name: "order", kind: kindInt, required: true},
				integer("timeout", 30),
				boolean("failure_result", false),
			},
		},
	}
}

const providerNameTaken = "provider with this name already exists."

func providerSchema() *schema {
	return &schema{
		model: ModelProvider, path: "providers/oauth2/", numbered: true,
		singular: "OAuth2Provider", plural: "OAuth2/OpenID Providers",
		filters: []string{"name", "authorization_flow", "client_type", "client_id", "include_claims_in_id_token", "signing_key", "sub_mode", "issuer_mode"},
		search:  []string{"name"}, order: []string{"name"},
		fields: []attribute{
			requiredText("name").uniqueAs(providerNameTaken),
			reference("authentication_flow", ModelFlow),
			reference("authorization_flow", ModelFlow).needed().cascading(),
			reference("invalidation_flow", ModelFlow).needed().from(version.InvalidationFlow()),
			{name: "property_mappings", kind: kindReferences, models: []Model{ModelScopeMapping}, initial: []string{}},
			choice("client_type", "confidential", "confidential", "public"),
			attribute{name: "grant_types", kind: kindChoices, initial: []string{}, choices: []string{
				"authorization_code", "implicit", "hybrid", "refresh_token", "client_credentials", "password", "urn:ietf:params:oauth:grant-type:device_code",
			}}.from(version.GrantTypes()),
			{name: "client_id", kind: kindText, generate: 40, max: 255, unique: "OAuth2/OpenID Provider with this Client ID already exists."},
			{name: "client_secret", kind: kindText, generate: 128, max: 255, blank: true},
			attribute{name: "access_code_validity", kind: kindText, initial: "minutes=1"},
			attribute{name: "access_token_validity", kind: kindText, initial: "hours=1"},
			attribute{name: "refresh_token_validity", kind: kindText, initial: "days=30"},
			boolean("include_claims_in_id_token", true),
			reference("signing_key", ModelCertificate),
			reference("encryption_key", ModelCertificate).from(version.InvalidationFlow()),
			{name: "redirect_uris", kind: kindRedirectURIs, required: true},
			attribute{name: "backchannel_logout_uri", kind: kindURL, blank: true, initial: ""}.from(version.BackchannelURI()).before(version.LogoutURI()),
			attribute{name: "logout_uri", kind: kindURL, blank: true, initial: ""}.from(version.LogoutURI()),
			choice("logout_method", "backchannel", "backchannel", "frontchannel").from(version.LogoutURI()),
			choice("sub_mode", "hashed_user_id", "hashed_user_id", "user_id", "user_uuid", "user_username", "user_email", "user_upn"),
			choice("issuer_mode", "per_provider", "global", "per_provider"),
		},
	}
}
