package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
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
