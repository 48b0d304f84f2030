package allocate

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
)

// rows are the candidate agents of a sample of units at some prices, cut into
// chunks that goroutines work on. Units with a single candidate are not listed:
// their cost and loads are added up in the chunk.
type rows struct {
	m      *model
	cols   int // agents, the dummy among them
	chunks []rowChunk
	units  int       // size of the sample
	total  []float64 // [r] load of the sample; of its first candidates where loads depend on the agent
	amount []float64 // [r] load of the sample by the yardstick
}

type rowChunk struct {
	unit  []int32
	start []int32 // len(unit)+1 offsets into the entries
	size  []float64
	load  []float64 // [row·R + r] where no load depends on the agent, else [entry·R + r]

	agent []int32
	cost  []float64
	x     []float64 // share of each entry in the last smoothed evaluation

	alone, owner []int32 // the units with one candidate, and that candidate
	baseCost     float64
	base         []float64 // [r·cols + j] load of the units with one candidate
	total        []float64 // [r]
	amount       []float64 // [r]
}

// yardstick measures units against each other, so that a temperature per size
// treats all measures alike.
type yardstick struct {
	load [][]float64 // [r] per unit
	mean []float64   // [r] mean load of a unit, > 0
	size []float64   // per unit: 1/R·Σ_r load_r/mean_r
}

// yardstick takes the mean over the agents that may serve a unit where its load
// depends on the agent, so that a size is 0 only where the unit is no load to
// anybody.
func (m *model) yardstick() yardstick {
	s := yardstick{load: make([][]float64, m.r), mean: make([]float64, m.r), size: make([]float64, m.n)}
	for r := range m.r {
		if s.load[r] = m.value[r]; s.load[r] == nil {
			s.load[r] = m.meanLoad(r)
		}
		var total sum
		for _, a := range s.load[r] {
			total.add(a)
		}
		if s.mean[r] = total.total() / float64(m.n); s.mean[r] <= 0 {
			s.mean[r] = 1
		}
	}
	for r := range m.r {
		per := float64(m.r) * s.mean[r]
		for i, a := range s.load[r] {
			s.size[i] += a / per
		}
	}
	return s
}

// meanLoad is the load of each unit on the average of the agents that may serve it.
func (m *model) meanLoad(r int) []float64 {
	mean := make([]float64, m.n)
	parallel.For(groups, func(g int) {
		lo, hi := span(m.n, g)
		for i := lo; i < hi; i++ {
			sum, count := 0.0, 0
			for j := range m.m {
				if !math.IsInf(m.cost(i, j), 1) {
					sum += m.loadOf(r, i, j)
					count++
				}
			}
			mean[i] = sum / float64(max(count, 1))
		}
	})
	return mean
}

// represent picks the unit at half of the total size of a block, and how many
// times its own size the block is.
func (s yardstick) represent(block []int32) (unit int, weight float64) {
	if len(block) == 1 {
		return int(block[0]), 1
	}
	total := 0.0
	for _, i := range block {
		total += s.size[i]
	}
	half, sum := 0.5*total, 0.0
	for _, i := range block {
		size := s.size[i]
		if sum += size; sum >= half && size > 0 {
			return int(i), total / size
		}
	}
	return int(block[0]), 1
}

// gather lists the candidates within slack·size of the best one at the finder's
// prices. Of every stride consecutive units of the order it takes one, at half
// of their total size, and lets it stand for all of them: its cost and loads are
// scaled to the total. In an order where neighbours are alike the sample then
// has the right load in every region, which matters: prices between two regions
// depend on whether load flows from one to the other, however little.
//
// Around a remote agent so many times the slack counts: units list it that far,
// and its own units list everybody that far.
func (m *model) gather(f *finder, sz yardstick, order []int32, stride int, slack float64, far []remote) *rows {
	n := (len(order) + stride - 1) / stride
	count := min(max(n/512, 1), 4*groups)
	rs := &rows{m: m, cols: m.agents(), units: n, chunks: make([]rowChunk, count), total: make([]float64, m.r), amount: make([]float64, m.r)}
	parallel.For(count, func(c int) {
		var s scratch
		ch := &rs.chunks[c]
		lo, hi := n*c/count, n*(c+1)/count
		ch.base = make([]float64, m.r*rs.cols)
		ch.total, ch.amount = make([]float64, m.r), make([]float64, m.r)
		ch.start = append(ch.start, 0)
		unit, weights, reaches := make([]int32, 0, hi-lo), make([]float64, 0, hi-lo), make([]float64, 0, hi-lo)
		for t := lo; t < hi; t++ {
			i, weight := sz.represent(order[t*stride : min((t+1)*stride, len(order))])
			reach := slack
			if !math.IsInf(slack, 1) {
				reach = slack * sz.size[i]
			}
			unit, weights, reaches = append(unit, int32(i)), append(weights, weight), append(reaches, reach)
		}
		f.each(unit, reaches, func(at int, near []Candidate) {
			if len(near) == 0 {
				return
			}
			i, weight, reach := int(unit[at]), weights[at], reaches[at]
			size := sz.size[i]
			for _, o := range far {
				if near[0].Agent == o.agent {
					near = f.near(&s, i, o.factor*reach)
					break
				}
			}
			for _, o := range far {
				a := f.candidate(i, o.agent)
				if a.Priced <= near[0].Priced+float64(o.factor*reach) && !math.IsInf(a.Cost, 1) && !lists(near, o.agent) {
					near = append(near, a)
				}
			}
			for r := range m.r {
				ch.total[r] += float64(weight * m.loadOf(r, i, first(near, m)))
				ch.amount[r] += float64(weight * sz.load[r][i])
			}
			if len(near) == 1 || size == 0 {
				j := near[0].Agent
				ch.alone, ch.owner = append(ch.alone, int32(i)), append(ch.owner, int32(j))
				ch.baseCost += float64(weight * near[0].Cost)
				for r := range m.r {
					ch.base[r*rs.cols+j] += float64(weight * m.loadOf(r, i, j))
				}
				return
			}
			ch.unit = append(ch.unit, int32(i))
			ch.size = append(ch.size, weight*size)
			if m.uniform {
				for r := range m.r {
					ch.load = append(ch.load, weight*m.value[r][i])
				}
			}
			for _, a := range near {
				ch.agent = append(ch.agent, int32(a.Agent))
				ch.cost = append(ch.cost, weight*a.Cost)
				if !m.uniform {
					for r := range m.r {
						ch.load = append(ch.load, weight*m.loadOf(r, i, a.Agent))
					}
				}
			}
			ch.start = append(ch.start, int32(len(ch.agent)))
		})
		ch.x = make([]float64, len(ch.agent))
	})
	for c := range rs.chunks {
		for r := range m.r {
			rs.total[r] += rs.chunks[c].total[r]
			rs.amount[r] += rs.chunks[c].amount[r]
		}
	}
	return rs
}

// remote is an agent in empty country: it has to look farther than others for
// units to exchange, by the factor.
type remote struct {
	agent  int
	factor float64
}

func lists(near []Candidate, agent int) bool {
	return slices.ContainsFunc(near, func(c Candidate) bool { return c.Agent == agent })
}

// first is the best real agent of a candidate list, or the dummy if there is no other.
func first(near []Candidate, m *model) int {
	if near[0].Agent == m.dummy && len(near) > 1 {
		return near[1].Agent
	}
	return near[0].Agent
}

// loadAt is the load of measure r of the chunk's row at the entry.
func (rs *rows) loadAt(ch *rowChunk, r, row, e int) float64 {
	switch {
	case int(ch.agent[e]) == rs.m.dummy:
		return 0
	case rs.m.uniform:
		return ch.load[row*rs.m.r+r]
	}
	return ch.load[e*rs.m.r+r]
}

// longest is the length of the longest candidate list.
func (rs *rows) longest() int {
	n := 0
	for c := range rs.chunks {
		for k := 1; k < len(rs.chunks[c].start); k++ {
			n = max(n, int(rs.chunks[c].start[k]-rs.chunks[c].start[k-1]))
		}
	}
	return n
}
