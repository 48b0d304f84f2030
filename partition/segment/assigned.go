package segment

import (
	"strconv"

	"github.com/territory-go/territory/partition"
)

// UnassignedLabel is that of the class of units which an [Assigned] dimension
// finds with nobody.
const UnassignedLabel = "unassigned"

// Assigned is the dimension of what units belong to already: today's
// territories, the clusters that a search found, the cells of a scheme. Class t
// is territory t, and class a.K() is [UnassignedLabel]. label gives the classes their
// names and may be nil: "0", "1" and so on. Where two have the same, the later one's
// is followed by its number.
//
//	table, err := segment.Tabulate(book, []segment.Dimension{segment.Assigned("cluster", plan, nil), tier}, "revenue")
//
// It fits the books that have the units of a, in the same order.
func Assigned(name string, a partition.Assignment, label func(territory int) string) Dimension {
	return assigned{name, a, label}
}

type assigned struct {
	name  string
	to    partition.Assignment
	label func(int) string
}

func (d assigned) Name() string { return d.name }

func (d assigned) Bind(book *partition.Table) (*Classes, error) {
	r := reader{book: book}
	plan := r.assignment(d.name, d.to)
	if err := r.err(); err != nil {
		return nil, err
	}
	k := plan.K()
	labels := apart(k, func(t int) string { return labelled(d.label, t) })
	c := &Classes{Labels: append(labels, UnassignedLabel)}
	c.Of = func(unit int) int {
		if t := plan.Of(unit); t >= 0 {
			return t
		}
		return k
	}
	return c, nil
}

// apart makes k labels different, from one another and from [UnassignedLabel].
func apart(k int, name func(index int) string) []string {
	labels := make([]string, k, k+1)
	taken := map[string]bool{UnassignedLabel: true}
	for t := range labels {
		own := name(t)
		label := own
		for n := t; taken[label]; n++ { // somebody's name may be "North (2)"
			label = own + " (" + strconv.Itoa(n) + ")"
		}
		labels[t], taken[label] = label, true
	}
	return labels
}

// labelled is the caller's name of an index, or else its number.
func labelled(label func(int) string, index int) string {
	if label == nil {
		return strconv.Itoa(index)
	}
	return label(index)
}

// assignment reads who owns which unit, and holds it to what an Assignment
// promises. It is nil after a fault.
func (r *reader) assignment(field string, a partition.Assignment) *partition.Plan {
	if a == nil {
		r.fault(field, -1, nil, "is nil")
		return nil
	}
	n, k := r.book.Len(), a.K()
	if a.Len() != n {
		r.fault(field, -1, a.Len(), "is not the number of units of the book, "+strconv.Itoa(n))
		return nil
	}
	if p, ok := a.(*partition.Plan); ok {
		return p
	}
	if k < 0 || k > 1<<20 && k > n { // as of any plan
		r.fault(field, -1, k, "is no number of cells for "+strconv.Itoa(n)+" units")
		return nil
	}
	before := r.faults.Len()
	of := make([]int, n)
	for i := range of {
		of[i] = a.Of(i)
		if of[i] < partition.Unassigned || of[i] >= k {
			r.fault(field, i, of[i], "is neither one of "+strconv.Itoa(k)+" cells nor -1 (unassigned)")
		}
	}
	if r.faults.Len() > before {
		return nil
	}
	p, err := partition.NewPlan(k, of)
	if err != nil {
		r.others = append(r.others, err)
	}
	return p
}
