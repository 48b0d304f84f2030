package main

import (
	"fmt"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// readGAP reads a generalised assignment problem: the numbers of agents and of
// items, then the costs and the loads, agent by agent, then the capacities.
func readGAP(file string, _ *options) (*instance, error) {
	x, err := readNumbers(file)
	if err != nil {
		return nil, err
	}
	m, err := x.count(0, "agents")
	if err != nil {
		return nil, err
	}
	n, err := x.count(1, "items")
	if err != nil {
		return nil, err
	}
	values, err := x.rest(2, 2*m*n+m, fmt.Sprintf("the costs and loads of %d agents and %d items, and the capacities", m, n))
	if err != nil {
		return nil, err
	}
	matrix := func(a []float64) allocate.Costs {
		return allocate.CostFunc(n, m, func(i, j int) float64 { return a[j*n+i] })
	}
	return &instance{
		name: instanceName(file), n: n, k: m, scale: 1,
		allocation: &allocate.Problem{
			Cost:     matrix(values[:m*n]),
			Measures: []partition.Measure{{Name: "load", Upper: values[2*m*n:]}},
			Load:     []allocate.Costs{matrix(values[m*n : 2*m*n])},
		},
	}, nil
}
