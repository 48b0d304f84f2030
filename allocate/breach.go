package allocate

import (
	"math"

	"github.com/territory-go/territory/partition"
)

// broken is by how much loads break the limits that must be met.
func (a *asker) broken(loads [][]float64) float64 {
	total := 0.0
	for side := range 2 {
		for at, row := range a.rowOf[side] {
			if row < 0 || !math.IsInf(a.soft[row], 1) {
				continue
			}
			load := loads[at/a.c.m.m][at%a.c.m.m]
			if side == 0 {
				total += math.Max(0, load-a.limit[row])
			} else {
				total += math.Max(0, a.limit[row]-load)
			}
		}
	}
	return total
}

// breach is by how much a plan breaks a demand: by so much of the measure for a
// limit, else 1, or 0 where it does not.
func (c *catalogue) breach(id int32, of []int32, loads [][]float64) float64 {
	x := c.clauses[id]
	broken := false
	switch x.kind {
	case CapacityDemand:
		return math.Max(0, loads[x.measure][x.agent]-c.m.upper[x.measure][x.agent])
	case FloorDemand:
		return math.Max(0, c.m.lower[x.measure][x.agent]-loads[x.measure][x.agent])
	case LockDemand:
		broken = of[x.unit] != x.agent
	case ServiceDemand:
		broken = of[x.unit] == partition.Unassigned
	case EligibilityDemand:
		for i, j := range of {
			if (x.unit < 0 && j == x.agent || x.unit == int32(i)) && j >= 0 && !c.may(i, int(j)) {
				broken = true
			}
		}
	case TogetherDemand:
		list := c.m.p.Together[x.list]
		for _, i := range list[1:] {
			broken = broken || of[i] != of[list[0]]
		}
	case ApartDemand:
		list := c.m.p.Apart[x.list]
		for k, i := range list {
			for _, h := range list[:k] {
				broken = broken || of[i] >= 0 && of[i] == of[h]
			}
		}
	}
	if broken {
		return 1
	}
	return 0
}
