// Package cluster finds groups that the units form by themselves: which customers are
// alike, how many kinds of them there are, and what each kind is.
//
// What the units are compared by decides which strategy fits:
//
//	coordinates: rows of numbers, places   [KMeans], whose centres are means
//	numbers and names of a table           [KPrototypes], whose centres are means and modes
//	any distance, such as [Gower]'s        [KMedoids], whose centres are real units; [Agglomerative]
//
// [Silhouette], [SimplifiedSilhouette] and [Gap] judge how well a number of clusters fits,
// and [Choose] tries a range of them. A [Describer] puts clusters into words: boxes of
// conditions on attributes that tell them apart, as well as a few conditions can.
//
// Territories in the space of attributes, with loads to be balanced, are the work of
// [Bisection] and [Growth], and of allocate.Centers: the clusters of the others have no
// limits.
//
// A strategy is a struct whose zero value works. Its result carries a [partition.Plan],
// whose territories are the clusters, what was minimised, and why the search stopped.
// [KMeans], [Bisection] and [Growth] are a [partition.Method] each.
package cluster
