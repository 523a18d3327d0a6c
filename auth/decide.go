package auth

import "pantrie/db"

// facts is what the database knows about somebody who comes from a provider.
type facts struct {
	identity        *db.Identity // the identity (issuer, subject), if it is known
	identityUser    db.User      // its user
	emailUser       *db.User     // who has the address, if anybody
	emailUserLinked bool         // that user has another identity of this issuer
}

type action int

const (
	actRefuse action = iota
	actSignIn
	actLink
	actCreate
)

// decision is what follows. UserID is set for signing in and linking.
type decision struct {
	action action
	userID string
	reason Reason // with actRefuse
	branch string // the branch of the decision table, for the log
}

// decide is the whole decision table: who somebody is, who comes from a provider with a
// verified token. It looks at nothing but its arguments.
func decide(p Provider, who profile, f facts) decision {
	refuse := func(branch string, reason Reason) decision {
		return decision{action: actRefuse, reason: reason, branch: branch}
	}
	if f.identity != nil {
		if f.identityUser.Disabled {
			return refuse("1 known identity, account disabled", ReasonAccountDisabled)
		}
		return decision{action: actSignIn, userID: f.identityUser.ID, branch: "1 known identity"}
	}
	trusted := who.EmailVerified
	if f.emailUser != nil {
		if !p.SignUp && !trusted {
			// Somebody who cannot prove the address must not learn that it has an account.
			return refuse("3 unproven address, sign-up off", ReasonSignUpOff)
		}
		if f.emailUserLinked {
			return refuse("3a the account has another identity of this issuer", ReasonLinkedElsewhere)
		}
		if trusted && f.emailUser.EmailProof != db.ProofNone && p.AutoLink {
			if f.emailUser.Disabled {
				return refuse("3b account disabled", ReasonAccountDisabled)
			}
			return decision{action: actLink, userID: f.emailUser.ID, branch: "3b verified address of a proven account"}
		}
		return refuse("3c the address needs the account's password", ReasonNeedsPassword)
	}
	if p.SignUp {
		return decision{action: actCreate, branch: "4 sign-up"}
	}
	return refuse("5 no account, sign-up off", ReasonSignUpOff)
}
