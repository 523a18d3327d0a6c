package app

import (
	"context"
	"encoding/hex"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
)

func (a *API) photoRoutes() {
	photo := func(method, path, id, summary string, role db.Role) route {
		return route{method: method, path: "/households/{household}" + path, id: id, tag: "Products", summary: summary, access: signedIn, role: role, fails: []fault.Code{fault.NotFound, fault.ValidationFailed, fault.PayloadTooLarge}}
	}
	put := photo(http.MethodPut, "/products/{id}/photo", "setPhoto", "Give a product a picture: JPEG, PNG or WebP of at most 1 MB and 2000 pixels in each direction. What it tells beside the picture is not kept", db.RoleEditor)
	op := a.operation(put)
	a.large(&op, 2*pantry.MaxPhotoBytes) // one that is a little too large is told so
	answers[ProductDetails](a, &op)
	register(a, op, func(ctx context.Context, in *PhotoInput) (*body[any], error) { return anyBody(a.setPhoto(ctx, in)) })
	add(a, photo(http.MethodDelete, "/products/{id}/photo", "removePhoto", "Take its picture from a product", db.RoleEditor), a.removePhoto)
	addOther(a, photo(http.MethodGet, "/photos/{id}", "getPhoto", "A picture; it never changes", db.RoleViewer).like(shown{kind: "image/*"}), a.getPhoto)
}

// PhotoInput is a picture for a product.
type PhotoInput struct {
	ItemPath
	RawBody []byte `contentType:"image/*"`
}

func (a *API) setPhoto(ctx context.Context, in *PhotoInput) (*body[ProductDetails], error) {
	p, err := a.pantry.SetPhoto(ctx, by(ctx, in.Household, ""), in.ID, in.RawBody)
	return a.changedProduct(ctx, in.Household, p.ID, err)
}

func (a *API) removePhoto(ctx context.Context, in *ItemPath) (*body[ProductDetails], error) {
	p, err := a.pantry.RemovePhoto(ctx, by(ctx, in.Household, ""), in.ID)
	return a.changedProduct(ctx, in.Household, p.ID, err)
}

func (a *API) getPhoto(ctx context.Context, in *ItemPath) (*huma.StreamResponse, error) {
	data, mime, sha, err := a.pantry.Photo(ctx, in.Household, in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", mime)
		hc.SetHeader("Cache-Control", "private, max-age=31536000, immutable")
		hc.SetHeader("ETag", strconv.Quote(hex.EncodeToString(sha)))
		_, _ = hc.BodyWriter().Write(data) // the client is gone if this fails
	}}, nil
}
