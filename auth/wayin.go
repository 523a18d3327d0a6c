package auth

import (
	"context"
	"slices"

	"pantrie/auth/fault"
	"pantrie/db"
)

// sameIssuer forgives the slash at the end, as discovery does.
func sameIssuer(a, b string) bool {
	return len(a) > 0 && len(b) > 0 && (a == b || a+"/" == b || a == b+"/")
}

// wayIn says whether somebody with these identities can sign in. A password is a way in while
// local says so, and always for site administrators.
func wayIn(user db.User, identities []db.Identity, providers []Provider, local bool) bool {
	if user.PasswordHash != "" && (local || user.SiteAdmin) {
		return true
	}
	return slices.ContainsFunc(identities, func(i db.Identity) bool { return reaches(providers, i.Issuer) })
}

// keepAnAdmin fails, and so rolls back, when nobody could administer Pantrie any more.
func (s *Service) keepAnAdmin(ctx context.Context, tx *db.Tx) error {
	providers, err := s.Providers(ctx)
	if err != nil {
		return err
	}
	n, err := adminsWithWayIn(ctx, tx, providers, "")
	if err == nil && n == 0 {
		return fault.New(fault.LastAdmin, "This is the last site administrator who can sign in. Make somebody else one first.")
	}
	return err
}

// adminsWithWayIn counts the site administrators but except who can sign in: with a password, or
// with an identity of a provider that works.
func adminsWithWayIn(ctx context.Context, tx *db.Tx, providers []Provider, except string) (int, error) {
	ways, err := tx.AdminWaysIn(ctx)
	if err != nil {
		return 0, err
	}
	in := map[string]bool{}
	for _, w := range ways {
		if w.UserID != except && (w.HasPassword || reaches(providers, w.Issuer)) {
			in[w.UserID] = true
		}
	}
	return len(in), nil
}

// reaches says whether one of the providers leads in for identities of an issuer.
func reaches(providers []Provider, issuer string) bool {
	return slices.ContainsFunc(providers, func(p Provider) bool { return p.Usable() && sameIssuer(issuer, p.Issuer()) })
}
