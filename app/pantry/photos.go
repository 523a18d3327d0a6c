package pantry

import (
	"context"
	"crypto/sha256"
	"errors"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
)

// SetPhoto gives a product a picture: JPEG, PNG or still WebP of at most [MaxPhotoBytes] and [MaxPhotoSide] in
// width and height. What it tells beside the picture is not kept, where and when it was taken above all; nor is
// which way the camera was held, so that whoever takes it turns it first. [fault.NotFound];
// [fault.ValidationFailed] with [PhotoTooLarge] or [PhotoInvalid].
func (s *Service) SetPhoto(ctx context.Context, by By, productID string, data []byte) (p db.Product, err error) {
	picture, err := s.picture(data)
	var why *parse.Problem
	if errors.As(err, &why) {
		return p, fault.Fields([]fault.Field{why.Field("photo")})
	}
	if err != nil {
		return p, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if p, err = product(ctx, tx, by.HouseholdID, productID); err != nil {
			return err
		}
		sha := sha256.Sum256(picture.data)
		id, err := tx.PhotoBySHA(ctx, by.HouseholdID, sha[:])
		if errors.Is(err, db.ErrNotFound) {
			var photo db.Photo
			photo, err = tx.InsertPhoto(ctx, db.Photo{HouseholdID: by.HouseholdID, Bytes: picture.data, SHA: sha[:], Width: int64(picture.width), Height: int64(picture.height)})
			id = photo.ID
		}
		if err != nil {
			return err
		}
		p, err = s.showPhoto(ctx, tx, p, id)
		return err
	})
	return p, err
}

// RemovePhoto takes its picture from a product. [fault.NotFound].
func (s *Service) RemovePhoto(ctx context.Context, by By, productID string) (p db.Product, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if p, err = product(ctx, tx, by.HouseholdID, productID); err != nil {
			return err
		}
		p, err = s.showPhoto(ctx, tx, p, "")
		return err
	})
	return p, err
}

// showPhoto changes a product's photo; the one it had is deleted when no other product has it.
func (s *Service) showPhoto(ctx context.Context, tx *db.Tx, p db.Product, id string) (db.Product, error) {
	before := p.PhotoID
	if before == id {
		return p, nil
	}
	p.PhotoID = id
	if err := tx.UpdateProduct(ctx, p); err != nil {
		return p, err
	}
	if before != "" {
		if err := tx.PurgePhoto(ctx, p.HouseholdID, before); err != nil {
			return p, err
		}
	}
	return tx.ProductByID(ctx, p.HouseholdID, p.ID)
}

// Photo is a picture with its media type and the SHA-256 of its bytes, which never change. [fault.NotFound].
func (s *Service) Photo(ctx context.Context, householdID, id string) (data []byte, mime string, sha []byte, err error) {
	p, err := s.db.PhotoByID(ctx, householdID, id)
	if err != nil {
		return nil, "", nil, missing(err, "photo")
	}
	return p.Bytes, pictureType(p.Bytes), p.SHA, nil
}
