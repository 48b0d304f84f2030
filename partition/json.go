package partition

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// MarshalJSON writes the number of territories and per unit its territory, -1
// for [Unassigned]:
//
//	{"k":3,"of":[0,2,-1,2]}
func (p Plan) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 20+4*len(p.of))
	b = append(b, `{"k":`...)
	b = strconv.AppendInt(b, int64(p.k), 10)
	b = append(b, `,"of":[`...)
	for i, t := range p.of {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(t), 10)
	}
	return append(b, "]}"...), nil
}

// UnmarshalJSON reads what [Plan.MarshalJSON] writes and nothing else: both
// fields once and no other, whole numbers only, the territories within range
// and their number within the bounds of [NewPlan]. Errors are [*InputError] values,
// and leave p as it was. Only use it on a plan that nobody else reads yet.
// Memory is O(len(data) + k).
func (p *Plan) UnmarshalJSON(data []byte) error {
	var faults Faults
	fields := decodeObject(&faults, "plan", data, "k", "of")
	if faults.Len() > 0 {
		return faults.Err()
	}
	k := decodeInt(&faults, "k", fields["k"])
	of := decodeInts(&faults, "of", fields["of"])
	if faults.Len() > 0 {
		return faults.Err()
	}
	q, err := NewPlan(k, of)
	if err != nil {
		return err
	}
	*p = *q
	return nil
}

// UnmarshalJSON reads an object with the fields unit, from and to, all of them
// and no other. Errors are [*InputError] values.
func (m *Move) UnmarshalJSON(data []byte) error {
	var faults Faults
	fields := decodeObject(&faults, "move", data, "unit", "from", "to")
	if faults.Len() > 0 {
		return faults.Err()
	}
	read := Move{
		Unit: decodeInt(&faults, "unit", fields["unit"]),
		From: decodeInt(&faults, "from", fields["from"]),
		To:   decodeInt(&faults, "to", fields["to"]),
	}
	if faults.Len() > 0 {
		return faults.Err()
	}
	*m = read
	return nil
}

// decodeObject takes an object apart that must have exactly the wanted fields.
// encoding/json by itself would accept other spellings, fields that come twice
// (the last wins) and fields that are missing (they stay zero).
func decodeObject(faults *Faults, name string, data []byte, wanted ...string) map[string]json.RawMessage {
	fault := func(why string) { faults.Add(InputError{Field: name, Index: -1, Why: why}, nil) }
	dec := json.NewDecoder(bytes.NewReader(data))
	switch open, err := dec.Token(); {
	case err != nil:
		fault("is not JSON: " + reason(err))
		return nil
	case open != json.Delim('{'):
		fault("is not a JSON object")
		return nil
	}
	fields := make(map[string]json.RawMessage, len(wanted))
	for dec.More() {
		var value json.RawMessage
		key, err := dec.Token()
		if err == nil {
			err = dec.Decode(&value)
		}
		if err != nil {
			fault("is not JSON: " + reason(err))
			return nil
		}
		field := key.(string) // a key is one, or Decode has failed
		known := false
		for _, w := range wanted {
			known = known || w == field
		}
		if _, twice := fields[field]; twice {
			fault("has the field " + strconv.Quote(shortened(field)) + " twice")
		} else if !known {
			fault("has the unknown field " + strconv.Quote(shortened(field)))
			return nil // another document, not a list of faults
		}
		fields[field] = value
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		fault("is not JSON: " + reason(err))
		return nil
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		fault("is followed by further data")
	}
	for _, w := range wanted {
		if _, ok := fields[w]; !ok {
			fault("lacks the field " + strconv.Quote(w))
		}
	}
	return fields
}

func reason(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it ends too early"
	}
	return err.Error()
}

// shortened keeps a message readable whatever was sent.
func shortened(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}

func decodeInt(faults *Faults, field string, raw json.RawMessage) int {
	v, err := strconv.Atoi(string(raw))
	if err != nil {
		faults.Add(notWhole(field, -1, raw), nil)
	}
	return v
}

func notWhole(field string, index int, raw json.RawMessage) InputError {
	return InputError{Field: field, Index: index, Value: shortened(string(raw)), Why: "is not a whole number of this size"}
}

// decodeInts reads an array of whole numbers.
func decodeInts(faults *Faults, field string, raw json.RawMessage) []int64 {
	if raw[0] != '[' {
		faults.Add(InputError{Field: field, Index: -1, Value: shortened(string(raw)), Why: "is not an array"}, nil)
		return nil
	}
	body := bytes.TrimSpace(raw[1 : len(raw)-1])
	if len(body) == 0 {
		return nil
	}
	ints := make([]int64, 0, bytes.Count(body, []byte{','})+1)
	for text := range bytes.SplitSeq(body, []byte{','}) {
		v, err := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
		if err != nil {
			addNotWhole(faults, field, raw)
			return nil
		}
		ints = append(ints, v)
	}
	return ints
}

// addNotWhole goes through an array again, at the pace of a parser that knows
// nested values, and adds what is not a whole number.
func addNotWhole(faults *Faults, field string, raw json.RawMessage) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		return // unreachable: raw is valid
	}
	for i := 0; dec.More(); i++ {
		var element json.RawMessage
		if err := dec.Decode(&element); err != nil {
			return // unreachable likewise
		}
		if _, err := strconv.ParseInt(string(element), 10, 64); err != nil {
			faults.Add(notWhole(field, i, element), nil)
		}
	}
}
