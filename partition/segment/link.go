package segment

import (
	"math"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// Link finds the units of one period in the list of another: per unit of after,
// by its key, its index in before, or -1 where it was not there. Keys of before
// that after does not have are units that have left.
//
//	link, err := segment.Link(partition.Column(spring, Customer.ID), partition.Column(autumn, Customer.ID))
//
// A key that occurs twice in one list is a fault of that list, named by the
// second occurrence. O(n) with a map.
func Link[K comparable](before, after []K) ([]int, error) {
	var faults partition.Faults
	at := make(map[K]int, len(before))
	for i, key := range before {
		if first, taken := at[key]; taken {
			faults.Add(partition.InputError{Field: "before", Index: i, Value: key, Why: "is the key of unit " + strconv.Itoa(first) + " too"}, nil)
			continue
		}
		at[key] = i
	}
	// From here on a key that was found says -2-unit, so that a second one shows.
	link := make([]int, len(after))
	for i, key := range after {
		j, known := at[key]
		switch {
		case known && j < 0:
			faults.Add(partition.InputError{Field: "after", Index: i, Value: key, Why: "is the key of unit " + strconv.Itoa(-2-j) + " too"}, nil)
		case known:
			link[i] = j
			at[key] = -2 - i
		default:
			link[i] = -1
			at[key] = -2 - i
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return link, nil
}

// linked checks a link between so many units before and after; nil means that
// they are the same.
func linked(link []int, before, after int) error {
	var faults partition.Faults
	switch {
	case link == nil && before != after:
		faults.Add(partition.InputError{Field: "link", Index: -1, Why: "is nil, but there are " + strconv.Itoa(before) + " units before and " + strconv.Itoa(after) + " after"}, nil)
	case link != nil && len(link) != after:
		faults.Add(partition.InputError{Field: "link", Index: -1, Value: len(link), Why: "is its length, that of the units after is " + strconv.Itoa(after)}, nil)
	case before > math.MaxInt32-after:
		faults.Add(partition.InputError{Field: "link", Index: -1, Why: "is between more than 2^31-1 units in all"}, nil)
	default:
		checkLink(&faults, link, before)
	}
	return faults.Err()
}

// checkLink adds the faults of a link into n units.
func checkLink(faults *partition.Faults, link []int, n int) {
	taken := make([]bool, n)
	for i, j := range link {
		switch {
		case j < -1 || j >= n:
			faults.Add(partition.InputError{Field: "link", Index: i, Value: j, Why: "is neither a unit before (there are " + strconv.Itoa(n) + ") nor -1 (new)"}, nil)
		case j >= 0 && taken[j]:
			faults.Add(partition.InputError{Field: "link", Index: i, Value: j, Why: "is linked twice"}, nil)
		case j >= 0:
			taken[j] = true
		}
	}
}
