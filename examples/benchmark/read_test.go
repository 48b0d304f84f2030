package main

import (
	"bytes"
	"testing"
)

func BenchmarkReadTransport(b *testing.B) {
	prefix := b.TempDir() + "/w"
	w := workload{customers: 1_000_000, reps: 1000, seed: 1, tolerance: 0.01}
	if err := w.write(prefix); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readTransport(prefix, &options{measures: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	w := workload{customers: 100_000, reps: 100, seed: 1, tolerance: 0.01}
	var customers, reps bytes.Buffer
	for b.Loop() {
		customers.Reset()
		reps.Reset()
		if err := w.generate(&customers, &reps); err != nil {
			b.Fatal(err)
		}
	}
}
