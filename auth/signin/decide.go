package signin

import (
	"cmp"
	"strings"

	"pantrie/auth/internal/input"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/rp"
	"pantrie/db"
)

// facts is what the database knows about somebody who comes from a provider.
type facts struct {
	identity        *db.Identity // the identity (issuer, subject), if it is known
	identityUser    db.User      // its user
	emailUser       *db.User     // who has the address, if anybody
	emailUserLinked bool         // that user has another identity of this issuer
	invited         string       // who let them in, for the log; empty: nobody did
}

type action string

const (
	actRefuse action = "refuse"
	actSignIn action = "sign_in"
	actLink   action = "link"
	actAsk    action = "ask_password"
	actCreate action = "create"
)

// decision is what follows. The user ID is set for signing in, linking, and asking.
type decision struct {
	action action
	userID string
	reason reason.Reason // with actRefuse
	branch string        // why, in words, for the log
	blind  bool          // with actAsk: nobody must learn whether the address has an account
}

// decide is the whole decision table of signing in: who somebody is, who comes from a provider
// with a verified token. It looks at nothing but its arguments.
func decide(p provider.Provider, who rp.Profile, f facts) decision {
	refuse := func(branch string, why reason.Reason) decision {
		return decision{action: actRefuse, reason: why, branch: branch}
	}
	if f.identity != nil && f.identityUser.Disabled {
		return refuse("the account here is disabled", reason.AccountDisabled)
	}
	if !p.MayEnter(who.Groups) {
		if !who.Groups.Known {
			return refuse("only allowed groups may come in, and "+who.Groups.Odd, reason.NotAllowed)
		}
		return refuse("in none of the allowed groups; came with "+cmp.Or(input.Clip(strings.Join(who.Groups.Names, ", "), 200), "none"), reason.NotAllowed)
	}
	if f.identity != nil {
		return decision{action: actSignIn, userID: f.identityUser.ID, branch: "known identity"}
	}
	trusted := who.EmailVerified || p.TrustEmail
	mayCreate := p.SignUp || f.invited != ""
	if !mayCreate && !trusted && who.Email != "" {
		// The page is the same whether the address has an account here or not.
		d := decision{action: actAsk, blind: true, branch: "the address is not verified, and signing up is off"}
		if f.emailUser != nil {
			d.userID = f.emailUser.ID
		}
		return d
	}
	if f.emailUser != nil {
		if f.emailUserLinked {
			return refuse("the account with this address is linked to another person at the provider", reason.LinkedElsewhere)
		}
		if trusted && f.emailUser.EmailProof != db.ProofNone && p.AutoLink {
			if f.emailUser.Disabled {
				return refuse("the account with this address is disabled", reason.AccountDisabled)
			}
			branch := "verified address of an account here"
			if !who.EmailVerified {
				branch = "address of an account here, and this provider's addresses are trusted"
			}
			return decision{action: actLink, userID: f.emailUser.ID, branch: branch}
		}
		return decision{action: actAsk, userID: f.emailUser.ID, branch: needsPassword(p, trusted)}
	}
	if mayCreate {
		return decision{action: actCreate, branch: cmp.Or(f.invited, "signed up")}
	}
	return refuse("no account here, and signing up is off", reason.SignUpOff)
}

// needsPassword says which condition of linking by itself does not hold.
func needsPassword(p provider.Provider, trusted bool) string {
	switch {
	case !p.AutoLink:
		return "the address has an account here, and linking by email is off"
	case !trusted:
		return "the address has an account here, and the provider does not say that it is verified"
	}
	return "the address has an account here for which nobody has proven it"
}
