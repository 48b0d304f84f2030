package cluster_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// Twelve districts of a town on both sides of a river with one bridge, for two
// people who begin where they live.
func ExampleGrowth() {
	const columns, rows = 4, 3
	visits := []float64{
		3, 2, 4, 1,
		2, 3, 1, 2,
		4, 1, 2, 3,
	}
	p := &partition.Problem{
		K:        2,
		Measures: []partition.Measure{{Name: "visits", Value: visits, Tolerance: 0.1}},
		Homes:    []orb.Point{{8.50, 47.39}, {8.53, 47.36}},
	}
	neighbors := make(partition.Adjacency, columns*rows)
	for u := range neighbors {
		x, y := u%columns, u/columns
		p.Points = append(p.Points, orb.Point{8.50 + 0.01*float64(x), 47.39 - 0.01*float64(y)})
		for v := range neighbors {
			across := v%columns - x
			down := v/columns - y
			river := min(u, v)/columns == 0 && down != 0 // below the first row
			bridge := x == 1
			if across*across+down*down == 1 && (!river || bridge) {
				neighbors[u] = append(neighbors[u], v)
			}
		}
	}
	p.Contiguity = neighbors

	r, err := cluster.Growth{}.Partition(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	for y := range rows {
		line := make([]string, columns)
		for x := range line {
			line[x] = string("AB"[r.Plan.Of(y*columns+x)])
		}
		fmt.Println(strings.Join(line, " "))
	}
	fmt.Println("visits:", partition.Loads(r.Plan, visits))
	// Output:
	// A A A A
	// A A B B
	// B B B B
	// visits: [15 13]
}
