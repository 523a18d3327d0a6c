package signin

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"pantrie/auth/internal/secret"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/rp"
	"pantrie/db"
)

// KeepLogouts covers the age of tokens and every sign-in that may be on its way.
const KeepLogouts = time.Hour

// SignOut ends the session and removes its cookie. Being signed out already is fine. When the
// session came of a provider where people are to be signed out too, it returns the address to
// send the browser to next; a provider that cannot be asked keeps nobody signed in here.
func (s *Service) SignOut(ctx context.Context) (next string, err error) {
	was, err := s.sessions.Leave(context.WithoutCancel(ctx)) // also for who closes the tab
	if err != nil {
		return "", err
	}
	if was.UserID == "" || was.Issuer == "" {
		return "", nil
	}
	next, err = s.endSessionAddress(ctx, was)
	if err != nil {
		s.log.WarnContext(ctx, "sign-out at the provider is not possible", "provider", was.Method, "error", err)
		return "", nil
	}
	return next, nil
}

// endSessionAddress is where the browser signs out at the provider (RP-Initiated Logout 1.0,
// section 2), or "" when that is switched off or not offered.
func (s *Service) endSessionAddress(ctx context.Context, was db.Session) (string, error) {
	p, err := s.providers.Get(ctx, was.Method)
	if err != nil || !p.SignOutAtProvider || !p.Configured() {
		return "", err
	}
	meta, err := s.discoveries.ForAnswer(ctx, p)
	if err != nil || meta.EndSession == "" || meta.Issuer != was.Issuer {
		return "", err
	}
	u, err := url.Parse(meta.EndSession)
	if err != nil {
		return "", err
	}
	state := secret.Random()
	err = s.flows.keepFlow(ctx, state, flow{Provider: provider.Provider{ID: p.ID}, Purpose: db.PurposeLogout, Nonce: secret.Random(), Verifier: oauth2.GenerateVerifier()})
	if err != nil {
		return "", err
	}
	query := u.Query()
	if hint, err := s.sealer.Open(sealedIDToken, was.IDToken); err == nil {
		query.Set("id_token_hint", string(hint))
	}
	query.Set("client_id", p.ClientID)
	query.Set("post_logout_redirect_uri", s.address.SignedOut(p.ID))
	query.Set("state", state)
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// SignedOut says whether a browser that comes back from a provider's end of the session was
// sent there from here. Nothing depends on it but what the page says.
func (s *Service) SignedOut(ctx context.Context, provider, state string) bool {
	f, _, err := s.flows.takeFlow(ctx, provider, state)
	return err == nil && f.Purpose == db.PurposeLogout
}

// BackchannelLogout ends the sessions that a provider's logout token names: those of one session
// there (sid), or all of a person (sub). An unknown session is no error: it is signed out
// (Back-Channel Logout 1.0, section 2.7). [ErrLogoutToken], [fault.OAuthUnknownProvider], and
// [*Error] while the provider's keys cannot be had.
func (s *Service) BackchannelLogout(ctx context.Context, providerID, raw string) error {
	ctx = context.WithoutCancel(ctx) // a provider that gives up waiting does not send it again
	limited := s.slowDown(ctx, "/")
	p, err := s.providers.Get(ctx, providerID)
	if err != nil {
		return err
	}
	known, err := provider.SeenOf(ctx, s.db, p)
	if err != nil {
		return err
	}
	if limited != nil {
		// Somebody with the provider's address, behind the same proxy say, must not keep people signed
		// in by noise: a good token is carried out. A bad one costs no row and no fetch of keys.
		if meta := s.discoveries.LastGood(p); meta == nil {
			return limited
		} else if _, err := meta.VerifyLogoutToken(ctx, p.ClientID, known.Algorithm, raw, false); err != nil {
			return limited
		}
	}
	try := &attempt{provider: providerID, purpose: db.PurposeLogout, began: s.now()}
	if !p.Configured() {
		return s.journal.signInFailed(ctx, try, notUsable(p))
	}
	meta, err := s.discoveries.ForAnswer(ctx, p)
	if err != nil {
		return s.journal.signInFailed(ctx, try, err)
	}
	token, err := meta.VerifyLogoutToken(ctx, p.ClientID, known.Algorithm, raw, true)
	if err != nil {
		return s.refuseLogout(ctx, try, err)
	}
	var ended int64
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		err := tx.InsertLogout(ctx, db.Logout{Issuer: meta.Issuer, JTI: secret.Digest(token.Jti), Sid: token.Sid, Subject: token.Subject, IssuedAt: token.IssuedAt.UnixMilli()})
		if errors.Is(err, db.ErrConflict) {
			return fmt.Errorf("%w: it was used before (jti)", rp.ErrLogoutToken)
		}
		if err != nil {
			return err
		}
		if token.Sid != "" {
			ended, err = tx.EndSessionsBySid(ctx, meta.Issuer, token.Sid, token.Subject)
		} else {
			ended, err = tx.EndSessionsBySubject(ctx, meta.Issuer, token.Subject)
		}
		if err != nil || token.Subject == "" {
			return err
		}
		identity, err := tx.IdentityBySubject(ctx, meta.Issuer, token.Subject)
		try.userID = identity.UserID
		return db.IgnoreNotFound(err)
	})
	if errors.Is(err, rp.ErrLogoutToken) {
		return s.refuseLogout(ctx, try, err)
	}
	if err != nil {
		return err
	}
	s.journal.Record(ctx, try.recordOf("done", db.OutcomeSignedOut, fmt.Sprintf("the provider signed the person out; sessions ended here: %d", ended)))
	return nil
}

func (s *Service) refuseLogout(ctx context.Context, try *attempt, err error) error {
	_ = s.journal.signInFailed(ctx, try, reason.New(reason.LogoutInvalid, "logout_token", "%v", err))
	return rp.ErrLogoutToken
}
