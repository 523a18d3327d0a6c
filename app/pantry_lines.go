package app

import (
	"context"

	"pantrie/app/pantry/parse"
	"pantrie/db/dated"
)

// LineInput is a line to be read.
type LineInput struct {
	HouseholdPath
	Text   string `query:"text" maxLength:"500" example:"2 l oat milk 30.11."`
	Locale string `query:"locale" maxLength:"100" doc:"Of who typed it, such as en-US: says whether 12/05 is in May or in December. The first one of Accept-Language when it is left out" example:"en-GB"`
}

// Line is what a line means.
type Line struct {
	Name       string          `json:"name" example:"Oat milk"`
	Amount     Measure         `json:"amount" doc:"Without one in the line it is one, or of what is weighed or measured as much as the last time; a number alone counts packs of that, where their size is known. 0 when nobody can say, which is a problem of the line"`
	Pack       *Measure        `json:"pack,omitempty" doc:"How much is in one, where packs are added of what is weighed or measured"`
	ProductID  string          `json:"productId" doc:"Of the product that it would be added to; empty when one would be made" example:"0199c565-4011-700e-88c3-928314c431c2"`
	LocationID string          `json:"locationId" doc:"Where it would be put" example:"0199c52b-9df0-7353-a636-8f2dce8ef5e5"`
	ExpiresOn  string          `json:"expiresOn" example:"2026-11-30"`
	Precision  string          `json:"precision" enum:"day,month,year,none"`
	DateKind   dated.Kind      `json:"dateKind" enum:"best_before,use_by" doc:"As the line says, else as the product's packages do"`
	Guessed    bool            `json:"guessed" doc:"The line has no date; this is what it mostly is"`
	DateText   string          `json:"dateText" doc:"The words of the line that are its date" example:"30.11."`
	LikelyOn   string          `json:"likelyOn" doc:"What may have been meant where the date of the line is past; else empty" example:""`
	LikelyName string          `json:"likelyName" doc:"The product that may have been meant where the name is new and differs from it by a mistake of typing; else empty" example:""`
	Watched    []string        `json:"watched" doc:"Allergens of the product that the household watches for" example:"[\"milk\"]"`
	Matches    []Product       `json:"matches" doc:"Products that it could be as well"`
	Problems   []ProblemOfLine `json:"problems" doc:"What cannot be read; nothing can be added with one" example:"[]"`
}

// ProblemOfLine is a piece of a line that cannot be read.
type ProblemOfLine struct {
	Text    string    `json:"text" example:"31.11."`
	Code    FieldCode `json:"code"`
	Message string    `json:"message" example:"There is no such day."`
	Choices []string  `json:"choices,omitempty" doc:"What it can be, where it can be read in more than one way" example:"[]"`
}

func (a *API) readLine(ctx context.Context, in *LineInput) (*body[Line], error) {
	r, err := a.pantry.Read(ctx, in.Household, in.Text, orderOf(ctx, in.Locale))
	if err != nil {
		return nil, err
	}
	matches, err := a.products(ctx, in.Household, r.Products)
	if err != nil {
		return nil, err
	}
	out := Line{
		Name: r.Name, Amount: Measure{Amount: parse.Amount(r.Amount).String(), Unit: r.Unit}, LocationID: r.LocationID, Precision: string(r.Expiry.Precision), Guessed: r.Expiry.Guess,
		ExpiresOn: r.Expiry.Date.String(), DateText: r.DateText, LikelyOn: r.Likely.Date.String(), LikelyName: r.LikelyName, DateKind: r.DateKind, Watched: []string{}, Matches: matches, Problems: []ProblemOfLine{},
	}
	for _, u := range r.Unread {
		out.Problems = append(out.Problems, ProblemOfLine{u.Text, FieldCode(u.Code), u.Message, u.Choices})
	}
	if r.Pack.Amount > 0 {
		out.Pack = &Measure{Amount: r.Pack.Amount.String(), Unit: string(r.Pack.Unit)}
	}
	if r.Known {
		out.ProductID, out.Watched = matches[0].ID, matches[0].Watched
	}
	return &body[Line]{out}, nil
}
