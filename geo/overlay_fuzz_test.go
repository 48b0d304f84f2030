package geo_test

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// hard are coordinates that arithmetic trips over.
var hard = []float64{
	0, math.Copysign(0, -1), 1, -1, 2, 3, 0.5, 1.5, 1 + 0x1p-52, 1 - 0x1p-53, 0.1, 0.2, 0.3, 1.0 / 3,
	180, -180, 90, 0x1p52, 0x1p52 + 1, 0x1p53, 0x1p53 + 2, -0x1p53, 1e15, 1e-15, 1e150, -1e150,
	math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64 / 2, 5e-324, -5e-324, 0x1p-1022, 1e-300,
	math.NaN(), math.Inf(1), math.Inf(-1),
}

// scribbled reads two areas from bytes: a byte says what comes next, a hard
// coordinate, a small integer or any number at all, or that a ring, a polygon or
// an area ends.
func scribbled(data []byte) (areas [2]orb.MultiPolygon, positions int) {
	area := 0
	polygon := orb.Polygon{nil}
	end := func() {
		areas[area] = append(areas[area], polygon)
		polygon = orb.Polygon{nil}
	}
	number := func() float64 {
		if len(data) == 0 {
			return 0
		}
		c := data[0]
		data = data[1:]
		switch {
		case int(c) < len(hard):
			return hard[c]
		case c == 255 && len(data) >= 8:
			v := math.Float64frombits(binary.LittleEndian.Uint64(data))
			data = data[8:]
			return v
		}
		return float64(int(c)%16) + float64(c/64)/8
	}
	for len(data) > 0 && positions < 60 {
		switch data[0] {
		case 250:
			data = data[1:]
			polygon = append(polygon, nil)
		case 251:
			data = data[1:]
			end()
		case 252:
			data = data[1:]
			end()
			area = 1
		default:
			last := len(polygon) - 1
			polygon[last] = append(polygon[last], orb.Point{number(), number()})
			positions++
		}
	}
	end()
	return areas, positions
}

// Whatever the coordinates are, the answer is valid polygons, or an error where
// they are not finite.
func FuzzOverlay(f *testing.F) {
	f.Add([]byte{40, 40, 50, 40, 50, 50, 40, 50, 252, 45, 45, 60, 45, 60, 60, 45, 60})
	f.Add([]byte{26, 26, 27, 26, 27, 27, 250, 29, 29, 30, 29, 30, 30, 251, 252, 0, 0, 26, 0, 0, 26})
	f.Add([]byte{17, 17, 18, 19, 20, 21, 8, 9, 252, 17, 18, 8, 17, 9, 9, 1, 1})
	f.Add([]byte{2, 2, 33, 2, 3, 3})
	f.Add([]byte{0, 0, 29, 0, 29, 29, 0, 29, 252, 30, 30, 29, 0, 0, 30})
	f.Fuzz(func(t *testing.T, data []byte) {
		areas, _ := scribbled(data)
		finite := true
		for _, area := range areas {
			for _, p := range area {
				for _, ring := range p {
					for _, v := range ring {
						finite = finite && !math.IsNaN(v[0]-v[0]) && !math.IsNaN(v[1]-v[1])
					}
				}
			}
		}
		for _, op := range operations {
			got, err := op.do(areas[0], areas[1])
			if !finite {
				var fault *partition.InputError
				require.True(t, errors.As(err, &fault), op.name)
				require.ErrorIs(t, err, partition.ErrInput)
				require.Nil(t, got)
				continue
			}
			require.NoError(t, err, op.name)
			require.Empty(t, invalid(got, sum(got), 0), "%s of %v and %v is %v", op.name, areas[0], areas[1], got)
			other, err := op.do(areas[1], areas[0])
			require.NoError(t, err, op.name)
			if op.name != "difference" {
				require.Equal(t, got, other, op.name)
			}
		}
		// A map of these areas has them in its overlaps and gaps.
		c, err := geo.NewCoverage(areas[:], 0)
		require.NoError(t, err)
		for _, found := range c.Findings(geo.Plane{}) {
			require.NotEmpty(t, found.Detail)
		}
	})
}
