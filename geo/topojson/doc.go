// Package topojson reads TopoJSON, the form in which many shops of boundaries
// deliver (us-atlas, world-atlas): polygons that share a border refer to one arc,
// and positions are small whole numbers.
//
//	topology, err := topojson.Read(file)
//	…
//	counties, err := topology.Features("counties")
//	…
//	areas, err := geo.Areas(counties)
//	areas, _ = geo.DropShortRings(areas) // if triangles that rounding has flattened are unwanted
//
// Neighbours get positions that are equal to the last bit, so that
// [github.com/territory-go/territory/geo.NewCoverage] finds the shared borders
// again without any snapping.
package topojson
