package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// told finds everything out once for all tests.
var told = sync.OnceValues(func() (*story, error) {
	m, err := newMarket(6000, 1)
	if err != nil {
		return nil, err
	}
	return m.tell(context.Background(), "")
})

func tale(t *testing.T) *story {
	t.Helper()
	s, err := told()
	require.NoError(t, err)
	return s
}

func TestProgram(t *testing.T) {
	out := t.TempDir()
	own := filepath.Join(out, "own.json")
	require.NoError(t, os.WriteFile(own, []byte(`{"name": "two offices", "list": {"cases": [
		{"label": "coast", "when": [{"attribute": "place", "under": ["E", "S"]}]}, {"label": "inland"}]}}`), 0o644))
	var report bytes.Buffer
	require.NoError(t, run(context.Background(), []string{"-customers", "2000", "-scheme", own, "-out", out}, &report))
	text := report.String()
	require.Contains(t, text, "2,000 customers on 1 January 2026")
	require.Regexp(t, `groups +two offices +region +industry +value +hybrid\n`, text)
	require.Less(t, strings.Count(text, "\n"), 100)
	require.NotContains(t, text, "NaN")

	data, err := os.ReadFile(filepath.Join(out, "segments.html"))
	require.NoError(t, err)
	page := string(data)
	require.True(t, strings.HasSuffix(page, "</html>\n"))
	require.NotRegexp(t, `NaN|Inf|<script|https?:|ZgotmplZ`, page)
	pictures := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1)
	require.Greater(t, len(pictures), 4)
	for _, picture := range pictures {
		for in := xml.NewDecoder(strings.NewReader(picture)); ; {
			if _, err := in.Token(); err == io.EOF {
				break
			} else {
				require.NoError(t, err)
			}
		}
	}
}

func TestBadSchemesAreRefusedBeforeAnythingIsWritten(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	own := filepath.Join(t.TempDir(), "own.json")
	require.NoError(t, os.WriteFile(own, []byte(`{"dimensions": [{"kind": "hierarchy", "attribute": "place"}], "grid": {"order": [{"dimension": "plaice"}]}}`), 0o644))
	var report bytes.Buffer
	err := run(context.Background(), []string{"-customers", "1000", "-scheme", own, "-out", out}, &report)
	require.ErrorContains(t, err, "own.json")
	require.ErrorContains(t, err, `grid.order[0].dimension: "plaice" is not a dimension; did you mean place?`)
	require.Empty(t, report.String())
	require.NoDirExists(t, out)
	for _, args := range [][]string{{"-customers", "5"}, {"x"}, {"-adopt"}} {
		require.Error(t, run(context.Background(), append(args, "-out", out), &report))
	}
	require.NoError(t, run(context.Background(), []string{"-help"}, &report))
	require.Contains(t, report.String(), "-customers")
}

// Each yardstick of each scheme is recounted from the rows.
func TestSchemesHoldEveryCustomerOnce(t *testing.T) {
	s := tale(t)
	require.Len(t, s.Schemes, 5)
	for k, cells := range s.Schemes {
		p := s.Comparison.Profiles[k]
		require.Equal(t, cells.Scheme().Name, p.Name)
		require.Equal(t, len(s.Now.Rows), cells.Len())
		units, sales := make([]int, cells.K()), make([]float64, cells.K())
		type share struct {
			sales float64
			units int
		}
		offices := make([][len(regions)]share, cells.K())
		for i, c := range s.Now.Rows {
			at := cells.Of(i)
			require.GreaterOrEqual(t, at, 0, "%s: %s is in no cell", p.Name, c.ID)
			units[at]++
			sales[at] += c.Sales
			offices[at][c.Office].sales += c.Sales
			offices[at][c.Office].units++
		}
		least := cells.Scheme().Minimum
		for at, cell := range cells.Cells() {
			require.Equal(t, units[at], cell.Units)
			require.GreaterOrEqual(t, cell.Units, max(least.Units, 1), "%s: %s", p.Name, cell.Label)
			if least.Of != "" {
				require.InDelta(t, sales[at], cell.Value, 1e-6)
				require.GreaterOrEqual(t, cell.Value, least.Value)
			}
		}
		staying := 0
		for _, cell := range offices {
			there := slices.DeleteFunc(cell[:], func(s share) bool { return s.units == 0 })
			staying += slices.MaxFunc(there, func(a, b share) int { return cmp.Or(cmp.Compare(a.sales, b.sales), cmp.Compare(a.units, b.units)) }).units
		}
		require.Equal(t, len(s.Now.Rows)-staying, p.Split.Units, p.Name)
	}
	value, hybrid, region := s.Comparison.Profiles[3], s.Comparison.Profiles[4], s.Comparison.Profiles[1]
	require.Greater(t, value.Adjusted[0], hybrid.Adjusted[0], "value explains size best")
	require.Greater(t, hybrid.Adjusted[0], 10*region.Adjusted[0])
	require.Less(t, hybrid.Split.Units, value.Split.Units/2)
}

func TestHeatMapAddsUp(t *testing.T) {
	s := tale(t)
	want, units := map[[2]string]float64{}, 0
	for _, c := range s.Now.Rows {
		up := func(tree *partition.Tree, code string) string {
			node, ok := tree.Find(code)
			switch {
			case code == "":
				return "missing"
			case !ok:
				return "unknown"
			}
			for tree.Parent(node) >= 0 {
				node = tree.Parent(node)
			}
			return tree.Node(node).Name
		}
		want[[2]string{up(s.Industries, c.Industry), up(s.Places, c.Place)}] += c.Sales
	}
	for e := range s.Money.Cells() {
		require.Equal(t, want[[2]string{s.Money.Labels(0)[e.Class[0]], s.Money.Labels(1)[e.Class[1]]}], e.Sum[0])
		units += e.Units
	}
	require.Equal(t, len(s.Now.Rows), units)
	require.Equal(t, len(want), s.Money.Len())
}

// abc cuts the sales of those who buy at 80 and 95 per cent of their sum.
func abc(rows []customer) (cuts [2]float64) {
	var sales []float64
	total := 0.0
	for _, c := range rows {
		if c.Sales > 0 {
			sales, total = append(sales, c.Sales), total+c.Sales
		}
	}
	slices.Sort(sales)
	sum := 0.0
	for _, v := range slices.Backward(sales) {
		if sum < 0.95*total {
			cuts[0] = v
		}
		if sum < 0.80*total {
			cuts[1] = v
		}
		sum += v
	}
	return cuts
}

// tierOf is the tier of a customer that has held another one for some quarters;
// -1 is none.
func tierOf(sales float64, cuts [2]float64, band float64, held, quarters, dwell int) int {
	if sales <= 0 {
		return -1
	}
	tier := 0
	for k, cut := range cuts {
		switch {
		case held < 0 && sales >= cut, held > k && sales >= cut*(1-band), held >= 0 && held <= k && sales >= cut*(1+band):
			tier = k + 1
		}
	}
	if held >= 0 && quarters < dwell {
		return held
	}
	return tier
}

// The tiers are followed customer by customer through all books, and the moves of
// the last quarter counted.
func TestHysteresisMovesFewer(t *testing.T) {
	s := tale(t)
	cuts := abc(s.Now.Rows)
	require.Equal(t, []float64{cuts[1], cuts[0]}, s.Cuts[0].Value)
	for w, d := range []struct {
		band  float64
		dwell int
	}{{0, 0}, {s.Drift.Hysteresis.Share, s.Drift.Hysteresis.Dwell}} {
		type standing struct{ tier, quarters int }
		was := map[string]standing{}
		moves, last, joined := 0, 0, 0
		for number := first; number <= next; number++ {
			now := map[string]standing{}
			last, joined = 0, 0
			for _, c := range s.customers(number) {
				before, known := was[c.ID]
				if !known {
					before.tier = -1
					joined++
				}
				tier := tierOf(c.Sales, cuts, d.band, before.tier, before.quarters, d.dwell)
				class := tier
				if tier < 0 && c.Sales < 0 {
					class = -2
				}
				held := standing{class, before.quarters + 1}
				if class != before.tier {
					held.quarters = 1
				}
				if known && class != before.tier {
					last++
				}
				now[c.ID] = held
			}
			if number > first && number <= today {
				moves += last
			}
			was = now
		}
		require.Equal(t, last, s.Drift.Next[w].Moved.Units)
		require.Equal(t, joined, s.Drift.Next[w].Joined.Units)
		require.Equal(t, moves, s.Drift.Past[w].Moved.Units)
	}
	plain, steady := s.Drift.Next[0], s.Drift.Next[1]
	require.Less(t, steady.Moved.Units, plain.Moved.Units*3/4)
	require.Greater(t, steady.Rand, plain.Rand)
	require.Less(t, s.Drift.Past[1].Returned, s.Drift.Past[0].Returned/2)
	require.Less(t, s.Drift.Cells[1].Moved.Units, s.Drift.Cells[0].Moved.Units)
	require.LessOrEqual(t, s.Drift.Cells[0].Moved.Units, s.Drift.Anew[0].Moved.Units)

	m := s.Drift.Moves
	require.LessOrEqual(t, len(m.Made), s.Drift.Policy.MaxUnits)
	require.Equal(t, steady.Moved.Units, len(m.Made)+len(m.Pending))
	for _, move := range m.Made {
		require.False(t, steady.Label(move.From) == "A", "A keeps its customers")
	}
}

// The words that describe the groups hold every customer of the sample once, and
// most of them in their own group.
func TestGroupsAreDescribed(t *testing.T) {
	s := tale(t)
	g := s.Groups
	sample, err := s.table(g.Sample)
	require.NoError(t, err)
	right := 0
	for i := range g.Sample {
		inside := 0
		for _, leaf := range g.Description.Leaves {
			holds, err := leaf.Box.Matcher(sample)
			require.NoError(t, err)
			if holds(i) {
				inside++
				if leaf.Label == g.Plan.Of(i) {
					right++
				}
			}
		}
		require.Equal(t, 1, inside, g.Sample[i].ID)
	}
	require.InDelta(t, float64(right)/float64(len(g.Sample)), g.Description.Agreement, 1e-12)
	require.Greater(t, g.Description.Agreement, 0.75)
	for k, unit := range g.Medoids.Units {
		require.Equal(t, k, g.Plan.Of(unit), "an example belongs to its group")
	}
}

func TestMarket(t *testing.T) {
	m, err := newMarket(5000, 7)
	require.NoError(t, err)
	again, err := newMarket(5000, 7)
	require.NoError(t, err)
	other, err := newMarket(5000, 8)
	require.NoError(t, err)
	rows := m.customers(today)
	require.Len(t, rows, 5000)
	require.NotEqual(t, rows[0].At, other.customers(today)[0].At)
	var sales []float64
	missing := map[string]int{}
	seen := map[string]bool{}
	for i, c := range again.customers(today) {
		require.False(t, seen[c.ID])
		seen[c.ID] = true
		require.Equal(t, c.Sales, rows[i].Sales)
		require.Equal(t, c.Place, rows[i].Place)
		require.Equal(t, math.Trunc(c.Sales), c.Sales)
		require.False(t, c.Last.After(day(today)) || c.First.After(day(today)) || c.Last.Before(c.First) && c.Last.After(day(first-8)), "%s: %v, %v", c.ID, c.First, c.Last)
		sales = append(sales, c.Sales)
		for what, is := range map[string]bool{"place": c.Place == "", "industry": c.Industry == "", "kind": c.Kind == "", "potential": math.IsNaN(c.Potential), "growth": math.IsNaN(c.Growth)} {
			if is {
				missing[what]++
			}
		}
	}
	for what, most := range map[string]int{"place": 100, "industry": 200, "kind": 200, "potential": 800, "growth": 600} {
		require.Greater(t, missing[what], most/10, what)
		require.Less(t, missing[what], most, what)
	}
	slices.Sort(sales)
	total, top := 0.0, 0.0
	for i, v := range sales {
		total += v
		if i >= len(sales)*4/5 {
			top += v
		}
	}
	require.Greater(t, top/total, 0.7, "a few customers buy most")
	require.Less(t, top/total, 0.9)

	// From book to book some join and some leave, and mistakes are put right.
	before := map[string]customer{}
	for _, c := range rows {
		before[c.ID] = c
	}
	joined, corrected := 0, 0
	after := m.customers(next)
	for _, c := range after {
		if old, known := before[c.ID]; !known {
			joined++
		} else if old.Place != c.Place || old.Industry != c.Industry {
			corrected++
		}
	}
	require.Equal(t, 100, joined)
	require.InDelta(t, 75, len(rows)+joined-len(after), 30)
	require.InDelta(t, 25, corrected, 20)
}

// squarify gives areas in proportion, inside the frame and without overlap.
func TestSquarify(t *testing.T) {
	weight := []float64{6, 6, 4, 3, 2, 2, 1, 0}
	frame := rect{10, 20, 60, 40}
	got := squarify(weight, frame)
	for i, r := range got {
		require.InDelta(t, weight[i]*100, r.W*r.H, 1e-6)
		require.True(t, r.W == 0 || r.X >= 10-1e-9 && r.Y >= 20-1e-9 && r.X+r.W <= 70+1e-9 && r.Y+r.H <= 60+1e-9)
		for _, o := range got[:i] {
			require.False(t, r.X+1e-9 < o.X+o.W && o.X+1e-9 < r.X+r.W && r.Y+1e-9 < o.Y+o.H && o.Y+1e-9 < r.Y+r.H)
		}
		if r.W > 0 {
			require.Less(t, math.Max(r.W/r.H, r.H/r.W), 4.0)
		}
	}
	require.Equal(t, []rect{{}}, squarify([]float64{0}, frame))
}
