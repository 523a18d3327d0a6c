package app

import "context"

// KeepHouse does what Pantrie does every ten minutes: backups by schedule, and housekeeping.
func (a *API) KeepHouse(ctx context.Context) error {
	err := a.backups.Run(ctx)
	a.tidyOnce(ctx)
	return err
}
