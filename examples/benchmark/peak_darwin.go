package main

import "syscall"

func resetPeak() {}

// peakBytes is the largest resident set of the process so far, or -1 where that
// is unknown. This kernel counts in bytes.
func peakBytes() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return -1
	}
	return u.Maxrss
}
