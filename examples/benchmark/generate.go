package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"

	"github.com/territory-go/territory/internal/splitmix"
)

// workload describes a random transport instance. Equal workloads give equal
// bytes: the random numbers are those of SplitMix64, which is short enough to
// be written again in any language.
//
// Customers lie in cities on a square of 1000 km: a mixture of 20 + ⌊√n⌋ normal
// distributions whose weights w are lognormal (σ 1.2), with a standard deviation
// of 4·w^0.4 km, and 15 % of the customers anywhere. Workloads are whole
// numbers from a Pareto distribution (α 1.2), cut off at 100. Representatives
// live in the same cities, 20 % of them anywhere, and each may take an equal
// share of the total workload, give or take the tolerance, rounded outwards.
type workload struct {
	customers, reps int
	seed            uint64
	tolerance       float64 // of the capacities: 0.01 is ±1 %
	unit            bool    // all workloads are 1
	revenue         bool    // one more column: whole numbers 1..1000, evenly distributed
}

const side = 1000.0 // km

// normals are two independent standard normals, by Box and Muller.
func normals(rng *splitmix.Source) (float64, float64) {
	u := 1 - rng.Float()
	v := rng.Float()
	r := math.Sqrt(-2 * math.Log(u))
	a := 2 * math.Pi * v
	return float64(r * math.Cos(a)), float64(r * math.Sin(a))
}

type city struct{ x, y, sigma, cumulative float64 }

func cities(rng *splitmix.Source, count int) []city {
	cs := make([]city, count)
	weight := make([]float64, count)
	total := 0.0
	for i := range cs {
		x, y := rng.Float()*side, rng.Float()*side
		g, _ := normals(rng)
		w := math.Exp(1.2 * g)
		cs[i] = city{x: x, y: y, sigma: 4 * math.Pow(w, 0.4)}
		weight[i] = w
		total += w
	}
	sum := 0.0
	for i := range cs {
		sum += weight[i] / total
		cs[i].cumulative = sum
	}
	return cs
}

// place is a random point: anywhere with probability background, else in a city.
func place(rng *splitmix.Source, cs []city, background float64) (x, y float64) {
	if rng.Float() < background {
		x = rng.Float() * side
		return x, rng.Float() * side
	}
	u := rng.Float()
	lo, hi := 0, len(cs)-1
	for lo < hi {
		if mid := (lo + hi) / 2; cs[mid].cumulative > u {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	c := cs[lo]
	gx, gy := normals(rng)
	x = math.Min(math.Max(c.x+float64(c.sigma*gx), 0), side)
	y = math.Min(math.Max(c.y+float64(c.sigma*gy), 0), side)
	return x, y
}

// generate writes the two tables of the workload.
func (w workload) generate(customers, reps io.Writer) error {
	rng := splitmix.Source(w.seed)
	// A stream of its own: with or without it, the other columns are the same.
	revenue := splitmix.Source(w.seed ^ 0x7265_7665_6e75_65)
	cs := cities(&rng, 20+int(math.Sqrt(float64(w.customers))))

	out := bufio.NewWriterSize(customers, 1<<20)
	out.WriteString("id,x_km,y_km,workload")
	if w.revenue {
		out.WriteString(",revenue")
	}
	out.WriteByte('\n')
	var line []byte
	total := 0
	for i := range w.customers {
		x, y := place(&rng, cs, 0.15)
		amount := max(1, int(math.Min(100, math.Pow(1-rng.Float(), -1/1.2))))
		if w.unit {
			amount = 1
		}
		total += amount
		line = appendPlace(line[:0], i, x, y)
		line = append(line, ',')
		line = strconv.AppendInt(line, int64(amount), 10)
		if w.revenue {
			line = append(line, ',')
			line = strconv.AppendInt(line, 1+int64(revenue.Float()*1000), 10)
		}
		out.Write(append(line, '\n'))
	}
	if err := out.Flush(); err != nil {
		return err
	}

	lower, upper := capacities(float64(total), w.reps, w.tolerance)
	out = bufio.NewWriter(reps)
	out.WriteString("id,x_km,y_km,cap_lo,cap_hi\n")
	for j := range w.reps {
		x, y := place(&rng, cs, 0.2)
		line = appendPlace(line[:0], j, x, y)
		out.Write(fmt.Appendf(line, ",%.0f,%.0f\n", lower, upper))
	}
	return out.Flush()
}

// capacities are an equal share of the total, less and more the tolerance,
// rounded outwards to whole numbers.
func capacities(total float64, k int, tolerance float64) (lower, upper float64) {
	share := total / float64(k)
	return math.Floor(share * (1 - tolerance)), math.Ceil(share * (1 + tolerance))
}

// appendPlace writes "i,x,y" with three decimals: metres.
func appendPlace(b []byte, i int, x, y float64) []byte {
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, ',')
	b = appendMetres(b, x)
	b = append(b, ',')
	return appendMetres(b, y)
}

// appendMetres writes x ≥ 0 with three decimals, as strconv does and faster:
// only near a tie does the product by 1000 not tell how to round.
func appendMetres(b []byte, x float64) []byte {
	scaled := float64(x * 1000)
	whole := math.Floor(scaled)
	fraction := scaled - whole
	if math.Abs(fraction-0.5) < 1e-6 {
		return strconv.AppendFloat(b, x, 'f', 3, 64)
	}
	m := int64(whole)
	if fraction > 0.5 {
		m++
	}
	b = strconv.AppendInt(b, m/1000, 10)
	m %= 1000
	return append(b, '.', byte('0'+m/100), byte('0'+m/10%10), byte('0'+m%10))
}

// write generates the workload into the two files of a prefix.
func (w workload) write(prefix string) (err error) {
	customers, err := os.Create(prefix + "_customers.csv")
	if err != nil {
		return err
	}
	defer func() { err = firstError(err, customers.Close()) }()
	reps, err := os.Create(prefix + "_reps.csv")
	if err != nil {
		return err
	}
	defer func() { err = firstError(err, reps.Close()) }()
	return w.generate(customers, reps)
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
