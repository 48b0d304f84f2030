package main

import "github.com/territory-go/territory/allocate"

// family is a kind of benchmark instance: how its files are read.
type family struct {
	name, about string
	read        func(file string, o *options) (*instance, error)
}

func families() []family {
	return []family{
		{"transport", "FILE is the common prefix of FILE_customers.csv and FILE_reps.csv; cost in workload × km", readTransport},
	}
}

// instance is what a file holds.
type instance struct {
	name    string
	problem *allocate.Problem
	n, k    int
	scale   float64 // the objective is divided by it when it is reported
}
