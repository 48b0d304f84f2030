// Package balance measures how evenly a plan spreads work and value.
//
// [Evaluate] reports, for every measure of a plan, the load, target and
// deviation of each territory and the usual indices over all of them. The
// indices are exported on plain slices as well: [Gini], [CV], [Theil], [Jain]
// and [MaxMin] for inequality, [HHI] and [TopShare] for concentration.
//
// Every index is invariant to the unit of measurement and to the order of the
// territories; the latter to the last bit, since all sums run over the sorted
// values. The results are the same bits on every platform.
package balance
