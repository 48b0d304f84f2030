package geo_test

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
)

// counties of some states by their codes; nil: the 48 states and the District.
func counties(t testing.TB, states ...string) []orb.MultiPolygon {
	all, _, fips := usCounties(t)
	var some []orb.MultiPolygon
	for i, code := range fips {
		for _, s := range states {
			if code[:2] == s {
				some = append(some, all[i])
			}
		}
		if len(states) == 0 && code[:2] < "57" && code[:2] != "02" && code[:2] != "15" {
			some = append(some, all[i])
		}
	}
	require.NotEmpty(t, some)
	return some
}

func BenchmarkUnion(b *testing.B) {
	for _, c := range []struct {
		name   string
		states []string
	}{{"iowa/n=99", []string{"19"}}, {"texas/n=254", []string{"48"}}, {"lower48/n=3108", nil}} {
		b.Run("method=overlay/instance="+c.name, func(b *testing.B) {
			areas := counties(b, c.states...)
			b.ReportAllocs()
			for b.Loop() {
				u, err := geo.Union(areas...)
				require.NoError(b, err)
				require.NotEmpty(b, u)
			}
		})
	}
}
