package allocate

import "math"

// finiteUnits looks at the few places from where an infinite cost can come:
// a term of the agent, of the pair, or an incumbent who must keep the unit.
func (p *preparedTravel) finiteUnits() func(unit int) bool {
	for _, c := range p.t.AgentTerm {
		if math.IsInf(c, 1) {
			return func(int) bool { return false }
		}
	}
	return func(i int) bool {
		_, terms := p.term.row(i)
		for _, c := range terms {
			if math.IsInf(c, 1) {
				return false
			}
		}
		return p.incumbent(i) < 0 || !math.IsInf(p.t.Switching[i], 1)
	}
}
