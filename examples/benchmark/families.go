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
		{"territory", "n, then id x y and three activities by unit, edges, p and tolerances, preferences, distances; -objective compact or affinity", readTerritory, true},
		{"districting", "STATE_nodes.csv[.gz], its edges beside it; -k, and -lower with -upper or -tolerance; -objective cut, border or hess", readDistricting, true},
		{"redist", "GeoJSON with the property pop; edges beside it, or from the shapes; -k and -tolerance; -objective cut, border or hess", readRedist, true},
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
	goal       goal                              // of a design: what is minimised
	preference func(unit, territory int) float64 // of an affinity: what it costs beside the distance
}

// goal is what a design minimises.
type goal uint8

const (
	medians      goal = iota // Σ distance to a unit at the centre
	means                    // Σ distance to the mean
	squaredMeans             // Σ squared distance to the mean

	// Contiguous territories.
	cutEdges     // pairs of neighbours in different territories
	borderLength // what these pairs share
	inertia      // Σ weight · squared distance to a unit at the centre
	compactness  // Σ distance to a unit at the centre
	affinity     // compactness + preferences + a price on what is outside the limits
)

// contiguous reports whether every territory must be connected.
func (g goal) contiguous() bool { return g >= cutEdges }

// centred reports whether every territory has a unit at its centre.
func (g goal) centred() bool { return g == medians || g >= inertia }
