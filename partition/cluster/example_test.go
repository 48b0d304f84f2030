package cluster_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// Which kinds of customers are there, by what they buy and how often they are seen?
// Attributes are brought to a common scale first: here, thousands of euros and visits.
func ExampleKMeans() {
	customers := []struct {
		name    string
		revenue float64 // thousands of euros a year
		visits  float64 // a year
	}{
		{"Adler", 12, 2}, {"Bär", 15, 3}, {"Dachs", 11, 2}, {"Elster", 14, 12},
		{"Fuchs", 16, 11}, {"Gans", 48, 11}, {"Hase", 13, 13}, {"Igel", 52, 12}, {"Kranich", 50, 13},
	}
	p := &partition.Problem{K: 3}
	for _, c := range customers {
		p.Features = append(p.Features, []float64{c.revenue, c.visits})
	}

	kinds, err := cluster.KMeans{Seed: 1}.Cluster(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	for t, center := range kinds.Centers {
		fmt.Printf("%.0f k€, %.0f visits:", center[0], center[1])
		for i := range kinds.Plan.Units(t) {
			fmt.Print(" ", customers[i].name)
		}
		fmt.Println()
	}
	fmt.Printf("sum of squares %.1f\n", kinds.Squares)

	// Output:
	// 13 k€, 2 visits: Adler Bär Dachs
	// 14 k€, 12 visits: Elster Fuchs Hase
	// 50 k€, 12 visits: Gans Igel Kranich
	// sum of squares 26.0
}

// Where should five cities have three meeting places? Longitudes and latitudes are taken
// as such, and any partition.Method is called in this way.
func ExampleKMeans_Partition() {
	names := []string{"Hamburg", "Bremen", "München", "Nürnberg", "Berlin"}
	p := &partition.Problem{
		K:      3,
		Points: []orb.Point{{9.99, 53.55}, {8.81, 53.08}, {11.58, 48.14}, {11.08, 49.45}, {13.40, 52.52}},
	}
	r, err := cluster.KMeans{}.Partition(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	for t := range r.Plan.K() {
		fmt.Println(slices.Collect(partition.Pick(names, r.Plan.Units(t))))
	}
	fmt.Printf("%.0f km², %v\n", r.Certificate.Objective, r.Stop)
	// Output:
	// [Hamburg Bremen]
	// [München Nürnberg]
	// [Berlin]
	// 15717 km², converged
}

// Numbers and names together: no scale has to be chosen, and a prototype reads like a
// description of the cluster.
func ExampleKPrototypes() {
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{12, 15, 11, 480, 500, 14, 510, 470}),
		partition.Categories("industry", []string{"retail", "retail", "food", "auto", "auto", "retail", "steel", "auto"}),
		partition.Flags("contract", []bool{false, false, false, true, true, true, true, true}),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := cluster.KPrototypes{Seed: 1}.Cluster(context.Background(), book, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for t, traits := range found.Prototypes {
		fmt.Print(found.Plan.Count(t), " units:")
		for _, trait := range traits {
			fmt.Print("  ", trait)
		}
		fmt.Println()
	}
	// Output:
	// 4 units:  revenue 13  industry retail (75 %)  contract no (75 %)
	// 4 units:  revenue 490  industry auto (75 %)  contract yes (100 %)
}

// How many kinds of customers are there? The silhouette says which number fits best.
func ExampleChoose() {
	customers := [][]float64{{1, 1}, {1, 2}, {2, 1}, {2, 2}, {8, 1}, {8, 2}, {9, 1}, {9, 2}, {5, 8}, {5, 9}, {6, 8}, {6, 9}}
	distances, err := cluster.Euclidean(customers)
	if err != nil {
		fmt.Println(err)
		return
	}
	find := cluster.Plans(cluster.KMeans{Seed: 1}, &partition.Problem{Features: customers})
	choice, err := cluster.Choose(context.Background(), 2, 5, find, cluster.Silhouette{}.Judge(distances))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, trial := range choice.Trials {
		fmt.Printf("%d clusters: %.2f\n", trial.K, trial.Score)
	}
	fmt.Println("chosen:", choice.K)
	// Output:
	// 2 clusters: 0.57
	// 3 clusters: 0.84
	// 4 clusters: 0.61
	// 5 clusters: 0.40
	// chosen: 3
}

// Are there any kinds at all? The gap statistic compares with data where there are none.
func ExampleGap() {
	var customers [][]float64
	for i := range 40 {
		customers = append(customers, []float64{float64(i * 7 % 10), float64(i * 3 % 11)})
		if i%2 == 0 {
			customers[i][0] += 30
		}
	}
	choice, err := cluster.Gap{Seed: 1}.Choose(context.Background(), &partition.Problem{Features: customers}, 1, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, trial := range choice.Trials {
		fmt.Printf("%d: gap %.2f ± %.2f\n", trial.K, trial.Score, trial.Error)
	}
	fmt.Println("chosen:", choice.K)
	// Output:
	// 1: gap -0.71 ± 0.15
	// 2: gap 0.61 ± 0.15
	// 3: gap 0.24 ± 0.11
	// 4: gap 0.20 ± 0.12
	// chosen: 2
}

// Which customers sit between two kinds?
func ExampleSilhouette() {
	revenue := [][]float64{{10}, {11}, {12}, {19}, {30}, {31}, {32}}
	plan, err := partition.NewPlan(2, []int{0, 0, 0, 0, 1, 1, 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	distances, err := cluster.Euclidean(revenue)
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := cluster.Silhouette{}.Of(context.Background(), plan, distances)
	if err != nil {
		fmt.Println(err)
		return
	}
	for unit, s := range fit.Values {
		if s < 0.5 {
			fmt.Printf("%g: %.2f, next to cluster %d\n", revenue[unit][0], s, fit.Nearest[unit])
		}
	}
	fmt.Printf("on average %.2f\n", fit.Mean)
	// Output:
	// 19: 0.33, next to cluster 1
	// on average 0.80
}

// Silhouettes of any number of customers, as the time they take only grows with it.
func ExampleSimplifiedSilhouette() {
	p := &partition.Problem{K: 2, Features: [][]float64{{10}, {11}, {12}, {19}, {30}, {31}, {32}}}
	found, err := cluster.KMeans{}.Cluster(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := cluster.SimplifiedSilhouette(p, found.Plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f on average, %.2f of the customer of 19\n", fit.Mean, fit.Values[3])
	// Output:
	// 0.87 on average, 0.50 of the customer of 19
}
