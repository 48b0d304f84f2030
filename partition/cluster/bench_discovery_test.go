package cluster_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// segments is a book of customers of some kinds: revenue with a heavy tail, head
// count, date of the first order, industry, region and channel; and the kind of each.
func segments(b testing.TB, n, kinds int) (*partition.Table, *partition.Plan) {
	b.Helper()
	r := rand.New(rand.NewPCG(uint64(n), 17))
	raw := rawBook{}
	of := make([]int, n)
	for i := range n {
		kind := r.IntN(kinds)
		of[i] = kind
		raw.number = append(raw.number, math.Exp(8+0.7*float64(kind)+r.NormFloat64()))
		raw.coarse = append(raw.coarse, math.Round(10*math.Exp(r.NormFloat64()*float64(1+kind%3))))
		raw.date = append(raw.date, time.Date(2010+2*kind, 1, 1+r.IntN(2500), 0, 0, 0, 0, time.UTC))
		raw.name = append(raw.name, fmt.Sprintf("industry %02d", (3*kind+r.IntN(5))%20))
		raw.code = append(raw.code, fmt.Sprintf("r%d%d", (kind+r.IntN(2))%3, r.IntN(3)))
		raw.closed = append(raw.closed, []string{"p", "q", "r", "s", ""}[r.IntN(5)])
	}
	book, err := partition.NewTable(
		partition.Numbers("revenue", raw.number), partition.Numbers("heads", raw.coarse), partition.Dates("since", raw.date),
		partition.Categories("industry", raw.name), partition.Codes("region", regions(b), raw.code), partition.Categories("channel", raw.closed),
	)
	require.NoError(b, err)
	plan, err := partition.NewPlan(kinds, of)
	require.NoError(b, err)
	return book, plan
}

func BenchmarkDescribe(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			book, plan := segments(b, n, 8)
			for b.Loop() {
				d, err := cluster.Describer{}.Describe(context.Background(), plan, book)
				require.NoError(b, err)
				b.ReportMetric(d.Agreement, "agreement")
			}
		})
	}
}

func BenchmarkKMedoids(b *testing.B) {
	for _, n := range []int{1_000, 5_000, 50_000} {
		book, _ := segments(b, n, 8)
		gower, err := cluster.Gower{}.Distances(book)
		require.NoError(b, err)
		rows := make([][]float64, n)
		r := rand.New(rand.NewPCG(uint64(n), 18))
		for i := range rows {
			rows[i] = []float64{float64(i%50%7) + 0.3*r.NormFloat64(), float64(i%50/7) + 0.3*r.NormFloat64()}
		}
		for _, c := range []struct {
			name string
			d    cluster.Distances
		}{{"euclidean", euclid(b, rows)}, {"gower", gower}} {
			for _, budget := range []int{-1, 0} {
				name := "FasterPAM"
				if budget == 0 {
					name = "KMedoids"
				}
				b.Run(fmt.Sprintf("method=%s/distance=%s/n=%d/k=50", name, c.name, n), func(b *testing.B) {
					for b.Loop() {
						got, err := cluster.KMedoids{Budget: budget}.Cluster(context.Background(), c.d, 50)
						require.NoError(b, err)
						b.ReportMetric(got.Loss, "loss")
					}
				})
			}
		}
	}
}

func BenchmarkAgglomerative(b *testing.B) {
	for _, n := range []int{1_000, 5_000} {
		r := rand.New(rand.NewPCG(uint64(n), 19))
		rows := make([][]float64, n)
		for i := range rows {
			rows[i] = []float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
		}
		d := euclid(b, rows)
		for name, l := range map[string]cluster.Linkage{"average": cluster.Average, "complete": cluster.Complete, "single": cluster.Single, "ward": cluster.Ward} {
			b.Run(fmt.Sprintf("method=%s/n=%d", name, n), func(b *testing.B) {
				for b.Loop() {
					_, err := cluster.Agglomerative{Linkage: l}.Cluster(context.Background(), d)
					require.NoError(b, err)
				}
			})
		}
	}
}
