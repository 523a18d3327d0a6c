package app

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"pantrie/app/pantry"
	"pantrie/app/pantry/sheet"
	"pantrie/auth/fault"
	"pantrie/db"
)

func (a *API) fileRoutes() {
	file := func(method, path, id, summary string, role db.Role) route {
		return route{method: method, path: "/households/{household}" + path, id: id, tag: "Import and export", summary: summary, access: signedIn, role: role, fails: []fault.Code{fault.NotFound}}
	}
	addOther(a, file(http.MethodGet, "/export.json", "exportHousehold", "Everything of the household as one file, which imports again as it is", db.RoleViewer).like(shown{kind: "application/json", sample: pantry.ExportExample}), a.exportHousehold)
	addOther(a, file(http.MethodGet, "/export.csv", "exportStock", "The stock as a sheet: a row for each lot", db.RoleViewer).like(shown{kind: "text/csv", sample: pantry.SheetExample}), a.exportStock)
	var columns []docsField
	told := "The first row names the columns, in any order, in English or German, and each other row is a lot. Commas, semicolons or tabs separate them, in UTF-8 or as Excel writes it.\n"
	for _, c := range sheet.Columns() {
		kind := "text"
		if c == sheet.ColumnName {
			kind = "text, always"
		}
		columns = append(columns, docsField{string(c), kind, c.Help()})
		told += "\n- " + string(c) + ": " + c.Help()
	}
	sheet := func(path, id, summary string) huma.Operation {
		r := file(http.MethodPost, path, id, summary, db.RoleEditor).like(shown{fields: columns, sample: pantry.SheetExample})
		r.about = told
		r.fails = append(r.fails, fault.Conflict, fault.ValidationFailed, fault.PayloadTooLarge)
		op := a.operation(r)
		a.large(&op, 2*sheet.MaxBytes) // one that is a little too large is told so
		return op
	}
	preview := sheet("/import/csv/preview", "previewSheet", "What importing a sheet would do; nothing is stored")
	answers[SheetPreview](a, &preview)
	register(a, preview, func(ctx context.Context, in *SheetInput) (*body[any], error) {
		return anyBody(a.previewSheet(ctx, in))
	})
	imported := sheet("/import/csv", "importSheet", "Add what a sheet has, all of it or nothing; can be undone")
	answers[Imported](a, &imported)
	register(a, imported, func(ctx context.Context, in *SheetInput) (*body[any], error) { return anyBody(a.importSheet(ctx, in)) })
	for _, op := range []huma.Operation{preview, imported} {
		a.huma.OpenAPI().Paths[op.Path].Post.RequestBody.Content["text/csv"].Example = pantry.SheetExample
	}
	r := file(http.MethodPost, "/import/json", "importHousehold", "Fill an empty household with an export, all of it or nothing", db.RoleAdmin)
	r.fails = append(r.fails, fault.Conflict, fault.ValidationFailed, fault.PayloadTooLarge)
	whole := a.operation(r)
	a.large(&whole, mostImport)
	answers[Imported](a, &whole)
	register(a, whole, func(ctx context.Context, in *SheetInput) (*body[any], error) {
		return anyBody(a.importHousehold(ctx, in))
	})
	// All three share an input, as the library's registration of another one is 40 KB; and the library would
	// read JSON that is called so, and hold it in memory once more.
	paths := a.huma.OpenAPI().Paths
	for _, op := range []*huma.Operation{paths[preview.Path].Post, paths[whole.Path].Post} {
		op.Parameters = slices.DeleteFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "header" })
	}
	// What reads the file says best what an empty one lacks.
	for _, op := range []huma.Operation{preview, imported, whole} {
		paths[op.Path].Post.RequestBody.Required = false
	}
	sent := paths[whole.Path].Post.RequestBody.Content
	sent["application/json"] = sent["text/csv"]
	delete(sent, "text/csv")
}

// mostImport is how large an export is that can be imported by HTTP: it is held in memory meanwhile.
const mostImport = 32 << 20

// SheetInput is a file for a household.
type SheetInput struct {
	KeyedPath
	Skip    bool   `query:"skipProblems" doc:"Import the rows that can be read, and tell of the others"`
	Locale  string `query:"locale" maxLength:"100" doc:"Of who made the sheet, such as en-US: decides where no date of a column tells whether the day comes first or the month. The first one of Accept-Language when it is left out" example:"en-GB"`
	RawBody []byte `contentType:"text/csv"`
}

// SheetPreview is what importing a sheet would do.
type SheetPreview struct {
	Rows          int            `json:"rows" example:"2"`
	Lots          int            `json:"lots" doc:"That would be added" example:"2"`
	Problems      []SheetProblem `json:"problems" doc:"The first 500; nothing is imported with one, unless skipProblems says so" example:"[]"`
	ProblemCount  int            `json:"problemCount"`
	Before        *ImportBefore  `json:"importedBefore,omitempty" doc:"When the same file was imported before, and that is not undone"`
	Notices       []SheetProblem `json:"notices" doc:"What is read otherwise than it stands there; it keeps nothing from being imported" example:"[]"`
	Sample        []SheetRow     `json:"sample" doc:"The first rows as they are read"`
	OtherColumns  []string       `json:"otherColumns" doc:"Columns that Pantrie does not know, and leaves out"`
	NewProducts   []string       `json:"newProducts" example:"[\"Rye bread\"]"`
	NewPlaces     []NewPlace     `json:"newPlaces"`
	NewCategories []string       `json:"newCategories"`
}

// ImportBefore is an earlier import of the same file.
type ImportBefore struct {
	TransactionID string `json:"transactionId" example:"0199c528-7220-7dd6-babf-99bfc2eb996f"`
	At            int64  `json:"at" doc:"Unix milliseconds"`
	UserName      string `json:"userName" doc:"The name at that time" example:"Sam"`
}

// SheetRow is a row of a sheet as it is read.
type SheetRow struct {
	Row       int    `json:"row" example:"2"`
	Name      string `json:"name" example:"Rye bread"`
	Amount    string `json:"amount" doc:"Empty for a product alone" example:"2"`
	Unit      string `json:"unit" doc:"The product's own when it is empty" example:"pack"`
	ExpiresOn string `json:"expiresOn" example:"2026-11-30"`
	Precision string `json:"precision" enum:",day,month,year,none" doc:"Empty where the row has no date, which is guessed then"`
	BoughtOn  string `json:"boughtOn" example:"2026-11-24"`
	Location  string `json:"location" example:"Cupboard"`
}

// NewPlace is a place that a sheet makes.
type NewPlace struct {
	Name string          `json:"name" example:"Fridge"`
	Kind db.LocationKind `json:"kind" enum:"cupboard,fridge,freezer" doc:"Guessed from the name" example:"fridge"`
}

// SheetProblem is a cell that cannot be read.
type SheetProblem struct {
	Row     int       `json:"row" doc:"In the file, the first one being 1; 0 for the file as a whole" example:"2"`
	Column  string    `json:"column" example:"date"`
	Code    FieldCode `json:"code"`
	Message string    `json:"message" example:"There is no such day."`
	Choices []string  `json:"choices,omitempty" doc:"What it can be, where it can be read in more than one way" example:"[]"`
}

// Imported says what came of an import.
type Imported struct {
	TransactionID string         `json:"transactionId" doc:"Of a sheet, to undo it; empty for an export" example:"0199c528-7220-7dd6-babf-99bfc2eb996f"`
	Lots          int            `json:"lots" example:"2"`
	Skipped       []SheetProblem `json:"skipped" doc:"Of a sheet imported with skipProblems: why rows were left out, the first 500" example:"[]"`
	SkippedCount  int            `json:"skippedCount"`
	Notices       []SheetProblem `json:"notices" doc:"As in the preview; imported_before where the same file was imported before" example:"[]"`
}

func (a *API) exportHousehold(ctx context.Context, in *HouseholdPath) (*huma.StreamResponse, error) {
	return a.download(ctx, in.Household, "application/json", "pantrie.json", a.pantry.Export)
}

func (a *API) exportStock(ctx context.Context, in *HouseholdPath) (*huma.StreamResponse, error) {
	return a.download(ctx, in.Household, "text/csv; charset=utf-8", "pantrie.csv", a.pantry.ExportCSV)
}

// download streams a file. What goes wrong before it has begun is told; once it has, the connection is broken off, so that
// half a file is not taken for a whole one.
func (a *API) download(ctx context.Context, household, kind, name string, write func(context.Context, string, io.Writer) error) (*huma.StreamResponse, error) {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", kind)
		hc.SetHeader("Content-Disposition", `attachment; filename="`+name+`"`)
		err := write(ctx, household, hc.BodyWriter())
		if c := humagin.Unwrap(hc); err != nil && !c.Writer.Written() {
			c.Writer.Header().Del("Content-Disposition")
			writeProblem(c.Writer, c.Request, a.log, err)
		} else if err != nil {
			a.log.ErrorContext(ctx, "export", "error", err)
			panic(http.ErrAbortHandler)
		}
	}}, nil
}

func (a *API) previewSheet(ctx context.Context, in *SheetInput) (*body[SheetPreview], error) {
	p, err := a.pantry.PreviewCSV(ctx, in.Household, in.RawBody, orderOf(ctx, in.Locale))
	if err != nil {
		return nil, err
	}
	out := SheetPreview{Rows: p.Rows, Lots: p.Lots, Problems: []SheetProblem{}, ProblemCount: p.ProblemCount, OtherColumns: []string{}, NewProducts: []string{}, NewPlaces: []NewPlace{}, NewCategories: []string{}}
	if p.Before != nil {
		out.Before = &ImportBefore{p.Before.ID, p.Before.At, p.Before.UserName}
	}
	out.Problems, out.Notices, out.Sample = sheetProblems(p.Problems), sheetProblems(p.Notices), []SheetRow{}
	for _, r := range p.Sample {
		row := SheetRow{Row: r.Number, Name: r.Name, Unit: string(r.Unit), ExpiresOn: r.Expiry.Date.String(), Precision: string(r.Expiry.Precision), BoughtOn: r.BoughtOn.String(), Location: r.Location}
		if r.Amount > 0 {
			row.Amount = r.Amount.String()
		}
		out.Sample = append(out.Sample, row)
	}
	out.OtherColumns = append(out.OtherColumns, p.Other...)
	out.NewProducts = append(out.NewProducts, p.NewProducts...)
	for _, each := range p.NewPlaces {
		out.NewPlaces = append(out.NewPlaces, NewPlace{each.Name, each.Kind})
	}
	out.NewCategories = append(out.NewCategories, p.NewCategories...)
	return &body[SheetPreview]{out}, nil
}

func sheetProblems(list []sheet.Problem) []SheetProblem {
	out := []SheetProblem{}
	for _, p := range list {
		out = append(out, SheetProblem{p.Row, p.Column, FieldCode(p.Code), p.Message, p.Choices})
	}
	return out
}

func (a *API) importSheet(ctx context.Context, in *SheetInput) (*body[Imported], error) {
	who := by(ctx, in.Household, in.Key)
	c, done, err := a.pantry.ImportCSV(ctx, who, in.RawBody, orderOf(ctx, in.Locale), in.Skip)
	if err != nil {
		return nil, err
	}
	a.live.tell(in.Household, stockChanged)
	return &body[Imported]{Imported{TransactionID: c.Transaction.ID, Lots: len(c.Lots), Skipped: sheetProblems(done.Problems), SkippedCount: done.ProblemCount, Notices: sheetProblems(done.Notices)}}, nil
}

func (a *API) importHousehold(ctx context.Context, in *SheetInput) (*body[Imported], error) {
	if err := a.pantry.Import(ctx, by(ctx, in.Household, ""), bytes.NewReader(in.RawBody)); err != nil {
		return nil, err
	}
	a.live.tell(in.Household, stockChanged)
	a.live.tell(in.Household, shoppingChanged)
	return &body[Imported]{Imported{Skipped: []SheetProblem{}, Notices: []SheetProblem{}}}, nil
}
