package allocate

import (
	"math"
	"slices"
)

// subproblem is a small generalised assignment problem that is solved in
// place: units with a few options each, and rows, the loads that have a window,
//
//	minimise    Σ_u cost_o(u) + soft·violation
//	subject to  lo_k ≤ Σ_u load_k(o(u)) ≤ hi_k    for each row k
//
// where o(u) is the option taken by unit u. With soft = +Inf the windows are
// hard. All slices are reused from one problem to the next. A subproblem is
// not safe for concurrent use.
type subproblem struct {
	rows, units, r int
	soft           float64
	constant       float64 // added to every objective

	// Windows per row, and the power of two that loads were divided by, so that
	// the largest load of every row's measure is about 1 and no digit is lost.
	lo, hi, scale, slack []float64
	guess                []float64 // prices to start from

	first []int32   // per unit and one more: where its options begin
	owner []int32   // per option: its unit
	cost  []float64 // per option
	load  []float64 // r per option
	row   []int32   // r per option: row of the load; rows where it has no window

	cliques cliques // options of which at most one may be taken

	// The linear relaxation, see simplex.go. Slices per row have one entry more,
	// always 0, that loads without a window are charged to.
	key      []int32   // per unit: the option it leans on
	rc       []float64 // per option: cost + Σ load·price
	lean     []float64 // per option: change of rc along the search direction
	v        []float64 // per row: price
	keyLoad  []float64 // per row: load if every unit took its key
	work     []int32   // per position of the basis: an option, or ^row
	x        []float64 // per position: its value
	inPos    []int32   // per option: its position, or -1
	rowPos   []int32   // per row: its position, or -1
	side     []int8    // per row: which limit or, while basic, which region
	share    []int32   // per unit: number of its options in work
	col      []float64 // the inverse of the basis by columns, stride rows+1
	weight   []float64 // per position: squared norm of its column
	rhs      []float64 // scratch per row
	dir      []float64 // scratch per row: search direction
	wcol     []float64 // scratch per position
	heap     queue[breakpoint]
	tmp      []float64 // scratch for refactoring
	dual     float64   // value of the dual solution
	stale    bool      // rc and dual are to be computed anew
	touched  []int32   // active units that the search direction touches
	rowFirst []int32   // per row and one more: where its entries begin
	rowEntry []int32   // entries of load by row
	spread   []float64 // per unit: by how much its dearest option exceeds its cheapest
	mark     []bool    // scratch per unit
	pivots   int       // since the inverse was last computed from scratch

	// The search, see search.go.
	dead      []bool  // per option
	alive     []int32 // per unit: options not dead
	active    []int32 // units not fixed come first
	where     []int32 // position of a unit in active
	nactive   int
	trail     []int32 // options killed, in order
	fixedCost float64
	fixedLoad []float64 // per row

	best      []int32 // per unit: option of the best completion known
	trial     []int32 // per unit: option of the completion at hand
	ub        float64 // its objective
	ubViol    float64 // its violation
	found     bool    // best was found by the search
	delta     float64 // improvements smaller than this are not looked for
	open      float64 // smallest bound of what was left unexplored
	nodes     int
	steps     int // of the simplex method, in all
	nodeLimit int
	stopped   bool
	cancelled func() bool
	strict    bool    // prove every bound by the Lagrangian: for certificates
	elastic   bool    // violation is a cost, at soft·scale per row, which may be +Inf
	most      float64 // no completion costs more
	tree      []searchNode
	queue     queue[int32] // open nodes
	bases     []keptBasis
	keptDead  []int32
	root      rootState
	order     []int32
}

// reset empties the problem and makes room for the rows.
func (s *subproblem) reset(rows, r int) {
	s.rows, s.r, s.units = rows, r, 0
	s.lo, s.hi = resize(s.lo, rows), resize(s.hi, rows)
	s.scale, s.slack = resize(s.scale, rows), resize(s.slack, rows)
	s.guess = resize(s.guess, rows)
	s.first = append(s.first[:0], 0)
	s.owner, s.cost, s.load, s.row = s.owner[:0], s.cost[:0], s.load[:0], s.row[:0]
	s.constant = 0
	s.fixedLoad = resize(s.fixedLoad, rows+1)
	clear(s.fixedLoad)
	s.best = s.best[:0]
	s.cliques.option = s.cliques.option[:0]
}

// resize returns a slice of length n that reuses the memory of a.
func resize[T any](a []T, n int) []T {
	if cap(a) < n {
		return make([]T, n, n+n/4+8)
	}
	return a[:n]
}

// prepare allocates the state of relaxation and search for the units and
// options that were added, with every option alive.
func (s *subproblem) prepare() {
	n, opts, k := s.units, len(s.cost), s.rows
	s.key, s.share, s.alive = resize(s.key, n), resize(s.share, n), resize(s.alive, n)
	s.heap.less, s.queue.less = breakBefore, s.nodeBefore
	s.active, s.where = resize(s.active, n), resize(s.where, n)
	s.rc, s.lean, s.inPos, s.dead = resize(s.rc, opts), resize(s.lean, opts), resize(s.inPos, opts), resize(s.dead, opts)
	s.v, s.keyLoad, s.rhs, s.dir = resize(s.v, k+1), resize(s.keyLoad, k+1), resize(s.rhs, k+1), resize(s.dir, k+1)
	s.work, s.x, s.rowPos, s.side = resize(s.work, k), resize(s.x, k), resize(s.rowPos, k), resize(s.side, k)
	s.col, s.weight, s.wcol = resize(s.col, k*(k+1)), resize(s.weight, k), resize(s.wcol, k)
	s.spread, s.mark = resize(s.spread, n), resize(s.mark, n)
	clear(s.mark)
	s.stale = true
	s.rowFirst, s.rowEntry = resize(s.rowFirst, k+2), resize(s.rowEntry, len(s.row))
	clear(s.rowFirst)
	for _, row := range s.row {
		s.rowFirst[row+1]++
	}
	for row := range k + 1 {
		s.rowFirst[row+1] += s.rowFirst[row]
	}
	for e, row := range s.row {
		s.rowEntry[s.rowFirst[row]] = int32(e)
		s.rowFirst[row]++
	}
	copy(s.rowFirst[1:], s.rowFirst[:k+1])
	s.rowFirst[0] = 0
	clear(s.dead)
	s.most = s.constant
	for u := range n {
		s.most += slices.Max(s.cost[s.first[u]:s.first[u+1]])
	}
	s.fixedCost = s.constant
	clear(s.fixedLoad)
	s.trail = s.trail[:0]
	s.nactive = n
	for u := range n {
		s.active[u], s.where[u] = int32(u), int32(u)
		s.alive[u] = s.first[u+1] - s.first[u]
	}
}

// along is Σ_k load_k(o)·d_k.
func (s *subproblem) along(o int32, d []float64) float64 {
	if s.r == 1 {
		return float64(s.load[o] * d[s.row[o]])
	}
	sum := 0.0
	for e := int(o) * s.r; e < (int(o)+1)*s.r; e++ {
		sum += float64(s.load[e] * d[s.row[e]])
	}
	return sum
}

// addLoad adds f times the load of the option to the rows.
func (s *subproblem) addLoad(dst []float64, o int32, f float64) {
	for e := int(o) * s.r; e < (int(o)+1)*s.r; e++ {
		dst[s.row[e]] += float64(f * s.load[e])
	}
	dst[s.rows] = 0
}

// violation is the total amount by which the loads are outside their windows,
// in unscaled units, with rounding forgiven.
func (s *subproblem) violation(load []float64) float64 {
	sum := 0.0
	for k := range s.rows {
		out := math.Max(load[k]-s.hi[k], s.lo[k]-load[k])
		if out > s.slack[k] {
			sum += float64(out * s.scale[k])
		}
	}
	return sum
}

// fix makes o the only option of the unit.
func (s *subproblem) fix(u, o int32) {
	if s.share[u] == 0 {
		s.dual += s.rc[o] - s.rc[s.key[u]]
	}
	for q := s.first[u]; q < s.first[u+1]; q++ {
		if q != o {
			s.kill(q)
		}
	}
	s.settle(u)
}

// kill forbids an option until the trail is rolled back. The caller settles
// the unit afterwards.
func (s *subproblem) kill(o int32) {
	if s.dead[o] {
		return
	}
	s.dead[o] = true
	s.alive[s.owner[o]]--
	s.trail = append(s.trail, o)
}

// settle moves the key of a unit off a dead option and takes the unit out of
// the active ones when a single option is left. Units that share a place in
// the basis wait until the relaxation has driven them out.
func (s *subproblem) settle(u int32) {
	if s.share[u] > 0 || s.alive[u] == 0 {
		return
	}
	if s.dead[s.key[u]] {
		best := int32(-1)
		for q := s.first[u]; q < s.first[u+1]; q++ {
			if !s.dead[q] && (best < 0 || s.rc[q] < s.rc[best]) {
				best = q
			}
		}
		s.rekey(u, best)
	}
	if s.alive[u] == 1 {
		o := s.key[u]
		s.fixedCost += s.cost[o]
		s.addLoad(s.fixedLoad, o, 1)
		s.nactive--
		w, last := s.where[u], s.active[s.nactive]
		s.active[w], s.active[s.nactive] = last, u
		s.where[last], s.where[u] = w, int32(s.nactive)
	}
}

// rekey changes the option that a unit leans on.
func (s *subproblem) rekey(u, o int32) {
	s.addLoad(s.keyLoad, s.key[u], -1)
	s.addLoad(s.keyLoad, o, 1)
	s.key[u] = o
}
