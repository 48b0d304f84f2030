package geo_test

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jts"
)

// valid is what Check says of an area as a whole.
func valid(area orb.MultiPolygon) bool {
	for _, f := range geo.Check(area, geo.Plane{}) {
		if f.Kind.Invalid() {
			return false
		}
	}
	return true
}

func TestValidityLiterature(t *testing.T) {
	checked, answers := 0, map[string]int{}
	uncovered := map[string]int{}
	for _, c := range jts.Cases(t) {
		for _, check := range c.Checks {
			if check.Op != "isvalid" {
				continue
			}
			var area orb.MultiPolygon
			switch g := check.Left.(type) {
			case orb.MultiPolygon:
				area = g
			case orb.Polygon:
				area = orb.MultiPolygon{g}
			case orb.Ring:
				area = orb.MultiPolygon{{g}}
			default:
				uncovered[fmt.Sprintf("%T: not an area", g)]++
				continue
			}
			checked++
			answers[check.Want]++
			require.Equal(t, check.Want, fmt.Sprint(valid(area)), "%s\n%v\n%v", c.Name(), area, geo.Check(area, geo.Plane{}))
		}
	}
	require.Positive(t, checked)
	t.Logf("covered: %d checks of isValid (%v)", checked, answers)
	t.Logf("not covered: %v", uncovered)
}
