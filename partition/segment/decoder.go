package segment

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/territory-go/territory/internal/jsonscan"
	"github.com/territory-go/territory/partition"
)

// decoder reads JSON into structs with tags as encoding/json has them, and tells
// of each fault the path: of fields that are not known or come twice, of values
// of another kind, and, if strict, of fields that are missing without being
// declared omitempty or omitzero. It is given data whose grammar is checked.
type decoder struct {
	faults *schemeFaults
	strict bool
}

// value reads what comes next.
func (d *decoder) value(s *jsonscan.Scanner, v reflect.Value, at string) {
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		if text, ok := d.text(s, at); ok {
			t, err := time.Parse(time.RFC3339, text)
			if err != nil {
				d.fault(at, quoted(text)+" is not a time as 2026-07-01T00:00:00Z")
			}
			*p = t
		}
		return
	case *json.RawMessage:
		*p = s.Raw()
		return
	case *partition.Criterion:
		from, before := s.Pos(), d.faults.count()
		var fields criterionJSON
		d.value(s, reflect.ValueOf(&fields).Elem(), at)
		if to := s.Pos(); d.faults.count() == before {
			s.Seek(from)
			if err := json.Unmarshal(s.Raw(), p); err != nil {
				d.fault(at, err.Error())
			}
			s.Seek(to)
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(s, v.Elem(), at)
	case reflect.Struct:
		d.object(s, v, at)
	case reflect.Map:
		d.table(s, v, at)
	case reflect.Slice:
		if !d.opens(s, '[', "an array", at) {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		for i := 0; s.More(']'); i++ {
			element := reflect.New(v.Type().Elem()).Elem()
			d.value(s, element, path(at, i))
			v.Set(reflect.Append(v, element))
		}
	case reflect.Array:
		if !d.opens(s, '[', "an array", at) {
			return
		}
		n := 0
		for ; s.More(']'); n++ {
			if n < v.Len() {
				d.value(s, v.Index(n), path(at, n))
			} else {
				s.Skip()
			}
		}
		if n != v.Len() {
			d.fault(at, "has "+number(float64(n))+" elements, not "+number(float64(v.Len())))
		}
	case reflect.String:
		if text, ok := d.text(s, at); ok {
			v.SetString(text)
		}
	case reflect.Bool:
		s.Peek()
		switch found := s.Found(); found {
		case "true", "false":
			v.SetBool(found == "true")
		default:
			d.fault(at, "is "+found+", not true or false")
		}
		s.Skip()
	case reflect.Float64, reflect.Int:
		if c := s.Peek(); c != '-' && (c < '0' || c > '9') {
			d.fault(at, "is "+s.Found()+", not a number")
			s.Skip()
			return
		}
		x := s.Number()
		if v.Kind() == reflect.Float64 {
			v.SetFloat(x)
		} else if x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
			d.fault(at, number(x)+" is not a whole number of this size")
		} else {
			v.SetInt(int64(x))
		}
	}
}

func (d *decoder) fault(at, why string) {
	if at == "" {
		at = "scheme"
	}
	d.faults.add(at, why)
}

// opens reads a bracket or brace.
func (d *decoder) opens(s *jsonscan.Scanner, bracket byte, what, at string) bool {
	if s.Peek() != bracket {
		d.fault(at, "is "+s.Found()+", not "+what)
		s.Skip()
		return false
	}
	s.Open(bracket)
	return true
}

func (d *decoder) text(s *jsonscan.Scanner, at string) (string, bool) {
	if s.Peek() != '"' {
		d.fault(at, "is "+s.Found()+", not a string")
		s.Skip()
		return "", false
	}
	return s.Text(), true
}

// object reads a struct.
func (d *decoder) object(s *jsonscan.Scanner, v reflect.Value, at string) {
	if !d.opens(s, '{', "an object", at) {
		return
	}
	fields := fieldsOf(v.Type(), nil)
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	given := make(map[string]bool)
	for s.More('}') {
		key := s.Key()
		here := at + dotted(at, key)
		if given[key] {
			d.fault(here, "is there twice")
			s.Skip()
			continue
		}
		given[key] = true
		known := false
		for _, f := range fields {
			if f.name == key {
				known = true
				d.value(s, v.FieldByIndex(f.index), here)
			}
		}
		if !known {
			d.fault(here, "is not a field that is known"+partition.Meant(key, names))
			s.Skip()
		}
	}
	for _, f := range fields {
		if d.strict && !f.optional && !given[f.name] {
			d.fault(at+dotted(at, f.name), "is missing")
		}
	}
}

// dotted is the end of the path of a member; a name that is no word is quoted.
func dotted(at, key string) string {
	word := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	if key == "" || len(key) > 60 || strings.ContainsFunc(key, func(r rune) bool { return !word(r) }) {
		key = quoted(key)
	}
	if at == "" {
		return key
	}
	return "." + key
}

// table reads a map from names to pointers.
func (d *decoder) table(s *jsonscan.Scanner, v reflect.Value, at string) {
	if !d.opens(s, '{', "an object", at) {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for s.More('}') {
		key := s.Key()
		here := at + "[" + quoted(key) + "]"
		if v.MapIndex(reflect.ValueOf(key)).IsValid() {
			d.fault(here, "is there twice")
			s.Skip()
			continue
		}
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(s, element, here)
		v.SetMapIndex(reflect.ValueOf(key), element)
	}
}

// field is one of a struct, as JSON calls it.
type field struct {
	name     string
	index    []int
	optional bool
}

// fieldsOf lists the fields of a struct, those of embedded ones last.
func fieldsOf(t reflect.Type, index []int) []field {
	var own, embedded []field
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(append([]int(nil), index...), i)
		if f.Anonymous {
			embedded = append(embedded, fieldsOf(f.Type, at)...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		own = append(own, field{name, at, strings.Contains(options, "omit")})
	}
	for _, f := range embedded {
		shadowed := false
		for _, o := range own {
			shadowed = shadowed || o.name == f.name
		}
		if !shadowed {
			own = append(own, f)
		}
	}
	return own
}
