package rp

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/provider"
)

func TestClaimsAreReadByTheirExactNames(t *testing.T) {
	c, err := parseClaims([]byte(`{"SUB":"admin","sub":"mara","Email_Verified":true,"email_verified":false,"aud":["a","b"],"exp":1.7e9,"locale":{"odd":1}}`))
	if err != nil {
		t.Fatal(err)
	}
	if c.GetSubject() != "mara" || c.truth("email_verified") || len(c.GetAudience()) != 2 || c.GetExpiration().Unix() != 1_700_000_000 {
		t.Errorf("claims: %v", c.raw)
	}
	for _, bad := range []string{`{"sub":"a","sub":"b"}`, `[]`, `"x"`, `{"sub":`, ``, `{} {}`, `null`} {
		if _, err := parseClaims([]byte(bad)); err == nil {
			t.Errorf("parseClaims(%q) accepts it", bad)
		}
	}
	for value, want := range map[string]bool{`true`: true, `"true"`: true, `false`: false, `"false"`: false, `1`: false, `null`: false, `"TRUE"`: false, `[true]`: false} {
		c, err := parseClaims([]byte(`{"email_verified":` + value + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.truth("email_verified"); got != want {
			t.Errorf("email_verified %s counts as %v", value, got)
		}
	}
	for _, wrong := range []string{`5`, `["a"]`, `null`, `{}`} {
		c, err := parseClaims([]byte(`{"sub":` + wrong + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.GetSubject(); got != "" {
			t.Errorf("sub %s counts as %q", wrong, got)
		}
	}
}

func FuzzParseClaims(f *testing.F) {
	for _, seed := range []string{`{}`, `{"sub":"a"}`, `{"sub":"a","sub":"b"}`, `{"a":{"b":[1,2]}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseClaims(data)
		if err == nil && c.raw == nil {
			t.Error("no error and no claims")
		}
		_, _, _ = c.GetSubject(), c.GetAudience(), c.GetExpiration()
	})
}

func TestProfileTakesAddressAndVerificationFromOneDocument(t *testing.T) {
	read := func(s string) Claims {
		c, err := parseClaims([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, tt := range []struct {
		name, id, info string
		want           Profile
	}{
		{"both agree", `{"sub":"s","email":"a@x.org","email_verified":true,"name":"A"}`, `{"email":"a@x.org","email_verified":true,"name":"A"}`, Profile{Subject: "s", Email: "a@x.org", EmailVerified: true, EmailFrom: "userinfo", Name: "A"}},
		{"claims only in userinfo", `{"sub":"s"}`, `{"email":"a@x.org","email_verified":true,"given_name":"A B"}`, Profile{Subject: "s", Email: "a@x.org", EmailVerified: true, EmailFrom: "userinfo", Name: "A B"}},
		{"claims only in the ID token", `{"sub":"s","email":"a@x.org","email_verified":true,"preferred_username":"ab"}`, `{}`, Profile{Subject: "s", Email: "a@x.org", EmailVerified: true, EmailFrom: "id_token", Name: "ab"}},
		{"verified in the other document only", `{"sub":"s","email":"a@x.org","email_verified":true}`, `{"email":"b@x.org"}`, Profile{Subject: "s", Email: "b@x.org", EmailFrom: "userinfo", Name: "b", NameMade: true}},
		{"verified without an address", `{"sub":"s","email_verified":true}`, `{"email":""}`, Profile{Subject: "s"}},
		{"two at signs", `{"sub":"s"}`, `{"email":"a@b@x.org","email_verified":true}`, Profile{Subject: "s"}},
		{"with a display name", `{"sub":"s"}`, `{"email":"Admin <a@x.org>","email_verified":true}`, Profile{Subject: "s"}},
		{"padded", `{"sub":"s"}`, `{"email":" a@x.org ","email_verified":true}`, Profile{Subject: "s", Email: "a@x.org", EmailVerified: true, EmailFrom: "userinfo", Name: "a", NameMade: true}},
		{"line breaks and invisible characters in the name", `{"sub":"s"}`, `{"name":"A\n\u202eB\u0000"}`, Profile{Subject: "s", Name: "AB"}},
	} {
		got := ReadProfile(read(tt.id), read(tt.info), provider.Provider{})
		got.Groups = provider.Groups{} // see TestReadGroups
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Groups that are only named as kept elsewhere are unknown: taken as none they would take everybody's roles away.
func TestGroupsThatAreKeptElsewhereAreUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		id, info, claim string
		known, absent   bool
	}{
		"named in the ID token":        {`{"_claim_names":{"groups":"src1"},"_claim_sources":{"src1":{"endpoint":"https://x"}}}`, `{}`, "", false, false},
		"named in userinfo":            {`{}`, `{"_claim_names":{"groups":"src1"}}`, "", false, false},
		"hasgroups":                    {`{"hasgroups":true}`, `{}`, "", false, false},
		"hasgroups false":              {`{"hasgroups":false}`, `{}`, "", false, true},
		"another claim is elsewhere":   {`{"_claim_names":{"address":"src1"}}`, `{}`, "", false, true},
		"names of a wrong shape":       {`{"_claim_names":"groups"}`, `{}`, "", false, true},
		"there all the same":           {`{"_claim_names":{"groups":"src1"},"groups":["a"]}`, `{}`, "", true, false},
		"a claim of another name":      {`{"_claim_names":{"roles":"src1"}}`, `{}`, "roles", false, false},
		"hasgroups says nothing of it": {`{"hasgroups":true}`, `{}`, "roles", false, true},
		"nothing":                      {`{}`, `{}`, "", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			id, err1 := parseClaims([]byte(c.id))
			info, err2 := parseClaims([]byte(c.info))
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			got := ReadProfile(id, info, provider.Provider{Settings: provider.Settings{GroupClaim: c.claim}}).Groups
			if got.Known != c.known || got.Absent != c.absent || !c.known && got.Odd == "" {
				t.Errorf("%+v", got)
			}
		})
	}
}
