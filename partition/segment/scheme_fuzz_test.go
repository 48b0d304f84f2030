package segment_test

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// Whatever is read, ParseScheme gives a scheme or an error of the input. What it
// accepts is written and read to the same, and divides a book as it should or
// says what is wrong.
func FuzzSchemeJSON(f *testing.F) {
	for _, seed := range []string{
		`{"dimensions":[{"kind":"hierarchy","attribute":"region"},{"kind":"bands","attribute":"staff","cuts":[5,50]}],
		"grid":{"order":[{"dimension":"region","level":1,"join":"other"},{"dimension":"staff","join":"neighbour"}]},"minimum":{"units":3,"of":"revenue"}}`,
		`{"dimensions":[],"list":{"cases":[{"label":"a","when":[{"attribute":"staff","min":3}]},{"label":"b"}],"join":"neighbour"},"minimum":{"units":2}}`,
		`{"dimensions":[{"kind":"category","attribute":"industry","classes":[{"label":"x","names":["steel"]}]}],
		"decision":{"by":"industry","under":{"x":{"if":[{"attribute":"region","under":["32"]}],"then":{"by":"industry"}}}}}`,
		`{"dimensions":[{"kind":"lifecycle","attribute":"order","asOf":"2026-01-02T00:00:00Z","days":[10]},{"kind":"tiers","attribute":"revenue","cut":{"kind":"share"}}],
		"grid":{"order":[{"dimension":"order"},{"dimension":"revenue","join":"neighbour"}]}}`,
		`{"dimensions":[{"kind":"rfm","recency":"order","frequency":"staff","monetary":"revenue","asOf":"2026-01-02T00:00:00+08:00"},{"kind":"coreGrowthPotential","value":"revenue"}],
		"grid":{"order":[{"dimension":"rfm","join":"other"},{"dimension":"revenue"}]},"minimum":{"units":2}}`,
		`{"dimensions":[7,{"kind":"x"}],"grid":{"order":[{"dimension":"\u0000"}]}}`,
	} {
		f.Add([]byte(seed))
	}
	r := rand.New(rand.NewPCG(13, 21))
	for range 12 {
		scheme := randomScheme(r)
		scheme.Minimum.Units = r.IntN(9)
		data, err := json.Marshal(scheme)
		require.NoError(f, err)
		f.Add(data)
	}
	rows := randomRows(rand.New(rand.NewPCG(5, 8)), 60)
	book := rows.table(f, regions(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		scheme, err := segment.ParseScheme(data, nil)
		if err != nil {
			require.ErrorIs(t, err, partition.ErrInput)
			return
		}
		written, err := json.Marshal(scheme)
		require.NoError(t, err)
		back, err := segment.ParseScheme(written, nil)
		require.NoError(t, err, "%s", written)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again))
		cells, err := scheme.Apply(book)
		if err != nil {
			require.ErrorIs(t, err, partition.ErrInput)
			return
		}
		got, err := back.Apply(book)
		require.NoError(t, err)
		require.Equal(t, cells.Cells(), got.Cells())
		if scheme.Minimum.Of != "" && scheme.Minimum.Of != "revenue" {
			return
		}
		requireCells(t, cells, rows, scheme)
		for i := range cells.Len() {
			require.NotEmpty(t, cells.Explain(i).String())
		}
	})
}

// draw takes settings out of the bytes of a fuzzer.
type draw struct{ data []byte }

func (d *draw) byte() byte {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

func (d *draw) float() float64 {
	if b := d.byte(); b < 200 {
		return float64(b) - 100
	}
	var raw [8]byte
	n := copy(raw[:], d.data)
	d.data = d.data[n:]
	return math.Float64frombits(binary.LittleEndian.Uint64(raw[:]))
}

func (d *draw) text() string {
	n := min(int(d.byte())%5, len(d.data))
	s := string(d.data[:n])
	d.data = d.data[n:]
	if words := []string{"missing", "unknown", "other", "32"}; n == 4 && d.byte()%4 == 0 {
		return words[d.byte()%4]
	}
	return s
}

func (d *draw) texts(most byte) (all []string) {
	for range d.byte() % (most + 1) {
		all = append(all, d.text())
	}
	return all
}

func (d *draw) floats(most byte) (all []float64) {
	for range d.byte() % (most + 1) {
		all = append(all, d.float())
	}
	return all
}

// Whatever the table and the settings of dimensions are, each unit has a class,
// or there is an error of the input.
func FuzzDimensions(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		seed := make([]byte, 200)
		for i := range seed {
			seed[i] = byte(r.IntN(256))
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &draw{data}
		n := int(d.byte() % 8)
		var names, codes []string
		var numbers []float64
		var dates []time.Time
		var places []orb.Point
		for range n {
			names, codes, numbers = append(names, d.text()), append(codes, d.text()), append(numbers, d.float())
			dates = append(dates, time.Unix(int64(d.float()*1e6), 0))
			places = append(places, orb.Point{d.float(), d.float()})
		}
		var nodes []partition.Node
		for _, code := range d.texts(6) {
			node := partition.Node{Code: code, Name: d.text(), Prefixes: d.texts(1)}
			if len(nodes) > 0 && d.byte()%2 == 0 {
				node.Parent = nodes[int(d.byte())%len(nodes)].Code
			}
			nodes = append(nodes, node)
		}
		tree, err := partition.NewTree(nodes)
		if err != nil {
			require.ErrorIs(t, err, partition.ErrInput)
			tree, err = partition.NewTree(nil)
			require.NoError(t, err)
		}
		book, err := partition.NewTable(
			partition.Categories("names", names, d.texts(3)...), partition.Numbers("numbers", numbers), partition.Dates("dates", dates),
			partition.Codes("codes", tree, codes), partition.Places("places", places),
		)
		if err != nil {
			require.ErrorIs(t, err, partition.ErrInput)
			return
		}
		var classes []segment.Class
		for _, label := range d.texts(4) {
			classes = append(classes, segment.Class{Label: label, Names: d.texts(2)})
		}
		var days []int
		for _, x := range d.floats(4) {
			days = append(days, int(math.Max(-1e9, math.Min(1e9, x))))
		}
		column := func(name string) string {
			if d.byte() == 7 {
				return d.text()
			}
			return name
		}
		for _, dimension := range []segment.Dimension{
			segment.Category{Attribute: column("names"), Classes: classes, Ranked: d.byte()%2 == 0, As: d.text()},
			segment.Category{Attribute: column("names")},
			segment.Bands{Attribute: column("numbers"), Cuts: d.floats(4), Labels: d.texts(5)},
			segment.Bands{Attribute: column("numbers"), Cuts: []float64{d.float()}},
			segment.LifeCycle{Attribute: column("dates"), AsOf: time.Unix(int64(d.float()*1e8), 0), Days: days, Labels: d.texts(5)},
			segment.LifeCycle{Attribute: column("dates"), AsOf: day(1), Days: []int{int(d.byte())}},
			segment.Hierarchy{Attribute: column("codes"), Levels: int(d.byte()) - 1},
			segment.Hierarchy{Attribute: column("codes")},
			segment.Area{Attribute: column("places"), Locator: halves(d.float()), Labels: d.texts(3)},
		} {
			c := requireClasses(t, dimension, book)
			fitter, ok := dimension.(segment.Fitter)
			if c == nil || !ok {
				continue
			}
			fitted, err := fitter.Fit(book)
			require.NoError(t, err)
			same := requireClasses(t, fitted, book)
			require.Equal(t, c.Labels, same.Labels)
			for i := range n {
				require.Equal(t, c.Of(i), same.Of(i))
			}
		}
	})
}

// requireClasses are those of a dimension on a book, held to what Classes
// promises; nil after an error of the input.
func requireClasses(t *testing.T, d segment.Dimension, book *partition.Table) *segment.Classes {
	t.Helper()
	c, err := d.Bind(book)
	if err != nil {
		require.ErrorIs(t, err, partition.ErrInput)
		require.True(t, strings.HasPrefix(err.Error(), d.Name()+"."), err)
		return nil
	}
	seen := make(map[string]bool)
	for _, label := range c.Labels {
		require.False(t, seen[label], "two classes %q", label)
		require.NotEmpty(t, label)
		seen[label] = true
	}
	require.LessOrEqual(t, c.Ranked, len(c.Labels))
	for k, up := range c.Parent {
		require.Less(t, up, k)
	}
	for i := range book.Len() {
		require.GreaterOrEqual(t, c.Of(i), 0)
		require.Less(t, c.Of(i), len(c.Labels))
	}
	return c
}
