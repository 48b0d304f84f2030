package detmath_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/detmath"
)

// A move that is worse by d temperatures is made with the probability exp(-d).
func TestExponentialsExceedAsMetropolisSays(t *testing.T) {
	x := make([]float64, 1024)
	detmath.Exponentials(x)
	for d := 0.0; d < 8; d += 0.25 {
		larger := 0
		for _, v := range x {
			if v > d {
				larger++
			}
		}
		require.InDelta(t, math.Exp(-d), float64(larger)/1024, 0.5/1024+1e-9, "%v", d)
	}
}
