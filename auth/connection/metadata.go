package connection

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pantrie/auth/authentik"
)

// issuer compares the document's issuer with the one expected (OpenID Connect Discovery 1.0,
// section 4.3). One slash at the end more or less is adopted by sign-in.
func (r *run) issuer(context.Context) Check {
	got, want := r.doc.Issuer, r.t.Issuer
	if got == want {
		return passed("The issuer is %s, as expected.", want)
	}
	if strings.TrimSuffix(got, "/") == strings.TrimSuffix(want, "/") {
		return Check{Status: OK, Code: CodeIssuerSlash, Seen: fmt.Sprintf("The issuer is %s, expected was %s. Pantrie uses the provider's spelling.", r.quote(got), r.quote(want))}
	}
	if got == "" {
		return failed(CodeIssuerDiffers, r.addressField(), "The discovery document names no issuer.", r.checkAddress())
	}
	seen := fmt.Sprintf("The issuer is %s, expected was %s.", r.quote(got), r.quote(want))
	if r.authentik() && authentik.IsGlobalIssuer(got, r.t.DiscoveryURL) {
		return failed(CodeIssuerGlobalMode, string(authentik.SettingIssuerMode), seen+" All providers of this Authentik share one issuer.",
			fmt.Sprintf("In Authentik: %s, choose %q.", authentik.SettingIssuerMode.Where(), authentik.IssuerModePerProvider))
	}
	g, errG := url.Parse(got)
	w, errW := url.Parse(want)
	if errG == nil && errW == nil && g.Host != "" && strings.TrimSuffix(g.Path, "/") == strings.TrimSuffix(w.Path, "/") {
		switch {
		case strings.EqualFold(g.Hostname(), w.Hostname()) && g.Scheme == "http" && w.Scheme == "https":
			return failed(CodeIssuerScheme, "", seen+" "+r.name()+" does not notice that it is asked by https.", r.forwarded())
		case strings.EqualFold(g.Hostname(), w.Hostname()) && g.Scheme == "https" && w.Scheme == "http":
			return failed(CodeIssuerScheme, r.addressField(), seen, inPantrie(r.addressField())+", begin the address with https.")
		case r.authentik():
			return failed(CodeIssuerOtherHost, r.addressField(), seen+" Authentik builds it from the host name it is asked by.",
				fmt.Sprintf("%s, enter %s if browsers reach Authentik there. Otherwise let the reverse proxy in front of Authentik pass Host on unchanged.", inPantrie(r.addressField()), r.quote(g.Scheme+"://"+g.Host)))
		}
	}
	if r.authentik() {
		return failed(CodeIssuerDiffers, string(authentik.SettingSlug), seen,
			"In Authentik: "+authentik.SettingSlug.Where()+", compare it with the Application Slug in Pantrie. Upper and lower case count.")
	}
	fix := "Check that the address is the one " + r.t.Name + " names as its issuer."
	if field := r.addressField(); field != "" {
		fix = inPantrie(field) + ", enter the issuer exactly as the provider names it."
	}
	return failed(CodeIssuerDiffers, r.addressField(), seen, fix)
}

// endpoints looks at the addresses in the document. They are https if the issuer is.
func (r *run) endpoints(ctx context.Context) Check {
	issuer, err := url.Parse(r.t.Issuer)
	if err != nil {
		issuer = r.address
	}
	var missing, plain, elsewhere []string
	for _, e := range []struct{ name, address string }{
		{"authorization_endpoint", r.doc.Authorize}, {"token_endpoint", r.doc.Token},
		{"userinfo_endpoint", r.doc.Userinfo}, {"jwks_uri", r.doc.JWKS},
	} {
		u, err := url.Parse(e.address)
		switch {
		case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http"):
			missing = append(missing, e.name)
		case issuer.Scheme == "https" && u.Scheme != "https":
			plain = append(plain, e.name)
		case hostPort(u) != hostPort(issuer):
			elsewhere = append(elsewhere, e.name+" on "+r.quote(u.Host))
		}
	}
	switch {
	case len(missing) > 0:
		return failed(CodeEndpointMissing, "", fmt.Sprintf("The discovery document lacks a full address for %s.", strings.Join(missing, ", ")),
			"Check that the address leads to an OpenID Connect provider, and that nothing rewrites its answer.")
	case len(plain) > 0:
		return failed(CodeEndpointHTTP, "", fmt.Sprintf("The issuer is https, but these are http: %s.", strings.Join(plain, ", ")), r.forwarded())
	case len(elsewhere) > 0 && r.authentik():
		return warned(CodeEndpointOtherHost, "", fmt.Sprintf("Some endpoints are on another host than the issuer: %s.", strings.Join(elsewhere, ", ")), r.forwarded())
	}
	if c, internal := r.internalName(); internal {
		return c
	}
	seen := "All endpoints are there."
	if len(elsewhere) > 0 {
		seen = fmt.Sprintf("All endpoints are there, some on another host than the issuer: %s.", strings.Join(elsewhere, ", "))
	}
	if r.doc.endSession == "" {
		seen += " There is no end_session_endpoint: signing out of Pantrie leaves people signed in at " + r.t.Name + "."
	}
	if r.authentik() {
		return r.signOut(ctx, seen)
	}
	return passed("%s", seen)
}

func (r *run) forwarded() string {
	return "Let the reverse proxy in front of " + r.t.Name + " send X-Forwarded-Proto and pass Host on unchanged."
}

// internalName finds an authorization endpoint that Pantrie reaches, but browsers may not:
// people are sent there, so the name of a container or of this machine is not enough.
func (r *run) internalName() (Check, bool) {
	u, err := url.Parse(r.doc.Authorize)
	if err != nil {
		return Check{}, false
	}
	here := loopback(u.Hostname())
	if back, err := url.Parse(r.t.RedirectURI); here && (err != nil || back.Host == "" || loopback(back.Hostname())) {
		return Check{}, false
	}
	if !here && strings.ContainsAny(u.Hostname(), ".:") {
		return Check{}, false
	}
	return warned(CodeEndpointInternalName, r.addressField(),
		fmt.Sprintf("All endpoints are there. People will be sent to %s, which their browsers may not be able to reach.", r.quote(u.Scheme+"://"+u.Host)),
		inPantrie(r.addressField())+", enter the address by which browsers reach "+r.t.Name+", unless this is it."), true
}

const (
	clockTolerance = 30 * time.Second
	clockLimit     = 2 * time.Minute
)

// clockClue is what an answer tells about the provider's clock.
type clockClue struct {
	date, sent, received time.Time // date is zero when none was said
}

// clueFrom reads Date and, for answers out of a cache, Age (RFC 9110, section 6.6.1; RFC 9111,
// section 5.1).
func clueFrom(a answer) clockClue {
	date, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return clockClue{}
	}
	if age, err := strconv.Atoi(a.header.Get("Age")); err == nil && age > 0 && age < 1<<30 {
		date = date.Add(time.Duration(age) * time.Second)
	}
	return clockClue{date, a.sent, a.received}
}

// off is how far the provider's clock is ahead, or, negative, behind. Date has whole seconds,
// and was written at some time between question and answer.
func (c clockClue) off() time.Duration {
	switch {
	case c.date.After(c.received):
		return c.date.Sub(c.received)
	case c.date.Add(time.Second).Before(c.sent):
		return c.date.Add(time.Second).Sub(c.sent)
	}
	return 0
}

// clock compares the clocks of both sides. Sign-in allows [clockTolerance].
func (r *run) clock(context.Context) Check {
	if r.clue.date.IsZero() {
		return skipped(CodeClockUnknown, "%s did not say what time it is there.", r.name())
	}
	off := r.clue.off()
	side := "ahead of"
	if off < 0 {
		side = "behind"
	}
	seen := fmt.Sprintf("The clock of %s is %s %s Pantrie's.", r.t.Name, duration(off.Abs()), side)
	fix := "Set the clocks of both machines by a time server (NTP)."
	switch {
	case off.Abs() < time.Second:
		return passed("The clocks agree.")
	case off.Abs() <= clockTolerance:
		return passed("%s Up to %s do no harm.", seen, duration(clockTolerance))
	case off.Abs() < clockLimit:
		return warned(CodeClockOff, "", seen+" More than "+duration(clockTolerance)+" can make Pantrie refuse what "+r.t.Name+" signs.", fix)
	}
	return failed(CodeClockOff, "", seen+" What "+r.t.Name+" signs looks too old or too new here.", fix)
}

// pkce looks for S256 (RFC 7636; RFC 8414, section 2). Sign-in sends it in any case.
func (r *run) pkce(context.Context) Check {
	if slices.Contains(r.doc.pkce, "S256") {
		return passed("PKCE with S256 is supported.")
	}
	return warned(CodePKCENotListed, "", fmt.Sprintf("%s does not say that it supports PKCE with S256. Pantrie uses it all the same.", r.name()),
		"If sign-ins fail with invalid_request, see whether "+r.t.Name+" can be updated.")
}

// scopes looks for the scopes that sign-in asks for. The list is optional and need not be
// complete (Discovery 1.0, section 3), but Authentik's is: it drops any other silently.
func (r *run) scopes(context.Context) Check {
	if !r.doc.listsScopes {
		return passed("%s does not list its scopes.", r.name())
	}
	var missing []string
	for _, scope := range r.t.Scopes {
		if !slices.Contains(r.doc.scopes, scope) {
			missing = append(missing, scope)
		}
	}
	if len(missing) > 0 {
		seen := fmt.Sprintf("Not among the scopes of %s: %s.", r.t.Name, strings.Join(missing, ", "))
		c := warned(CodeScopeNotListed, string(authentik.SettingScopes), seen, r.allowScopes(missing))
		if r.authentik() && slices.Contains(missing, "openid") {
			c.Status, c.Seen = Failed, seen+" Without openid there is no ID token."
		} else if r.authentik() && !slices.ContainsFunc(r.doc.scopes, func(s string) bool { return s != "openid" }) {
			// It lists openid also where the provider has no scope mapping at all. Its tokens then have no
			// scope, and userinfo refuses them.
			c.Status, c.Seen = Failed, seen+" The provider has no scope mappings, or that of openid alone: "+
				"Authentik won't say who signs in."
		}
		return c
	}
	seen := "All are listed: " + strings.Join(r.t.Scopes, ", ") + "."
	if r.doc.listsClaims && len(r.doc.claims) > 0 && slices.Contains(r.doc.claims, "email") && !slices.Contains(r.doc.claims, "groups") {
		seen += " Groups are not among the claims listed, so rules about groups may find nothing."
	}
	return passed("%s", seen)
}

func (r *run) allowScopes(scopes []string) string {
	if r.authentik() {
		return fmt.Sprintf("In Authentik: %s, select the OpenID mappings for %s.", authentik.SettingScopes.Where(), strings.Join(scopes, ", "))
	}
	return fmt.Sprintf("At %s: allow this client the scopes %s.", r.t.Name, strings.Join(scopes, ", "))
}

// encryption looks for encrypted ID tokens, which sign-in does not read. Authentik lists
// algorithms only if an Encryption Key is set. Other providers list what a client could ask for.
func (r *run) encryption(context.Context) Check {
	algorithms := len(r.doc.EncryptionAlgorithms) > 0
	switch {
	case algorithms && r.authentik():
		return failed(CodeEncryptionKey, string(authentik.SettingEncryptionKey), "Authentik encrypts ID tokens for Pantrie, which cannot read them.",
			"In Authentik: "+authentik.SettingEncryptionKey.Where()+", clear it.")
	case algorithms:
		return passed("ID tokens can be encrypted, which Pantrie does not ask for. Leave it off for this client.")
	}
	return passed("ID tokens are not encrypted.")
}
