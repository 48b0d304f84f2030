package lap

import (
	"context"
	"math"
)

// reduceColumns sets the price of every column to its smallest cost and gives
// the column to the row that has it, unless that has another one already. Only
// where every column will be taken may prices start above 0.
func (s *solver) reduceColumns(ctx context.Context) error {
	cheapest := s.v
	at := make([]int32, s.columns)
	for j := range cheapest {
		cheapest[j] = math.Inf(1)
	}
	for i := range s.rows {
		if i&63 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		row := s.row(i)
		least, at := cheapest[:len(row)], at[:len(row)]
		for j, c := range row {
			if c < least[j] {
				least[j], at[j] = c, int32(i)
			}
		}
	}
	for j, c := range cheapest {
		switch i := at[j]; {
		case math.IsInf(c, 1): // nobody may have it; the search will find out
			s.v[j] = 0
		case s.columnOf[i] == none:
			s.assign(i, int32(j))
		}
	}
	return nil
}

// reduceRows lets every free row bid for its best column: the price falls until
// the second best is as good, and the row that had the column looks for another
// one at once. Rows that are outbid without any fall wait for the next round.
//
// In floating point falls can be so small that bidding goes on for a very long
// time; it is cut short, as the search that follows does not need it.
func (s *solver) reduceRows(ctx context.Context) error {
	var left []int32
	bids := 4 * s.rows
	for at := 0; at < len(s.free); {
		if bids&63 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		i := s.free[at]
		at++
		best, j, second, next := s.twoBest(int(i))
		if math.IsInf(second, 1) || bids == 0 {
			left = append(left, i) // it has no choice: the search tells what follows
			continue
		}
		bids--
		price := s.v[j] - (second - best)
		falls := price < s.v[j]
		if falls {
			s.v[j] = price
		} else if s.rowOf[j] != none {
			j = next
		}
		loser := s.rowOf[j]
		s.assign(i, j)
		if loser == none {
			continue
		}
		s.columnOf[loser] = none
		if falls {
			at--
			s.free[at] = loser
		} else {
			left = append(left, loser)
		}
	}
	s.free = left
	return nil
}
