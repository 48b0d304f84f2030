package allocate

import (
	"math"

	"github.com/territory-go/territory/internal/parallel"
)

// newton solves (-Hessian)·step = gradient at the shares of the last
// evaluation, by conjugate gradients.
func (d *dual) newton(eps float64, step []float64) {
	h := d.hessian(eps)
	n := len(step)
	clear(step)
	res, z, dir, prod := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	copy(res, d.grad)
	rz := 0.0
	for k := range res {
		z[k] = res[k] / h.diag[k]
		dir[k] = z[k]
		rz += float64(res[k] * z[k])
	}
	first := rz
	for it := 0; it < 80 && rz > 1e-4*first; it++ {
		h.mul(dir, prod)
		curve := dot(dir, prod)
		if curve <= 0 {
			return
		}
		alpha := rz / curve
		next := 0.0
		for k := range res {
			step[k] += float64(alpha * dir[k])
			res[k] -= float64(alpha * prod[k])
			z[k] = res[k] / h.diag[k]
			next += float64(res[k] * z[k])
		}
		beta := next / rz
		rz = next
		for k := range dir {
			dir[k] = z[k] + float64(beta*dir[k])
		}
	}
}

// symmetric is a sparse symmetric matrix: a diagonal, and each pair above it once.
type symmetric struct {
	diag []float64
	slot []int32 // open addressing, -1 empty
	mask uint64
	a, b []int32
	val  []float64
}

func newSymmetric(n int) *symmetric {
	h := &symmetric{diag: make([]float64, n)}
	h.rehash(1024)
	return h
}

func (h *symmetric) rehash(size int) {
	h.slot = make([]int32, size)
	h.mask = uint64(size - 1)
	for k := range h.slot {
		h.slot[k] = -1
	}
	for t := range h.a {
		h.slot[h.find(h.a[t], h.b[t])] = int32(t)
	}
}

func (h *symmetric) find(a, b int32) uint64 {
	k := (uint64(a)<<32 | uint64(b)) * 0x9E3779B97F4A7C15
	k = (k ^ k>>29) & h.mask
	for {
		t := h.slot[k]
		if t < 0 || h.a[t] == a && h.b[t] == b {
			return k
		}
		k = (k + 1) & h.mask
	}
}

func (h *symmetric) add(a, b int32, v float64) {
	if a > b {
		a, b = b, a
	}
	k := h.find(a, b)
	t := h.slot[k]
	if t < 0 {
		if 2*len(h.a) >= len(h.slot) {
			h.rehash(4 * len(h.slot))
			k = h.find(a, b)
		}
		t = int32(len(h.a))
		h.slot[k] = t
		h.a, h.b, h.val = append(h.a, a), append(h.b, b), append(h.val, 0)
	}
	h.val[t] += v
}

func (h *symmetric) mul(x, out []float64) {
	for k, v := range h.diag {
		out[k] = float64(v * x[k])
	}
	for t, a := range h.a {
		b, v := h.b[t], h.val[t]
		out[a] += float64(v * x[b])
		out[b] += float64(v * x[a])
	}
}

// hessian assembles -Hessian. A unit with shares over the agents S contributes
// (1/T)·(A·Aᵀ - A·1·1ᵀ·Aᵀ/|S|), A its loads at S; a price near zero adds the
// curvature of its smoothed limits; a small ridge keeps agents without
// fractional units defined.
func (d *dual) hessian(eps float64) *symmetric {
	rs, m, cols := d.rows, d.m, d.cols
	parts := make([]*symmetric, min(8, len(rs.chunks)))
	parallel.For(len(parts), func(g int) {
		h := newSymmetric(len(d.flat))
		var at []int
		for c := len(rs.chunks) * g / len(parts); c < len(rs.chunks)*(g+1)/len(parts); c++ {
			ch := &rs.chunks[c]
			for row := range ch.unit {
				at = at[:0]
				for e := int(ch.start[row]); e < int(ch.start[row+1]); e++ {
					if ch.x[e] > 0 {
						at = append(at, e)
					}
				}
				if len(at) < 2 {
					continue
				}
				w := 1 / (eps * ch.size[row])
				off := w / float64(len(at))
				for s, e := range at {
					j := int(ch.agent[e])
					if j == m.dummy {
						continue
					}
					for r := range m.r {
						a := rs.loadAt(ch, r, row, e)
						k := int32(r*cols + j)
						h.diag[k] += float64((w - off) * a * a)
						for r2 := r + 1; r2 < m.r; r2++ {
							h.add(k, int32(r2*cols+j), float64((w-off)*a*rs.loadAt(ch, r2, row, e)))
						}
						for _, e2 := range at[s+1:] {
							if int(ch.agent[e2]) == m.dummy {
								continue
							}
							for r2 := range m.r {
								h.add(k, int32(r2*cols)+ch.agent[e2], float64(-off*a*rs.loadAt(ch, r2, row, e2)))
							}
						}
					}
				}
			}
		}
		parts[g] = h
	})
	h := parts[0]
	for _, p := range parts[1:] {
		for k, v := range p.diag {
			h.diag[k] += v
		}
		for t, a := range p.a {
			h.add(a, p.b[t], p.val[t])
		}
	}
	for r := range m.r {
		tau := d.tau(r, eps)
		sum := 0.0
		for j := range m.m {
			k := r*cols + j
			if _, half := d.limits(r, j); math.Abs(d.flat[k]) < tau {
				h.diag[k] += half / tau
			}
			sum += h.diag[k]
		}
		ridge := 1e-4*sum/float64(m.m) + 1e-300
		for j := range cols {
			h.diag[r*cols+j] += ridge
		}
	}
	return h
}
