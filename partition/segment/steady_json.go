package segment

import (
	"encoding/json"
	"reflect"

	"github.com/territory-go/territory/internal/jsonscan"
	"github.com/territory-go/territory/partition"
)

// plainSteady is a Steady without its methods.
type plainSteady Steady

type steadyJSON struct {
	plainSteady
	Tiers json.RawMessage `json:"tiers"`
}

// MarshalJSON writes the fields that are set, in lower case; Tiers is an object
// with its kind, as in a [Scheme]. Tiers that are not [Kinded] are an error.
func (s Steady) MarshalJSON() ([]byte, error) {
	var faults schemeFaults
	j := steadyJSON{plainSteady: plainSteady(s), Tiers: written(s.Tiers, "tiers", &faults)}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes, with Tiers of this package, and
// finds the faults that [ParseScheme] finds.
func (s *Steady) UnmarshalJSON(data []byte) error {
	whole := jsonscan.New(data)
	whole.Skip()
	if err := whole.Err(); err != nil { // nested too deeply
		return &partition.InputError{Field: "steady", Index: -1, Why: err.Why}
	}
	var faults schemeFaults
	d := decoder{faults: &faults, strict: true}
	read, _ := d.steady(data, "", nil)
	if err := faults.err(); err != nil {
		return err
	}
	*s = read
	return nil
}

// steady reads one that stands at a path, and gives the name that it goes by.
func (d *decoder) steady(data []byte, at string, kinds Kinds) (s Steady, name string) {
	var j steadyJSON
	d.value(jsonscan.New(data), reflect.ValueOf(&j).Elem(), at)
	s = Steady(j.plainSteady)
	if j.Tiers != nil {
		s.Tiers = d.dimension(j.Tiers, at+dotted(at, "tiers"), kinds)
	}
	return s, s.Name()
}
