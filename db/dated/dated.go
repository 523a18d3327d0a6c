// Package dated says what a date on a package is: the same words in what people write, in the rules and in the database. It
// is pure.
package dated

// Precision is how much of a date the package tells. "" is not said, as opposed to [Undated].
type Precision string

// The precisions. The date of a month or a year is its last day.
const (
	ByDay   Precision = "day"
	ByMonth Precision = "month"
	ByYear  Precision = "year"
	Undated Precision = "none"
)

// Precisions lists them.
func Precisions() []Precision { return []Precision{ByDay, ByMonth, ByYear, Undated} }

// Kind is what a date means.
type Kind string

// The kinds: good for longer perhaps, and dangerous afterwards.
const (
	BestBefore Kind = "best_before"
	UseBy      Kind = "use_by"
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{BestBefore, UseBy} }

// Valid says whether k is one of the kinds.
func (k Kind) Valid() bool { return k == BestBefore || k == UseBy }
