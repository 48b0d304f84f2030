// Package cluster finds groups that the units form by themselves: which
// customers are alike, and how many kinds of them there are.
//
// [KMeans] groups points by their distance from the mean, [KPrototypes] groups
// rows of numbers and names. [Silhouette] and [Gap] say how well a number of
// groups fits, and [Choice] tries a range of them.
//
// A strategy is a struct whose zero value works. It takes a [partition.Problem],
// or a [partition.Table] where names are compared, and answers with a
// [partition.Plan], whose territories are the groups. Those that work on
// coordinates are a [partition.Method] as well.
package cluster
