package geo

// tell finds the areas whose edges alone do not tell where they are: those of
// which an edge crosses others, and those whose rings wind around places twice or
// the wrong way round. They are wild; unions with them are left to the overlay.
//
// All others wind around every place once or not at all. Then so do the edges
// between territories without wild areas, unless areas of one overlap: how often
// these wind around a place is how many areas of the territory cover it.
func (c *Coverage) tell() {
	wild := make([]bool, c.Len())
	any := false
	t := newTracer(c)
	var borders []border
	for r := 0; r < len(c.rings); {
		area := c.rings[r].area
		from := c.first[r]
		for r < len(c.rings) && c.rings[r].area == area {
			r++
		}
		borders = borders[:0]
		for _, half := range c.halves[from:c.first[r]] {
			surplus := int32(0)
			for _, use := range c.along(half >> 1) {
				if use>>1 == area {
					surplus += 1 - 2*(use&1)
				}
			}
			switch {
			case surplus == 0: // to and fro
			case surplus == 1-2*(half&1) && !c.crossed(half>>1):
				borders = append(borders, border{half: half})
			default:
				wild[area] = true
			}
		}
		if !wild[area] {
			wild[area] = !t.close(borders, false)
		}
		any = any || wild[area]
	}
	if any {
		c.wild = wild
	}
}
