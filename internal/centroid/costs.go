package centroid

// costs knows what every cluster costs, and what it would cost with other
// points. Of two points one may be -1: none.
type costs interface {
	// cost is that of cluster t as it is.
	cost(t int32) float64

	// after is the cost of cluster t without the point out and with the point
	// in: an estimate, the better the less of the cluster they are.
	after(t, out, in int32) float64

	// exact is the same to rounding, or the estimate where that is as good.
	exact(t, out, in int32) float64

	// update takes notice that out has left and in has joined cluster t.
	update(t, out, in int32)

	// refresh computes cluster t anew from its points.
	refresh(t int32)
}

// newCosts is the model that fits the problem; members are shared with the caller.
func newCosts(p *Problem, members [][]int32) costs {
	switch {
	case p.Squared:
		return newSquares(p, members)
	case p.Dim == 2:
		return newPlane(p, members)
	}
	return newSpace(p, members)
}

const (
	exactSize   = 16 // clusters up to this size are always computed exactly
	confirmSize = 96 // and up to this one before a change is made
)
