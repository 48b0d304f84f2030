package allocate

import "github.com/territory-go/territory/partition"

// wishes are what people want of costs, apart from what serving costs.
type wishes struct {
	terms     []Term
	incumbent []int
	switching []float64
}

// wishful is implemented by Costs that keep wishes apart.
type wishful interface {
	// wishes lists them, layer by layer where costs with wishes have wishes added.
	wishes() []wishes

	// reworded returns the same costs with every layer of wishes changed.
	reworded(change func(wishes) wishes) Costs
}

func (t *Travel) wishes() []wishes { return []wishes{{t.Terms, t.Incumbent, t.Switching}} }

func (t *Travel) reworded(change func(wishes) wishes) Costs {
	other := *t
	w := change(wishes{t.Terms, t.Incumbent, t.Switching})
	other.Terms, other.Incumbent, other.Switching = w.terms, w.incumbent, w.switching
	return &other
}

func (p *preparedTravel) wishes() []wishes { return p.t.wishes() }

func (p *preparedTravel) reworded(change func(wishes) wishes) Costs {
	return p.t.reworded(change)
}

func (p *Preferring) wishes() []wishes {
	all := wishesOf(p.Costs)
	return append(all[:len(all):len(all)], wishes{p.Terms, p.Incumbent, p.Switching})
}

func (p *Preferring) reworded(change func(wishes) wishes) Costs {
	w := change(wishes{p.Terms, p.Incumbent, p.Switching})
	return &Preferring{Costs: reworded(p.Costs, change), Terms: w.terms, Incumbent: w.incumbent, Switching: w.switching}
}

func (w *preferred) wishes() []wishes { return w.p.wishes() }

func (w *preferred) reworded(change func(wishes) wishes) Costs { return w.p.reworded(change) }

// wishesOf lists the wishes in the costs, layer by layer.
func wishesOf(c Costs) []wishes {
	if w, ok := c.(wishful); ok {
		return w.wishes()
	}
	return nil
}

// reworded is the costs with every layer of wishes changed.
func reworded(c Costs, change func(wishes) wishes) Costs {
	if w, ok := c.(wishful); ok {
		return w.reworded(change)
	}
	return c
}

// withoutTerm takes the wishes for one pair away; unit < 0: those for all pairs.
func withoutTerm(unit, agent int) func(wishes) wishes {
	return func(w wishes) wishes {
		var kept []Term
		for _, e := range w.terms {
			if unit >= 0 && (e.Unit != unit || e.Agent != agent) {
				kept = append(kept, e)
			}
		}
		w.terms = kept
		return w
	}
}

// withoutAgent makes the units of an agent who leaves new ones.
func withoutAgent(agent int) func(wishes) wishes {
	return func(w wishes) wishes {
		w.incumbent = append([]int(nil), w.incumbent...)
		for i, j := range w.incumbent {
			if j == agent {
				w.incumbent[i] = partition.Unassigned
			}
		}
		return w
	}
}

// withoutStay takes away what it costs to take the unit from the agent, its
// incumbent; unit < 0: that of all units.
func withoutStay(unit, agent int) func(wishes) wishes {
	return func(w wishes) wishes {
		switch {
		case w.incumbent == nil || w.switching == nil:
		case unit < 0:
			w.switching = nil
		case w.incumbent[unit] == agent:
			w.switching = append([]float64(nil), w.switching...)
			w.switching[unit] = 0
		}
		return w
	}
}
