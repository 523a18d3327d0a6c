package app

import (
	"context"
	"net/http"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/session"
	"pantrie/db"
)

func (a *API) tokenRoutes() {
	add(a, route{method: http.MethodGet, path: "/auth/tokens", id: "listTokens", tag: "Account", summary: "One's own API tokens", access: signedIn}, a.listTokens)
	take(a, route{method: http.MethodPost, path: "/auth/tokens", id: "createToken", tag: "Account", summary: "Make an API token", access: signedIn, status: http.StatusCreated, fails: []fault.Code{fault.ReauthRequired, fault.Conflict, fault.ValidationFailed},
		shown: shown{tells: []string{"lastUsedAt=null"}}}, a.createToken)
	addOther(a, route{method: http.MethodDelete, path: "/auth/tokens/{id}", id: "revokeToken", tag: "Account", summary: "Revoke an API token", access: signedIn, status: http.StatusNoContent, fails: []fault.Code{fault.NotFound}}, a.revokeToken)
}

// APIToken lets a program act as oneself.
type APIToken struct {
	ID         string        `json:"id" example:"0199c5b7-05a5-7e53-9d2c-40662a40b581"`
	Name       string        `json:"name" example:"Kitchen display"`
	Scope      session.Scope `json:"scope" enum:"read,stock,all"`
	CreatedAt  int64         `json:"createdAt"`
	ExpiresAt  *int64        `json:"expiresAt" doc:"null: when it is revoked"`
	Expired    bool          `json:"expired"`
	LastUsedAt *int64        `json:"lastUsedAt" doc:"To within a minute; null: never"`
	Paused     bool          `json:"paused" doc:"Its person is let in no more at a provider; it works again once they have signed in there"`
}

// TokenList is one's own tokens, the newest first.
type TokenList struct {
	Tokens []APIToken `json:"tokens"`
}

// TokenInput makes a token.
type TokenInput struct {
	Name     string        `json:"name" example:"Kitchen display"`
	Scope    session.Scope `json:"scope" enum:"read,stock,all" doc:"read: look at households. stock: change stock, shopping and products too. all: manage households too"`
	Lifetime string        `json:"lifetime" enum:"30d,90d,1y,never"`
}

// NewToken is a token with its secret.
type NewToken struct {
	APIToken
	Token string `json:"token" doc:"For the header Authorization: Bearer …; shown once" example:"pantrie_Yk3f0vQm7TzC2sWbXe9LrN5aUdHg8PjKo1iRt4wEy6c"`
}

func (a *API) tokenOf(k db.APIToken) APIToken {
	return APIToken{ID: k.ID, Name: k.Name, Scope: session.Scope(k.Scope), CreatedAt: k.CreatedAt, ExpiresAt: timeOrNil(k.ExpiresAt),
		Expired: k.ExpiresAt != 0 && k.ExpiresAt <= a.now().UnixMilli(), LastUsedAt: timeOrNil(k.LastUsedAt), Paused: k.Paused}
}

func (a *API) listTokens(ctx context.Context, _ *Empty) (*body[TokenList], error) {
	own, err := a.auth.Sessions.APITokens(ctx)
	out := &body[TokenList]{TokenList{[]APIToken{}}}
	for _, k := range own {
		out.Body.Tokens = append(out.Body.Tokens, a.tokenOf(k))
	}
	return out, err
}

func (a *API) createToken(ctx context.Context, in *body[TokenInput]) (*body[NewToken], error) {
	const day = 24 * time.Hour
	lifetime := map[string]time.Duration{"30d": 30 * day, "90d": 90 * day, "1y": 365 * day}[in.Body.Lifetime]
	key, token, err := a.auth.Sessions.CreateAPIToken(ctx, in.Body.Name, in.Body.Scope, lifetime)
	if err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "API token made", "token", key.ID, "name", key.Name, "scope", key.Scope, "user", key.UserID)
	return &body[NewToken]{NewToken{APIToken: a.tokenOf(key), Token: token}}, nil
}

func (a *API) revokeToken(ctx context.Context, in *UserPath) (*Empty, error) {
	person, _ := session.PersonFrom(ctx)
	if err := a.auth.Sessions.RevokeAPIToken(ctx, in.ID); err != nil {
		return nil, err
	}
	a.log.InfoContext(ctx, "API token revoked", "token", in.ID, "user", person.User.ID)
	return &Empty{}, nil
}
