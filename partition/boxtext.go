package partition

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

func text(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// String writes the box as a condition: "industry in (auto, steel) and revenue
// >= 100000"; "all" for the empty one.
func (b Box) String() string {
	if len(b) == 0 {
		return "all"
	}
	all := make([]string, len(b))
	for i, c := range b {
		all[i] = c.String()
	}
	return strings.Join(all, " and ")
}

// String writes the criterion: "revenue < 5", "(revenue < 5 or missing)".
func (c Criterion) String() string {
	var is []string
	list := func(verb string, values []string) {
		if len(values) > 0 {
			is = append(is, verb+" ("+strings.Join(values, ", ")+")")
		}
	}
	switch {
	case c.names():
		list("in", c.In)
		list("not in", c.NotIn)
	case c.codes():
		list("under", c.Under)
		list("not under", c.NotUnder)
	case c.ranges():
		if !math.IsInf(c.Min, -1) {
			is = append(is, ">= "+text(c.Min))
		}
		if !math.IsInf(c.Max, 1) {
			is = append(is, "< "+text(c.Max))
		}
	case c.dates():
		if !c.From.IsZero() {
			is = append(is, "from "+c.From.Format(time.RFC3339))
		}
		if !c.Until.IsZero() {
			is = append(is, "before "+c.Until.Format(time.RFC3339))
		}
	}
	switch said := strings.Join(is, " and "); {
	case said == "" && c.onlyMissing():
		return c.Attribute + " missing"
	case said == "":
		return c.Attribute + " given"
	case c.Missing:
		return "(" + c.Attribute + " " + said + " or missing)"
	default:
		return c.Attribute + " " + said
	}
}

// criterionJSON is the written form: open ends are left out, because JSON has
// no infinity.
type criterionJSON struct {
	Attribute string     `json:"attribute"`
	In        []string   `json:"in,omitempty"`
	NotIn     []string   `json:"notIn,omitempty"`
	Under     []string   `json:"under,omitempty"`
	NotUnder  []string   `json:"notUnder,omitempty"`
	Min       *float64   `json:"min,omitempty"`
	Max       *float64   `json:"max,omitempty"`
	From      *time.Time `json:"from,omitempty"`
	Until     *time.Time `json:"until,omitempty"`
	Missing   bool       `json:"missing,omitempty"`
}

// MarshalJSON writes the fields that are set, in lower case; an open end of a
// range is left out.
func (c Criterion) MarshalJSON() ([]byte, error) {
	j := criterionJSON{Attribute: c.Attribute, In: c.In, NotIn: c.NotIn, Under: c.Under, NotUnder: c.NotUnder, Missing: c.Missing}
	if c.ranges() {
		if !math.IsInf(c.Min, -1) {
			j.Min = &c.Min
		}
		if !math.IsInf(c.Max, 1) {
			j.Max = &c.Max
		}
	}
	if !c.From.IsZero() {
		j.From = &c.From
	}
	if !c.Until.IsZero() {
		j.Until = &c.Until
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes. Fields that it does not know are
// an error.
func (c *Criterion) UnmarshalJSON(data []byte) error {
	var j criterionJSON
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	if err := d.Decode(&j); err != nil {
		return err
	}
	*c = Criterion{Attribute: j.Attribute, In: j.In, NotIn: j.NotIn, Under: j.Under, NotUnder: j.NotUnder, Missing: j.Missing}
	if j.Min != nil || j.Max != nil {
		low, high := math.Inf(-1), math.Inf(1)
		if j.Min != nil {
			low = *j.Min
		}
		if j.Max != nil {
			high = *j.Max
		}
		r := Between("", low, high)
		c.Min, c.Max = r.Min, r.Max
	}
	if j.From != nil {
		c.From = *j.From
	}
	if j.Until != nil {
		c.Until = *j.Until
	}
	return nil
}
