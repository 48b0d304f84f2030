package cluster

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
)

// Finder finds k clusters.
type Finder func(ctx context.Context, k int) (*partition.Plan, error)

// Judge says how good a plan is: the more the better.
type Judge func(ctx context.Context, plan *partition.Plan) (float64, error)

// Choice is a number of clusters, and what all numbers that were tried are worth.
type Choice struct {
	K      int // the number chosen
	Plan   *partition.Plan
	Trials []Trial // one per number of clusters, ascending
	Stop   partition.Stop
}

// Trial is what a number of clusters is worth.
type Trial struct {
	K     int
	Plan  *partition.Plan
	Score float64 // what the judge said; the gap

	// The parts of the gap: the logarithm of the sum of squares within clusters, what it is
	// on average in reference sets, and its standard error there. Score = Expected - Log.
	Log, Expected, Error float64
}

// Choose finds plans of from to to clusters, and chooses the one of the highest score, of
// equal ones that with the fewest clusters.
//
//	choice, err := cluster.Choose(ctx, 2, 8, cluster.Plans(cluster.KMeans{}, problem), cluster.Silhouette{}.Judge(distances))
//
// An error of a number of clusters is returned with that number. A range that is empty or
// begins below 1 and a score of NaN are [*partition.InputError]s. If the context ends, the
// choice is that among the numbers tried so far, with Stop [partition.Interrupted]; if
// there are none, the error is the cause.
func Choose(ctx context.Context, from, to int, find Finder, judge Judge) (*Choice, error) {
	var faults partition.Faults
	if find == nil {
		faults.Add(partition.InputError{Field: "Finder", Index: -1, Why: "is nil"}, nil)
	}
	if judge == nil {
		faults.Add(partition.InputError{Field: "Judge", Index: -1, Why: "is nil"}, nil)
	}
	if err := errors.Join(faults.Err(), checkRange(from, to, math.MaxInt)); err != nil {
		return nil, err
	}
	best := 0
	choice := &Choice{Stop: partition.Converged}
	for k := from; k <= to; k++ {
		t := Trial{K: k}
		err := context.Cause(ctx)
		if err == nil {
			t.Plan, err = find(ctx, k)
		}
		if err == nil && t.Plan == nil {
			err = &partition.InputError{Field: "Finder", Index: -1, Why: "has found no plan"}
		}
		if err == nil {
			t.Score, err = judge(ctx, t.Plan)
		}
		if ctx.Err() != nil { // and a plan may not be what it would have been
			if len(choice.Trials) == 0 {
				return nil, context.Cause(ctx)
			}
			choice.Stop = partition.Interrupted
			break
		}
		if err == nil && math.IsNaN(t.Score) {
			err = &partition.InputError{Field: "Judge", Index: -1, Value: t.Score, Why: "is no score"}
		}
		if err != nil {
			return nil, fmt.Errorf("k = %d: %w", k, err)
		}
		if choice.Trials = append(choice.Trials, t); t.Score > choice.Trials[best].Score {
			best = len(choice.Trials) - 1
		}
	}
	choice.K, choice.Plan = choice.Trials[best].K, choice.Trials[best].Plan
	return choice, nil
}

// Plans finds the clusters of p by a method. K of p does not count.
func Plans(method partition.Method, p *partition.Problem) Finder {
	return func(ctx context.Context, k int) (*partition.Plan, error) {
		if p == nil {
			return nil, p.Validate()
		}
		if method == nil {
			return nil, &partition.InputError{Field: "Method", Index: -1, Why: "is nil"}
		}
		q := *p
		q.K = k
		r, err := method.Partition(ctx, &q)
		if err != nil {
			return nil, err
		}
		return r.Plan, nil
	}
}

func checkRange(from, to, most int) error {
	var faults partition.Faults
	if from < 1 {
		faults.Add(partition.InputError{Field: "from", Index: -1, Value: from, Why: "is below 1"}, nil)
	}
	if to < from {
		faults.Add(partition.InputError{Field: "to", Index: -1, Value: to, Why: fmt.Sprintf("is below from, which is %d", from)}, nil)
	}
	if to > most {
		faults.Add(partition.InputError{Field: "to", Index: -1, Value: to,
			Why: fmt.Sprintf("is above %d, one less than there are units", most)}, nil)
	}
	return faults.Err()
}
