package allocate

// row is what every unit costs at centre c, in buffer unless it is at hand.
func (a *annealer) row(c int32, buffer []float64) []float64 {
	if a.d != nil {
		return a.d[int(c)*a.n : (int(c)+1)*a.n]
	}
	for i := range buffer {
		buffer[i] = a.pair(int32(i), c)
	}
	return buffer
}

// at is what unit i costs at centre c.
func (a *annealer) at(i, c int32) float64 {
	if a.d == nil {
		return a.pair(i, c)
	}
	return a.d[int(c)*a.n+int(i)]
}

// sumAt is what the units cost together at centre c.
func (a *annealer) sumAt(units []int32, c int32) float64 {
	sum := 0.0
	if a.d == nil {
		for _, i := range units {
			sum += a.pair(i, c)
		}
		return sum
	}
	row := a.d[int(c)*a.n : (int(c)+1)*a.n]
	for _, i := range units {
		sum += row[i]
	}
	return sum
}

// sumOf is what the units of territory t cost together.
func (a *annealer) sumOf(t int32) float64 {
	sum, row := 0.0, a.rows[t]
	for _, i := range a.members[t] {
		sum += row[i]
	}
	return sum
}

// start counts everything anew from of and med.
func (a *annealer) start() {
	for t, c := range a.med {
		a.rows[t] = a.row(c, a.rows[t])
	}
	for t := range a.members {
		a.members[t] = a.members[t][:0]
	}
	for i, t := range a.of {
		a.pos[i] = int32(len(a.members[t]))
		a.members[t] = append(a.members[t], int32(i))
	}
	a.count()
}

// count adds loads and costs up again, without the rounding of increments.
func (a *annealer) count() {
	a.cost, a.outside = 0, 0
	for t, list := range a.members {
		load := 0.0
		row := a.rows[t]
		for _, i := range list {
			load += a.q[i]
			a.cost += row[i]
		}
		a.load[t] = load
		a.out[t] = a.breach(t, a.med[t], load)
		a.outside += a.out[t]
	}
}

// breach is the amount by which a load is outside the limits of territory t
// around centre c.
func (a *annealer) breach(t int, c int32, load float64) float64 {
	upper := a.upper[t]
	if a.room != nil && a.room[c] < upper {
		upper = a.room[c]
	}
	if load > upper {
		return load - upper
	}
	if load < a.lower[t] {
		return a.lower[t] - load
	}
	return 0
}

// put moves unit i to territory t, and counts it.
func (a *annealer) put(i, t int32) {
	s := a.of[i]
	list := a.members[s]
	last := len(list) - 1
	p := a.pos[i]
	list[p] = list[last]
	a.pos[list[p]] = p
	a.members[s] = list[:last]
	a.pos[i] = int32(len(a.members[t]))
	a.members[t] = append(a.members[t], i)
	a.of[i] = t
	q := a.q[i]
	a.load[s] -= q
	a.load[t] += q
	a.outside -= a.out[s] + a.out[t]
	a.out[s] = a.breach(int(s), a.med[s], a.load[s])
	a.out[t] = a.breach(int(t), a.med[t], a.load[t])
	a.outside += a.out[s] + a.out[t]
	a.cost += a.rows[t][i] - a.rows[s][i]
}

// setCenter makes unit c the centre of territory t, and counts it.
func (a *annealer) setCenter(t, c int32) {
	a.cost -= a.sumOf(t)
	a.med[t] = c
	a.rows[t] = a.row(c, a.rows[t])
	a.cost += a.sumOf(t)
	a.outside -= a.out[t]
	a.out[t] = a.breach(int(t), c, a.load[t])
	a.outside += a.out[t]
}

// barredFrom reports whether unit i may not go to territory t.
func (a *annealer) barredFrom(i, t int32) bool {
	return a.still[i] || a.barred != nil && a.barred[int(i)*a.k+int(t)]
}
