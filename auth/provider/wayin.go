package provider

import (
	"context"
	"slices"

	"pantrie/auth/fault"
	"pantrie/db"
)

// SameIssuer forgives the slash at the end, as discovery does.
func SameIssuer(a, b string) bool {
	return len(a) > 0 && len(b) > 0 && (a == b || a+"/" == b || a == b+"/")
}

// WayIn says whether somebody with these identities can sign in. A password is a way in while
// local says so, and always for site administrators.
func WayIn(user db.User, identities []db.Identity, providers []Provider, local bool) bool {
	if user.PasswordHash != "" && (local || user.SiteAdmin) {
		return true
	}
	return slices.ContainsFunc(identities, func(i db.Identity) bool {
		return i.AccessEndedAt == 0 && Reaches(providers, i.Issuer)
	})
}

// KeepAnAdmin fails, and so rolls back, when nobody could administer Pantrie any more.
func (s *Store) KeepAnAdmin(ctx context.Context, tx *db.Tx) error {
	providers, err := s.All(ctx)
	if err != nil {
		return err
	}
	n, err := AdminsWithWayIn(ctx, tx, providers, "")
	if err == nil && n == 0 {
		return fault.New(fault.LastAdmin, "This is the last site administrator who can sign in. Make somebody else one first.")
	}
	return err
}

// AdminsWithWayIn counts the site administrators but except who can sign in: with a password, or
// with an identity of a provider that works.
func AdminsWithWayIn(ctx context.Context, tx *db.Tx, providers []Provider, except string) (int, error) {
	ways, err := tx.AdminWaysIn(ctx)
	if err != nil {
		return 0, err
	}
	in := map[string]bool{}
	for _, w := range ways {
		if w.UserID != except && (w.HasPassword || Reaches(providers, w.Issuer)) {
			in[w.UserID] = true
		}
	}
	return len(in), nil
}

// Reaches says whether one of the providers leads in for identities of an issuer.
func Reaches(providers []Provider, issuer string) bool {
	return slices.ContainsFunc(providers, func(p Provider) bool { return p.Usable() && SameIssuer(issuer, p.Issuer()) })
}
