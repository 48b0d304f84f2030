package segment

import "github.com/territory-go/territory/partition"

// Dimension is what units are classified by: industry, size, region, life
// cycle. A kind of your own takes these two methods.
type Dimension interface {
	// Name is how schemes and reports call the dimension.
	Name() string

	// Bind reads the columns that the dimension needs from a book and gives the
	// classes of its units. The error is about a column that is missing or of
	// another kind, or about the dimension's own settings.
	Bind(book *partition.Table) (*Classes, error)
}

// Fitter is a Dimension whose classes depend on the whole book: a quantile, a
// share of the total. Left so, a customer may change class because others did.
//
// Fit gives the same dimension with those thresholds fixed to what the book
// says, under the same name and with the same classes: on that book it binds to
// the classes that the receiver binds to, and on any other book, next quarter's
// too, it uses the same thresholds. It changes neither receiver nor book. A
// dimension that is fixed already gives itself. The error is that of Bind.
type Fitter interface {
	Fit(book *partition.Table) (Dimension, error)
}

// Classes are those of one dimension on one book. Every unit is in one class;
// a unit whose value is missing or unknown is in a class that says so, by one of
// the labels [MissingLabel], [UnknownLabel] and so on: [CoverageOf] counts them.
type Classes struct {
	Labels []string           // of the classes 0..len(Labels)-1, all different
	Parent []int              // nil: no class is above another; else per class the one above it, or -1
	Ranked int                // classes 0..Ranked-1 ascend, so that neighbours may be merged; the others stand aside
	Of     func(unit int) int // the class of a unit, 0 ≤ unit < book.Len(); without allocation, and from several goroutines at once
	Scale  *Scale             // what the ranked classes are ranges of; nil: of nothing that could be measured
}

// Scale is the number that ranked classes are ranges of, so that [Steady] can put
// bands around the cuts between them: class t < Ranked holds the units with t
// cuts at or below their value.
type Scale struct {
	Cuts  []float64              // strictly ascending, fewer than there are ranked classes
	Value func(unit int) float64 // of a unit in a ranked class; without allocation
}
