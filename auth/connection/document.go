package connection

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"pantrie/auth/authentik"
)

// document is a discovery document (OpenID Connect Discovery 1.0, section 3). The members that
// sign-in reads must have their type; of the others an odd value counts as absent.
type document struct {
	Issuer               string   `json:"issuer"`
	Authorize            string   `json:"authorization_endpoint"`
	Token                string   `json:"token_endpoint"`
	Userinfo             string   `json:"userinfo_endpoint"`
	JWKS                 string   `json:"jwks_uri"`
	SigningAlgorithms    []string `json:"id_token_signing_alg_values_supported"`
	EncryptionAlgorithms []string `json:"id_token_encryption_alg_values_supported"`

	endSession                           string
	scopes, claims, authMethods, pkce    []string
	listsScopes, listsClaims, listsAuths bool
}

func parseDocument(body []byte) (*document, error) {
	var d document
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, err
	}
	read := func(name string, into any) bool {
		raw, found := members[name]
		return found && json.Unmarshal(raw, into) == nil
	}
	read("end_session_endpoint", &d.endSession)
	read("code_challenge_methods_supported", &d.pkce)
	d.listsScopes = read("scopes_supported", &d.scopes)
	d.listsClaims = read("claims_supported", &d.claims)
	d.listsAuths = read("token_endpoint_auth_methods_supported", &d.authMethods)
	return &d, nil
}

// discovery fetches the discovery document.
func (r *run) discovery(ctx context.Context) Check {
	a, err := r.get(ctx, r.t.DiscoveryURL)
	r.clue = clueFrom(a)
	shown := place(r.address)
	switch {
	case errors.Is(err, errRedirected):
		return r.discoveryRedirects(a)
	case errors.Is(err, errTooLarge):
		return failed(CodeDiscoveryTooLarge, r.addressField(), fmt.Sprintf("%s answers with more than 1 MiB. That is no discovery document.", shown), r.checkAddress())
	case err != nil && timedOut(err):
		return r.tooSlow()
	case err != nil:
		return r.brokeOff(err)
	case a.status == http.StatusNotFound:
		return r.discoveryNotFound()
	case a.status != http.StatusOK:
		fix := r.checkAddress()
		if a.status >= 500 {
			fix = "Look into the logs of " + r.t.Name + " and of the proxy in front of it. Right after a start this may pass by itself."
		}
		seen := fmt.Sprintf("%s answers with status %d %s.", shown, a.status, http.StatusText(a.status))
		if trouble := authentik.ReadTrouble(a.status, a.body); trouble != authentik.TroubleNone && r.authentik() {
			named, what := trouble.Words()
			seen, fix = seen+" "+named, what
		}
		return failed(CodeDiscoveryStatus, "", seen, fix)
	}
	doc, err := parseDocument(a.body)
	switch {
	case err != nil && (a.html() || bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<"))):
		return failed(CodeDiscoveryHTML, r.addressField(), fmt.Sprintf("%s answers with a page for people instead of a discovery document.", shown),
			"Something else than "+r.t.Name+" answers there, perhaps a sign-in page in front of it. "+r.checkAddress())
	case err != nil:
		return failed(CodeDiscoveryNotJSON, r.addressField(), fmt.Sprintf("What %s answers cannot be read as a discovery document.", shown), r.checkAddress())
	}
	r.doc = doc
	return passed("Found at %s.", shown)
}

func (r *run) checkAddress() string {
	if r.addressField() == "" {
		return "Check that nothing between Pantrie and " + r.t.Name + " answers in its place."
	}
	return inPantrie(r.addressField()) + ", check the address."
}

func (r *run) discoveryNotFound() Check {
	seen := fmt.Sprintf("%s answers with status 404 Not Found.", place(r.address))
	if !r.authentik() {
		return failed(CodeDiscoveryNotFound, r.addressField(), seen, "There is no discovery document below this address. "+r.checkAddress())
	}
	_, slug, _ := authentik.ParseAddress(r.t.DiscoveryURL)
	return failed(CodeDiscoveryNotFound, string(authentik.SettingSlug),
		seen+fmt.Sprintf(" Authentik knows no application with the slug %q, or the application has no OAuth2 provider.", slug),
		"In Authentik: "+authentik.SettingSlug.Where()+", compare it with the Application Slug in Pantrie (it is the application's slug, not the provider's name), "+
			"and see that a provider is chosen beside it. If the slug is right, check the Authentik Base URL in Pantrie.")
}

func (r *run) discoveryRedirects(a answer) Check {
	if a.location == nil {
		return failed(CodeDiscoveryRedirect, r.addressField(), fmt.Sprintf("%s redirects without saying where.", place(r.address)), r.checkAddress())
	}
	to := a.location
	seen := fmt.Sprintf("%s redirects to %s.", place(r.address), r.quote(place(to)))
	if to.Scheme == "https" && r.address.Scheme == "http" && to.Hostname() == r.address.Hostname() {
		return failed(CodeDiscoveryRedirect, r.addressField(), seen, inPantrie(r.addressField())+", begin the address with https.")
	}
	if origin(to) == origin(r.address) {
		return failed(CodeDiscoveryRedirect, r.addressField(), seen+" That is one redirect too many.", r.checkAddress())
	}
	fix := "Pantrie does not follow a redirect to another address, in case " + r.t.Name + " has moved. If that is a sign-in page in front of " +
		r.t.Name + ", exempt this path from it."
	if field := r.addressField(); field != "" {
		fix += " " + inPantrie(field) + ", check the address."
	}
	return failed(CodeDiscoveryRedirect, r.addressField(), seen, fix)
}
