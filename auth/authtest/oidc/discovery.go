package oidc

import (
	"encoding/json"
	"net/http"

	"github.com/go-jose/go-jose/v4"

	"pantrie/auth/authtest/version"
)

// discovery answers the provider metadata (OpenID Connect Discovery 1.0, section 4) with the fields
// Authentik sends, response types it lists but this package refuses among them.
func (p *Provider) discovery(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	v := visitFrom(r.Context())
	s := v.settings
	o := v.base + applicationPath
	algorithm := "RS256"
	if s.NoSigningKey {
		algorithm = "HS256"
	}
	doc := map[string]any{
		"issuer":                        v.issuer(),
		"authorization_endpoint":        o + "authorize/",
		"token_endpoint":                o + "token/",
		"userinfo_endpoint":             o + "userinfo/",
		"introspection_endpoint":        o + "introspect/",
		"revocation_endpoint":           o + "revoke/",
		"device_authorization_endpoint": o + "device/",
		"jwks_uri":                      v.issuer() + "jwks/",
		"end_session_endpoint":          v.issuer() + "end-session/",
		"response_types_supported":      responseTypes(),
		"response_modes_supported":      []string{"query", "fragment", "form_post"},
		"grant_types_supported": []string{ // all that Authentik knows, whatever the provider allows
			"authorization_code", "refresh_token", "implicit", "client_credentials", "password",
			"urn:ietf:params:oauth:grant-type:device_code",
		},
		"id_token_signing_alg_values_supported": []string{algorithm},
		"subject_types_supported":               []string{"public"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
		"acr_values_supported":                  []string{acrDefault},
		"scopes_supported":                      s.scopesListed(),
		"request_parameter_supported":           false,
		"claims_parameter_supported":            false,
		"code_challenge_methods_supported":      []string{"plain", "S256"},
		"backchannel_logout_supported":          true,
		"backchannel_logout_session_supported":  true,
		"claims_supported": []string{
			"sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce",
			"email", "email_verified", "name", "given_name", "preferred_username", "nickname", "groups",
		},
	}
	if !s.Release().Less(version.Version{2026, 5, 0}) {
		doc["frontchannel_logout_supported"], doc["frontchannel_logout_session_supported"] = true, true
	}
	if s.EncryptionKey {
		doc["id_token_encryption_alg_values_supported"] = []string{string(jose.RSA_OAEP_256)}
		doc["id_token_encryption_enc_values_supported"] = []string{string(jose.A256CBC_HS512)}
	}
	writeJSON(w, http.StatusOK, doc)
}

// jwks answers the key set. Without any key Authentik's is {} and not {"keys":[]}, which RFC 7517,
// section 5, would ask for.
func (p *Provider) jwks(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	s := visitFrom(r.Context()).settings
	set := struct {
		Keys []jose.JSONWebKey `json:"keys,omitempty"`
	}{}
	if !s.NoSigningKey {
		for _, k := range p.publishedKeys() {
			set.Keys = append(set.Keys, k.jwk("RS256", "sig"))
		}
	}
	if s.EncryptionKey {
		k, err := encryptionKey()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		set.Keys = append(set.Keys, k.jwk(string(jose.RSA_OAEP_256), "enc"))
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	writeJSON(w, http.StatusOK, set)
}

// jsonType is the type of JSON outside the API.
const jsonType = "application/json"

func writeJSON(w http.ResponseWriter, status int, body any) { WriteAs(w, status, jsonType, body) }

// WriteAs answers a status with a body in JSON, as the media type says.
func WriteAs(w http.ResponseWriter, status int, media string, body any) {
	encoded, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_, _ = w.Write(encoded)
}
