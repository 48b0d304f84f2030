package cluster_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// regions is a tree of three levels in which units may be at any.
func regions(t testing.TB) *partition.Tree {
	t.Helper()
	var nodes []partition.Node
	for a := range 3 {
		root := fmt.Sprint("r", a)
		nodes = append(nodes, partition.Node{Code: root})
		for b := range 3 {
			city := fmt.Sprint(root, b)
			nodes = append(nodes, partition.Node{Code: city, Parent: root})
			for c := range 2 {
				nodes = append(nodes, partition.Node{Code: fmt.Sprint(city, c), Parent: city})
			}
		}
	}
	tree, err := partition.NewTree(nodes)
	require.NoError(t, err)
	return tree
}

// rawBook is the columns of a random table, so that its units can be permuted.
type rawBook struct {
	name, closed, code []string
	number, coarse     []float64
	date               []time.Time
	place              []orb.Point
	flag               []bool
}

// randomBook has few distinct values, and values missing and unknown, with the
// given probability.
func randomBook(r *rand.Rand, n int, holes float64) rawBook {
	hole := func() bool { return r.Float64() < holes }
	var b rawBook
	for range n {
		name, closed, code := string(rune('a'+r.IntN(5))), string(rune('p'+r.IntN(4))), fmt.Sprint("r", r.IntN(3))
		for range r.IntN(3) {
			code += fmt.Sprint(r.IntN(3 - (len(code)-2)%2))
		}
		number, coarse := math.Round(1000*r.NormFloat64())/16, float64(r.IntN(4))-1
		date := time.Date(2020+r.IntN(4), time.Month(1+r.IntN(12)), 1+r.IntN(28), r.IntN(24), 0, 0, 0, time.UTC)
		place := orb.Point{float64(r.IntN(360) - 180), float64(r.IntN(180) - 90)}
		if hole() {
			name = ""
		}
		if hole() {
			closed = []string{"", "new"}[r.IntN(2)]
		}
		if hole() {
			code = []string{"", "x"}[r.IntN(2)]
		}
		if hole() {
			number = math.NaN()
		}
		if hole() {
			coarse = math.NaN()
		}
		if hole() {
			date = time.Time{}
		}
		if hole() {
			place = orb.Point{math.NaN(), math.NaN()}
		}
		b.name, b.closed, b.code = append(b.name, name), append(b.closed, closed), append(b.code, code)
		b.number, b.coarse = append(b.number, number), append(b.coarse, coarse)
		b.date, b.place, b.flag = append(b.date, date), append(b.place, place), append(b.flag, r.IntN(2) == 0)
	}
	return b
}

func permuted[T any](values []T, order []int) []T {
	all := make([]T, len(order))
	for i, at := range order {
		all[i] = values[at]
	}
	return all
}

func (b rawBook) permuted(order []int) rawBook {
	return rawBook{
		permuted(b.name, order), permuted(b.closed, order), permuted(b.code, order), permuted(b.number, order),
		permuted(b.coarse, order), permuted(b.date, order), permuted(b.place, order), permuted(b.flag, order),
	}
}

func (b rawBook) table(t testing.TB) *partition.Table {
	t.Helper()
	book, err := partition.NewTable(
		partition.Categories("name", b.name),
		partition.Categories("closed", b.closed, "p", "q", "r", "s"),
		partition.Codes("code", regions(t), b.code),
		partition.Numbers("number", b.number),
		partition.Numbers("coarse", b.coarse),
		partition.Dates("date", b.date),
		partition.Flags("flag", b.flag),
		partition.Places("place", b.place),
	)
	require.NoError(t, err)
	return book
}

// labels that depend on some attributes, with noise and units that have none.
func (b rawBook) labels(r *rand.Rand, k int) []int {
	of := make([]int, len(b.name))
	for i := range of {
		switch l := 0; {
		case r.IntN(10) == 0:
			of[i] = r.IntN(k+1) - 1
		default:
			if b.number[i] > 10 {
				l++
			}
			if len(b.name[i]) > 0 && b.name[i] < "c" {
				l += 2
			}
			if len(b.code[i]) > 2 && b.code[i][1] == '1' || b.date[i].Year() == 2021 {
				l += 3
			}
			of[i] = l % k
		}
	}
	return of
}
