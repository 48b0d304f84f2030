package segment

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/territory-go/territory/internal/jsonscan"
	"github.com/territory-go/territory/partition"
)

// Kinds reads dimensions of further kinds from the JSON of a [Scheme]: by the
// name of the kind, what makes a dimension of its other fields, which are a JSON
// object. A Kinds entry may also stand in for a kind of this package. An error
// that is a [*partition.InputError] names the field in question; its path is
// added.
type Kinds map[string]func(fields []byte) (Dimension, error)

// Kinded is a [Dimension] that the JSON of a [Scheme] can hold: it says what
// kind it is, and as JSON it is an object of its other fields.
type Kinded interface {
	Dimension
	Kind() string
}

// schemeJSON is the written form of a Scheme.
type schemeJSON struct {
	Name       string            `json:"name,omitempty"`
	Dimensions []json.RawMessage `json:"dimensions"`
	Grid       *Grid             `json:"grid,omitempty"`
	List       *List             `json:"list,omitempty"`
	Decision   *Decision         `json:"decision,omitempty"`
	Minimum    Minimum           `json:"minimum,omitzero"`
}

// criterionJSON has the fields of a partition.Criterion in JSON.
type criterionJSON struct {
	Attribute string    `json:"attribute"`
	In        []string  `json:"in,omitempty"`
	NotIn     []string  `json:"notIn,omitempty"`
	Under     []string  `json:"under,omitempty"`
	NotUnder  []string  `json:"notUnder,omitempty"`
	Min       float64   `json:"min,omitempty"`
	Max       float64   `json:"max,omitempty"`
	From      time.Time `json:"from,omitempty"`
	Until     time.Time `json:"until,omitempty"`
	Missing   bool      `json:"missing,omitempty"`
}

// ParseScheme reads a scheme from JSON, as [SchemeSchema] describes it:
//
//	{
//	  "dimensions": [
//	    {"kind": "hierarchy", "attribute": "region"},
//	    {"kind": "bands", "attribute": "staff", "as": "size", "cuts": [50, 250]}
//	  ],
//	  "grid": {"order": [{"dimension": "region", "level": 1}, {"dimension": "size", "join": "neighbour"}]},
//	  "minimum": {"units": 30}
//	}
//
// The dimensions of this package that have a Kind method need no entry in kinds,
// which may be nil. Fields that are not known are refused, and null is no value.
// All faults are reported at once, as [*partition.InputError] values whose field
// is a path, those of [Scheme.Check] among them. Where the data is not JSON, the
// one fault says in which line.
func ParseScheme(data []byte, kinds Kinds) (*Scheme, error) {
	whole := jsonscan.New(data)
	whole.Skip()
	whole.End()
	if err := whole.Err(); err != nil {
		line := 1 + bytes.Count(data[:err.Offset], []byte{'\n'})
		column := err.Offset - bytes.LastIndexByte(data[:err.Offset], '\n')
		return nil, &partition.InputError{Field: "scheme", Index: -1, Why: "is not JSON: line " + strconv.Itoa(line) + ", column " + strconv.Itoa(column) + ": " + err.Why}
	}
	var faults schemeFaults
	d := decoder{faults: &faults}
	var j schemeJSON
	d.value(jsonscan.New(data), reflect.ValueOf(&j).Elem(), "")
	s := &Scheme{Name: j.Name, Grid: j.Grid, List: j.List, Decision: j.Decision, Minimum: j.Minimum}
	for i, fields := range j.Dimensions {
		s.Dimensions = append(s.Dimensions, d.dimension(fields, path("dimensions", i), kinds))
	}
	s.check(&faults)
	if err := faults.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// UnmarshalJSON reads a scheme whose dimensions are all of this package:
// [ParseScheme] without Kinds.
func (s *Scheme) UnmarshalJSON(data []byte) error {
	read, err := ParseScheme(data, nil)
	if err != nil {
		return err
	}
	*s = *read
	return nil
}

// MarshalJSON writes what [ParseScheme] reads. A dimension that is not [Kinded],
// or not written as an object, is an error, and so are the faults of
// [Scheme.Check].
func (s Scheme) MarshalJSON() ([]byte, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	j := schemeJSON{Name: s.Name, Grid: s.Grid, List: s.List, Decision: s.Decision, Minimum: s.Minimum, Dimensions: []json.RawMessage{}}
	var faults schemeFaults
	for i, d := range s.Dimensions {
		j.Dimensions = append(j.Dimensions, written(d, path("dimensions", i), &faults))
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return json.Marshal(j)
}

// written is a dimension as JSON, with its kind; nil after a fault.
func written(d Dimension, at string, faults *schemeFaults) json.RawMessage {
	if d == nil {
		faults.add(at, "is nil")
		return nil
	}
	k, ok := d.(Kinded)
	if !ok {
		faults.add(at, quoted(d.Name())+" cannot be written: it has no Kind")
		return nil
	}
	fields, err := json.Marshal(d)
	if err != nil {
		faults.of(at, d.Name(), err)
		return nil
	}
	if len(fields) < 2 || fields[0] != '{' {
		faults.add(at, quoted(d.Name())+" is not written as a JSON object")
		return nil
	}
	kind, err := json.Marshal(k.Kind())
	if err != nil {
		faults.of(at, d.Name(), err)
		return nil
	}
	object := append([]byte(`{"kind":`), kind...)
	if len(fields) > 2 {
		object = append(object, ',')
	}
	return append(object, fields[1:]...)
}

// unread stands for a dimension that could not be read, so that what refers to
// it is not blamed.
type unread string

func (u unread) Name() string { return string(u) }

func (u unread) Bind(*partition.Table) (*Classes, error) {
	return nil, &partition.InputError{Field: string(u), Index: -1, Why: "was not read"}
}

// ownKinds are those of this package that JSON can hold.
func ownKinds() []string {
	return []string{"bands", "category", "coreGrowthPotential", "hierarchy", "lifecycle", "rfm", "steady", "tiers"}
}

// dimension reads one, which stands at a path.
func (d *decoder) dimension(data []byte, at string, kinds Kinds) Dimension {
	s := jsonscan.New(data)
	if s.Peek() != '{' {
		d.faults.add(at, "is "+s.Found()+", not an object")
		return unread("")
	}
	var kind, as, attribute, value string
	has := false
	rest := []byte{'{'}
	for s.Open('{'); s.More('}'); {
		key := s.Key()
		raw := s.Raw()
		text := ""
		if raw[0] == '"' {
			text = jsonscan.New(raw).Text()
		}
		switch key {
		case "kind":
			kind, has = text, true
			continue
		case "as":
			as = text
		case "attribute":
			attribute = text
		case "value":
			value = text
		}
		if len(rest) > 1 {
			rest = append(rest, ',')
		}
		name, err := json.Marshal(key)
		if err != nil {
			d.faults.of(at, "", err)
		}
		rest = append(append(append(rest, name...), ':'), raw...)
	}
	rest = append(rest, '}')
	switch kind {
	case "rfm":
		attribute = RFM{}.Name()
	case "coreGrowthPotential":
		attribute = value
	}
	missing := unread(called(as, attribute))
	if read, ok := kinds[kind]; ok && read != nil {
		made, err := read(rest)
		if err != nil {
			d.faults.of(at, string(missing), err)
			return missing
		}
		if made == nil {
			d.faults.add(at, "was read as nothing by the kind "+quoted(kind))
			return missing
		}
		return made
	}
	before := d.faults.count()
	own := decoder{faults: d.faults, strict: true}
	read := func(into any) any {
		own.value(jsonscan.New(rest), reflect.ValueOf(into).Elem(), at)
		return reflect.ValueOf(into).Elem().Interface()
	}
	var made Dimension
	switch kind {
	case "category":
		made = read(new(Category)).(Category)
	case "bands":
		made = read(new(Bands)).(Bands)
	case "lifecycle":
		made = read(new(LifeCycle)).(LifeCycle)
	case "hierarchy":
		made = read(new(Hierarchy)).(Hierarchy)
	case "rfm":
		made = read(new(RFM)).(RFM)
	case "coreGrowthPotential":
		made = read(new(CoreGrowthPotential)).(CoreGrowthPotential)
	case "steady":
		steady, name := own.steady(rest, at, kinds)
		made, missing = steady, unread(name)
	case "tiers":
		j := read(new(tiersJSON)).(tiersJSON)
		tiers := Tiers(j.plainTiers)
		if j.Cut != nil {
			cut, err := j.Cut.cutter()
			if err != nil {
				d.faults.of(at, "", err)
			}
			tiers.Cut = cut
		}
		made = tiers
	default:
		known := ownKinds()
		for k := range kinds {
			known = append(known, k)
		}
		slices.Sort(known)
		if has {
			d.faults.add(at+".kind", quoted(kind)+" is not a kind of dimension"+partition.Meant(kind, known))
		} else {
			d.faults.add(at+".kind", "is missing: which kind of dimension?")
		}
	}
	if made == nil || d.faults.count() > before {
		return missing
	}
	return made
}
