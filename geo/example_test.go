package geo_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/geo/geojson"
	"github.com/territory-go/territory/partition"
)

// Six counties, one per line: three columns of half a degree, two rows. Polk was
// drawn by another hand than its neighbour Boone.
const sixCounties = `
{"type":"Feature","id":"Adams","properties":{"visits":30},"geometry":{"type":"Polygon","coordinates":[[[10,50],[10.5,50],[10.5,50.5],[10,50.5],[10,50]]]}}
{"type":"Feature","id":"Boone","properties":{"visits":20},"geometry":{"type":"Polygon","coordinates":[[[10.5,50],[11,50],[11,50.5],[10.5,50.5],[10.5,50]]]}}
{"type":"Feature","id":"Polk","properties":{"visits":25},"geometry":{"type":"Polygon","coordinates":[[[10.99,50],[11.5,50],[11.5,50.5],[11,50.5],[10.99,50]]]}}
{"type":"Feature","id":"Sac","properties":{"visits":30},"geometry":{"type":"Polygon","coordinates":[[[10,50.5],[10.5,50.5],[10.5,51],[10,51],[10,50.5]]]}}
{"type":"Feature","id":"Tama","properties":{"visits":35},"geometry":{"type":"Polygon","coordinates":[[[10.5,50.5],[11,50.5],[11,51],[10.5,51],[10.5,50.5]]]}}
{"type":"Feature","id":"Wright","properties":{"visits":20},"geometry":{"type":"Polygon","coordinates":[[[11,50.5],[11.5,50.5],[11.5,51],[11,51],[11,50.5]]]}}
`

// From the file of a map to territories: what is wrong with it, who borders whom,
// which county a customer lies in, two territories with as many visits and little
// border between them, and the shapes of these.
func Example() {
	features, err := geojson.ReadAll(strings.NewReader(sixCounties))
	if err != nil {
		panic(err)
	}
	areas, err := geo.Areas(features)
	if err != nil {
		panic(err)
	}
	coverage, err := geo.NewCoverage(areas, 0)
	if err != nil {
		panic(err)
	}
	for _, f := range coverage.Findings(nil) {
		if f.Kind == geo.Overlap {
			fmt.Printf("%s and %s overlap by %.1f km², near %v\n", features[f.Areas[0]].ID, features[f.Areas[1]].ID, f.Amount/1e6, f.At)
		}
	}

	// Who borders whom, and for how many kilometres.
	neighbors := coverage.Contiguity(geo.Rook, geo.StraightEdge{})
	fmt.Printf("Adams borders %v, Boone for %.1f km\n", neighbors.Neighbors(0), neighbors.Border(0, 1)/1000)

	// Whose is a customer, and how near to another county?
	locator, err := geo.NewLocator(areas)
	if err != nil {
		panic(err)
	}
	at := locator.BorderDistance(orb.Point{10.6, 50.48}, nil)
	fmt.Printf("in %s, %.1f km from %s\n", features[at.Area].ID, at.Distance/1000, features[at.Behind].ID)

	visits := make([]float64, len(features))
	for i, f := range features {
		visits[i], _ = f.Properties.Number("visits")
	}
	result, err := district.Cut{}.Partition(context.Background(), &partition.Problem{
		K:          2,
		Measures:   []partition.Measure{{Name: "visits", Value: visits, Tolerance: 0.05}},
		Contiguity: neighbors,
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("visits per territory:", partition.Loads(result.Plan, visits))

	outlines, err := coverage.Dissolve(result.Plan)
	if err != nil {
		panic(err)
	}
	for t, outline := range outlines {
		label, _ := geo.LabelPoint(outline, 0, nil)
		fmt.Printf("%d: counties %v, %.0f km², Polsby-Popper %.2f, label at %.2f\n", t, slices.Collect(result.Plan.Units(t)),
			geo.Area(outline, nil)/1e6, geo.ShapeOf(outline, nil).PolsbyPopper, label)
	}
	// Output:
	// Boone and Polk overlap by 19.9 km², near [10.99 50]
	// Adams borders [1 3], Boone for 55.6 km
	// in Boone, 2.2 km from Tama
	// visits per territory: [80 80]
	// 0: counties [0 1 3], 5930 km², Polsby-Popper 0.56, label at [10.40 50.25]
	// 1: counties [2 4 5], 5929 km², Polsby-Popper 0.56, label at [11.10 50.75]
}
