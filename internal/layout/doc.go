// Package layout holds nothing but tests: which package may import which, and
// what library code must not do (read the clock, print, keep state, call
// functions whose last bit depends on the platform).
package layout
