package topojson

import (
	"fmt"
	"io"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jsonscan"
	"github.com/territory-go/territory/partition"
)

// Topology is a TopoJSON file that has been read. It is immutable.
type Topology struct {
	bbox    []float64
	names   []string // of the objects, in the order of the file
	objects [][]byte // as they stand, well-formed
	arcs    []orb.LineString
	moved   transform
}

// transform takes whole numbers to coordinates.
type transform struct {
	quantised        bool
	scale, translate [2]float64
}

// position is x·scale + translate, each operation rounded to float64.
func (t transform) position(x, y float64) orb.Point {
	if !t.quantised {
		return orb.Point{x, y}
	}
	return orb.Point{
		float64(x*t.scale[0]) + t.translate[0],
		float64(y*t.scale[1]) + t.translate[1],
	}
}

// Read reads a whole topology and its arcs. The coordinates of a quantised arc
// are sums of whole numbers times the scale plus the translation, in float64 and
// rounded after each operation; they are the same on every platform. Heights and
// further coordinates are dropped.
//
// Errors of r come back as they are. What is wrong with the data is a
// [*partition.InputError]; Why begins with the offset in bytes. O(length) time
// and memory.
func Read(r io.Reader) (*Topology, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	t := &Topology{}
	s := jsonscan.New(data)
	var kind string
	var numbers []orb.LineString
	has := map[string]bool{}
	for s.Open('{'); s.More('}'); {
		key := s.Key()
		at := s.Pos()
		switch key {
		case "type", "transform", "objects", "arcs", "bbox":
			if has[key] {
				s.Fail(at, "%q is there twice", key)
			}
			has[key] = true
		}
		switch key {
		case "type":
			s.Peek()
			at = s.Pos()
			if kind = s.Text(); kind != "Topology" {
				s.Fail(at, `the type is %q, not "Topology"`, kind)
			}
		case "transform":
			t.moved.read(s)
		case "objects":
			for s.Open('{'); s.More('}'); {
				name := s.Key()
				if slices.Contains(t.names, name) {
					s.Fail(s.Pos(), "the object %q is there twice", name)
				}
				t.names = append(t.names, name)
				t.objects = append(t.objects, s.Raw())
			}
		case "arcs":
			numbers = readArcs(s)
		case "bbox":
			t.bbox = readNumbers(s)
		default:
			s.Skip()
		}
	}
	s.End()
	for _, key := range []string{"type", "objects", "arcs"} {
		if !has[key] {
			s.Fail(len(data), "the topology has no %q", key)
		}
	}
	if e := s.Err(); e != nil {
		return nil, &partition.InputError{Field: "topology", Index: -1, Why: e.Error()}
	}
	for _, arc := range numbers {
		x, y := 0.0, 0.0
		for k, p := range arc {
			if !t.moved.quantised {
				break
			}
			x, y = x+p[0], y+p[1]
			arc[k] = t.moved.position(x, y)
		}
	}
	t.arcs = numbers
	return t, nil
}

func (t *transform) read(s *jsonscan.Scanner) {
	at := s.Pos()
	has := 0
	for s.Open('{'); s.More('}'); {
		key := s.Key()
		if key != "scale" && key != "translate" {
			s.Skip()
			continue
		}
		s.Peek()
		at := s.Pos()
		pair := readNumbers(s)
		if len(pair) < 2 {
			s.Fail(at, "%q must be two numbers", key)
			return
		}
		has++
		if key == "scale" {
			t.scale = [2]float64(pair)
		} else {
			t.translate = [2]float64(pair)
		}
	}
	if has != 2 {
		s.Fail(at, `the transform must have one "scale" and one "translate"`)
	}
	t.quantised = true
}

func readNumbers(s *jsonscan.Scanner) (x []float64) {
	for s.Open('['); s.More(']'); {
		x = append(x, s.Number())
	}
	return x
}

func readPosition(s *jsonscan.Scanner) orb.Point {
	s.Peek()
	at := s.Pos()
	p, n := s.Pair()
	if n < 2 {
		s.Fail(at, "a position must have two coordinates")
	}
	return p
}

func readArcs(s *jsonscan.Scanner) (arcs []orb.LineString) {
	for s.Open('['); s.More(']'); {
		var arc orb.LineString
		for s.Open('['); s.More(']'); {
			arc = append(arc, readPosition(s))
		}
		arcs = append(arcs, slices.Clip(arc))
	}
	return arcs
}

// BBox is the bounding box that the file gives: west, south, east, north; nil
// without one. The slice must not be modified.
func (t *Topology) BBox() []float64 { return t.bbox }

// Objects lists the names of the objects in the order of the file: "counties",
// "states", "nation". The slice must not be modified.
func (t *Topology) Objects() []string { return t.names }

// Features decodes an object. A geometry collection gives one feature per
// member, in order; any other geometry gives one feature. Lines and rings are made
// of the arcs that they name, one that is named as ~i (-1-i) backwards.
//
// The data are taken as they are: rings are kept however short, and in the
// winding that they have ([geo.DropShortRings], [geo.NewCoverage]). A geometry of
// type null is a feature without geometry. Ids are strings or numbers.
//
// Errors are [*partition.InputError] values, one per faulty geometry, with its
// index and id: arcs that are not there or do not meet, types that are unknown,
// members that are missing. O(number of positions).
func (t *Topology) Features(object string) ([]geo.Feature, error) {
	at := slices.Index(t.names, object)
	if at < 0 {
		return nil, &partition.InputError{Field: "object", Index: -1, Value: fmt.Sprintf("%q", object),
			Why: fmt.Sprintf("is not in the topology, which has %q", t.names)}
	}
	members, single := split(t.objects[at])
	field := "objects." + object
	if !single {
		field += ".geometries"
	}
	var faults partition.Faults
	features := make([]geo.Feature, len(members))
	for i, raw := range members {
		d := decoder{topology: t, Scanner: jsonscan.New(raw)}
		features[i] = d.feature()
		if e := d.Err(); e != nil {
			fault := partition.InputError{Field: field, Index: i, Label: features[i].ID, Why: e.Why}
			if single {
				fault.Index = -1
			}
			faults.Add(fault, nil)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return features, nil
}

// split lists the members of a geometry collection; single: raw is none and
// stands for itself.
func split(raw []byte) (members [][]byte, single bool) {
	if raw[0] != '{' {
		return [][]byte{raw}, true
	}
	collection, list := false, []byte(nil)
	s := jsonscan.New(raw)
	for s.Open('{'); s.More('}'); {
		switch key := s.Key(); {
		case key == "type" && s.Peek() == '"':
			collection = s.Text() == "GeometryCollection"
		case key == "geometries" && s.Peek() == '[':
			list = s.Raw()
		default:
			s.Skip()
		}
	}
	if !collection || list == nil {
		return [][]byte{raw}, true
	}
	s = jsonscan.New(list)
	for s.Open('['); s.More(']'); {
		members = append(members, s.Raw())
	}
	return members, false
}
