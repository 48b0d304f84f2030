//go:build !linux && !darwin

package main

import "runtime"

func resetPeak() {}

// peakBytes is the memory that the Go runtime has obtained from the system so
// far: an upper estimate of its largest resident set.
func peakBytes() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
