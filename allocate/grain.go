package allocate

import (
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// grain is the largest number of which every amount is a multiple: 1 for a
// count, 0.25 for quarters of an hour, 0.01 for cents. It is 0 where there is
// none, or none coarse enough for sums of the amounts to tell. Sums are free of
// rounding where it is exact.
func grain(amounts []float64) (g float64, exact bool) {
	if g := divisor(amounts, 1); g > 0 {
		return g, true
	}
	// Decimal fractions are no multiples of each other: 0.3 is not 3·0.1.
	for scale := 10.0; scale <= 1e9; scale *= 10 {
		if g := divisor(amounts, scale); g > 0 {
			return g / scale, false
		}
	}
	return 0, false
}

// divisor is the greatest common divisor of the amounts times scale, which are
// taken to be whole numbers if the scale is not 1. It is 0 where they are not,
// or where sums would be rounded.
//
// Euclid's algorithm; the remainder of floating-point numbers is exact.
func divisor(amounts []float64, scale float64) float64 {
	g, total := 0.0, 0.0
	for _, a := range amounts {
		if scale != 1 {
			scaled := float64(a * scale)
			a = math.Round(scaled)
			if math.Abs(scaled-a) > 1e-12*scaled {
				return 0
			}
		}
		total += a
		for a > 0 {
			if g == 0 {
				g, a = a, 0
				continue
			}
			if a = math.Mod(a, g); a > 0 {
				g, a = a, g
			}
		}
		if total > g*(1<<52) {
			return 0
		}
	}
	return g
}

// wholeBelow is the largest multiple of g that is not above x, up to what counts
// as feasible; x itself where there is no grain.
func wholeBelow(x, g float64) float64 {
	if g == 0 || math.IsInf(x, 1) {
		return x
	}
	return float64(math.Floor((x+partition.FeasibleViolation)/g) * g)
}

// wholeFrom is the least multiple of g that is not below v, to rounding; v itself
// where there is no grain.
func wholeFrom(v, g float64, exact bool) float64 {
	if g == 0 {
		return v
	}
	whole := float64(math.Ceil(v/g-1e-6) * g)
	if !exact {
		whole = math.Max(v, whole-float64(1e-3*g))
	}
	return whole
}

// attainable is the model with every limit drawn in to the nearest multiple of
// the measure's grain: a load of whole units between the two there is none.
// With whole loads and limits of 9.6 to 12.3 an agent at 9 misses 1, not 0.6,
// and one at 10 has nothing to spare, which a search has to know.
// Limits that would contradict each other stay as they are.
func (m *model) attainable() *model {
	return m.drawnIn(5e-7 / float64(max(1, m.m*m.r))) // what all limits together may be missed by
}

// drawnIn is attainable for limits that may be missed by tol each.
func (m *model) drawnIn(tol float64) *model {
	inner := *m
	inner.lower, inner.upper = slices.Clone(m.lower), slices.Clone(m.upper)
	inner.grain = make([]float64, m.r)
	for r := range m.r {
		if m.value[r] == nil {
			continue
		}
		g, exact := grain(m.value[r])
		if g == 0 {
			continue
		}
		margin := 0.0 // for the rounding of sums
		if !exact {
			margin = 1e-3 * g
		}
		inner.lower[r], inner.upper[r] = slices.Clone(m.lower[r]), slices.Clone(m.upper[r])
		for j := range m.m {
			lo := math.Max(m.lower[r][j], float64(math.Ceil((m.lower[r][j]-tol)/g)*g)-margin)
			hi := math.Min(m.upper[r][j], float64(math.Floor((m.upper[r][j]+tol)/g)*g)+margin)
			if lo <= hi && (lo != m.lower[r][j] || hi != m.upper[r][j]) {
				inner.lower[r][j], inner.upper[r][j], inner.grain[r] = lo, hi, g
			}
		}
	}
	return &inner
}

// drawn reports whether any limit is another one than the caller's.
func (m *model) drawn() bool {
	return slices.ContainsFunc(m.grain, func(g float64) bool { return g > 0 })
}

// inWhole says in a sentence that the limits of measure r have been drawn in.
func (m *model) inWhole(r int) string {
	if m.grain == nil || m.grain[r] == 0 {
		return ""
	}
	return fmt.Sprintf(" in whole loads, all multiples of %s", digits(m.grain[r]))
}

// grainless reports the agents between whose limits there is no load of whole units.
func (m *model) grainless(r int) []error {
	if m.value[r] == nil {
		return nil
	}
	g, exact := grain(m.value[r])
	if g == 0 {
		return nil
	}
	margin := partition.FeasibleViolation
	if !exact {
		margin += float64(1e-3 * g)
	}
	var errs []error
	for j := range m.m {
		lower, upper := m.lower[r][j], m.upper[r][j]
		if next := float64(math.Ceil((lower-margin)/g) * g); lower > 0 && next > upper+margin {
			errs = append(errs, &partition.InfeasibleError{
				Why: fmt.Sprintf("%s of %s must lie between %s and %s, but whole loads are multiples of %s\nMaybe raise the upper limit by %s",
					m.measure(r), m.agent(j), digits(lower), digits(upper), digits(g), atLeast(next-upper)),
				Measure: m.p.Measures[r].Name, Need: next, Have: upper, Territories: []int{j},
			})
		}
	}
	return errs
}
