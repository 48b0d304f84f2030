package segment_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func TestSteadyJSON(t *testing.T) {
	for _, c := range []struct {
		json string
		want segment.Steady
	}{
		{`{"tiers":{"kind":"bands","attribute":"x","cuts":[1]}}`,
			segment.Steady{Tiers: segment.Bands{Attribute: "x", Cuts: []float64{1}}}},
		{`{"as":"tier","hysteresis":{"share":0.1,"dwell":2,"confirm":3},"dwellDays":90,"asOf":"2026-01-01T00:00:00Z",` +
			`"held":"a","periods":"b","since":"c","asked":"d","tiers":{"kind":"tiers","attribute":"x","cut":{"kind":"fixed","cuts":[1]}}}`,
			segment.Steady{As: "tier", Tiers: segment.Tiers{Attribute: "x", Cut: segment.FixedCuts{1}},
				Hysteresis: segment.Hysteresis{Share: 0.1, Dwell: 2, Confirm: 3}, DwellDays: 90,
				AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Held: "a", Periods: "b", Since: "c", Asked: "d"}},
		{`{"hysteresis":{"bands":[{"leave":1,"enter":2}]},"tiers":{"kind":"bands","attribute":"x","cuts":[1]}}`,
			segment.Steady{Tiers: segment.Bands{Attribute: "x", Cuts: []float64{1}}, Hysteresis: segment.Hysteresis{Bands: []segment.Band{{1, 2}}}}},
	} {
		data, err := json.Marshal(c.want)
		require.NoError(t, err)
		require.Equal(t, c.json, string(data))
		var back segment.Steady
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, c.want, back)

		scheme := segment.Scheme{Dimensions: []segment.Dimension{c.want}, Grid: &segment.Grid{Order: []segment.Step{{Dimension: c.want.Name()}}}}
		data, err = json.Marshal(scheme)
		require.NoError(t, err)
		read, err := segment.ParseScheme(data, nil)
		require.NoError(t, err)
		require.Equal(t, &scheme, read)
	}
}

func TestSteadyJSONFaults(t *testing.T) {
	for _, c := range []struct {
		json string
		want []string
	}{
		{`{"kind":"steady","as":"x"}`, []string{"dimensions[0].tiers: is missing"}},
		{`{"kind":"steady","tiers":{"kind":"band","attribute":"x"},"hysteresis":{"widht":3,"bands":[{"leave":"1"}]}}`, []string{
			`dimensions[0].tiers.kind: "band" is not a kind of dimension; did you mean bands?`,
			"dimensions[0].hysteresis.widht: is not a field that is known; did you mean width?",
			"dimensions[0].hysteresis.bands[0].leave: is a string, not a number",
			"dimensions[0].hysteresis.bands[0].enter: is missing"}},
		{`{"kind":"steady","as":"x","tiers":[]}`, []string{"dimensions[0].tiers: is an array, not an object"}},
	} {
		_, err := segment.ParseScheme([]byte(`{"dimensions":[`+c.json+`],"grid":{"order":[{"dimension":"x"}]}}`), nil)
		require.ErrorIs(t, err, partition.ErrInput)
		require.ElementsMatch(t, c.want, strings.Split(err.Error(), "\n"))
	}
	for _, d := range []segment.Steady{{}, {Tiers: byIndustry{}}} {
		_, err := json.Marshal(d)
		require.ErrorIs(t, err, partition.ErrInput)
	}
	var s segment.Steady
	require.ErrorIs(t, json.Unmarshal([]byte(`{"tiers":{"kind":"bands"}}`), &s), partition.ErrInput)
	require.ErrorIs(t, json.Unmarshal([]byte(strings.Repeat(`{"tiers":`, 1000)+"1"+strings.Repeat("}", 1000)), &s), partition.ErrInput)
}

// The memory of a scheme's tiers comes from JSON as well.
func TestSchemeWithMemoryFromJSON(t *testing.T) {
	scheme, err := segment.ParseScheme([]byte(`{
		"dimensions": [{"kind": "steady", "held": "tier", "tiers": {"kind": "bands", "attribute": "revenue", "cuts": [100], "labels": ["B", "A"]}, "hysteresis": {"share": 0.1}}],
		"grid": {"order": [{"dimension": "revenue"}]}}`), nil)
	require.NoError(t, err)
	book := bookOf(t, partition.Numbers("revenue", []float64{105, 105}), partition.Categories("tier", []string{"A", "B"}))
	cells, err := scheme.Apply(book)
	require.NoError(t, err)
	require.Equal(t, []string{"A", "B"}, []string{cells.Label(cells.Of(0)), cells.Label(cells.Of(1))})
}
