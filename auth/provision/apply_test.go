package provision_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/authtest"
	"pantrie/auth/provision"
)

// TestEverythingIsMade sets up an Authentik of each version on its first day, once as it is and once
// by a token that may not ask for the version.
func TestEverythingIsMade(t *testing.T) {
	for _, version := range versions() {
		for _, silent := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/silent=%v", version, silent), func(t *testing.T) {
				b := newBench(t, version)
				if silent {
					b.provider.Set(func(s *authtest.Settings) {
						s.APIFault = func(_, path string) int {
							if strings.HasSuffix(path, "/admin/version/") {
								return http.StatusForbidden
							}
							return 0
						}
					})
				}
				before := b.state()
				plan := b.look().ok(t).Plan
				if b.state() != before {
					t.Error("looking changed something")
				}
				r := b.apply().ok(t).Result
				p, app := b.one("providers/oauth2/"), b.one("core/applications/")
				atLeast := func(since string) bool {
					return slices.Index(versions(), version) >= slices.IndexFunc(versions(), func(v string) bool { return strings.HasPrefix(v, since) })
				}
				want := fields{
					"name": "Pantrie", "client_type": "confidential", "sub_mode": "hashed_user_id", "issuer_mode": "per_provider", "include_claims_in_id_token": true,
					"authorization_flow": b.pk("flows/instances/?slug=default-provider-authorization-implicit-consent"),
					"signing_key":        b.pk("crypto/certificatekeypairs/"),
					"client_id":          r.ClientID, "client_secret": r.ClientSecret, "assigned_application_slug": "pantrie",
				}
				if atLeast("2024.10") {
					want["invalidation_flow"], want["encryption_key"] = b.pk("flows/instances/?slug=default-invalidation-flow"), nil
				}
				if version == "2025.8.4" {
					want["backchannel_logout_uri"] = logout
				}
				if atLeast("2025.10") {
					want["logout_uri"], want["logout_method"] = logout, "backchannel"
				}
				if atLeast("2026.5") {
					want["grant_types"] = []any{"authorization_code", "refresh_token"}
				}
				for name, value := range want {
					if diff := cmp.Diff(value, p[name]); diff != "" {
						t.Errorf("%s of the provider (-want +got):\n%s", name, diff)
					}
				}
				signIn, signOut := registered(p)
				if !slices.Equal(signIn, []string{callback}) || len(signOut) > 0 != atLeast("2026.5") {
					t.Errorf("redirect URIs %q, and for signing out %q", signIn, signOut)
				}
				if scopes, _ := p["property_mappings"].([]any); len(scopes) != 4 {
					t.Errorf("scopes %v", scopes)
				}
				if app["name"] != "Pantrie" || app["slug"] != "pantrie" || app["provider"] != p["pk"] || app["meta_launch_url"] != launch {
					t.Errorf("application %v", app)
				}
				if len(b.all("policies/bindings/")) != 0 {
					t.Error("the application is bound to somebody")
				}
				known := version
				if silent {
					known = ""
				}
				if r.Version != known || plan.Version != known || r.Slug != "pantrie" || len(r.ClientID) < 20 {
					t.Errorf("result %+v, plan of version %q", r, plan.Version)
				}
				if diff := cmp.Diff([]string{`provider "Pantrie"`, `application "Pantrie"`}, r.Created); diff != "" {
					t.Errorf("created (-want +got):\n%s", diff)
				}
				if plan.Found != nil || !slices.Equal(plan.Groups, []string{"authentik Admins", "household"}) {
					t.Errorf("found %+v, groups %q", plan.Found, plan.Groups)
				}
				b.works(r)
			})
		}
	}
}

func TestStepsAreToldAsTheyGo(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.wish.Group = "household"
	b.wish.Keep = func(context.Context, provision.Result) error { return nil }
	var got []string
	for _, s := range b.apply().ok(t).Steps {
		if s.Text == "" || !slices.Contains(provision.StepIDs(), s.ID) || !slices.Contains(provision.Statuses(), s.Status) {
			t.Errorf("step %+v", s)
		}
		got = append(got, string(s.ID)+" "+string(s.Status))
	}
	var want []string
	for _, id := range provision.StepIDs() {
		if id != provision.StepUndo {
			want = append(want, string(id)+" running", string(id)+" done")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

func TestThePlanSaysWhatIsDone(t *testing.T) {
	b := newBench(t, "2024.12.3")
	b.wish.Consent, b.wish.Group = provision.ConsentExplicit, "household"
	plan := b.look().ok(t).Plan
	var got []string
	for _, i := range plan.Items {
		got = append(got, fmt.Sprintf("%s %s %s", i.Action, i.Kind, i.Name))
	}
	want := []string{
		"create provider Pantrie",
		"use flow default-provider-authorization-explicit-consent",
		"use invalidation_flow default-invalidation-flow",
		"use scopes openid, email, profile",
		"use signing_key authentik Self-signed Certificate",
		"create redirect_uri " + callback,
		"omit logout " + logout,
		"omit signed_out " + leaving,
		"create application Pantrie",
		"create launch_url " + launch,
		"create group household",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	var codes []provision.WarningCode
	for _, w := range plan.Warnings {
		codes = append(codes, w.Code)
	}
	if diff := cmp.Diff([]provision.WarningCode{provision.WarnNoLogout, provision.WarnNoSignedOut}, codes); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	b.apply().ok(t)
	if got := b.one("providers/oauth2/")["authorization_flow"]; got != b.pk("flows/instances/?slug=default-provider-authorization-explicit-consent") {
		t.Errorf("flow %v", got)
	}
}

func TestOnlyTheGroupMayUseTheApplication(t *testing.T) {
	for _, version := range versions() {
		b := newBench(t, version)
		b.wish.Group = "household"
		r := b.apply().ok(t).Result
		binding := b.one("policies/bindings/")
		if binding["group"] != b.pk("core/groups/?name=household") || binding["target"] != b.one("core/applications/")["pk"] || binding["enabled"] != true {
			t.Errorf("%s: binding %v", version, binding)
		}
		if !slices.Contains(r.Created, `binding to the group "household"`) {
			t.Errorf("%s: created %q", version, r.Created)
		}
	}
}

func TestAGroupThatIsNotThere(t *testing.T) {
	b := newBench(t, "2026.5.0")
	before := b.state()
	b.wish.Group = "House"
	for _, r := range []told{b.look(), b.apply()} {
		p := r.problem(t)
		if p.Code != provision.CodeMissing || p.Field != provision.FieldGroup {
			t.Errorf("got %+v", p)
		}
		says(t, p.Message+p.Fix, `no group "House"`, `"authentik Admins", "household"`)
	}
	if b.state() != before {
		t.Error("something was made")
	}
}

func TestTwoGroupsOfAName(t *testing.T) {
	b := newBench(t, "2023.10.7")
	b.wish.Group = "household"
	b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.URL.Query().Get("name") != "household" {
			next.ServeHTTP(w, r)
			return
		}
		replyJSON(http.StatusOK, `{"pagination":{"next":0},"results":[{"pk":"1","name":"household"},{"pk":"2","name":"household"},{"pk":"3","name":"Household"}]}`)(w, r)
	})
	if p := b.apply().problem(t); p.Code != provision.CodeUnusable || p.Field != provision.FieldGroup || !strings.Contains(p.Message, "2 groups") {
		t.Errorf("got %+v", p)
	}
}

func TestManyGroupsAreOfferedByPages(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.provider.Set(func(s *authtest.Settings) {
		for n := range 250 {
			s.Groups = append(s.Groups, fmt.Sprintf("group %03d", n))
		}
		s.Groups = append(s.Groups, "\x1bbell", "zoo")
	})
	groups := b.look().ok(t).Plan.Groups
	if len(groups) < 190 || len(groups) > 200 || !slices.IsSorted(groups) {
		t.Errorf("%d groups: %q", len(groups), groups)
	}
	b.wish.Group = "zoo"
	b.apply().ok(t)
}

func TestATokenThatMayNotListGroups(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.provider.Set(func(s *authtest.Settings) { s.DeniedPermissions = []string{"authentik_core.view_group"} })
	if groups := b.look().ok(t).Plan.Groups; len(groups) != 0 {
		t.Errorf("groups %q", groups)
	}
	b.apply().ok(t)
}

func TestASigningKeyIsChosen(t *testing.T) {
	certificate := func(b *bench, name string, key string) {
		b.call(http.MethodPost, "crypto/certificatekeypairs/", fields{"name": name, "certificate_data": "data", "key_data": key})
	}
	for _, version := range versions() {
		b := newBench(t, version)
		pk := fmt.Sprint(b.pk("crypto/certificatekeypairs/"))
		certificate(b, "An authority", "")
		b.call(http.MethodDelete, "crypto/certificatekeypairs/"+pk+"/", nil)
		p := b.apply().problem(t)
		if p.Code != provision.CodeMissing || p.Step != provision.StepSigningKey {
			t.Errorf("%s: got %+v", version, p)
		}
		says(t, p.Message+p.Fix, "private key", "System → Certificates", "authentik Self-signed Certificate")
		certificate(b, "Home", "key")
		r := b.apply().ok(t)
		if b.one("providers/oauth2/")["signing_key"] != b.pk("crypto/certificatekeypairs/?name=Home") {
			t.Errorf("%s: another key than the one there is", version)
		}
		if !slices.ContainsFunc(r.Result.Warnings, func(w provision.Warning) bool {
			return w.Code == provision.WarnSigningKey && strings.Contains(w.Text, "Home")
		}) {
			t.Errorf("%s: warnings %v", version, r.Result.Warnings)
		}
	}
}

func TestWhatANewProviderNeedsIsMissing(t *testing.T) {
	for _, tt := range []struct {
		name, query, field, says string
		step                     provision.StepID
	}{
		{"the flow", "flows/instances/?slug=default-provider-authorization-implicit-consent", provision.FieldConsent, "default-provider-authorization-implicit-consent", provision.StepFlow},
		{"a scope", "propertymappings/provider/scope/?scope_name=profile", "", "goauthentik.io/providers/oauth2/scope-profile", provision.StepScopes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, "2025.10.2")
			path, _, _ := strings.Cut(tt.query, "?")
			o := b.all(tt.query)[0]
			id := fmt.Sprint(o["pk"])
			if slug, ok := o["slug"]; ok {
				id = fmt.Sprint(slug)
			}
			b.call(http.MethodDelete, path+id+"/", nil)
			before := b.state()
			p := b.apply().problem(t)
			if p.Code != provision.CodeMissing || p.Field != tt.field || p.Step != tt.step {
				t.Errorf("got %+v", p)
			}
			says(t, p.Message+p.Fix, tt.says, "Customization → Blueprints")
			if b.state() != before {
				t.Error("something was made")
			}
		})
	}
}

// TestAnotherInvalidationFlowIsChosenAndNamed: without the flow that signs people out a provider can
// be made all the same, and the plan tells what follows.
func TestAnotherInvalidationFlowIsChosenAndNamed(t *testing.T) {
	const logsOut, onlyLeaves = "default-invalidation-flow", "default-provider-invalidation-flow"
	for _, tt := range []struct {
		name    string
		removed []string
		own     string // a flow of the administrator's own
		want    string
		says    []string // of the warning; none is no warning
	}{
		{name: "both", want: logsOut},
		{name: "the one without a stage is gone", removed: []string{onlyLeaves}, want: logsOut},
		{name: "only the one without a stage", removed: []string{logsOut}, want: onlyLeaves,
			says: []string{logsOut, onlyLeaves, "still signed in there"}},
		{name: "only one of the administrator's own", removed: []string{logsOut, onlyLeaves}, own: "goodbye", want: "goodbye",
			says: []string{logsOut, "goodbye", "can't tell"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, "2025.10.2")
			for _, slug := range tt.removed {
				b.call(http.MethodDelete, "flows/instances/"+slug+"/", nil)
			}
			if tt.own != "" {
				b.provider.AddFlow(tt.own, "invalidation")
			}
			plan := b.look().ok(t).Plan
			result := b.apply().ok(t).Result
			if got := b.one("providers/oauth2/")["invalidation_flow"]; got != b.pk("flows/instances/?slug="+tt.want) {
				t.Errorf("flow %v", got)
			}
			for _, warnings := range [][]provision.Warning{plan.Warnings, result.Warnings} {
				text := warning(warnings, provision.WarnSignOut)
				if (text != "") != (tt.says != nil) {
					t.Errorf("warning %q", text)
				}
				says(t, text, tt.says...)
			}
		})
	}
	b := newBench(t, "2025.10.2")
	for _, slug := range []string{onlyLeaves, logsOut} {
		b.call(http.MethodDelete, "flows/instances/"+slug+"/", nil)
	}
	p := b.apply().problem(t)
	if p.Code != provision.CodeMissing || p.Step != provision.StepFlow {
		t.Errorf("got %+v", p)
	}
	says(t, p.Message+p.Fix, logsOut, "Default - Invalidation flow")
}
