package partition_test

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func TestBoxHolds(t *testing.T) {
	b := book(t)
	for _, c := range []struct {
		box  partition.Box
		text string
		want []int
	}{
		{partition.Box{}, "all", []int{0, 1, 2, 3, 4}},
		{partition.Box{partition.In("industry", "steel")}, "industry in (steel)", []int{0, 3}},
		{partition.Box{partition.In("industry", "steel", "wood").OrMissing()}, "(industry in (steel, wood) or missing)", []int{0, 2, 3}},
		{partition.Box{{Attribute: "industry"}}, "industry given", []int{0, 1, 3, 4}},
		{partition.Box{partition.Missing("industry")}, "industry missing", []int{2}},
		{partition.Box{partition.In("channel", "web")}, "channel in (web)", []int{0, 2}},
		{partition.Box{{Attribute: "channel"}}, "channel given", []int{0, 1, 2, 3}},
		{partition.Box{partition.In("listed", "yes")}, "listed in (yes)", []int{0, 3}},
		{partition.Box{partition.Under("region", "32")}, "region under (32)", []int{0, 4}},
		{partition.Box{partition.Under("region", "320500", "33")}, "region under (320500, 33)", []int{0, 1}},
		{partition.Box{partition.NotIn("industry", "steel")}, "industry not in (steel)", []int{1, 4}},
		{partition.Box{partition.NotIn("channel", "web").OrMissing()}, "(channel not in (web) or missing)", []int{1, 3, 4}},
		{partition.Box{{Attribute: "industry", In: []string{"steel", "auto"}, NotIn: []string{"steel"}}}, "industry in (steel, auto) and not in (steel)", []int{1}},
		{partition.Box{partition.NotUnder("region", "320500")}, "region not under (320500)", []int{1, 3, 4}},
		{partition.Box{{Attribute: "region", Under: []string{"32"}, NotUnder: []string{"320500"}}}, "region under (32) and not under (320500)", []int{4}},
		{partition.Box{partition.AtLeast("revenue", 10)}, "revenue >= 10", []int{1, 2}},
		{partition.Box{partition.Below("revenue", 10)}, "revenue < 10", []int{0, 4}},
		{partition.Box{partition.Between("revenue", 0, 20).OrMissing()}, "(revenue >= 0 and < 20 or missing)", []int{0, 1, 3}},
		{partition.Box{partition.Missing("revenue")}, "revenue missing", []int{3}},
		{partition.Box{{Attribute: "since", From: day(2), Until: day(5)}}, "since from 2026-01-02T00:00:00Z and before 2026-01-05T00:00:00Z", []int{1, 3}},
		{partition.Box{partition.Missing("office")}, "office missing", []int{1}},
		{partition.Box{{Attribute: "office"}}, "office given", []int{0, 2, 3, 4}},
		{partition.Box{partition.In("industry", "steel"), partition.Missing("revenue")}, "industry in (steel) and revenue missing", []int{3}},
	} {
		require.Equal(t, c.text, c.box.String())
		data, err := json.Marshal(c.box)
		require.NoError(t, err)
		var back partition.Box
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, c.text, back.String())
		for _, box := range []partition.Box{c.box, back} {
			holds, err := box.Matcher(b)
			require.NoError(t, err, c.text)
			var got []int
			for i := range b.Len() {
				if holds(i) {
					got = append(got, i)
				}
			}
			require.Equal(t, c.want, got, c.text)
		}
	}
}

func TestBoxReportsAllFaults(t *testing.T) {
	_, err := partition.Box{
		partition.In("industri", "steel"),
		partition.In("channel", "wep"),
		partition.In("revenue", "10"),
		partition.Under("region", "320501"),
		{Attribute: "since", From: day(5), Until: day(5)},
		partition.Missing("channel"),
		partition.Between("revenue", 0, 0),
		partition.NotUnder("office", "33"),
	}.Matcher(book(t))
	require.ErrorIs(t, err, partition.ErrInput)
	for _, want := range []string{
		"box[0] = industri: is not in the table; did you mean industry?",
		`box[1] = channel: "wep" is not one of its names; did you mean web?`,
		"box[2] = revenue: is a number, which has no In",
		`box[3] = region: "320501" is no code of its tree; did you mean 320500?`,
		"box[4] = since: has From 2026-01-05T00:00:00Z, which is not before Until 2026-01-05T00:00:00Z",
		"box[5] = channel: occurs twice",
		"box[6] = revenue: occurs twice",
		"box[7] = office: is a place, which has no NotUnder",
	} {
		require.ErrorContains(t, err, want)
	}
	for _, box := range []partition.Box{
		{partition.Between("revenue", 0, 0)}, {partition.Between("revenue", 5, 5)}, {partition.Between("revenue", 5, -5)},
	} {
		_, err = box.Matcher(book(t))
		require.ErrorContains(t, err, "which is not below Max", box)
	}
	var c partition.Criterion
	require.ErrorContains(t, json.Unmarshal([]byte(`{"attribute": "revenue", "minimum": 3}`), &c), "minimum")
}

func TestBoxTakesNoListForNothing(t *testing.T) {
	b := book(t)
	for _, c := range []struct {
		criterion partition.Criterion
		want      string
	}{
		{partition.In("industry", []string{}...), "has an empty In"},
		{partition.NotIn("industry", []string{}...), "has an empty NotIn"},
		{partition.Under("region", []string{}...), "has an empty Under"},
		{partition.NotUnder("region", []string{}...), "has an empty NotUnder"},
	} {
		_, err := partition.Box{c.criterion}.Matcher(b)
		require.ErrorContains(t, err, c.want)
	}
}

func TestBoxTrimsAsColumnsDo(t *testing.T) {
	holds, err := partition.Box{partition.In("industry", " steel "), partition.Under("region", "32 ")}.Matcher(book(t))
	require.NoError(t, err)
	require.True(t, holds(0))
	require.False(t, holds(1))
	_, err = partition.Box{partition.In("channel", " web")}.Matcher(book(t))
	require.NoError(t, err)
}

func TestBoxOfARangeOfNothingStaysOneInJSON(t *testing.T) {
	var box partition.Box
	require.NoError(t, json.Unmarshal([]byte(`[{"attribute": "revenue", "min": 0, "max": 0}]`), &box))
	_, err := box.Matcher(book(t))
	require.ErrorContains(t, err, "which is not below Max 0")
}

func TestBoxYearOutOfRange(t *testing.T) {
	far := time.Date(400_000, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err := partition.Box{{Attribute: "since", From: far}}.Matcher(book(t))
	require.ErrorContains(t, err, "has a year of From that is out of range, 400000")
	_, err = partition.Box{{Attribute: "since", Until: far}}.Matcher(book(t))
	require.ErrorContains(t, err, "has a year of Until that is out of range, 400000")
}

// A few names among many, and many among few, are the same sets.
func TestBoxOfManyNames(t *testing.T) {
	names := make([]string, 5000)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	b, err := partition.NewTable(partition.Categories("id", append(names, "", "new"), names...))
	require.NoError(t, err)
	held := func(c partition.Criterion) int {
		holds, err := partition.Box{c}.Matcher(b)
		require.NoError(t, err)
		n := 0
		for i := range b.Len() {
			if holds(i) {
				n++
			}
		}
		return n
	}
	for _, some := range []int{1, 3, 70, 500} {
		require.Equal(t, some, held(partition.In("id", names[:some]...)))
		require.Equal(t, some+1, held(partition.In("id", names[:some]...).OrMissing()))
		require.Equal(t, 5001-some, held(partition.NotIn("id", names[:some]...)))
		require.Equal(t, some-1, held(partition.Criterion{Attribute: "id", In: names[:some], NotIn: names[:1]}))
	}
	require.Equal(t, 1, held(partition.Missing("id")))
	_, err = partition.Box{partition.In("id", "4999x")}.Matcher(b)
	require.ErrorContains(t, err, `"4999x" is not one of its names`)
}

// A precedence list may name its customers one by one.
func BenchmarkBoxOfOneName(b *testing.B) {
	names := make([]string, 100_000)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	t, err := partition.NewTable(partition.Categories("id", names))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = partition.Box{partition.In("id", "7")}.Matcher(t)
	}
}
