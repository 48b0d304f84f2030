package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func tables(t testing.TB, w workload) (customers, reps string) {
	t.Helper()
	var c, r bytes.Buffer
	require.NoError(t, w.generate(&c, &r))
	return c.String(), r.String()
}

// The bytes of published instances: a number measured on one is good for as
// long as these hashes stand. They must never change.
func TestGenerateGolden(t *testing.T) {
	for _, c := range []struct {
		w               workload
		customers, reps string // first 16 digits of SHA-256
	}{
		{workload{customers: 1000, reps: 10, seed: 1, tolerance: 0.01}, "98059fbd548b0a0c", "60a985024fb25db8"},
		{workload{customers: 10_000, reps: 100, seed: 7, tolerance: 0.01}, "16d59e9156d96e42", "07756852a442c7f3"},
		{workload{customers: 333, reps: 3, seed: 42, tolerance: 0.01}, "f37c13096214f3f2", "d35494fb3519a722"},
		{workload{customers: 1000, reps: 10, seed: 3, tolerance: 0.05, unit: true}, "1b396fade92a369c", "4047acabc6856579"},
		{workload{customers: 10_000, reps: 100, seed: 1, tolerance: 0.01, revenue: true}, "4407821654e9ef6d", "2b9cb80a4403d1ac"},
	} {
		customers, reps := tables(t, c.w)
		require.Equal(t, c.customers, hash(customers), "customers of %+v", c.w)
		require.Equal(t, c.reps, hash(reps), "reps of %+v", c.w)
	}
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])[:16]
}

func TestRevenueLeavesTheOtherColumnsAlone(t *testing.T) {
	w := workload{customers: 500, reps: 7, seed: 5, tolerance: 0.02}
	plain, plainReps := tables(t, w)
	w.revenue = true
	with, withReps := tables(t, w)
	require.Equal(t, plainReps, withReps)

	records, err := csv.NewReader(strings.NewReader(with)).ReadAll()
	require.NoError(t, err)
	var rest strings.Builder
	seen := map[string]bool{}
	for i, r := range records {
		rest.WriteString(strings.Join(r[:4], ",") + "\n")
		if i == 0 {
			require.Equal(t, "revenue", r[4])
			continue
		}
		revenue, err := strconv.Atoi(r[4])
		require.NoError(t, err)
		require.True(t, 1 <= revenue && revenue <= 1000, "revenue %d", revenue)
		seen[r[4]] = true
	}
	require.Equal(t, plain, rest.String())
	require.Greater(t, len(seen), 300, "revenues vary")
}

// Against strconv, at and around ties, which binary fractions hit exactly.
func TestAppendMetres(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	check := func(x float64) {
		require.Equal(t, strconv.FormatFloat(x, 'f', 3, 64), string(appendMetres(nil, x)), "%v", x)
	}
	for range 20_000 {
		check(rng.Float64() * side)
		tie := float64(rng.IntN(16_000_000)) / 16_000 // many are …5 in the fourth decimal
		check(tie)
		check(math.Nextafter(tie, 0))
		check(math.Nextafter(tie, side))
	}
	check(0)
	check(side)
	check(999.9996)
}

// The reader reads what the generator writes.
func TestGenerateThenRead(t *testing.T) {
	prefix := t.TempDir() + "/w"
	w := workload{customers: 300, reps: 4, seed: 9, tolerance: 0.1, revenue: true}
	require.NoError(t, w.write(prefix))
	in, err := readTransport(prefix, &options{measures: 3, tolerance: 0})
	require.NoError(t, err)
	require.Equal(t, 300, in.n)
	require.Equal(t, 4, in.k)
	require.Len(t, in.allocation.Measures, 3)

	// The column that one measure does not need may be there or not.
	one, err := readTransport(prefix, &options{measures: 1})
	require.NoError(t, err)
	require.Equal(t, in.allocation.Measures[:1], one.allocation.Measures)
	w.revenue = false
	require.NoError(t, w.write(prefix))
	without, err := readTransport(prefix, &options{measures: 1})
	require.NoError(t, err)
	require.Equal(t, one, without)
	_, err = readTransport(prefix, &options{measures: 2})
	require.ErrorContains(t, err, `want "id,x_km,y_km,workload,revenue"`)
	w.revenue = true

	customers, _ := tables(t, w)
	records, err := csv.NewReader(strings.NewReader(customers)).ReadAll()
	require.NoError(t, err)
	totals := [3]float64{}
	for i, r := range records[1:] {
		amount, _ := strconv.ParseFloat(r[3], 64)
		revenue, _ := strconv.ParseFloat(r[4], 64)
		require.Equal(t, amount, in.allocation.Measures[0].Value[i])
		require.Equal(t, revenue, in.allocation.Measures[1].Value[i])
		require.Equal(t, 1.0, in.allocation.Measures[2].Value[i])
		totals[0] += amount
		totals[1] += revenue
		totals[2]++
	}
	for r, tolerance := range []float64{0.1, furtherTolerance, furtherTolerance} {
		share := totals[r] / 4
		for j := range 4 {
			m := in.allocation.Measures[r]
			require.Equal(t, math.Floor(share*(1-tolerance)), m.Lower[j], m.Name)
			require.Equal(t, math.Ceil(share*(1+tolerance)), m.Upper[j], m.Name)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			w := workload{customers: n, reps: 100, seed: 1, tolerance: 0.01}
			var customers, reps bytes.Buffer
			for b.Loop() {
				customers.Reset()
				reps.Reset()
				if err := w.generate(&customers, &reps); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadTransport(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			prefix := b.TempDir() + "/w"
			w := workload{customers: n, reps: 1000, seed: 1, tolerance: 0.01}
			if err := w.write(prefix); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := readTransport(prefix, &options{measures: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
