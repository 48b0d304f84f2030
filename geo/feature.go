package geo

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// Feature is a geometry with an id and properties, as GeoJSON and TopoJSON have
// it; package geojson reads and writes features, package topojson reads them.
type Feature struct {
	ID         string // "": none
	NumericID  bool   // the id is a JSON number, and ID is how it is written: 4015, not "4015"
	Geometry   orb.Geometry
	Properties Properties

	// BBox is the bounding box that the file gives, which need not be right:
	// west, south, east, north, or with heights west, south, lowest, east, north,
	// highest. nil: none.
	BBox []float64

	// Foreign are the members that GeoJSON has no meaning for, as an object.
	Foreign Properties
}

// Areas takes the features' polygons as areas, the form in which everything else
// of this package wants them: area i is that of features[i], and a single
// polygon is an area of one part. A feature without geometry is an empty area.
//
// Other geometries have no interior; errors are [*partition.InputError] values
// that name the features which have one. The rings are not copied, and not
// checked: [NewCoverage] reports what is wrong with them. O(n).
func Areas(features []Feature) ([]orb.MultiPolygon, error) {
	var faults partition.Faults
	areas := make([]orb.MultiPolygon, len(features))
	for i, f := range features {
		switch g := f.Geometry.(type) {
		case nil:
		case orb.Polygon:
			areas[i] = orb.MultiPolygon{g}
		case orb.MultiPolygon:
			areas[i] = g
		case orb.Ring:
			areas[i] = orb.MultiPolygon{{g}}
		case orb.Bound:
			areas[i] = orb.MultiPolygon{g.ToPolygon()}
		default:
			faults.Add(partition.InputError{Field: "features", Index: i, Label: f.ID,
				Why: fmt.Sprintf("is a %s, which has no area", g.GeoJSONType())}, nil)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return areas, nil
}

// DropShortRings returns the areas without the rings of fewer than four
// positions, first and last counted both: triangles that coarse coordinates have
// flattened to a line or a point. Such a ring bounds nothing. Where it is the outer
// ring of a polygon, the polygon goes whole; an area that loses all is empty and
// keeps its index.
//
// dropped is their number. The areas are not changed; what is kept is shared
// with them. O(number of rings).
func DropShortRings(areas []orb.MultiPolygon) (kept []orb.MultiPolygon, dropped int) {
	kept = make([]orb.MultiPolygon, len(areas))
	for i, area := range areas {
		for _, polygon := range area {
			var rings orb.Polygon
			for r, ring := range polygon {
				if len(ring) >= 4 {
					rings = append(rings, ring)
					continue
				}
				dropped++
				if r == 0 {
					dropped += len(polygon) - 1
					break
				}
			}
			if len(rings) > 0 {
				kept[i] = append(kept[i], rings)
			}
		}
	}
	return kept, dropped
}
