package partition

// Churn says how much changes hands. Units and amounts that had no owner
// before, or have none after, are kept apart: a new customer is not taken from
// anybody.
type Churn struct {
	Moved    Tally // from one territory to another
	Assigned Tally // from none to a territory
	Released Tally // from a territory to none
}

// Tally is a number of units and the sum of a measure over them.
type Tally struct {
	Units  int
	Amount float64
}

func (t *Tally) add(amount float64) {
	t.Units++
	t.Amount += amount
}

// Churn sums up the net effect of the changes; value is a measure per unit, nil
// to count units only. Moves that do not fit together, or units without a
// value, are [*InputError] values. O(len(c)) for a canonical form.
func (c Changes) Churn(value []float64) (Churn, error) {
	var faults Faults
	var churn Churn
	for i, m := range c.canonical(&faults, "Changes") {
		amount := 0.0
		if value != nil {
			if m.Unit >= len(value) || m.Unit < 0 {
				faults.Add(InputError{Field: "Changes", Index: i, Value: m, Why: "there are only " + count(len(value), "value")}, nil)
				continue
			}
			amount = value[m.Unit]
		}
		switch {
		case m.From == Unassigned:
			churn.Assigned.add(amount)
		case m.To == Unassigned:
			churn.Released.add(amount)
		default:
			churn.Moved.add(amount)
		}
	}
	if err := faults.Err(); err != nil {
		return Churn{}, err
	}
	return churn, nil
}
