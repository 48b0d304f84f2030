package main

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// palette has 24 colours that can be told apart on light and on dark ground,
// chosen in OKLab by farthest-point search so that the closest two are far
// apart both as they are and as people with deuteranopia or protanopia see them.
var palette = [...]string{
	"#873a55", "#d03866", "#b8808a", "#e0a5af", "#b71c0e", "#fa6e1d", "#a07020", "#d2b72a",
	"#98a574", "#0c6b0a", "#39ae34", "#40d872", "#3b7c70", "#4eccd6", "#4b9bcf", "#0278e7",
	"#3346c0", "#9cb4fe", "#54527e", "#856f9b", "#be78f8", "#7e259e", "#a34ec6", "#ed65b9",
}

// colours gives each sales person a colour of the palette so that those who
// compete for the same customers, and thus are neighbours on the map, differ
// strongly. Up to 24 sales people all have different colours.
//
// It minimises Σ weight(a,b) / distance(colour a, colour b)² over the pairs,
// greedily in descending order of weight, then by exchanging pairs of colours.
func (o *outcome) colours() []string {
	m := len(o.Reps)
	near := o.rivalry()
	colour := make([]int, m)
	for j := range colour {
		colour[j] = -1
	}
	pain := func(j, c int) float64 {
		sum := 0.0
		for _, e := range near[j] {
			if other := colour[e.other]; other >= 0 {
				sum += e.weight / colourGap[c][other]
			}
		}
		return sum
	}
	order := make([]int, m)
	total := make([]float64, m)
	for j := range order {
		order[j] = j
		for _, e := range near[j] {
			total[j] += e.weight
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(a, b)) })
	used := make([]int, len(palette))
	for rank, j := range order {
		best, least := -1, math.Inf(1)
		for c := range palette {
			if used[c] > rank/len(palette) { // all colours once before any twice
				continue
			}
			if p := pain(j, c); p < least {
				best, least = c, p
			}
		}
		colour[j] = best
		used[best]++
	}
	for improved, pass := m <= 200, 0; improved && pass < 20; pass++ {
		improved = false
		for a := range m {
			for b := range a {
				before := pain(a, colour[a]) + pain(b, colour[b])
				colour[a], colour[b] = colour[b], colour[a]
				if pain(a, colour[a])+pain(b, colour[b]) < before*(1-1e-9) {
					improved = true
				} else {
					colour[a], colour[b] = colour[b], colour[a]
				}
			}
		}
	}
	names := make([]string, m)
	for j, c := range colour {
		names[j] = palette[c]
	}
	return names
}

type rival struct {
	other  int
	weight float64
}

// rivalry counts for each pair of sales people the customers that lie between
// them: owner and runner-up, owner and nearest, and the owners before and after.
func (o *outcome) rivalry() [][]rival {
	m := len(o.Reps)
	counts := make([]map[int]float64, m)
	for j := range counts {
		counts[j] = map[int]float64{}
	}
	meet := func(a, b int, weight float64) {
		if a >= 0 && b >= 0 && a != b {
			counts[a][b] += weight
			counts[b][a] += weight
		}
	}
	for i, d := range o.Decisions {
		meet(d.Owner, d.RunnerUp, 1)
		meet(d.Owner, d.Nearest, 1)
		if was := o.Before.Plan.Of(i); was != partition.Unassigned {
			meet(was, d.Owner, 1)
			meet(was, d.RunnerUp, 0.5)
		}
	}
	near := make([][]rival, m)
	for j := range near {
		for k := range m {
			if w := counts[j][k]; w > 0 {
				near[j] = append(near[j], rival{k, w})
			}
		}
	}
	return near
}

// colourGap is the squared distance of each two colours of the palette in
// OKLab, the smallest of three: as they are, as deuteranopes see them, and as
// the pale areas of the light page, where dark and light of one hue come close.
var colourGap = func() (gap [len(palette)][len(palette)]float64) {
	var seen [3][len(palette)][3]float64
	for i, hex := range palette {
		rgb, pale := linear(hex), linear(hex)
		for c := range pale {
			pale[c] = 0.3*pale[c] + 0.7*0.8
		}
		seen[0][i], seen[1][i], seen[2][i] = oklab(rgb), oklab(deuteranope(rgb)), oklab(pale)
	}
	for i := range palette {
		for j := range palette {
			gap[i][j] = 1e-4 // the same colour: bad, not impossible
			if i != j {
				gap[i][j] = min(square(seen[0][i], seen[0][j]), 3*square(seen[1][i], seen[1][j]), 12*square(seen[2][i], seen[2][j]))
			}
		}
	}
	return gap
}()

func square(a, b [3]float64) float64 {
	sum := 0.0
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return sum
}

// linear is the linear light of an sRGB colour "#rrggbb".
func linear(hex string) (rgb [3]float64) {
	for i := range rgb {
		v, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8) // the palette is well formed
		x := float64(v) / 255
		if x <= 0.04045 {
			rgb[i] = x / 12.92
		} else {
			rgb[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	return rgb
}

// oklab is the perceptual colour space of B. Ottosson, A perceptual color space
// for image processing (2020).
func oklab(c [3]float64) [3]float64 {
	l := math.Cbrt(0.4122214708*c[0] + 0.5363325363*c[1] + 0.0514459929*c[2])
	m := math.Cbrt(0.2119034982*c[0] + 0.6806995451*c[1] + 0.1073969566*c[2])
	s := math.Cbrt(0.0883024619*c[0] + 0.2817188376*c[1] + 0.6299787005*c[2])
	return [3]float64{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

// deuteranope simulates deuteranopia: G. M. Machado, M. M. Oliveira, L. A. F.
// Fernandes, A Physiologically-based Model for Simulation of Color Vision
// Deficiency, IEEE Trans. Visualization and Computer Graphics 15 (2009).
func deuteranope(c [3]float64) [3]float64 {
	out := [3]float64{
		0.367322*c[0] + 0.860646*c[1] - 0.227968*c[2],
		0.280085*c[0] + 0.672501*c[1] + 0.047413*c[2],
		-0.011820*c[0] + 0.042940*c[1] + 0.968881*c[2],
	}
	for i := range out {
		out[i] = math.Max(0, math.Min(1, out[i]))
	}
	return out
}
