// Package cluster finds groups that the units form by themselves: which
// customers are alike, and how many kinds of them there are.
//
// [KMeans] groups points by their distance from the mean, [KPrototypes] groups
// rows of numbers and names. [Silhouette] and [Gap] say how well a number of
// groups fits, and [Choice] tries a range of them.
//
// [KMedoids] groups units about real examples by any [Distances], such as those of
// [Gower] between attributes of all kinds; [Agglomerative] merges them two at a time
// into a [Dendrogram]. [Describer] says in words, as boxes of conditions, what the
// units of each group have in common, or those of any other plan.
//
// A strategy is a struct whose zero value works. It takes a [partition.Problem],
// a [partition.Table] where names are compared, or Distances, and answers with a
// [partition.Plan], whose territories are the groups. Those that work on
// coordinates are a [partition.Method] as well.
package cluster
