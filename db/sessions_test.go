package db

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
)

// A session that is stored after its sign-in was decided is refused when the account's way in was closed in between,
// and one that was there already is over.
func TestASessionIsStoredOnlyForWhoMayStillHaveIt(t *testing.T) {
	const issuer, far = "https://auth.example/application/o/pantrie/", int64(1) << 60
	for name, c := range map[string]struct {
		meanwhile func(ctx context.Context, tx *Tx, userID string) error
		stored    bool
	}{
		"nothing": {func(context.Context, *Tx, string) error { return nil }, true},
		"signed out everywhere": {func(ctx context.Context, tx *Tx, userID string) error {
			_, err := tx.EndSessionsOf(ctx, userID, "")
			return err
		}, false},
		"signed out everywhere else": {func(ctx context.Context, tx *Tx, userID string) error {
			_, err := tx.EndSessionsOf(ctx, userID, "another session")
			return err
		}, false},
		"disabled": {func(ctx context.Context, tx *Tx, userID string) error { return tx.SetDisabled(ctx, userID, true) }, false},
		"deleted":  {func(ctx context.Context, tx *Tx, userID string) error { return tx.DeleteUser(ctx, userID) }, false},
		"signed out at the provider, by session": {func(ctx context.Context, tx *Tx, _ string) error {
			return tx.InsertLogout(ctx, Logout{Issuer: issuer, JTI: "j", Sid: "sid", IssuedAt: 900})
		}, false},
		"signed out at the provider, by person": {func(ctx context.Context, tx *Tx, _ string) error {
			return tx.InsertLogout(ctx, Logout{Issuer: issuer, JTI: "j", Subject: "subject", IssuedAt: 1001})
		}, false},
		"signed out at the provider before": {func(ctx context.Context, tx *Tx, _ string) error {
			return tx.InsertLogout(ctx, Logout{Issuer: issuer, JTI: "j", Subject: "subject", IssuedAt: 999})
		}, true},
		"somebody else signed out at the provider": {func(ctx context.Context, tx *Tx, _ string) error {
			return tx.InsertLogout(ctx, Logout{Issuer: issuer, JTI: "j", Sid: "another", Subject: "other", IssuedAt: 1001})
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			d, err := Open(ctx, options(filepath.Join(t.TempDir(), "pantrie.db")))
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			in := func(do func(tx *Tx) error) error { return d.InTx(ctx, do) }
			var user User
			if err := in(func(tx *Tx) (err error) {
				user, err = tx.InsertUser(ctx, User{Name: "Mara"})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			session := Session{
				Token: "new", UserID: user.ID, UserEpoch: user.SessionEpoch, ExpiresAt: far, Data: []byte{},
				Issuer: issuer, Subject: "subject", Sid: "sid", IssuedAt: 1000,
			}
			if err := in(func(tx *Tx) error { return c.meanwhile(ctx, tx, user.ID) }); err != nil {
				t.Fatal(err)
			}
			err = in(func(tx *Tx) error { return tx.SaveSession(ctx, session) })
			if c.stored != (err == nil) || err != nil && !errors.Is(err, ErrNotFound) {
				t.Fatalf("storing it: %v", err)
			}
			if _, err := d.SessionByToken(ctx, "new", 0, 0); c.stored != (err == nil) {
				t.Errorf("reading it: %v", err)
			}
		})
	}
}

// Signing out everywhere else leaves the session one is in, under the account's new epoch, and no other.
func TestTheSessionThatIsKeptGoesOn(t *testing.T) {
	ctx, far := t.Context(), int64(1)<<60
	d, err := Open(ctx, options(filepath.Join(t.TempDir(), "pantrie.db")))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.InTx(ctx, func(tx *Tx) error {
		user, err := tx.InsertUser(ctx, User{Name: "Mara"})
		for _, token := range []string{"here", "there"} {
			err = errors.Join(err, tx.SaveSession(ctx, Session{Token: token, UserID: user.ID, ExpiresAt: far, Data: []byte{}}))
		}
		if err != nil {
			return err
		}
		epoch, err := tx.EndSessionsOf(ctx, user.ID, "here")
		if err == nil && epoch != user.SessionEpoch+1 {
			t.Errorf("epoch %d after %d", epoch, user.SessionEpoch)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.SessionByToken(ctx, "here", 0, 0); err != nil {
		t.Errorf("the kept one: %v", err)
	}
	if _, err := d.SessionByToken(ctx, "there", 0, 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("the other one: %v", err)
	}
}
