package geo

import "github.com/territory-go/territory/partition"

// Enclave is a territory that has one neighbour only and no other border.
type Enclave struct{ Inner, Outer int }

// Enclaves lists the territories of a plan that are surrounded by one other,
// ascending: every stretch of their outline borders the same territory, none
// borders the sea or an unassigned area. With a nil plan, every area is a
// territory of its own. Corners do not count: what touches others in points and
// has all its sides to one territory is an enclave.
//
// The hole that an enclave of several territories fills is no finding of this
// kind; it shows as a hole in the shape by [Coverage.Dissolve].
//
// The errors are those of [Coverage.Dissolve]. O(n) for n edges.
func (c *Coverage) Enclaves(plan partition.Assignment) ([]Enclave, error) {
	of, k := func(area int32) int32 { return area }, c.Len()
	if plan != nil {
		var err error
		if of, err = c.territories(plan); err != nil {
			return nil, err
		}
		k = plan.K()
	}
	const unknown, many = -1, -2
	outer := make([]int32, k)
	for t := range outer {
		outer[t] = unknown
	}
	var sides [2][]int32
	for e := range int32(len(c.ends)) {
		sides[0], sides[1] = sides[0][:0], sides[1][:0]
		c.crowd(e, c.along(e), of, func(t int32, left, right int) {
			if left > 0 {
				sides[0] = append(sides[0], t)
			}
			if right > 0 {
				sides[1] = append(sides[1], t)
			}
		})
		for s := range sides {
			for _, t := range sides[s] {
				other := int32(many)
				for _, u := range sides[1-s] {
					if u == t { // an edge within the territory
						other = unknown
						break
					}
					if other == many && len(sides[1-s]) == 1 {
						other = u
					}
				}
				switch {
				case other == unknown:
				case outer[t] == unknown:
					outer[t] = other
				case outer[t] != other:
					outer[t] = many
				}
			}
		}
	}
	var found []Enclave
	for t, u := range outer {
		if u >= 0 {
			found = append(found, Enclave{t, int(u)})
		}
	}
	return found, nil
}
