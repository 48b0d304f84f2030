package jts_test

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/jts"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		text string
		want orb.Geometry
	}{
		{"POINT(1 -2.5e3)", orb.Point{1, -2500}},
		{" Point Z (1 2 3)\n", orb.Point{1, 2}},
		{"POINT EMPTY", orb.MultiPoint{}},
		{"MULTIPOINT(1 2, 3 4)", orb.MultiPoint{{1, 2}, {3, 4}}},
		{"MULTIPOINT((1 2), EMPTY, (3 4))", orb.MultiPoint{{1, 2}, {3, 4}}},
		{"LINESTRING(0 0,1 1)", orb.LineString{{0, 0}, {1, 1}}},
		{"LINEARRING(0 0, 1 1)", orb.Ring{{0, 0}, {1, 1}}},
		{"MULTILINESTRING(EMPTY, (0 0, 1 1))", orb.MultiLineString{{}, {{0, 0}, {1, 1}}}},
		{"POLYGON EMPTY", orb.Polygon{}},
		{"polygon(\n(0 0, 1 0, 0 1, 0 0), (0 0, 1 0, 0 0))", orb.Polygon{{{0, 0}, {1, 0}, {0, 1}, {0, 0}}, {{0, 0}, {1, 0}, {0, 0}}}},
		{"MULTIPOLYGON(((0 0, 1 0, 0 1, 0 0)), EMPTY)", orb.MultiPolygon{{{{0, 0}, {1, 0}, {0, 1}, {0, 0}}}, {}}},
		{"GEOMETRYCOLLECTION(POINT(1 2), GEOMETRYCOLLECTION EMPTY)", orb.Collection{orb.Point{1, 2}, orb.Collection{}}},
	} {
		got, err := jts.Parse(c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, got, c.text)
	}
	for _, text := range []string{"", "POINT", "POINT(1)", "POINT(1 2", "POINT(1 2) 3", "POINT(1 2, 3 4)", "POINT(1 2 3 4 5)", "POLYGON(1 2)", "CIRCLE(1 2)", "LINESTRING(a b)", "LINESTRING 1 2"} {
		_, err := jts.Parse(text)
		require.Error(t, err, "%q", text)
	}
}

func TestBinary(t *testing.T) {
	ordinates := func(order binary.AppendByteOrder, b []byte, v ...float64) []byte {
		for _, x := range v {
			b = order.AppendUint64(b, math.Float64bits(x))
		}
		return b
	}
	head := func(order binary.AppendByteOrder, mark byte, kind uint32, more ...uint32) []byte {
		b := order.AppendUint32([]byte{mark}, kind)
		for _, m := range more {
			b = order.AppendUint32(b, m)
		}
		return b
	}
	le, be := binary.LittleEndian, binary.BigEndian
	point := ordinates(be, head(be, 0, 1), 1, 2)
	for _, c := range []struct {
		raw  []byte
		want orb.Geometry
	}{
		{point, orb.Point{1, 2}},
		{ordinates(le, head(le, 1, 1), math.NaN(), math.NaN()), orb.MultiPoint{}},
		{ordinates(le, head(le, 1, 0x20000003, 2792, 1, 2), 1, 2, 3, 4), orb.Polygon{{{1, 2}, {3, 4}}}},
		{ordinates(le, head(le, 1, 1002, 2), 1, 2, 9, 3, 4, 9), orb.LineString{{1, 2}, {3, 4}}},
		{ordinates(le, head(le, 1, 0xC0000002, 1), 1, 2, 9, 9), orb.LineString{{1, 2}}},
		{append(append(head(le, 1, 4, 2), point...), point...), orb.MultiPoint{{1, 2}, {1, 2}}},
		{append(head(le, 1, 7, 1), head(le, 1, 6, 0)...), orb.Collection{orb.MultiPolygon{}}},
	} {
		got, err := jts.Parse(hex.EncodeToString(c.raw))
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
	for _, raw := range [][]byte{
		point[:20], append(point, 0), head(le, 2, 1), head(le, 1, 9), head(le, 1, 2, 1<<31),
		append(head(le, 1, 5, 1), point...),
	} {
		_, err := jts.Parse(hex.EncodeToString(raw))
		require.Error(t, err, "%x", raw)
	}
}

func TestCasesLiterature(t *testing.T) {
	files, ops := map[string]bool{}, map[string]int{}
	checks := 0
	for _, c := range jts.Cases(t) {
		files[c.File] = true
		require.NotNil(t, c.A, c.Name())
		for _, check := range c.Checks {
			checks++
			ops[check.Op]++
			require.NotNil(t, check.Left, c.Name())
		}
	}
	require.Len(t, files, 99)
	require.GreaterOrEqual(t, checks, 8215)
	require.Equal(t, 920, ops["isvalid"])
	t.Logf("checks by operation: %v", ops)
}
