package segment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/territory-go/territory/partition"
)

// plainTiers are Tiers without their methods.
type plainTiers Tiers

type tiersJSON struct {
	plainTiers
	Cut *cutJSON `json:"cut,omitempty"`
}

// cutJSON is any of the cutters of this package.
type cutJSON struct {
	Kind      string    `json:"kind"`
	Cuts      []float64 `json:"cuts,omitempty"`
	Multiples []float64 `json:"multiples,omitempty"`
	Shares    []float64 `json:"shares,omitempty"`
	K         int       `json:"k,omitempty"`
}

// MarshalJSON writes the fields that are set, in lower case. The cutter says
// what it is: {"kind": "fixed", "cuts": […]}, {"kind": "quantiles", "k": 5},
// {"kind": "share", "shares": […]}, {"kind": "breaks", "k": 3} or {"kind":
// "deviations", "multiples": […]}. A cutter of another kind cannot be written
// before [Tiers.Fit] has fixed its cuts, and is an error.
func (d Tiers) MarshalJSON() ([]byte, error) {
	j := tiersJSON{plainTiers: plainTiers(d)}
	switch c := d.Cut.(type) {
	case nil:
	case FixedCuts:
		j.Cut = &cutJSON{Kind: "fixed", Cuts: c}
	case Quantiles:
		j.Cut = &cutJSON{Kind: "quantiles", K: c.K}
	case CumulativeShare:
		j.Cut = &cutJSON{Kind: "share", Shares: c.Shares}
	case NaturalBreaks:
		j.Cut = &cutJSON{Kind: "breaks", K: c.K}
	case Deviations:
		j.Cut = &cutJSON{Kind: "deviations", Multiples: c.Multiples}
	default:
		return nil, &partition.InputError{Field: d.Name() + ".cut", Index: -1, Value: fmt.Sprintf("%T", c), Why: "cannot be written; Fit gives fixed cuts"}
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes. Fields that it does not know, and
// fields of another kind of cutter, are an error.
func (d *Tiers) UnmarshalJSON(data []byte) error {
	var j tiersJSON
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&j); err != nil {
		return err
	}
	read := Tiers(j.plainTiers)
	if j.Cut != nil {
		cutter, err := j.Cut.cutter()
		if err != nil {
			return err
		}
		read.Cut = cutter
	}
	*d = read
	return nil
}

func (j *cutJSON) cutter() (Cutter, error) {
	kinds := map[string]struct {
		field  string
		cutter Cutter
	}{
		"fixed":      {"cuts", FixedCuts(j.Cuts)},
		"quantiles":  {"k", Quantiles{K: j.K}},
		"share":      {"shares", CumulativeShare{Shares: j.Shares}},
		"breaks":     {"k", NaturalBreaks{K: j.K}},
		"deviations": {"multiples", Deviations{Multiples: j.Multiples}},
	}
	kind, known := kinds[j.Kind]
	if !known {
		return nil, &partition.InputError{Field: "cut.kind", Index: -1, Value: j.Kind, Why: "is no kind of cutter" +
			partition.Meant(j.Kind, []string{"breaks", "deviations", "fixed", "quantiles", "share"})}
	}
	set := []string{}
	for _, f := range []struct {
		name string
		set  bool
	}{{"cuts", j.Cuts != nil}, {"k", j.K != 0}, {"multiples", j.Multiples != nil}, {"shares", j.Shares != nil}} {
		if f.set {
			set = append(set, f.name)
		}
	}
	if at := slices.IndexFunc(set, func(name string) bool { return name != kind.field }); at >= 0 {
		return nil, &partition.InputError{Field: "cut." + set[at], Index: -1, Why: "is no setting of " + j.Kind}
	}
	return kind.cutter, nil
}
