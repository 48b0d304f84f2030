package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/geojson"
)

// readRedist reads the areas of a map with their populations. Who borders whom
// is in a table beside the file, NAME_edges.csv, or else in the shapes: two
// areas that share a stretch of border, and islands with what is nearest to
// them. An area is where the properties cx and cy say, or its centroid is.
// Features without a shape are nowhere on the map, and are left out.
func readRedist(file string, o *options) (*instance, error) {
	data, err := readAll(file)
	if err != nil {
		return nil, err
	}
	features, err := geojson.ReadAll(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	features = slices.DeleteFunc(features, func(f geo.Feature) bool {
		shape, many := f.Geometry.(orb.MultiPolygon)
		return f.Geometry == nil || many && len(shape) == 0
	})
	areas, err := geo.Areas(features)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	base := strings.TrimSuffix(strings.TrimSuffix(file, ".gz"), ".geojson")
	s := &populated{name: instanceName(base)}
	for i, f := range features {
		population, ok := f.Properties.Number("pop")
		if !ok {
			return nil, fmt.Errorf("%s: feature %d (%s) has no number pop", file, i, f.ID)
		}
		x, okX := f.Properties.Number("cx")
		y, okY := f.Properties.Number("cy")
		place := orb.Point{x, y}
		if !okX || !okY {
			place = geo.Centroid(areas[i], geo.Geodesic{})
		}
		name, named := f.Properties.Text("name")
		if !named {
			name = f.ID
		}
		s.population, s.place, s.label = append(s.population, population), append(s.place, place), append(s.label, name)
	}
	if edges := base + "_edges.csv"; exists(edges) {
		s.contiguity, err = readEdges(edges, len(areas))
	} else {
		s.contiguity, err = fromShapes(areas, s.place)
	}
	if err != nil {
		return nil, err
	}
	return s.instance(o)
}

// fromShapes is who borders whom by the shapes themselves.
func fromShapes(areas []orb.MultiPolygon, place []orb.Point) (*geo.Contiguity, error) {
	coverage, err := geo.NewCoverage(areas, 0)
	if err != nil {
		return nil, err
	}
	tied, _, err := coverage.Contiguity(geo.Rook, geo.Geodesic{}).Tie(place, geo.Geodesic{})
	return tied, err
}
