package cluster

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// Gap chooses the number of clusters by the gap statistic (Tibshirani, Walther, Hastie,
// Estimating the number of clusters in a data set via the gap statistic, 2001). With
// W(k) the weighted sum of squares of the units about the means of k clusters,
//
//	Gap(k) = mean of log W(k) over References sets without clusters - log W(k)
//
// is how much more k clusters explain than where there are none to be found. The reference
// sets have as many units, with the same weights, drawn uniformly between the least and the
// largest value of each column. Chosen is the smallest k that is as good as the next one to
// one standard error,
//
//	Gap(k) ≥ Gap(k+1) - s(k+1),  s(k) = sd(k)·√(1 + 1/References)
//
// with sd the standard deviation of log W(k) over the reference sets; the
// largest k where there is none. Unlike a silhouette it can find that there
// is one cluster only. Where clusters lie symmetrically, k may be worth no more than
// k - 1 and k + 1 all the same; so look at all of Trials.
//
// It runs the Method on every set for every k, the reference sets in parallel. The same
// input, seed and version give the same bytes at any GOMAXPROCS and on every platform.
type Gap struct {
	Method     partition.Method // of clusters; nil: KMeans{}
	References int              // sets that are drawn; 0: 20
	Seed       uint64           // of what is drawn
}

// Choose tries from to to clusters of the units of p, by its Features and Weight. K of p
// does not count.
//
// Faults are those of p, a negative number of References, and a range that is empty, begins
// below 1 or does not end below the number of units. Points are not supported: no box is
// around them on a sphere. Errors of the method are returned with their number of clusters.
// If the context ends, the choice is that among the numbers tried so far, with Stop
// [partition.Interrupted]; if there are none, the error is the cause.
func (g Gap) Choose(ctx context.Context, p *partition.Problem, from, to int) (*Choice, error) {
	if err := g.check(p, from, to); err != nil {
		return nil, err
	}
	if g.Method == nil {
		g.Method = KMeans{}
	}
	if g.References == 0 {
		g.References = 20
	}
	sets := make([]*partition.Problem, g.References+1)
	parallel.For(len(sets), func(b int) {
		q := *p
		if sets[b] = &q; b > 0 {
			q = partition.Problem{Features: g.reference(p, b), Weight: p.Weight}
		}
	})
	choice := &Choice{Stop: partition.Converged}
	for k := from; k <= to; k++ {
		trial, err := g.try(ctx, sets, k)
		if ctx.Err() != nil {
			if len(choice.Trials) == 0 {
				return nil, context.Cause(ctx)
			}
			choice.Stop = partition.Interrupted
			break
		}
		if err != nil {
			return nil, fmt.Errorf("k = %d: %w", k, err)
		}
		choice.Trials = append(choice.Trials, trial)
	}
	best := 0
	for ; best+1 < len(choice.Trials); best++ {
		if next := choice.Trials[best+1]; choice.Trials[best].Score >= next.Score-next.Error {
			break
		}
	}
	choice.K, choice.Plan = choice.Trials[best].K, choice.Trials[best].Plan
	return choice, nil
}

func (g Gap) check(p *partition.Problem, from, to int) error {
	if err := p.Validate(); err != nil {
		return err
	}
	var faults partition.Faults
	checkCoordinates(&faults, p)
	if g.References < 0 {
		faults.Add(partition.InputError{Field: "Gap.References", Index: -1, Value: g.References, Why: "is negative"}, nil)
	}
	if err := errors.Join(faults.Err(), checkRange(from, to, p.Len()-1)); err != nil {
		return err
	}
	if p.Features == nil {
		return fmt.Errorf("%w: Points: the gap statistic takes Features", errors.ErrUnsupported)
	}
	return nil
}

// reference draws units uniformly in the box about those of p.
func (g Gap) reference(p *partition.Problem, set int) [][]float64 {
	rnd := splitmix.Fork(g.Seed, uint64(set))
	low, high := append([]float64(nil), p.Features[0]...), append([]float64(nil), p.Features[0]...)
	for _, row := range p.Features {
		for d, x := range row {
			low[d], high[d] = min(low[d], x), max(high[d], x)
		}
	}
	x := make([]float64, len(p.Features)*len(low))
	rows := make([][]float64, len(p.Features))
	for i := range rows {
		rows[i] = x[i*len(low) : (i+1)*len(low)]
		for d := range rows[i] {
			rows[i][d] = low[d] + float64(rnd.Float()*(high[d]-low[d]))
		}
	}
	return rows
}

// try clusters all sets; the first is the one that counts.
func (g Gap) try(ctx context.Context, sets []*partition.Problem, k int) (Trial, error) {
	logs, errs := make([]float64, len(sets)), make([]error, len(sets))
	plans := make([]*partition.Plan, len(sets))
	parallel.For(len(sets), func(b int) {
		if errs[b] = context.Cause(ctx); errs[b] != nil {
			return
		}
		if plans[b], errs[b] = Plans(g.Method, sets[b])(ctx, k); errs[b] == nil {
			logs[b] = detmath.Log(within(sets[b], plans[b]))
		}
	})
	if err := errors.Join(errs[0], inReference(errs[1:])); err != nil {
		return Trial{}, err
	}
	t := Trial{K: k, Plan: plans[0], Log: logs[0]}
	references := logs[1:]
	for _, l := range references {
		t.Expected += l / float64(len(references))
	}
	square := 0.0
	for _, l := range references {
		if gap := l - t.Expected; gap == gap { // not those of sets in one place
			square += float64(gap * gap)
		}
	}
	b := float64(len(references))
	t.Error = math.Sqrt(square / b * (1 + 1/b))
	if t.Score = t.Expected - t.Log; math.IsNaN(t.Score) {
		t.Score = 0 // all units in one place, there and here
	}
	return t, nil
}

// inReference is the first error of a reference set.
func inReference(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("in a reference set: %w", err)
		}
	}
	return nil
}

// within is the weighted sum of squares about the means of the clusters of a plan.
func within(p *partition.Problem, plan *partition.Plan) float64 {
	x, dim := flat(p)
	s := newLloyd(x, dim, p.Weight, max(1, plan.K()))
	s.w = append([]float64(nil), s.w...)
	for i := range s.of {
		if s.of[i] = int32(plan.Of(i)); s.of[i] < 0 {
			s.of[i], s.w[i] = 0, 0 // in no cluster
		}
	}
	s.tally()
	for t := range s.k {
		for d := range dim {
			if s.weight[t] > 0 {
				s.center[t*dim+d] = s.sum[t*dim+d] / s.weight[t]
			}
		}
	}
	return s.cost()
}
