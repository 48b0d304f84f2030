package centroid

import (
	"math"

	"github.com/territory-go/territory/internal/splitmix"
)

// job is the annealing of a region.
type job struct {
	part
	jump   bool // dissolve a cluster and split another one first
	heat   float64
	effort int // steps per point
	rnd    splitmix.Source

	of                           []int32 // the outcome; nil: none yet
	total, violation             float64
	totalBefore, violationBefore float64
	steps                        int
}

// better reports whether the outcome is better than the given one.
func (j *job) better(total, violation float64) bool {
	return better(j.total, j.violation, total, violation)
}

// anneal improves of, an assignment of the points of the region, in place.
func (j *job) anneal(w *work, of []int32) {
	n := len(j.points)
	near := w.near
	if n < w.p.Len() {
		near = make([]int32, n*nearCount)
		g := w.region[j.points[0]]
		for a, i := range j.points {
			for k, o := range w.near[int(i)*nearCount : (int(i)+1)*nearCount] {
				near[a*nearCount+k] = -1
				if o >= 0 && w.region[o] == g {
					near[a*nearCount+k] = w.local[o]
				}
			}
		}
	}
	a := newAnnealing(j.Problem, of, near, nearCount, j.rnd, w.chance, w.cancelled)
	a.run(of, float64(j.heat*a.scale(1000)), max(1, int(min(int64(j.effort)*int64(n), math.MaxInt32)/levels)))
	end := newState(j.Problem, of)
	j.of, j.total, j.violation, j.steps = of, end.total, end.violation, a.steps
}

// attempt changes and anneals a region.
func (w *work) attempt(j *job) {
	index := make(map[int32]int32, len(j.clusters))
	for b, t := range j.clusters {
		index[t] = int32(b)
	}
	of := make([]int32, len(j.points))
	for a, i := range j.points {
		of[a] = index[w.st.of[i]]
	}
	before := newState(j.Problem, of)
	j.totalBefore, j.violationBefore = before.total, before.violation
	if j.jump && !j.Problem.relocate(of, before.members, &j.rnd) {
		j.of, j.total, j.violation = of, before.total, before.violation
		return
	}
	j.anneal(w, of)
}
