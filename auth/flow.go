package auth

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"pantrie/auth/fault"
	"pantrie/db"
)

const (
	flowLifetime    = 10 * time.Minute
	flowsPerBrowser = 8
	exchangeTimeout = 15 * time.Second
	clockTolerance  = 30 * time.Second
)

// flow is what a sign-in remembers while the browser is at the provider. It is stored sealed.
// The settings are in it, so that it finishes on those it began with.
type flow struct {
	Provider Provider `json:"provider"`
	Redirect string   `json:"redirect"`
	ReturnTo string   `json:"returnTo"`
	Nonce    string   `json:"nonce"`
	Verifier string   `json:"verifier"`
}

func flowName(owner, state string) string { return "signin_flow/" + owner + "/" + state }

// relyingParty is the library's client for one flow. Client authentication is by post:
// Authentik percent-decodes basic credentials only since 2026.5, and auto-detection would
// post the code twice.
func (s *Service) relyingParty(p Provider, m *metadata, redirect string) (rp.RelyingParty, error) {
	return rp.NewRelyingPartyOAuth(&oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, RedirectURL: redirect,
		Scopes:   []string{oidc.ScopeOpenID, oidc.ScopeEmail, oidc.ScopeProfile},
		Endpoint: oauth2.Endpoint{AuthURL: m.authorize, TokenURL: m.token},
	}, rp.WithHTTPClient(s.providers.client), rp.WithAuthStyle(oauth2.AuthStyleInParams), rp.WithLogger(s.log))
}

// StartSignIn begins a sign-in and returns the address at the provider to send the browser to.
// Errors are [*SignInError] with a reference, or [fault.OAuthUnknownProvider].
func (s *Service) StartSignIn(ctx context.Context, provider, returnTo string) (string, error) {
	returnTo = ReturnPath(returnTo)
	if err := s.slowDown(ctx, returnTo); err != nil {
		return "", err
	}
	p, err := s.Provider(ctx, provider)
	if fault.Is(err, fault.OAuthUnknownProvider) {
		return "", err
	}
	if err != nil {
		return "", s.signInFailed(ctx, provider, returnTo, err)
	}
	if !p.Enabled || !p.Configured() {
		e := signInError(ReasonNotConfigured, "settings", "%s", "switched off")
		e.Message = "Signing in with " + p.Name() + " is switched off."
		if !p.Configured() {
			e.Missing, e.detail, e.Message = p.Missing, notConfigured(p), notConfigured(p)
		}
		if len(p.Missing) == 1 && p.Missing[0].Field == "publicUrl" {
			e.Reason = ReasonPublicURLMissing
		}
		return "", s.signInFailed(ctx, provider, returnTo, e)
	}
	meta, err := s.providers.forStart(ctx, p)
	if err != nil {
		return "", s.signInFailed(ctx, provider, returnTo, err)
	}
	f := flow{Provider: p, Redirect: s.CallbackURL(p.ID), ReturnTo: returnTo, Nonce: randomText(), Verifier: oauth2.GenerateVerifier()}
	party, err := s.relyingParty(p, meta, f.Redirect)
	if err != nil {
		return "", s.signInFailed(ctx, provider, returnTo, err)
	}
	state := randomText()
	if err := s.keepFlow(ctx, state, f); err != nil {
		return "", s.signInFailed(ctx, provider, returnTo, err)
	}
	return rp.AuthURL(state, party, rp.WithCodeChallenge(oidc.NewSHACodeChallenge(f.Verifier)), rp.AuthURLOpt(rp.WithURLParam("nonce", f.Nonce))), nil
}

func (s *Service) keepFlow(ctx context.Context, state string, f flow) error {
	owner, err := s.owner(ctx, true)
	if err != nil {
		return err
	}
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	sealed, err := s.sealer.Seal(flowName(digest(owner), digest(state)), text)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		return tx.InsertSignInFlow(ctx, db.SignInFlow{Owner: digest(owner), State: digest(state), Sealed: sealed}, flowsPerBrowser)
	})
}

// takeFlow removes the flow of this browser with that state, so that it is used at most once.
// An unknown, used or old one is [ReasonStateInvalid].
func (s *Service) takeFlow(ctx context.Context, provider, state string) (flow, error) {
	invalid := func(why string) error { return signInError(ReasonStateInvalid, "state", "%s", why) }
	if state == "" {
		return flow{}, invalid("no state in the answer")
	}
	owner, err := s.owner(ctx, false)
	if err != nil {
		return flow{}, err
	}
	if owner == "" {
		return flow{}, invalid("this browser has not begun a sign-in here, or its cookie is gone")
	}
	var row db.SignInFlow
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		row, err = tx.TakeSignInFlow(ctx, digest(owner), digest(state))
		return err
	})
	if errors.Is(err, db.ErrNotFound) {
		return flow{}, invalid("the state is unknown here: used already, too old, or another browser's")
	}
	if err != nil {
		return flow{}, err
	}
	if s.now().Sub(time.UnixMilli(row.CreatedAt)) > flowLifetime {
		return flow{}, invalid("the sign-in took longer than ten minutes")
	}
	text, err := s.sealer.Open(flowName(row.Owner, row.State), row.Sealed)
	if err != nil {
		return flow{}, invalid("the secret key has changed in between")
	}
	var f flow
	if err := json.Unmarshal(text, &f); err != nil {
		return flow{}, err
	}
	if f.Provider.ID != provider || f.Nonce == "" || f.Verifier == "" {
		return flow{}, invalid("the state belongs to another provider")
	}
	return f, nil
}

// Answer is what a provider sends back through the browser (RFC 6749, section 4.1.2; RFC 9207).
type Answer struct {
	Code, State, Issuer, Error, ErrorDescription string
}

// FinishSignIn takes a provider's answer, finds out who it is, signs the browser in, and
// returns the page that was wanted. Errors are [*SignInError] with a reference, or
// [fault.OAuthUnknownProvider].
func (s *Service) FinishSignIn(ctx context.Context, provider string, a Answer) (returnTo string, err error) {
	if provider != ProviderAuthentik {
		return "", fault.New(fault.OAuthUnknownProvider, "There is no such provider.")
	}
	if err := s.slowDown(ctx, "/"); err != nil {
		return "", err
	}
	f, err := s.takeFlow(ctx, provider, a.State)
	if err != nil {
		if a.Error != "" {
			var e *SignInError
			if errors.As(err, &e) {
				e.detail += fmt.Sprintf("; the provider reports %q: %q", clip(a.Error, 60), clip(a.ErrorDescription, 200))
			}
		}
		return "", s.signInFailed(ctx, provider, "/", err)
	}
	// The exchange must not stop half-way because somebody closed the tab: the code is used up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeTimeout)
	defer cancel()
	who, session, err := s.verifyAnswer(ctx, f, a)
	if err != nil {
		var e *SignInError
		if ctx.Err() != nil && errors.As(err, &e) {
			e.Reason = ReasonTooSlow
		}
		return "", s.signInFailed(context.WithoutCancel(ctx), provider, f.ReturnTo, err)
	}
	if err := s.admit(ctx, f.Provider, who, session); err != nil {
		return "", s.signInFailed(ctx, provider, f.ReturnTo, err)
	}
	return f.ReturnTo, nil
}

// verifyAnswer exchanges the code once and verifies everything that comes back.
func (s *Service) verifyAnswer(ctx context.Context, f flow, a Answer) (profile, db.Session, error) {
	none := db.Session{}
	if a.Error != "" {
		reason := ReasonProviderError
		if a.Error == "access_denied" {
			reason = ReasonDenied
		}
		return profile{}, none, signInError(reason, "answer", "the provider reports %q: %q", clip(a.Error, 60), clip(a.ErrorDescription, 200))
	}
	meta, err := s.providers.forAnswer(ctx, f.Provider)
	if err != nil {
		return profile{}, none, err
	}
	if (meta.issParameter || a.Issuer != "") && a.Issuer != meta.issuer {
		return profile{}, none, signInError(ReasonTokenInvalid, "answer", "the answer names the issuer %q (RFC 9207)", clip(a.Issuer, 200))
	}
	if a.Code == "" {
		return profile{}, none, signInError(ReasonProviderError, "answer", "the answer has no code")
	}
	party, err := s.relyingParty(f.Provider, meta, f.Redirect)
	if err != nil {
		return profile{}, none, err
	}
	tokens, err := rp.CodeExchange[*claims](ctx, a.Code, party, rp.WithCodeVerifier(f.Verifier))
	if err != nil {
		return profile{}, none, exchangeError(err)
	}
	idToken, err := s.verifyIDToken(ctx, f, meta, tokens.Token)
	if err != nil {
		return profile{}, none, err
	}
	info, err := s.providers.fetchUserinfo(ctx, meta.userinfo, tokens.AccessToken)
	if err != nil {
		return profile{}, none, signInError(ReasonUserinfoFailed, "userinfo", "%v", err)
	}
	if subtle.ConstantTimeCompare([]byte(info.GetSubject()), []byte(idToken.GetSubject())) != 1 {
		return profile{}, none, signInError(ReasonUserinfoFailed, "userinfo", "userinfo is about another subject than the ID token")
	}
	session := db.Session{Method: f.Provider.ID, Issuer: meta.issuer, Subject: idToken.GetSubject(), Sid: clip(idToken.text("sid"), 255)}
	return readProfile(*idToken, info), session, nil
}

// verifyIDToken checks the ID token (OpenID Connect Core 1.0, section 3.1.3.7) by the library,
// and what the library leaves out: the header's typ, nbf, and the form of sub.
func (s *Service) verifyIDToken(ctx context.Context, f flow, meta *metadata, token *oauth2.Token) (*claims, error) {
	invalid := func(format string, args ...any) error {
		return signInError(ReasonTokenInvalid, "ID token", format, args...)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, invalid("the token answer has no ID token; is the scope openid allowed?")
	}
	if token.AccessToken == "" {
		return nil, invalid("the token answer has no access token")
	}
	if strings.Count(raw, ".") == 4 { // JWE compact serialisation: RFC 7516, section 3.1
		return nil, signInError(ReasonEncryptsTokens, "ID token", "the ID token is encrypted: clear the Encryption Key of the provider")
	}
	if alg := headerOf(raw, "alg"); strings.HasPrefix(alg, "HS") {
		return nil, signInError(ReasonNoSigningKey, "ID token", "the ID token is signed with %s: choose a Signing Key in the provider", clip(alg, 20))
	}
	if typ := headerOf(raw, "typ"); typ != "" && !strings.EqualFold(typ, "JWT") {
		return nil, invalid("the ID token's typ is %q", clip(typ, 40))
	}
	// The library's parser would leave no claims at all for a payload of null.
	if _, err := parseSegment(raw, 1); err != nil {
		return nil, invalid("%v", err)
	}
	verifier := rp.NewIDTokenVerifier(meta.issuer, f.Provider.ClientID, meta.keys,
		rp.WithNonce(func(context.Context) string { return f.Nonce }),
		rp.WithSupportedSigningAlgorithms(meta.algorithms...),
		rp.WithIssuedAtOffset(0), // both times are checked below: the library's offset would shorten exp by it
	)
	// The library reads the clock itself and tolerates nothing on exp with an offset of zero and
	// a rounded second on iat; the tolerance is applied to the claims instead.
	idToken, err := rp.VerifyTokens[*tolerantClaims](ctx, token.AccessToken, raw, verifier)
	if err != nil {
		return nil, invalid("%s", tokenProblem(err))
	}
	c := &idToken.claims
	now := s.now()
	if nbf := c.when("nbf"); !nbf.IsZero() && nbf.After(now.Add(clockTolerance)) {
		return nil, invalid("the ID token is not valid yet (nbf)")
	}
	if !validSubject(c.GetSubject()) {
		return nil, invalid("the ID token's subject is longer than 255 characters or not printable")
	}
	return c, nil
}

// tokenProblem says for the administrator what a check of the library's found.
func tokenProblem(err error) string {
	for _, known := range []struct {
		is  error
		say string
	}{
		{oidc.ErrIssuerInvalid, "the ID token comes from another issuer than the one expected; was the slug or the address changed?"},
		{oidc.ErrAudience, "the ID token is for another client ID"},
		{oidc.ErrAzpMissing, "the ID token has several audiences and does not say whom it is for (azp)"},
		{oidc.ErrAzpInvalid, "the ID token is for another client ID (azp)"},
		{oidc.ErrSubjectMissing, "the ID token has no subject"},
		{oidc.ErrExpired, "the ID token has expired: compare the clocks of both machines"},
		{oidc.ErrIatInFuture, "the ID token was issued in the future: compare the clocks of both machines"},
		{oidc.ErrIatMissing, "the ID token does not say when it was issued"},
		{oidc.ErrNonceInvalid, "the ID token belongs to another sign-in (nonce)"},
		{oidc.ErrSignatureUnsupportedAlg, "the ID token is signed with an algorithm that the provider does not list"},
		{oidc.ErrSignatureInvalid, "the ID token's signature is not from the provider's keys"},
		{oidc.ErrAtHash, "the ID token does not belong to the access token (at_hash)"},
	} {
		if errors.Is(err, known.is) {
			return known.say
		}
	}
	return "the ID token cannot be read"
}

// tolerantClaims moves exp and iat by the tolerated difference between two clocks.
type tolerantClaims struct{ claims }

// GetExpiration returns exp, later by the tolerance.
func (c *tolerantClaims) GetExpiration() time.Time {
	return shift(c.claims.GetExpiration(), clockTolerance)
}

// GetIssuedAt returns iat, earlier by the tolerance.
func (c *tolerantClaims) GetIssuedAt() time.Time {
	return shift(c.claims.GetIssuedAt(), -clockTolerance)
}

func shift(t time.Time, by time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(by)
}

// headerOf is a text of a token's header, "" when there is none.
func headerOf(raw, name string) string {
	c, err := parseSegment(raw, 0)
	if err != nil {
		return "unreadable"
	}
	return c.text(name)
}

// parseSegment reads header (0) or payload (1) of a compact token (RFC 7515, section 3.1).
func parseSegment(raw string, index int) (claims, error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return claims{}, errors.New("the token has not three parts")
	}
	decoded, err := base64.RawURLEncoding.DecodeString(parts[index])
	if err != nil {
		return claims{}, fmt.Errorf("decode token: %w", err)
	}
	return parseClaims(decoded)
}

// exchangeError sorts what the token endpoint answers. Authentik says invalid_client with
// status 400 for a wrong secret and for a redirect URI that is not allowed.
func exchangeError(err error) error {
	var re *oauth2.RetrieveError
	if errors.Is(err, errRedirected) {
		return signInError(ReasonProviderError, "token", "the token endpoint redirects elsewhere; the code and the secret are not sent there")
	}
	if !errors.As(err, &re) {
		return signInError(ReasonProviderUnreachable, "token", "%v", withoutURL(err))
	}
	status := 0
	if re.Response != nil {
		status = re.Response.StatusCode
	}
	detail := fmt.Sprintf("the token endpoint answers %d %q", status, clip(re.ErrorCode, 60))
	switch re.ErrorCode {
	case "invalid_client", "unauthorized_client":
		return signInError(ReasonClientRejected, "token", "%s: wrong client secret, or a redirect URI that is not allowed", detail)
	case "invalid_grant":
		return signInError(ReasonCodeRejected, "token", "%s: the code is old or used, or the redirect URI differs", detail)
	}
	if status == 401 {
		return signInError(ReasonClientRejected, "token", "%s", detail)
	}
	return signInError(ReasonProviderError, "token", "%s", detail)
}

// signInFailed gives an error its reference, writes it to the log, and makes a [*SignInError]
// of whatever it was.
func (s *Service) signInFailed(ctx context.Context, provider, returnTo string, err error) error {
	var known *SignInError
	e := &SignInError{Reason: ReasonInternal, step: "internal", detail: "see the server's log"}
	if errors.As(err, &known) {
		copied := *known
		e = &copied
	} else {
		s.log.ErrorContext(ctx, "sign in through a provider", "provider", provider, "error", err)
	}
	e.Reference, e.ReturnTo = newReference(), returnTo
	s.record(ctx, db.SignInRecord{
		Reference: e.Reference, Provider: provider, Step: e.step, Outcome: e.Reason.outcome(), Code: string(e.Reason),
		Detail: e.detail, Email: e.profile.Email, Name: e.profile.Name, UserID: e.userID,
	})
	return e
}

// admit decides in one transaction who it is, and signs the browser in.
func (s *Service) admit(ctx context.Context, p Provider, who profile, session db.Session) error {
	var d decision
	var user db.User
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		f, err := gatherFacts(ctx, tx, who, session)
		if err != nil {
			return err
		}
		if d = decide(p, who, f); d.action == actRefuse {
			e := signInError(d.reason, "decision", "%s", d.branch)
			e.profile = who
			if f.identity != nil {
				e.userID = f.identityUser.ID
			}
			return e
		}
		user, err = s.apply(ctx, tx, p, who, session, d, f)
		return err
	})
	if err != nil {
		return err
	}
	outcome := map[action]db.Outcome{actSignIn: db.OutcomeSignedIn, actLink: db.OutcomeLinked, actCreate: db.OutcomeCreated}[d.action]
	if d.action == actLink {
		visitOf(ctx).manager.Put(ctx, noticeKey, "linked")
	}
	err = s.signInSession(ctx, user.ID, session, stillLinked(ctx, user.ID, session))
	if errors.Is(err, errSuperseded) {
		return signInError(ReasonAccountDisabled, "session", "the account was disabled or unlinked during the sign-in")
	}
	if err != nil {
		return err
	}
	s.record(ctx, db.SignInRecord{Provider: p.ID, Step: "done", Outcome: outcome, Detail: d.branch, Email: who.Email, Name: cmp.Or(who.Name, user.Name), UserID: user.ID})
	return nil
}

func gatherFacts(ctx context.Context, tx *db.Tx, who profile, session db.Session) (facts, error) {
	var f facts
	identity, err := tx.IdentityBySubject(ctx, session.Issuer, who.Subject)
	if err == nil {
		f.identity = &identity
		f.identityUser, err = tx.UserByID(ctx, identity.UserID)
		return f, err
	}
	if !errors.Is(err, db.ErrNotFound) || who.Email == "" {
		return f, ignoreNotFound(err)
	}
	owner, err := tx.UserByEmail(ctx, who.Email)
	if err != nil {
		return f, ignoreNotFound(err)
	}
	f.emailUser = &owner
	_, err = tx.IdentityOf(ctx, owner.ID, session.Issuer)
	f.emailUserLinked = err == nil
	return f, ignoreNotFound(err)
}

func ignoreNotFound(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	return err
}

// apply carries a decision out.
func (s *Service) apply(ctx context.Context, tx *db.Tx, p Provider, who profile, session db.Session, d decision, f facts) (db.User, error) {
	identity := db.Identity{UserID: d.userID, Provider: p.ID, Issuer: session.Issuer, Subject: who.Subject}
	switch d.action {
	case actSignIn:
		if err := tx.MarkIdentityUsed(ctx, f.identity.ID); err != nil {
			return db.User{}, err
		}
		if who.Name != "" && who.Name != f.identityUser.Name {
			if err := tx.RenameUser(ctx, d.userID, who.Name); err != nil {
				return db.User{}, err
			}
		}
		return f.identityUser, nil
	case actLink:
		if _, err := tx.InsertIdentity(ctx, identity); err != nil {
			return db.User{}, err
		}
		_, err := tx.EndSessionsOf(ctx, d.userID, "")
		return *f.emailUser, err
	}
	return createFromProvider(ctx, tx, p, who, identity)
}

// createFromProvider makes an account for somebody new and puts them into the household the
// administrator chose, or into the first one.
func createFromProvider(ctx context.Context, tx *db.Tx, p Provider, who profile, identity db.Identity) (db.User, error) {
	proof := db.ProofNone
	if who.EmailVerified {
		proof = db.ProofProvider
	}
	user, err := tx.InsertUser(ctx, db.User{Name: cmp.Or(who.Name, "New person"), Email: who.Email, EmailProof: proof})
	if err != nil {
		return db.User{}, err
	}
	identity.UserID = user.ID
	if _, err := tx.InsertIdentity(ctx, identity); err != nil {
		return db.User{}, err
	}
	household := p.SignUpHouseholdID
	if _, err := tx.HouseholdByID(ctx, household); errors.Is(err, db.ErrNotFound) {
		first, err := tx.FirstHousehold(ctx)
		if err != nil {
			return db.User{}, err
		}
		household = first.ID
	} else if err != nil {
		return db.User{}, err
	}
	return user, tx.InsertMembership(ctx, household, user.ID, p.SignUpRole)
}
