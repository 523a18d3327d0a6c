package db

import "context"

// Photo is a picture of a product. SHA is the SHA-256 of its bytes, one of a kind in the household.
type Photo struct {
	HouseholdID string
	ID          string
	Bytes       []byte
	SHA         []byte
	Width       int64
	Height      int64
	CreatedAt   int64
}

const (
	photoColumns = `household_id, id, bytes, sha, width, height, created_at`

	sqlPhotoByID   = `SELECT ` + photoColumns + ` FROM photos WHERE household_id = ? AND id = ?`
	sqlPhotoBySHA  = `SELECT id FROM photos WHERE household_id = ? AND sha = ?`
	sqlPhotoIDs    = `SELECT id FROM photos WHERE household_id = ?`
	sqlPhotoInsert = `INSERT INTO photos (household_id, id, kind, bytes, sha, width, height, created_at) VALUES (?, ?, 'product', ?, ?, ?, ?, ?)`
	sqlPhotoPurge  = `DELETE FROM photos WHERE household_id = ?1 AND id = ?2 AND NOT EXISTS (SELECT 1 FROM products WHERE household_id = ?1 AND photo_id = ?2)`
)

func scanPhoto(s scanner) (p Photo, err error) {
	return p, s.Scan(&p.HouseholdID, &p.ID, &p.Bytes, &p.SHA, &p.Width, &p.Height, &p.CreatedAt)
}

func scanText(s scanner) (text string, err error) { return text, s.Scan(&text) }

// PhotoByID returns the photo, or [ErrNotFound].
func (r reader) PhotoByID(ctx context.Context, householdID, id string) (Photo, error) {
	return one(ctx, r.q, scanPhoto, sqlPhotoByID, householdID, id)
}

// PhotoBySHA returns the id of the household's photo with that hash, or [ErrNotFound].
func (r reader) PhotoBySHA(ctx context.Context, householdID string, sha []byte) (string, error) {
	return one(ctx, r.q, scanText, sqlPhotoBySHA, householdID, sha)
}

// PhotoIDs lists a household's photos.
func (r reader) PhotoIDs(ctx context.Context, householdID string) ([]string, error) {
	return many(ctx, r.q, scanText, sqlPhotoIDs, householdID)
}

// InsertPhoto stores p and returns it with its id. [ErrConflict] when the household has it.
func (tx *Tx) InsertPhoto(ctx context.Context, p Photo) (Photo, error) {
	p.ID, p.CreatedAt = tx.newID(), tx.now
	_, err := tx.exec(ctx, sqlPhotoInsert, p.HouseholdID, p.ID, p.Bytes, p.SHA, p.Width, p.Height, p.CreatedAt)
	return p, err
}

// PurgePhoto deletes the photo unless a product has it.
func (tx *Tx) PurgePhoto(ctx context.Context, householdID, id string) error {
	_, err := tx.exec(ctx, sqlPhotoPurge, householdID, id)
	return err
}
