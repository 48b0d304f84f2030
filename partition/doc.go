// Package partition says what a territory plan is: the hub that every other
// package of the module speaks.
//
// Units (customers, accounts, counties) are indices 0..n-1, territories are
// indices 0..k-1, and a [Plan] assigns the ones to the others. Callers keep
// their own structs: [Column] reads a column out of them, [Pick] goes back.
//
// A [Measure] is a quantity to be balanced, with its target or limits; [Loads]
// adds it up. [Changes] are what differs between two plans: [Diff] finds them,
// they can be applied, taken back, composed and summed up, and [Merge] brings
// together what two parties changed at the same time. [Align] renumbers a new
// plan after an old one.
//
// A [Problem] is what is asked, a [Method] is a strategy, a [Result] is the
// answer with its [Certificate]. An error means that there is no plan; the
// certificate says how good a plan is. Faulty input is answered by all its
// faults at once, each an [*InputError] with field, index, value and the
// caller's own label.
package partition
