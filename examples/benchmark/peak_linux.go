package main

import (
	"bytes"
	"os"
	"strconv"
)

// resetPeak starts a new measurement of the peak, where the kernel lets it:
// otherwise the peak is that of the process so far.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

// peakBytes is the largest resident set of the process since the last reset, or
// -1 where that is unknown.
func peakBytes() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return -1
	}
	_, rest, found := bytes.Cut(status, []byte("VmHWM:"))
	if !found {
		return -1
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	kilobytes, err := strconv.ParseInt(string(bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(line), []byte("kB")))), 10, 64)
	if err != nil {
		return -1
	}
	return kilobytes * 1024
}
