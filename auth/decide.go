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
	branch string // why, in words, for the log
}

// decide is the whole decision table: who somebody is, who comes from a provider with a
// verified token. It looks at nothing but its arguments.
func decide(p Provider, who profile, f facts) decision {
	refuse := func(branch string, reason Reason) decision {
		return decision{action: actRefuse, reason: reason, branch: branch}
	}
	if f.identity != nil {
		if f.identityUser.Disabled {
			return refuse("the account here is disabled", ReasonAccountDisabled)
		}
		return decision{action: actSignIn, userID: f.identityUser.ID, branch: "known identity"}
	}
	trusted := who.EmailVerified
	if f.emailUser != nil {
		if !p.SignUp && !trusted {
			// Somebody who cannot prove the address must not learn that it has an account.
			return refuse("the address is not verified, and signing up is off", ReasonSignUpOff)
		}
		if f.emailUserLinked {
			return refuse("the account with this address is linked to another person at the provider", ReasonLinkedElsewhere)
		}
		if trusted && f.emailUser.EmailProof != db.ProofNone && p.AutoLink {
			if f.emailUser.Disabled {
				return refuse("the account with this address is disabled", ReasonAccountDisabled)
			}
			return decision{action: actLink, userID: f.emailUser.ID, branch: "verified address of an account here"}
		}
		return refuse(needsPassword(p, who, *f.emailUser), ReasonNeedsPassword)
	}
	if p.SignUp {
		return decision{action: actCreate, branch: "signed up"}
	}
	return refuse("no account here, and signing up is off", ReasonSignUpOff)
}

// needsPassword says which condition of linking by itself does not hold.
func needsPassword(p Provider, who profile, account db.User) string {
	switch {
	case !p.AutoLink:
		return "the address has an account here, and linking by email is off"
	case !who.EmailVerified:
		return "the address has an account here, and the provider does not say that it is verified"
	case account.EmailProof == db.ProofNone:
		return "the address has an account here for which nobody has proven it"
	}
	return "the address has an account here, which needs its password"
}
