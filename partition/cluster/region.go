package cluster

import (
	"math"
	"slices"
	"time"

	"github.com/territory-go/territory/partition"
)

// region is what a part of the tree of cuts says of each attribute, in the order
// in which they were first cut by.
type region []extent

// extent is a set of values of one attribute.
type extent struct {
	f              *feature
	given, missing bool // whether units with, and without, a value are in it
	min, max       float64
	from, until    time.Time
	only           []int32 // classes or nodes; nil: all
	not            []int32 // classes or nodes
}

// read goes down the tree and collects boxes and plan.
func (j *describing) read(root *part) (*Description, error) {
	d := &Description{Units: j.labelled}
	of := make([]int32, j.n)
	agree := int64(0)
	var down func(p *part, r region)
	down = func(p *part, r region) {
		if !p.isLeaf() {
			down(p.sides[0], r.within(p, true))
			down(p.sides[1], r.within(p, false))
			return
		}
		label, units := p.winner()
		agree += units
		for _, i := range j.features[0].order[p.lo:p.hi] {
			of[i] = int32(j.used[label])
		}
		d.Leaves = append(d.Leaves, Leaf{
			Box: r.box(), Label: j.used[label], Units: int(p.tally.size), Purity: float64(units) / float64(p.tally.size),
		})
	}
	down(root, nil)
	var err error
	d.Plan, err = partition.NewPlan(j.k, of)
	d.Agreement = float64(agree) / float64(j.labelled)
	return d, err
}

// within is the region of one side of a part.
func (r region) within(p *part, onFirst bool) region {
	c := &p.cut
	r = slices.Clone(r)
	at := slices.IndexFunc(r, func(e extent) bool { return e.f == c.feature })
	if at < 0 {
		at = len(r)
		r = append(r, extent{f: c.feature, given: true, missing: true, min: math.Inf(-1), max: math.Inf(1)})
	}
	e := &r[at]
	if c.apart {
		e.given, e.missing = e.given && !onFirst, e.missing && onFirst
		return r
	}
	e.missing = e.missing && (c.missing == first) == onFirst
	switch c.feature.kind {
	case partition.Number:
		if onFirst {
			e.max = p.limit
		} else {
			e.min = p.limit
		}
	case partition.Date:
		if onFirst {
			e.until = p.date
		} else {
			e.from = p.date
		}
	case partition.Category:
		e.names(c.listed, onFirst)
	case partition.Code:
		e.codes(c.listed, onFirst)
	}
	return r
}

func (e *extent) names(listed []int32, onFirst bool) {
	has := func(c int32) bool { _, ok := slices.BinarySearch(listed, c); return ok }
	switch {
	case onFirst:
		e.only, e.not = listed, nil // a cut lists only names that units here have
	case e.only != nil:
		e.only = slices.DeleteFunc(slices.Clone(e.only), has)
		e.given = len(e.only) > 0 // else only missing values are left
	default:
		e.not = append(slices.Clone(e.not), listed...)
		slices.Sort(e.not)
	}
}

func (e *extent) codes(listed []int32, onFirst bool) {
	tree := e.f.tree
	under := func(node int32, nodes []int32) bool {
		return slices.ContainsFunc(nodes, func(a int32) bool { return tree.Under(int(node), int(a)) })
	}
	if onFirst {
		if e.only != nil {
			// The lower one of each pair that overlaps.
			var both []int32
			for _, a := range e.only {
				if under(a, listed) {
					both = append(both, a)
				}
			}
			for _, a := range listed {
				if under(a, e.only) && !slices.Contains(both, a) {
					both = append(both, a)
				}
			}
			listed = both
			slices.Sort(listed)
		}
		e.only = listed
	} else {
		if e.only != nil {
			e.only = slices.DeleteFunc(slices.Clone(e.only), func(a int32) bool { return under(a, listed) })
			e.given = len(e.only) > 0 // else only missing values are left
		}
		e.not = append(slices.Clone(e.not), listed...)
	}
	// Leave out what says nothing: what is not under any of only, or under another one.
	all := e.not
	e.not = nil
	slices.Sort(all)
	for m, a := range all {
		if (e.only == nil || under(a, e.only)) && !under(a, all[:m]) {
			e.not = append(e.not, a)
		}
	}
}

// box writes the region down; an attribute of which nothing is said is left out.
func (r region) box() partition.Box {
	var box partition.Box
	for i := range r {
		if c, says := r[i].criterion(); says {
			box = append(box, c)
		}
	}
	return box
}

func (e *extent) criterion() (c partition.Criterion, says bool) {
	f := e.f
	c = partition.Criterion{Attribute: f.name, Missing: e.missing && f.missing}
	if !e.given {
		return c, true
	}
	switch f.kind {
	case partition.Number:
		if says = !math.IsInf(e.min, -1) || !math.IsInf(e.max, 1); says {
			c.Min, c.Max = e.min, e.max
		}
	case partition.Date:
		c.From, c.Until = e.from, e.until
		says = !c.From.IsZero() || !c.Until.IsZero()
	case partition.Category:
		for _, k := range e.only {
			c.In = append(c.In, f.names[k])
		}
		// The names that are left are told instead of those that are not where they are
		// fewer, though new names are then left out; those of a closed attribute also
		// where they are as many.
		left := len(f.names) - len(e.not)
		others := !f.unknown && (left < len(e.not) || f.closed && left == len(e.not))
		for k, name := range f.names {
			switch _, not := slices.BinarySearch(e.not, int32(k)); {
			case not && !others:
				c.NotIn = append(c.NotIn, name)
			case !not && others:
				c.In = append(c.In, name)
			}
		}
		says = len(c.In)+len(c.NotIn) > 0
	case partition.Code:
		for _, k := range e.only {
			c.Under = append(c.Under, f.tree.Node(int(k)).Code)
		}
		for _, k := range e.not {
			c.NotUnder = append(c.NotUnder, f.tree.Node(int(k)).Code)
		}
		says = len(c.Under)+len(c.NotUnder) > 0
	}
	// Of an attribute that no unit lacks, nothing is said about missing values.
	return c, says || f.missing && !e.missing
}
