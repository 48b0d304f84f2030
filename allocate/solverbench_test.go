package allocate_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/territory-go/territory/allocate"
)

// BenchmarkSolver compares the methods on what the tests are about. gap% is what
// is certified, violation what is left outside the limits:
//
//	go test -run '^$' -bench 'Solver/method=SingleSource/.*/n=10000/' ./allocate
func BenchmarkSolver(b *testing.B) {
	methods := []struct {
		name   string
		solver allocate.Solver
	}{
		{"Transport", allocate.Transport{}},
		{"SingleSource", allocate.SingleSource{}},
		{"Greedy", allocate.Greedy{}},
	}
	for _, method := range methods {
		for _, f := range families {
			if method.name == "Transport" && f.measures > 1 {
				continue
			}
			for _, size := range [][2]int{{1000, 20}, {10_000, 100}, {100_000, 100}} {
				n, m := size[0], size[1]
				b.Run(fmt.Sprintf("method=%s/instance=%s/n=%d/m=%d", method.name, f.name, n, m), func(b *testing.B) {
					p := f.problem(newWorkload(n, m, 1))
					var r *allocate.Result
					for b.Loop() {
						var err error
						if r, err = method.solver.Allocate(context.Background(), p); err != nil {
							b.Skip(err)
						}
					}
					b.ReportMetric(100*relative(r.Certificate), "gap%")
					b.ReportMetric(r.Certificate.Violation, "violation")
				})
			}
		}
	}
}
