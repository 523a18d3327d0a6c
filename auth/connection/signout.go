package connection

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"pantrie/auth/authentik"
)

// signOut asks Authentik's end_session_endpoint as a browser that is not signed in would, and adds to
// what was seen of the endpoints whether signing out there ends the session. That is known from the
// page it leads to: up to 2024.8 one that leaves the choice to people, and in the newest versions the
// flow that runs. Versions in between lead everyone to the login first, whatever the flow is.
func (r *run) signOut(ctx context.Context, seen string) Check {
	const unknown = " Whether signing out there ends the session at Authentik can't be seen from here: " +
		"it depends on the provider's invalidation flow."
	to := r.afterSignOut(ctx)
	switch {
	case to == "":
		return passed("%s", seen)
	case strings.Contains(to, "/if/session-end/"):
		return warned(CodeSignOutStays, "", seen+" This version of Authentik shows a page after signing out of Pantrie. "+
			"People stay signed in at Authentik until they sign out on that page.",
			"Tell people about it, or update Authentik: from 2024.10 on an invalidation flow can sign them out.")
	case strings.Contains(to, "/if/flow/"+authentik.FlowOnlyLeaves+"/"):
		return warned(CodeSignOutStays, string(authentik.SettingInvalidationFlow),
			seen+" Signing out there runs the flow "+authentik.FlowOnlyLeaves+", which by default doesn't sign people out of Authentik.",
			"In Authentik: "+authentik.SettingInvalidationFlow.Where()+", choose "+authentik.FlowSignsOut+".")
	case strings.Contains(to, "/if/flow/"+authentik.FlowSignsOut+"/"):
		return passed("%s Signing out there runs the flow %s.", seen, authentik.FlowSignsOut)
	}
	return passed("%s", seen+unknown)
}

// afterSignOut is the path to which the endpoint leads, or nothing when there is none to ask. It is
// asked only below the issuer's own address.
func (r *run) afterSignOut(ctx context.Context) string {
	end, err := url.Parse(r.doc.endSession)
	issuer, errIssuer := url.Parse(r.doc.Issuer)
	if err != nil || errIssuer != nil || end.Host == "" || origin(end) != origin(issuer) {
		return ""
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, end.String(), nil)
	if err != nil {
		return ""
	}
	req.Header.Set("Accept", "text/html")
	a, err := r.askOnce(ctx, req)
	if err != nil || a.status >= http.StatusBadRequest {
		return "" // the checks of the other endpoints tell what is wrong
	}
	if a.location == nil {
		return "/"
	}
	return a.location.Path
}
