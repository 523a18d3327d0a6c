// Package api is Authentik's own API and its blueprints, beside the provider of package oidc.
//
// With Settings.APIToken set, B/api/v3/ answers what setting an application up needs: admin/version,
// flows/instances, propertymappings/provider/scope (propertymappings/scope before 2024.8),
// crypto/certificatekeypairs, core/groups, core/users, providers/oauth2, providers/saml,
// providers/all, core/applications and policies/bindings. Settings.Version decides which attributes
// there are and what is refused. [API.ApplyBlueprint] imports a blueprint, [API.Objects]
// shows what there is, [API.AddObject] and [API.RemoveObjects] change it as an
// administrator would.
//
// The settings and the first application with an OAuth2 provider are one thing: what the API changes
// stands in the settings afterwards, and what [oidc.Provider.Set] changes is what the API answers.
// Further applications are served beside it. With Settings.NoApplication there is none to begin with.
//
//	p := authtest.Start(t, authtest.Config{APIToken: "token", Version: "2025.10.2", NoApplication: true})
//
// A wrong token is a 403 and never a 401, a filter by a choice nobody has is a 400, and an unknown
// attribute is ignored, as in Authentik. Policies, sources, the lifetimes of tokens, the issuer mode
// "global", public clients and the way lines of redirect URIs were patterns before 2024.10 can be
// stored but have no effect.
package api
