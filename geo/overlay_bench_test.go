package geo_test

import (
	"math"
	"math/rand/v2"
	"strconv"
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

func BenchmarkUnionLiterature(b *testing.B) {
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

// Areas of a hundred corners that overlap their neighbours, and two of very many
// corners along which they cross each other.
func BenchmarkOverlay(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	var many []orb.MultiPolygon
	for i := range 1000 {
		many = append(many, jagged(r, float64(i%32), float64(i/32), 0.8, 0.3, 100))
	}
	b.Run("method=union/instance=overlapping/n=100000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := geo.Union(many...)
			require.NoError(b, err)
		}
	})
	one, other := jagged(r, 0, 0, 1, 0.99, 50_000), jagged(r, 0.003, 0, 1, 0.99, 50_000)
	b.Run("method=intersection/instance=coasts/n=100000", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := geo.Intersection(one, other)
			require.NoError(b, err)
		}
	})
	var comb, spokes orb.Ring // long edges side by side, and around one vertex
	for i := range 50_000 {
		x := float64(i)
		comb = append(comb, orb.Point{x, 2 * x}, orb.Point{x + 2e5, 2*x - 1e5})
		spokes = append(spokes, orb.Point{}, orb.Point{math.Cos(x / 1e4), math.Sin(x / 1e4)}, orb.Point{math.Cos((x + 0.5) / 1e4), math.Sin((x + 0.5) / 1e4)})
	}
	for _, c := range []struct {
		name string
		ring orb.Ring
	}{{"comb", comb}, {"spokes", spokes}} {
		b.Run("method=union/instance="+c.name+"/n="+strconv.Itoa(len(c.ring)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := geo.Union(orb.MultiPolygon{{c.ring}})
				require.NoError(b, err)
			}
		})
	}
}
