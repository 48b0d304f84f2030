package segment_test

import (
	"fmt"
	"log"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// In spring, steel has enough large customers for a cell of their own. In summer
// one of them has shrunk: made anew, the cells of steel would be one, and
// everybody in them would have moved. The cells adopted stay.
func ExampleAdopted() {
	industry := []string{"auto", "auto", "steel", "steel", "steel", "steel"}
	var quarters []segment.Period
	for _, revenue := range [][]float64{{20, 30, 120, 150, 40, 60}, {25, 20, 80, 170, 30, 70}} {
		book, err := partition.NewTable(partition.Categories("industry", industry), partition.Numbers("revenue", revenue))
		if err != nil {
			log.Fatal(err)
		}
		quarters = append(quarters, segment.Period{Book: book})
	}
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{
			segment.Category{Attribute: "industry"},
			segment.Bands{Attribute: "revenue", As: "tier", Cuts: []float64{100}, Labels: []string{"small", "large"}},
		},
		Grid:    &segment.Grid{Order: []segment.Step{{Dimension: "industry"}, {Dimension: "tier"}}},
		Minimum: segment.Minimum{Units: 2},
	}
	spring, err := scheme.Apply(quarters[0].Book)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range []segment.Dimension{segment.Cells(scheme), segment.Adopted{Cells: spring}} {
		replay, err := segment.Replay(d, "revenue", quarters...)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(replay.Moved.Units, "of 6 move:")
		for m := range replay.Drifts[0].Movers() {
			fmt.Println("  ", m.Unit, "from", replay.Drifts[0].Label(m.From), "to", replay.Drifts[0].Label(m.To))
		}
	}
	// Output:
	// 4 of 6 move:
	//    4 from steel / small to steel
	//    5 from steel / small to steel
	//    2 from steel / large to steel
	//    3 from steel / large to steel
	// 1 of 6 move:
	//    2 from steel / large to steel / small
}
