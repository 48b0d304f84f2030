package allocate

// Costs gives the cost of serving a unit by an agent. It is the part of gonum's
// mat.Matrix that the package needs, so that *mat.Dense fits. At must be a pure
// function, safe for concurrent use; +Inf forbids the pair, NaN and -Inf are
// input errors.
type Costs interface {
	Dims() (units, agents int)
	At(unit, agent int) float64
}

// CostFunc makes Costs of a function.
func CostFunc(units, agents int, f func(unit, agent int) float64) Costs {
	return costFunc{units, agents, f}
}

type costFunc struct {
	n, m int
	f    func(unit, agent int) float64
}

func (c costFunc) Dims() (int, int)    { return c.n, c.m }
func (c costFunc) At(i, j int) float64 { return c.f(i, j) }

// IndexedCosts is the upgrade interface of Costs that can find the best agents
// of a unit at given prices without looking at all of them. The solvers ask for
// it and fall back to At.
type IndexedCosts interface {
	Costs

	// Index prepares a search at the given prices, price[r][j] per measure and
	// agent. The index is immutable and safe for concurrent use.
	Index(price [][]float64) Index
}

// preparer is implemented by Costs that compute faster once what does not
// depend on prices is computed: see prepare.
type preparer interface {
	Prepare() IndexedCosts
}

// Index finds the cheapest agents of a unit at fixed prices.
type Index interface {
	// Find appends to dst every agent j, in ascending order of (priced, agent),
	// whose priced cost
	//
	//	cost(unit,j) + Σ_r load_r·price_rj
	//
	// summed from left to right, is at most the smallest plus slack, among the
	// agents that allowed accepts (nil: all) and whose cost is finite, and
	// returns the result. load has one entry ≥ 0 per measure.
	Find(dst []Candidate, unit int, load []float64, slack float64, allowed func(agent int) bool) []Candidate
}

// Candidate is an agent that may serve a unit.
type Candidate struct {
	Agent  int
	Cost   float64 // cost(unit, agent)
	Priced float64 // Cost + Σ_r load_r·price_rj
}
