// Package geojson reads and writes GeoJSON (RFC 7946) as a stream of features
// with orb geometries:
//
//	for f, err := range geojson.NewReader(file).Features() {
//		…
//		name, _ := f.Properties.Text("name")
//	}
//
//	w := geojson.NewWriter(file)
//	err := w.Write(geo.Feature{ID: "48201", Geometry: outline})
//	…
//	err = w.Close()
//
// A feature that cannot be read is an error that says what is wrong with it and
// at which byte, and the loop may go on with the next one. What can be read but
// breaks a rule, such as an outline that runs the wrong way, is a [Notice] to
// those who ask; [github.com/territory-go/territory/geo.NewCoverage] finds what
// is wrong with the shapes themselves.
package geojson
