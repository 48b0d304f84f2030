package district

import "math"

// penalty prices loads outside the limits while a search goes through plans
// that break them: per territory the amounts outside, each in relation to the
// mean load of its measure, times a factor that the search turns.
type penalty struct {
	m      *model
	scale  []float64 // per measure, 1/mean load
	factor float64
}

func newPenalty(m *model) penalty {
	p := penalty{m: m, scale: make([]float64, m.measures), factor: 1}
	for r := range p.scale {
		total := 0.0
		for u := range m.n {
			total += m.value[u*m.measures+r]
		}
		if p.scale[r] = 1; total > 0 {
			p.scale[r] = float64(m.k) / total
		}
	}
	return p
}

// narrowest is the width of the narrowest limits, in relation to the mean load,
// at most 1 and never much narrower than what can be met by chance.
func (p *penalty) narrowest() float64 {
	width := 1.0
	for i := range p.m.lower {
		width = math.Min(width, (p.m.upper[i]-p.m.lower[i])*p.scale[i%p.m.measures])
	}
	return math.Max(width, 1e-4)
}

// outside is the relative amount that the loads of territory t lie outside its
// limits, summed over the measures.
func (p *penalty) outside(t int32, load []float64) float64 {
	at := int(t) * p.m.measures
	sum := 0.0
	for r, l := range load {
		if over := l - p.m.upper[at+r]; over > 0 {
			sum += float64(over * p.scale[r])
		} else if under := p.m.lower[at+r] - l; under > 0 {
			sum += float64(under * p.scale[r])
		}
	}
	return sum
}

// outsideWith is outside after sign times the values of unit u have joined.
func (p *penalty) outsideWith(t int32, load []float64, u int32, sign float64) float64 {
	at := int(t) * p.m.measures
	values := p.m.values(u)
	sum := 0.0
	for r, l := range load {
		l += float64(sign * values[r])
		if over := l - p.m.upper[at+r]; over > 0 {
			sum += float64(over * p.scale[r])
		} else if under := p.m.lower[at+r] - l; under > 0 {
			sum += float64(under * p.scale[r])
		}
	}
	return sum
}

// negligible says how much outside still counts as none: rounding of sums.
const negligible = 1e-12

func isNegligible(x float64) bool { return math.Abs(x) <= negligible }
