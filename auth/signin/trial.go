package signin

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/rp"
	"pantrie/auth/session"
	"pantrie/db"
)

// TestResult is what a test sign-in showed: the way there and back, what the provider said, and
// what signing in would have done. The newest one of each provider is kept, sealed, because it
// holds what a provider says of a person.
type TestResult struct {
	At          int64           `json:"at"`
	UserID      string          `json:"userId"` // the administrator who made it
	Fingerprint string          `json:"fingerprint"`
	OK          bool            `json:"ok"`
	Reason      reason.Reason   `json:"reason"` // when it did not come to a verdict
	Detail      string          `json:"detail"`
	Reference   string          `json:"reference"`
	Steps       []db.SignInStep `json:"steps"`
	IDToken     []rp.Claim      `json:"idToken"`
	Userinfo    []rp.Claim      `json:"userinfo"`
	Used        *UsedClaims     `json:"used"`
	Verdict     *Verdict        `json:"verdict"`
	Roles       rolePlan        `json:"roles"`

	// Current says that the settings in force are still those of the test.
	Current bool `json:"-"`
}

// UsedClaims is what Pantrie takes from the claims. Groups is nil when the provider sends none.
type UsedClaims struct {
	Subject       string   `json:"subject"`
	Email         string   `json:"email"`
	EmailVerified bool     `json:"emailVerified"`
	EmailFrom     string   `json:"emailFrom"`
	Name          string   `json:"name"`
	Groups        []string `json:"groups"`
}

// Verdict is what signing in would do. Action is sign_in, link, ask_password, create or refuse.
type Verdict struct {
	Action       string        `json:"action"`
	Reason       reason.Reason `json:"reason"`
	Branch       string        `json:"branch"`
	UserID       string        `json:"userId"`
	AccountName  string        `json:"accountName"`
	AccountEmail string        `json:"accountEmail"`
}

// StartTest sends a site administrator to a provider to test it with the settings in force, also
// while it is switched off. Errors are [*Error]s.
func (s *Service) StartTest(ctx context.Context, provider string) (string, error) {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return "", fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if err := s.slowDown(ctx, pageOAuth); err != nil {
		return "", err
	}
	return s.start(ctx, provider, flow{Purpose: db.PurposeTest, UserID: person.User.ID, ReturnTo: pageOAuth})
}

// finishTest decides as a sign-in would, and does nothing of it. The transaction is rolled back
// by errNothingDone, so that not even a mistake here could write.
func (s *Service) finishTest(ctx context.Context, f flow, from arrival, try *attempt) (string, error) {
	var d decision
	var plan rolePlan
	var account db.User
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		known, err := gatherFacts(ctx, tx, from)
		if err != nil {
			return err
		}
		d = decide(f.Provider, from.Who, known)
		switch {
		case known.identity != nil:
			account = known.identityUser
		case known.emailUser != nil:
			account = *known.emailUser
		}
		of := account
		if d.action == actCreate {
			of = db.User{}
		}
		roles, err := gatherRoles(ctx, tx, s.providers, f.Provider, of)
		if err != nil {
			return err
		}
		if d.action != actRefuse {
			plan = planRoles(f.Provider, from.Who.Groups, roles)
		}
		return errNothingDone
	})
	if !errors.Is(err, errNothingDone) {
		return "", err
	}
	s.journal.reached(try, "decision", withWarnings(d.branch, plan.Warnings))
	result := s.testResult(f, try)
	result.OK, result.Reference, result.Roles = true, newReference(), plan
	result.Verdict = &Verdict{Action: string(d.action), Reason: d.reason, Branch: d.branch, UserID: account.ID, AccountName: account.Name, AccountEmail: account.Email}
	s.keepTestResult(ctx, f, result)
	record := try.recordOf("decision", db.OutcomeTested, "would "+strings.ReplaceAll(string(d.action), "_", " ")+": "+withWarnings(d.branch, plan.Warnings))
	record.Reference = result.Reference
	s.journal.Record(ctx, record)
	return testPage(f.Provider.ID), nil
}

var errNothingDone = errors.New("a test changes nothing")

func testPage(provider string) string { return pageOAuth + "?provider=" + provider + "&tested=1" }

func (s *Service) testResult(f flow, try *attempt) TestResult {
	r := TestResult{At: s.now().UnixMilli(), UserID: f.UserID, Fingerprint: f.Provider.Fingerprint(f.Redirect), Steps: try.steps}
	if try.idToken != nil {
		r.IDToken = try.idToken.List()
	}
	if try.userinfo != nil {
		r.Userinfo = try.userinfo.List()
		who := try.who
		if who.Subject != "" {
			r.Used = &UsedClaims{Subject: who.Subject, Email: who.Email, EmailVerified: who.EmailVerified, EmailFrom: who.EmailFrom, Name: who.Name}
			if who.Groups.Known {
				r.Used.Groups = who.Groups.Names
			}
		}
	}
	return r
}

// keepTestResult stores a result in place of the one before. A failure to do so is logged: the
// sign-in log has the attempt all the same.
func (s *Service) keepTestResult(ctx context.Context, f flow, r TestResult) {
	text, err := json.Marshal(r)
	if err == nil {
		var sealed []byte
		sealed, err = s.sealer.Seal(provider.SettingLastTest(f.Provider.ID), text)
		if err == nil {
			err = s.db.InTx(ctx, func(tx *db.Tx) error {
				return tx.PutSetting(ctx, db.Setting{Key: provider.SettingLastTest(f.Provider.ID), Value: sealed, Sealed: true})
			})
		}
	}
	if err != nil {
		s.log.ErrorContext(ctx, "keep result of a test sign-in", "error", err)
	}
}

// TestResult returns the newest test sign-in of a provider, or nil.
func (s *Service) TestResult(ctx context.Context, p provider.Provider) (*TestResult, error) {
	stored, err := s.db.Setting(ctx, provider.SettingLastTest(p.ID))
	if errors.Is(err, db.ErrNotFound) {
		return nil, nil //nolint:nilnil // there was no test yet
	}
	if err != nil {
		return nil, err
	}
	text, err := s.sealer.Open(provider.SettingLastTest(p.ID), stored.Value)
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // sealed with another key: as if there were none
	}
	var r TestResult
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	r.Current = r.Fingerprint == p.Fingerprint(s.address.Callback(p.ID))
	return &r, nil
}
