package rp

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"pantrie/auth/internal/input"
)

const (
	// logoutEvent is the member of events that makes a logout token (Back-Channel Logout 1.0, section 2.4).
	logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
	// mostLogoutAge is how old a logout token may be.
	mostLogoutAge  = 5 * time.Minute
	mostLogoutSize = 16 << 10
)

// ErrLogoutToken says that a logout token cannot be accepted. What is wrong with it is in the
// sign-in log.
var ErrLogoutToken = errors.New("the logout token is not valid")

// LogoutToken is a verified logout token.
type LogoutToken struct {
	Jti, Sid, Subject string
	IssuedAt          time.Time
}

// VerifyLogoutToken checks everything of Back-Channel Logout 1.0, section 2.6 but the replay. like is the algorithm of
// the provider's ID tokens, empty while there was none. Without fetch only keys that are here already count.
// Authentik sends the header typ logout+jwt only in its newer versions, and JWT before.
func (m *Metadata) VerifyLogoutToken(ctx context.Context, clientID, like, raw string, fetch bool) (LogoutToken, error) {
	bad := func(format string, args ...any) (LogoutToken, error) {
		return LogoutToken{}, fmt.Errorf("%w: "+format, append([]any{ErrLogoutToken}, args...)...)
	}
	keys := oidc.KeySet(m.keys)
	if !fetch {
		if !m.knowsKeyOf(raw) {
			return bad("its key is not known here")
		}
		keys = m.keys.asTheyAre()
	}
	if raw == "" || len(raw) > mostLogoutSize {
		return bad("there is none, or it is too large")
	}
	c, err := parseSegment(raw, 1)
	if err != nil {
		return bad("%v", err)
	}
	if typ := headerOf(raw, "typ"); typ != "" && !strings.EqualFold(typ, "JWT") && !strings.EqualFold(typ, "logout+jwt") {
		return bad("its typ is %q", input.Clip(typ, 40))
	}
	if hasCritical(raw) {
		return bad("it wants extensions understood that Pantrie does not know (crit)")
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[1])
	if err != nil {
		return bad("%v", err)
	}
	if err := oidc.CheckSignature(ctx, raw, payload, &c, m.algorithms, keys); err != nil {
		return bad("%s", tokenProblem("it", raw, err))
	}
	if like != "" && string(c.alg) != like {
		return bad("it is signed with %s, and ID tokens with %s", c.alg, like)
	}
	now, issued, expires := m.now(), c.GetIssuedAt(), c.GetExpiration()
	switch {
	case c.GetIssuer() != m.Issuer:
		return bad("it comes from another issuer")
	case !slices.Contains(c.GetAudience(), clientID):
		return bad("it is for another client ID")
	case issued.IsZero() || issued.After(now.Add(ClockTolerance)) || now.Sub(issued) > mostLogoutAge+ClockTolerance:
		return bad("it was not issued within the last five minutes (iat)")
	case expires.IsZero() || now.After(expires.Add(ClockTolerance)):
		return bad("it has expired (exp)")
	}
	if _, has := c.raw["nonce"]; has {
		return bad("it has a nonce, which only ID tokens have")
	}
	var events map[string]json.RawMessage
	if json.Unmarshal(c.raw["events"], &events) != nil || !strings.HasPrefix(strings.TrimSpace(string(events[logoutEvent])), "{") {
		return bad("it is not about a logout (events)")
	}
	t := LogoutToken{Jti: c.Text("jti"), Sid: c.Text("sid"), Subject: c.Text("sub"), IssuedAt: issued}
	switch {
	case t.Jti == "":
		return bad("it has no jti")
	case t.Sid == "" && t.Subject == "", t.Subject != "" && !validSubject(t.Subject), len(t.Sid) > 255:
		return bad("it does not say whose session has ended (sid, sub)")
	}
	return t, nil
}
