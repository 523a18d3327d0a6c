package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"

	"pantrie/auth"
	"pantrie/auth/fault"
	"pantrie/auth/reason"
	"pantrie/auth/rp"
	"pantrie/auth/session"
	"pantrie/auth/signin"
	"pantrie/db"
)

// front serves what signing in takes, with nothing but net/http between a browser and package auth. Its answers are
// those of package app as far as the matrix of sign-ins looks at them.
func front(service *auth.Service, database *db.DB) http.Handler {
	f := &frontend{auth: service, db: database, mux: http.NewServeMux()}
	f.route("POST /api/v1/auth/login", f.login)
	f.route("POST /api/v1/auth/logout", f.logout)
	f.route("GET /api/v1/auth/me", f.me)
	f.route("POST /api/v1/auth/password", f.changePassword)
	f.route("POST /api/v1/auth/password-link", f.usePasswordLink)
	f.route("GET /api/v1/auth/link", f.pendingLink)
	f.route("POST /api/v1/auth/link", f.prove)
	f.route("DELETE /api/v1/auth/link", f.cancelLink)
	f.route("GET /api/v1/auth/account", f.account)
	f.route("POST /api/v1/auth/reauthenticate", f.reauthenticate)
	f.route("DELETE /api/v1/auth/identities/{id}", f.unlink)
	f.route("GET /api/v1/auth/oauth/{provider}/login", f.start)
	f.route("POST /api/v1/auth/oauth/{provider}/link", f.startLink)
	f.route("GET /api/v1/auth/oauth/{provider}/callback", f.finish)
	f.route("GET /api/v1/auth/oauth/{provider}/signed-out", f.signedOut)
	f.route("POST /api/v1/auth/oauth/{provider}/backchannel-logout", f.backchannelLogout)
	f.route("DELETE /api/v1/admin/oauth/{provider}", f.forgetProvider)
	// Whatever else is asked of these two.
	f.route("/api/v1/auth/logout", otherMethod)
	f.route("/api/v1/auth/oauth/{provider}/backchannel-logout", otherMethod)
	return f
}

type frontend struct {
	auth *auth.Service
	db   *db.DB
	mux  *http.ServeMux
}

// ServeHTTP refuses what another site's page sends.
func (f *frontend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		problem(w, fault.New(fault.CrossOrigin, err.Error()))
		return
	}
	f.mux.ServeHTTP(w, r)
}

// handler answers itself, or leaves an error to be told.
type handler func(w http.ResponseWriter, r *http.Request) error

func (f *frontend) route(pattern string, handle handler) {
	f.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		client, _, _ := net.SplitHostPort(r.RemoteAddr)
		ctx, err := f.auth.Recheck.Load(w, r, session.Visitor{Address: client, Host: r.Host})
		if err == nil {
			err = handle(w, r.WithContext(ctx))
		}
		if err != nil {
			problem(w, err)
		}
	})
}

// statuses are those of the codes that the matrix meets.
var statuses = map[fault.Code]int{
	fault.Unauthenticated: 401, fault.InvalidCredentials: 401, fault.AccountDisabled: 403, fault.CrossOrigin: 403,
	fault.ReauthRequired: 403, fault.NotFound: 404, fault.OAuthUnknownProvider: 404, fault.LinkExpired: 404,
	fault.MethodNotAllowed: 405, fault.AlreadyLinked: 409, fault.LastWayIn: 409, fault.WrongPassword: 422,
	fault.ValidationFailed: 422, fault.PasswordLinkInvalid: 404, fault.LastAdmin: 409, fault.TooManyRequests: 429,
	fault.OAuthNotConfigured: 503, fault.Unavailable: 503,
}

func problem(w http.ResponseWriter, err error) {
	code := fault.Internal
	var f *fault.Error
	if errors.As(err, &f) {
		code = f.Code
	} else if errors.Is(err, db.ErrNotFound) {
		code = fault.NotFound
	}
	status, known := statuses[code]
	if !known {
		status = http.StatusInternalServerError
	}
	answer(w, status, map[string]any{"code": code, "message": err.Error()})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func nothing(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func sendTo(w http.ResponseWriter, to string) error {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

func read(r *http.Request, into any) error {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		return fault.New(fault.ValidationFailed, err.Error())
	}
	return nil
}

func signedIn(ctx context.Context) (session.Person, error) {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return person, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	return person, nil
}

func otherMethod(http.ResponseWriter, *http.Request) error {
	return fault.New(fault.MethodNotAllowed, "This address does not know that method.")
}

func (f *frontend) login(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Email, Password string }
	if err := read(r, &in); err != nil {
		return err
	}
	user, err := f.auth.SignIns.WithPassword(r.Context(), in.Email, in.Password)
	if err != nil {
		return err
	}
	return f.tell(w, r, user)
}

func (f *frontend) logout(w http.ResponseWriter, r *http.Request) error {
	next, err := f.auth.SignIns.SignOut(r.Context())
	if err != nil || next == "" {
		return nothing(w, err)
	}
	answer(w, http.StatusOK, map[string]any{"location": next})
	return nil
}

func (f *frontend) me(w http.ResponseWriter, r *http.Request) error {
	person, err := signedIn(r.Context())
	if err != nil {
		return err
	}
	return f.tell(w, r, person.User)
}

// tell answers with who somebody is.
func (f *frontend) tell(w http.ResponseWriter, r *http.Request, user db.User) error {
	members, err := f.db.MembershipsOf(r.Context(), user.ID)
	if err != nil {
		return err
	}
	homes := []map[string]any{}
	for _, m := range members {
		homes = append(homes, map[string]any{"id": m.HouseholdID, "role": m.Role})
	}
	answer(w, http.StatusOK, map[string]any{
		"id": user.ID, "name": user.Name, "email": user.Email, "siteAdmin": user.SiteAdmin, "households": homes,
	})
	return nil
}

func (f *frontend) changePassword(w http.ResponseWriter, r *http.Request) error {
	var in struct{ CurrentPassword, NewPassword string }
	if err := read(r, &in); err != nil {
		return err
	}
	return nothing(w, f.auth.Accounts.ChangePassword(r.Context(), in.CurrentPassword, in.NewPassword))
}

func (f *frontend) usePasswordLink(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Token, Password string }
	if err := read(r, &in); err != nil {
		return err
	}
	user, err := f.auth.Accounts.UsePasswordLink(r.Context(), in.Token, in.Password)
	if err != nil {
		return err
	}
	return f.tell(w, r, user)
}

func (f *frontend) pendingLink(w http.ResponseWriter, r *http.Request) error {
	p, err := f.auth.SignIns.PendingLink(r.Context())
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, map[string]any{"email": p.Email, "blind": p.Blind, "why": p.Why})
	return nil
}

func (f *frontend) prove(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Password string }
	if err := read(r, &in); err != nil {
		return err
	}
	user, _, err := f.auth.SignIns.ProvePendingLink(r.Context(), in.Password)
	if err != nil {
		return err
	}
	return f.tell(w, r, user)
}

func (f *frontend) cancelLink(w http.ResponseWriter, r *http.Request) error {
	return nothing(w, f.auth.SignIns.CancelPendingLink(r.Context()))
}

func (f *frontend) account(w http.ResponseWriter, r *http.Request) error {
	own, err := f.auth.Accounts.Own(r.Context())
	if err != nil {
		return err
	}
	proven := !f.auth.Sessions.FreshUntil(r.Context()).IsZero()
	answer(w, http.StatusOK, map[string]any{"proven": proven, "proofRefused": own.ProofRefused})
	return nil
}

func (f *frontend) reauthenticate(w http.ResponseWriter, r *http.Request) error {
	var in struct{ Password string }
	if err := read(r, &in); err != nil {
		return err
	}
	return nothing(w, f.auth.Accounts.Reauthenticate(r.Context(), in.Password))
}

func (f *frontend) unlink(w http.ResponseWriter, r *http.Request) error {
	return nothing(w, f.auth.Accounts.Unlink(r.Context(), r.PathValue("id")))
}

func (f *frontend) start(w http.ResponseWriter, r *http.Request) error {
	in := signin.Start{
		Provider: r.PathValue("provider"), ReturnTo: r.FormValue("returnTo"), Reauth: r.FormValue("reauth") == "true",
	}
	to, err := f.auth.SignIns.Start(r.Context(), in)
	if err != nil {
		return explain(w, err)
	}
	return sendTo(w, to)
}

func (f *frontend) startLink(w http.ResponseWriter, r *http.Request) error {
	to, err := f.auth.SignIns.StartLink(r.Context(), r.PathValue("provider"))
	if err != nil {
		return err
	}
	answer(w, http.StatusOK, map[string]any{"location": to})
	return nil
}

func (f *frontend) finish(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	page, err := f.auth.SignIns.Finish(r.Context(), r.PathValue("provider"), signin.Answer{
		Code: q.Get("code"), State: q.Get("state"), Issuer: q.Get("iss"),
		Error: q.Get("error"), ErrorDescription: q.Get("error_description"),
	})
	if err != nil {
		return explain(w, err)
	}
	return sendTo(w, page) // a page, or the provider once more
}

// explain leads to the page that explains why a sign-in did not work.
func explain(w http.ResponseWriter, err error) error {
	var e *signin.Error
	if !errors.As(err, &e) {
		return err
	}
	page := "/login"
	if e.Purpose == db.PurposeLink && e.Reason != reason.SignedOutMeanwhile {
		page = "/settings/account"
	}
	return sendTo(w, page+"?"+url.Values{"error": {string(e.Reason)}, "ref": {e.Reference}}.Encode())
}

func (f *frontend) signedOut(w http.ResponseWriter, r *http.Request) error {
	value := "1"
	if f.auth.SignIns.SignedOut(r.Context(), r.PathValue("provider"), r.FormValue("state")) {
		value = r.PathValue("provider")
	}
	return sendTo(w, "/login?signedOut="+value)
}

func (f *frontend) backchannelLogout(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		form = url.Values{}
	}
	err = f.auth.SignIns.BackchannelLogout(r.Context(), r.PathValue("provider"), form.Get("logout_token"))
	var e *signin.Error
	switch {
	case errors.Is(err, rp.ErrLogoutToken):
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_request"})
		return nil
	case errors.As(err, &e) && e.Reason == reason.TooMany:
		return fault.New(fault.TooManyRequests, e.Error())
	case errors.As(err, &e) && e.Message != "":
		return fault.New(fault.OAuthNotConfigured, e.Message)
	case errors.As(err, &e):
		return fault.New(fault.Unavailable, e.Error())
	case err != nil:
		return err
	}
	answer(w, http.StatusOK, map[string]any{})
	return nil
}

func (f *frontend) forgetProvider(w http.ResponseWriter, r *http.Request) error {
	person, err := signedIn(r.Context())
	if err == nil && !person.User.SiteAdmin {
		err = fault.New(fault.Forbidden, "Only a site administrator may do this.")
	}
	if err != nil {
		return err
	}
	return nothing(w, f.auth.Providers.Forget(r.Context(), r.PathValue("provider")))
}
