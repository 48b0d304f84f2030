package geo

import (
	"encoding/json"
	"errors"

	"github.com/territory-go/territory/internal/jsonscan"
)

// Properties is a JSON object as it stands in a file, such as
// {"name":"Mohave","pop":212181}; nil: null, or none. It is taken apart when it
// is asked for something, and only then; readers have checked that it is a
// well-formed object. The methods are O(length), and say no to what is not one.
type Properties []byte

// NewProperties writes a map, or a struct with json tags, as properties.
// nil gives nil.
func NewProperties(v any) (Properties, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	switch b[0] {
	case '{':
		return b, nil
	case 'n':
		return nil, nil
	}
	return nil, errors.New("geo: properties must be an object, not " + jsonscan.New(b).Found())
}

// Text is the string of that name; ok is false where there is none or it is not
// a string.
func (p Properties) Text(name string) (text string, ok bool) {
	raw := p.Raw(name)
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	return jsonscan.New(raw).Text(), true
}

// Number is the number of that name; ok is false where there is none or it is
// not a number.
func (p Properties) Number(name string) (x float64, ok bool) {
	raw := p.Raw(name)
	if len(raw) == 0 || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return 0, false
	}
	s := jsonscan.New(raw)
	x = s.Number()
	return x, s.Err() == nil
}

// Raw is the value of that name as it stands, a part of p; nil where there is
// none. Of several members of one name the last counts, as in encoding/json.
func (p Properties) Raw(name string) []byte {
	if len(p) == 0 {
		return nil
	}
	var found []byte
	s := jsonscan.New(p)
	for s.Open('{'); s.More('}'); {
		key := s.Key()
		if value := s.Raw(); key == name {
			found = value
		}
	}
	if s.Err() != nil {
		return nil
	}
	return found
}

// Decode is [json.Unmarshal] into v, a pointer to a map or to a struct.
func (p Properties) Decode(v any) error {
	if len(p) == 0 {
		return json.Unmarshal([]byte("null"), v)
	}
	return json.Unmarshal(p, v)
}
