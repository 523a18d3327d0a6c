package signin

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"time"

	"pantrie/auth/internal/input"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/rp"
	"pantrie/auth/session"
	"pantrie/db"
)

// Answer is what a provider sends back through the browser (RFC 6749, section 4.1.2; RFC 9207).
type Answer struct {
	Code, State, Issuer, Error, ErrorDescription string
}

// The pages that answers lead to, besides the one that was wanted.
const (
	pageLink    = "/login/link"
	pageAccount = "/settings/account"
	pageOAuth   = "/settings/administration/oauth"
)

// Finish takes a provider's answer and does what the browser was sent there for: sign in,
// link an account, or test. It returns the page that comes next, or an address at the provider to go to first. Errors are [*Error] with
// a reference, or [fault.OAuthUnknownProvider].
func (s *Service) Finish(ctx context.Context, providerID string, a Answer) (page string, err error) {
	if !slices.Contains(provider.IDs(), providerID) {
		return "", provider.Unknown()
	}
	if err := s.slowDown(ctx, "/"); err != nil {
		return "", err
	}
	try := &attempt{provider: providerID, purpose: db.PurposeSignIn, returnTo: "/"}
	f, began, err := s.flows.takeFlow(ctx, providerID, a.State)
	try.began = began
	if err != nil {
		if a.Error != "" {
			var failure *reason.Failure
			if errors.As(err, &failure) {
				failure.Detail += fmt.Sprintf("; the provider reports %q: %q", input.Clip(a.Error, 60), input.Clip(a.ErrorDescription, 200))
			}
		}
		return "", s.journal.signInFailed(ctx, try, err)
	}
	if f.Purpose == db.PurposeLogout {
		return "", s.journal.signInFailed(ctx, try, reason.New(reason.StateInvalid, "state", "the state belongs to a sign-out"))
	}
	if a.Error == "invalid_scope" && f.Refresh {
		return s.startWithoutRefresh(ctx, f)
	}
	try.purpose, try.returnTo, try.userID, try.invited = f.Purpose, f.ReturnTo, f.UserID, f.Invitation != ""
	try.steps = []db.SignInStep{{Step: "start", Detail: "Sent to " + f.Provider.Issuer() + " with the redirect URI " + f.Redirect}}
	// The exchange must not stop half-way because somebody closed the tab: the code is used up.
	limited, cancel := s.o.Within(context.WithoutCancel(ctx), s.o.ProviderTimeout*3/2)
	defer cancel()
	page, err = s.finish(limited, f, a, try)
	if err == nil {
		return page, nil
	}
	var failure *reason.Failure
	if limited.Err() != nil && errors.As(err, &failure) {
		failure.Reason = reason.TooSlow
	}
	ctx = context.WithoutCancel(ctx)
	err = s.journal.signInFailed(ctx, try, err)
	var e *Error
	if f.Purpose == db.PurposeTest && errors.As(err, &e) && e.Reason != reason.SignedOutMeanwhile {
		result := s.testResult(f, try)
		result.Reason, result.Detail, result.Reference = e.Reason, e.Detail, e.Reference
		s.keepTestResult(ctx, f, result)
	}
	return "", err
}

func (s *Service) finish(ctx context.Context, f flow, a Answer, try *attempt) (string, error) {
	if f.Purpose != db.PurposeTest {
		if err := s.stillOffered(ctx, f.Provider.ID); err != nil {
			return "", err
		}
	}
	if f.Purpose != db.PurposeSignIn {
		if err := s.sameStarter(ctx, f); err != nil {
			return "", err
		}
	}
	from, err := s.verifyAnswer(ctx, f, a, try)
	if err != nil {
		return "", err
	}
	switch f.Purpose {
	case db.PurposeLink:
		return s.linkSignedIn(ctx, f, from, try)
	case db.PurposeTest:
		return s.finishTest(ctx, f, from, try)
	}
	return s.admit(ctx, f, from, try)
}

// sameStarter wants the person who began a link or a test to be signed in still. A test needs a
// site administrator, a link a recent proof of who it is.
func (s *Service) sameStarter(ctx context.Context, f flow) error {
	person, ok := session.PersonFrom(ctx)
	if !ok || person.User.ID != f.UserID {
		return reason.New(reason.SignedOutMeanwhile, "answer", "whoever began this is not signed in here any more")
	}
	if f.Purpose == db.PurposeTest && !person.User.SiteAdmin {
		return reason.New(reason.SignedOutMeanwhile, "answer", "whoever began this is no site administrator any more")
	}
	return nil
}

// stillOffered refuses what was begun before the provider was switched off or deleted. Other
// settings may have changed: what is under way finishes on those it began with.
func (s *Service) stillOffered(ctx context.Context, provider string) error {
	p, err := s.providers.Get(ctx, provider)
	if err == nil && !p.Usable() {
		return notUsable(p)
	}
	return err
}

// arrival is somebody who came from a provider, verified, and how.
type arrival struct {
	Who     rp.Profile
	Session db.Session
}

// mostIDToken is the longest ID token that is kept for signing out: it goes into an address.
const mostIDToken = 6 << 10

// verifyAnswer exchanges the code once and verifies everything that comes back.
func (s *Service) verifyAnswer(ctx context.Context, f flow, a Answer, try *attempt) (arrival, error) {
	if a.Error != "" {
		why := reason.ProviderError
		if a.Error == "access_denied" {
			why = reason.Denied
		}
		return arrival{}, reason.New(why, "answer", "the provider reports %q: %q", input.Clip(a.Error, 60), input.Clip(a.ErrorDescription, 200))
	}
	meta, err := s.discoveries.ForAnswer(ctx, f.Provider)
	if err != nil {
		return arrival{}, err
	}
	if (meta.IssParameter || a.Issuer != "") && a.Issuer != meta.Issuer {
		return arrival{}, reason.New(reason.TokenInvalid, "answer", "the answer names the issuer %q (RFC 9207)", input.Clip(a.Issuer, 200))
	}
	if a.Code == "" {
		return arrival{}, reason.New(reason.ProviderError, "answer", "the answer has no code")
	}
	s.journal.reached(try, "answer", "The provider sent a code back")
	tokens, err := meta.Exchange(ctx, f.Provider, f.Redirect, a.Code, f.Verifier)
	if err != nil {
		return arrival{}, err
	}
	s.journal.reached(try, "token", "The code was exchanged; client ID, client secret and redirect URI are right")
	idToken, raw, err := meta.VerifyIDToken(ctx, f.Provider.ClientID, f.Nonce, tokens)
	if err != nil {
		return arrival{}, err
	}
	try.idToken = idToken
	s.journal.reached(try, "id_token", fmt.Sprintf("The ID token is signed by the provider (%s) and meant for this sign-in", idToken.GetSignatureAlgorithm()))
	info, err := meta.FetchUserinfo(ctx, tokens.AccessToken, f.Provider.ClientID)
	if err != nil {
		return arrival{}, reason.New(reason.UserinfoFailed, "userinfo", "%v", err)
	}
	try.userinfo = &info
	if subtle.ConstantTimeCompare([]byte(info.GetSubject()), []byte(idToken.GetSubject())) != 1 {
		return arrival{}, reason.New(reason.UserinfoFailed, "userinfo", "userinfo is about another subject than the ID token")
	}
	who := rp.ReadProfile(*idToken, info, f.Provider)
	try.who = who
	if err := s.providers.NoteSeen(ctx, f.Provider, func(n *provider.Seen) {
		noteToken(n, string(idToken.GetSignatureAlgorithm()), who.Groups)
		switch {
		case !f.Refresh:
		case rp.RefreshToken(tokens, true) != "":
			n.Refresh = provider.RefreshGiven
		case n.Refresh == "" || f.Purpose == db.PurposeTest: // a browser can take the scope out of the address on its way
			n.Refresh = provider.RefreshWithheld
		}
	}); err != nil {
		return arrival{}, err
	}
	s.journal.reached(try, "userinfo", who.Describe())
	session := db.Session{
		Method: f.Provider.ID, Issuer: meta.Issuer, Subject: idToken.GetSubject(), Sid: input.Clip(idToken.Text("sid"), 255),
		IssuedAt: idToken.GetIssuedAt().UnixMilli(),
	}
	told := meta.TellsAuthTime || idToken.Has("auth_time") // what cannot be read was told all the same
	session.AuthenticatedAt = unixMilli(provenAt(idToken.GetAuthTime(), f, told, s.now()))
	if len(raw) <= mostIDToken {
		if session.IDToken, err = s.sealer.Seal(sealedIDToken, []byte(raw)); err != nil {
			return arrival{}, err
		}
	}
	if err := s.keepRefresh(&session, f, tokens); err != nil {
		return arrival{}, err
	}
	return arrival{Who: who, Session: session}, nil
}

// noteToken notes what a verified ID token and the groups that came with it show.
func noteToken(n *provider.Seen, algorithm string, groups provider.Groups) {
	n.Algorithm, n.Groups = algorithm, n.Groups || groups.Known
}

// provenAt is when somebody last proved to the provider who they are, from auth_time (OpenID Connect Core 1.0, section
// 2), or the zero time when that is not known. Somebody who was to be asked again has to have been: since the browser was
// sent there, less [proofAge] and the tolerance between two clocks. A provider that never tells auth_time is believed to
// have asked.
func provenAt(authTime time.Time, f flow, told bool, now time.Time) time.Time {
	switch {
	case authTime.After(now.Add(rp.ClockTolerance)):
		return time.Time{}
	case authTime.IsZero():
		if f.Reauth && !told {
			return now
		}
		return time.Time{}
	case f.Reauth && authTime.Before(f.began.Add(-proofAge*time.Second-rp.ClockTolerance)):
		return time.Time{}
	case f.Reauth, authTime.After(now):
		return now
	}
	return authTime
}

// unixMilli is 0 for the zero time.
func unixMilli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// sealedIDToken is the name under which sessions' ID tokens are sealed.
const sealedIDToken = "session.idToken"
