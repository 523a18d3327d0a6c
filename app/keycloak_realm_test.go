//go:build keycloak

package app_test

import (
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"testing"
)

const (
	keycloakCallback = "/api/v1/auth/oauth/oidc/callback"
	keycloakSettings = "/api/v1/admin/oauth/oidc"
	realmSecret      = "the secret of one realm's client"
	realmPassword    = "rowan and rye"
)

// realm is one of Keycloak's realms, and the Pantrie whose provider it is. Each test has its own of both.
type realm struct {
	*host
	t     *testing.T
	k     *keycloak
	name  string
	admin *browser // Pantrie's
}

// representation is one of Keycloak's, as its admin REST API has it.
type representation = map[string]any

// newRealm makes a realm with Mara, who is in the groups family and admins, and Sam, whose address the account here has
// that set Pantrie up, and connects Pantrie with it. change may do something else to the client before it is made.
func newRealm(t *testing.T, k *keycloak, change func(client representation)) *realm {
	t.Helper()
	h, admin := newHome(t)
	r := &realm{host: h, t: t, k: k, admin: admin, name: path.Base(t.Name())}
	client := representation{
		"clientId": "pantrie", "secret": realmSecret, "publicClient": false, "standardFlowEnabled": true,
		"redirectUris": []string{h.server.URL + keycloakCallback}, "frontchannelLogout": false,
		"attributes": map[string]string{
			"backchannel.logout.url":              h.server.URL + "/api/v1/auth/oauth/oidc/backchannel-logout",
			"backchannel.logout.session.required": "false",
			"post.logout.redirect.uris":           h.server.URL + "/api/v1/auth/oauth/oidc/signed-out",
		},
		"protocolMappers": []representation{{
			"name": "groups", "protocol": "openid-connect", "protocolMapper": "oidc-group-membership-mapper",
			"config": map[string]string{"claim.name": "groups", "full.path": "false", "userinfo.token.claim": "true"},
		}},
	}
	if change != nil {
		change(client)
	}
	person := func(username, email, last string, groups ...string) representation {
		return representation{
			"username": username, "email": email, "emailVerified": true, "enabled": true,
			"firstName": strings.ToUpper(username[:1]) + username[1:], "lastName": last, "groups": groups,
			"realmRoles":  []string{"default-roles-" + r.name}, // which the admin console gives everybody
			"credentials": []representation{{"type": "password", "value": realmPassword, "temporary": false}},
		}
	}
	k.send(t, http.MethodPost, "", representation{
		"realm": r.name, "enabled": true, "clients": []representation{client},
		"groups": []representation{{"name": "family"}, {"name": "admins"}},
		"users": []representation{
			person("mara", "mara@example.org", "Brandt", "/family", "/admins"),
			person("sam", adminEmail, "Brandt"),
		},
	})
	admin.want(http.StatusOK, "PUT", keycloakSettings, map[string]any{
		"issuerUrl": k.url + "/realms/" + r.name, "clientId": "pantrie", "clientSecret": realmSecret, "label": "Keycloak",
	})
	return r
}

// user is somebody's representation.
func (r *realm) user(username string) representation {
	r.t.Helper()
	var found []representation
	r.k.read(r.t, "/"+r.name+"/users?exact=true&username="+username, &found)
	if len(found) != 1 {
		r.t.Fatalf("%d users %s", len(found), username)
	}
	return found[0]
}

// userID is what the addresses of the API have for somebody.
func (r *realm) userID(username string) string {
	r.t.Helper()
	return r.user(username)["id"].(string)
}

// client is Pantrie's representation.
func (r *realm) client() representation {
	r.t.Helper()
	var found []representation
	r.k.read(r.t, "/"+r.name+"/clients?clientId=pantrie", &found)
	if len(found) != 1 {
		r.t.Fatalf("%d clients", len(found))
	}
	return found[0]
}

// change stores somebody with a difference.
func (r *realm) change(username string, edit func(representation)) {
	r.t.Helper()
	u := r.user(username)
	edit(u)
	r.k.send(r.t, http.MethodPut, "/"+r.name+"/users/"+u["id"].(string), u)
}

func (r *realm) joins(username, group string)  { r.regroup(http.MethodPut, username, group) }
func (r *realm) leaves(username, group string) { r.regroup(http.MethodDelete, username, group) }

func (r *realm) regroup(method, username, group string) {
	r.t.Helper()
	var found []representation
	r.k.read(r.t, "/"+r.name+"/groups?exact=true&search="+group, &found)
	if len(found) != 1 {
		r.t.Fatalf("%d groups %s", len(found), group)
	}
	r.k.send(r.t, method, "/"+r.name+"/users/"+r.userID(username)+"/groups/"+found[0]["id"].(string), nil)
}

// sessions are the ids of somebody's sessions.
func (r *realm) sessions(username string) []string {
	r.t.Helper()
	var found []struct{ ID string }
	r.k.read(r.t, "/"+r.name+"/users/"+r.userID(username)+"/sessions", &found)
	ids := []string{}
	for _, s := range found {
		ids = append(ids, s.ID)
	}
	return ids
}

// signsOutUser is what an administrator does to all of somebody's sessions.
func (r *realm) signsOutUser(username string) {
	r.t.Helper()
	r.catchUp()
	r.k.send(r.t, http.MethodPost, "/"+r.name+"/users/"+r.userID(username)+"/logout", nil)
}

// activeKey is the id of the key that Keycloak signs with.
func (r *realm) activeKey() string {
	r.t.Helper()
	var keys struct{ Active map[string]string }
	r.k.read(r.t, "/"+r.name+"/keys", &keys)
	return keys.Active["RS256"]
}

// rotateKeys gives the realm a new key to sign with, and takes the old ones away.
func (r *realm) rotateKeys() {
	r.t.Helper()
	const kind = "org.keycloak.keys.KeyProvider"
	var old []representation
	r.k.read(r.t, "/"+r.name+"/components?type="+kind, &old)
	r.k.send(r.t, http.MethodPost, "/"+r.name+"/components", representation{
		"name": "key-" + strconv.Itoa(len(old)), "providerId": "rsa-generated", "providerType": kind,
		"config": map[string][]string{"priority": {strconv.Itoa(1000 + len(old))}},
	})
	for _, c := range old {
		if c["providerId"] == "rsa-generated" {
			r.k.send(r.t, http.MethodDelete, "/"+r.name+"/components/"+c["id"].(string), nil)
		}
	}
}

// userinfoType is the content type of what Keycloak says about somebody.
func (r *realm) userinfoType(username string) string {
	r.t.Helper()
	token := r.k.tokens(r.t, r.name, url.Values{
		"grant_type": {"password"}, "client_id": {"pantrie"}, "client_secret": {realmSecret}, "scope": {"openid"},
		"username": {username}, "password": {realmPassword},
	})
	b := r.browser()
	b.header.Set("Authorization", "Bearer "+token)
	address := r.k.url + "/realms/" + r.name + "/protocol/openid-connect/userinfo"
	kind := b.want(http.StatusOK, "GET", address, nil).header.Get("Content-Type")
	kind, _, _ = strings.Cut(kind, ";")
	return kind
}
