package main

import (
	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// family is a kind of benchmark instance: how its files are read.
type family struct {
	name, about string
	read        func(file string, o *options) (*instance, error)

	// patient families are searched for as long as -limit allows, or to the proof
	// of the optimum; others end where the strategy does by default.
	patient bool
}

func families() []family {
	return []family{
		{"transport", "FILE is the common prefix of FILE_customers.csv and FILE_reps.csv; cost in workload × km", readTransport, false},
		{"gap", "generalised assignment: m n, costs and loads agent by agent, capacities", readGAP, true},
		{"cpmp", "capacitated p-median: n p, then x y capacity demand by point; Σ distance to the median", readPMedian, true},
		{"cccp", "capacitated centred clustering: the same format; Σ distance to the mean of the cluster", readCentroids, true},
		{"balanced_kmeans", "a point per line; -min and -max limit the sizes; Σ squared distance to the mean", readKMeans, false},
	}
}

// instance is what a file holds: either who is to serve what, or where
// territories are to be.
type instance struct {
	name  string
	n, k  int
	scale float64 // the objective is divided by it when it is reported

	allocation *allocate.Problem
	design     *partition.Problem
	objective  allocate.CenterObjective // of a design
}
