package main

import (
	"context"
	"math"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

func solver(seed uint64) allocate.Solver { return allocate.SolverFunc(standIn) }

func standIn(ctx context.Context, p *allocate.Problem) (*allocate.Result, error) {
	n, m := p.Cost.Dims()
	w := p.Measures[0].Value
	lo, up := p.Measures[0].Limits(m)
	for i := range w {
		if w[i] > up[0] {
			return nil, &partition.InfeasibleError{Why: "too heavy", Units: []int{i}, Need: w[i], Have: up[0]}
		}
	}
	v := make([]float64, m)
	best, bv := math.Inf(-1), make([]float64, m)
	of := make([]int, n)
	step := 60.0
	for it := 0; it < 3000; it++ {
		load := make([]float64, m)
		b := 0.0
		for i := range of {
			k, kc := 0, math.Inf(1)
			for j := 0; j < m; j++ {
				if c := p.Cost.At(i, j) + w[i]*v[j]; c < kc {
					k, kc = j, c
				}
			}
			of[i] = k
			load[k] += w[i]
			b += kc
		}
		for j := range v {
			if v[j] > 0 {
				b -= v[j] * up[j]
			} else {
				b -= v[j] * lo[j]
			}
		}
		if b > best {
			best = b
			copy(bv, v)
		}
		for j := range v {
			t := p.Measures[0].Targets(m)[j]
			v[j] += step * (load[j] - t) / t
		}
		step *= 0.998
	}
	// repair from the best prices
	load := make([]float64, m)
	for i := range of {
		for j := 0; j < m; j++ {
			if p.Cost.At(i, j)+w[i]*bv[j] < p.Cost.At(i, of[i])+w[i]*bv[of[i]] {
				of[i] = j
			}
		}
	}
	for i := range of {
		load[of[i]] += w[i]
	}
	viol := func(j int, x float64) float64 { return math.Max(0, x-up[j]) + math.Max(0, lo[j]-x) }
	for it := 0; it < 5000; it++ {
		bi, bj, bs := -1, -1, -1e-9
		for i := range of {
			a := of[i]
			for j := 0; j < m; j++ {
				if j == a {
					continue
				}
				dv := viol(a, load[a]-w[i]) + viol(j, load[j]+w[i]) - viol(a, load[a]) - viol(j, load[j])
				s := 1000*dv + p.Cost.At(i, j) - p.Cost.At(i, a)
				if s < bs {
					bi, bj, bs = i, j, s
				}
			}
		}
		if bi < 0 {
			break
		}
		load[of[bi]] -= w[bi]
		load[bj] += w[bi]
		of[bi] = bj
	}
	r := &allocate.Result{Prices: [][]float64{bv}}
	r.Plan, _ = partition.NewPlan(m, of)
	r.Certificate.Bound, r.Certificate.Proof = allocate.Bound(p, bv), "prices"
	for i, j := range of {
		r.Certificate.Objective += p.Cost.At(i, j)
	}
	for j := range load {
		r.Certificate.Violation += viol(j, load[j])
	}
	return r, nil
}
