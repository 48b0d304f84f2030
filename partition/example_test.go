package partition_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// account is the caller's own struct: the library neither knows nor changes it.
type account struct {
	ID    string
	Visit float64 // hours
	Year  int     // visits
}

func (a account) Hours() float64 { return a.Visit * float64(a.Year) }

var accounts = []account{
	{"north mill", 2, 12}, {"harbour", 1, 24}, {"old dairy", 3, 4},
	{"east works", 1, 12}, {"brewery", 2, 6}, {"observatory", 4, 3},
}

// Read a column out of your own structs, make a plan, and go back.
func ExampleNewPlan() {
	plan, err := partition.NewPlan(3, []int{0, 1, 0, 1, 2, partition.Unassigned})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan)
	loads := partition.Loads(plan, partition.Column(accounts, account.Hours))
	for t := range plan.K() {
		fmt.Printf("territory %d, %v hours:", t, loads[t])
		for a := range partition.Pick(accounts, plan.Units(t)) {
			fmt.Printf(" %s;", a.ID)
		}
		fmt.Println()
	}
	// Output:
	// 6 units in 3 territories, 1 unassigned
	// territory 0, 36 hours: north mill; old dairy;
	// territory 1, 36 hours: harbour; east works;
	// territory 2, 12 hours: brewery;
}

// Every fault is reported, not only the first.
func ExampleNewPlan_faults() {
	_, err := partition.NewPlan(2, []int{0, 2, 1, -3})
	fmt.Println(err)
	fmt.Println(errors.Is(err, partition.ErrInput))
	// Output:
	// of[1] = 2: is neither a territory (0..1) nor -1 (unassigned)
	// of[3] = -3: is neither a territory (0..1) nor -1 (unassigned)
	// true
}

// A method expression reads a column; each accessor is called once per item.
func ExampleColumn() {
	fmt.Println(partition.Column(accounts, account.Hours))
	// Output:
	// [24 24 12 12 12 12]
}

func ExamplePick() {
	plan, _ := partition.NewPlan(2, []int{1, 0, 0, 0, 1, 0})
	for a := range partition.Pick(accounts, plan.Units(1)) {
		fmt.Println(a.ID, a.Hours())
	}
	// Output:
	// north mill 24
	// brewery 12
}

func ExamplePlan_Units() {
	plan, _ := partition.NewPlan(2, []int{1, 0, 1, partition.Unassigned})
	for unit := range plan.Units(1) {
		fmt.Println(unit)
	}
	fmt.Println("nobody's:", slices.Collect(plan.Units(partition.Unassigned)))
	// Output:
	// 0
	// 2
	// nobody's: [3]
}

func ExamplePlan_With() {
	plan, _ := partition.NewPlan(3, []int{0, 1, 2})
	after, err := plan.With(partition.Move{Unit: 0, From: 0, To: 2}, partition.Move{Unit: 1, From: 1, To: partition.Unassigned})
	fmt.Println(after.Slice(), err)
	fmt.Println(plan.Slice(), "is as it was")

	_, err = plan.With(partition.Move{Unit: 0, From: 1, To: 2}) // somebody was faster
	fmt.Println(err)
	// Output:
	// [2 -1 2] <nil>
	// [0 1 2] is as it was
	// Changes[0] = unit 0: 1 -> 2: the unit is in 0
}

// A fourth territory opens: the plans can be compared once both have four.
func ExamplePlan_WithK() {
	three, _ := partition.NewPlan(3, []int{0, 1, 2, 2})
	four, _ := partition.NewPlan(4, []int{0, 1, 2, 3})
	before, _ := three.WithK(4)
	c, _ := partition.Diff(before, four)
	fmt.Println(c)
	// Output:
	// [unit 3: 2 -> 3]
}

func ExamplePlan_Equal() {
	a, _ := partition.NewPlan(2, []int{0, 1})
	b, _ := partition.NewPlan(3, []int{0, 1})
	fmt.Println(a.Equal(a), a.Equal(b))
	// Output:
	// true false
}

func ExamplePlan_MarshalJSON() {
	plan, _ := partition.NewPlan(3, []int{0, 2, partition.Unassigned})
	data, _ := json.Marshal(plan)
	fmt.Println(string(data))

	var back partition.Plan
	fmt.Println(json.Unmarshal(data, &back), back.Equal(plan))
	fmt.Println(json.Unmarshal([]byte(`{"k":2,"of":[0,2],"note":"draft"}`), &back))
	// Output:
	// {"k":3,"of":[0,2,-1]}
	// <nil> true
	// plan: has the unknown field "note"
}

// Who changes hands between two plans, and how much work that is.
func ExampleDiff() {
	before, _ := partition.NewPlan(3, []int{0, 1, 0, 1, 2, partition.Unassigned})
	after, _ := partition.NewPlan(3, []int{0, 1, 0, 2, 2, 2})
	c, err := partition.Diff(before, after)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range c {
		fmt.Println(accounts[m.Unit].ID, "|", m)
	}
	churn, _ := c.Churn(partition.Column(accounts, account.Hours))
	fmt.Printf("moved %+v, newly assigned %+v\n", churn.Moved, churn.Assigned)
	// Output:
	// east works | unit 3: 1 -> 2
	// observatory | unit 5: none -> 2
	// moved {Units:1 Amount:12}, newly assigned {Units:1 Amount:12}
}

func ExampleChanges_Apply() {
	before, _ := partition.NewPlan(2, []int{0, 0, 1})
	c := partition.Changes{{Unit: 1, From: 0, To: 1}}
	after, _ := c.Apply(before)
	undone, _ := c.Invert().Apply(after)
	fmt.Println(after.Slice(), undone.Equal(before))
	// Output:
	// [0 1 1] true
}

func ExampleChanges_Invert() {
	c := partition.Changes{{Unit: 1, From: 0, To: 1}, {Unit: 4, From: partition.Unassigned, To: 0}}
	fmt.Println(c.Invert())
	// Output:
	// [unit 1: 1 -> 0 unit 4: 0 -> none]
}

func ExampleChanges_Churn() {
	c := partition.Changes{{Unit: 1, From: 0, To: 1}, {Unit: 4, From: partition.Unassigned, To: 0}}
	churn, err := c.Churn([]float64{10, 20, 30, 40, 50})
	fmt.Println(churn.Moved.Units, churn.Moved.Amount, err)
	// Output:
	// 1 20 <nil>
}

func ExampleChanges_Compose() {
	spring := partition.Changes{{Unit: 1, From: 0, To: 1}, {Unit: 4, From: 2, To: 0}}
	autumn := partition.Changes{{Unit: 1, From: 1, To: 2}, {Unit: 4, From: 0, To: 2}}
	year, err := spring.Compose(autumn)
	fmt.Println(year, err) // unit 4 is back where it was
	// Output:
	// [unit 1: 0 -> 2] <nil>
}

// A search moves the same unit again and again; what counts is the net effect.
func ExampleChanges_Canonical() {
	trail := partition.Changes{
		{Unit: 5, From: 0, To: 1}, {Unit: 2, From: 1, To: 0},
		{Unit: 5, From: 1, To: 2}, {Unit: 2, From: 0, To: 1},
	}
	net, err := trail.Canonical()
	fmt.Println(net, err)
	// Output:
	// [unit 5: 0 -> 2] <nil>
}

// Two managers edit the same plan.
func ExampleMerge() {
	base, _ := partition.NewPlan(3, []int{0, 0, 1, 1})
	ours, _ := partition.NewPlan(3, []int{2, 1, 1, 1})
	theirs, _ := partition.NewPlan(3, []int{0, 2, 1, 0})
	merged, clashes, err := partition.Merge(base, ours, theirs)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(merged.Slice())
	for _, c := range clashes {
		fmt.Printf("%+v\n", c)
		merged, _ = merged.With(c.Resolve(c.Theirs))
	}
	fmt.Println(merged.Slice())
	// Output:
	// [2 0 1 0]
	// {Unit:1 Base:0 Ours:1 Theirs:2}
	// [2 2 1 0]
}

func ExampleMeasure_Limits() {
	hours := partition.Measure{Name: "hours", Value: partition.Column(accounts, account.Hours), Tolerance: 0.25}
	fmt.Println(hours.Targets(3)) // equal shares of 96 hours
	fmt.Println(hours.Limits(3))

	hours.Upper = []float64{40, 40, math.Inf(1)} // the lower limits still follow from the tolerance
	fmt.Println(hours.Limits(3))
	// Output:
	// [32 32 32]
	// [24 24 24] [40 40 40]
	// [24 24 24] [40 40 +Inf]
}

func ExampleLoads() {
	plan, _ := partition.NewPlan(2, []int{0, 1, 0, partition.Unassigned})
	fmt.Println(partition.Loads(plan, []float64{1, 2, 4, 8}))
	// Output:
	// [5 2]
}

// Units 0, 1 and 2 lie in a row; without unit 1 the territory falls apart.
func ExampleFragments() {
	row := partition.Adjacency{{1}, {0, 2}, {1}}
	plan, _ := partition.NewPlan(2, []int{0, 1, 0})
	fmt.Println(partition.Fragments(row, plan, 0))
	// Output:
	// [[0] [2]]
}

func ExampleProblem_Validate() {
	p := &partition.Problem{
		K: 2,
		Measures: []partition.Measure{{
			Name:      "hours",
			Value:     []float64{24, math.NaN(), -1},
			Tolerance: 0.1,
		}},
		Fixed: []int{0, partition.Unassigned, 5},
		Label: func(unit int) string { return accounts[unit].ID },
	}
	err := p.Validate()
	fmt.Println(err)

	var fault *partition.InputError
	if errors.As(err, &fault) {
		fmt.Println("first:", fault.Field, fault.Index)
	}
	// Output:
	// Measures[0].Value[1] (harbour) = NaN: is not a number
	// Measures[0].Value[2] (old dairy) = -1: is negative
	// Fixed[2] (old dairy) = 5: is neither a territory (0..1) nor -1 (unassigned)
	// first: Measures[0].Value 1
}

// A method of one's own checks its own options with the same collector.
func ExampleFaults() {
	weights := []float64{1, -2, 3, -4}
	var faults partition.Faults
	for i, w := range weights {
		if w < 0 {
			faults.Add(partition.InputError{Field: "Weights", Index: i, Value: w, Why: "is negative"}, nil)
		}
	}
	fmt.Println(faults.Err())
	// Output:
	// Weights[1] = -2: is negative
	// Weights[3] = -4: is negative
}

// A strategy of one's own is a function away.
func ExampleMethodFunc() {
	var roundRobin partition.Method = partition.MethodFunc(func(_ context.Context, p *partition.Problem) (*partition.Result, error) {
		if err := p.Validate(); err != nil {
			return nil, err
		}
		if p.K == 0 {
			return nil, fmt.Errorf("choosing K: %w", errors.ErrUnsupported)
		}
		of := make([]int, p.Len())
		for i := range of {
			of[i] = i % p.K
		}
		plan, err := partition.NewPlan(p.K, of)
		if err != nil {
			return nil, err
		}
		return &partition.Result{Plan: plan, Certificate: partition.Certificate{Objective: math.NaN(), Bound: math.Inf(-1)}}, nil
	})
	r, err := roundRobin.Partition(context.Background(), &partition.Problem{
		K:        2,
		Measures: []partition.Measure{{Name: "hours", Value: []float64{3, 1, 4, 1, 5}}},
	})
	fmt.Println(r.Plan.Slice(), r.Stop, err)
	// Output:
	// [0 1 0 1 0] converged <nil>
}

func ExampleCertificate_Gap() {
	c := partition.Certificate{Objective: 104, Bound: 100, Proof: "prices"}
	fmt.Printf("the best plan is at most %.1f %% better\n", 100*c.Gap())
	c.Violation = 3 // three hours too many somewhere: no gap makes up for that
	fmt.Println(c.Feasible(), c.Gap())
	// Output:
	// the best plan is at most 3.8 % better
	// false +Inf
}

// Three accounts in a table, and the box of those that a rule or a segment is
// about.
func ExampleNewTable() {
	type account struct {
		Industry string
		Revenue  float64
		Postcode string
	}
	accounts := []account{{"steel", 120_000, "215000"}, {"auto", 80_000, "310000"}, {"steel", math.NaN(), "215300"}}

	regions, err := partition.NewTree([]partition.Node{
		{Code: "JS", Name: "Jiangsu", Ranges: [][2]string{{"210000", "226999"}}},
		{Code: "ZJ", Name: "Zhejiang", Ranges: [][2]string{{"310000", "325999"}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	book, err := partition.NewTable(
		partition.Categories("industry", partition.Column(accounts, func(a account) string { return a.Industry })),
		partition.Numbers("revenue", partition.Column(accounts, func(a account) float64 { return a.Revenue })),
		partition.Codes("region", regions, partition.Column(accounts, func(a account) string { return a.Postcode })),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	box := partition.Box{partition.Under("region", "JS"), partition.AtLeast("revenue", 100_000).OrMissing()}
	holds, err := box.Matcher(book)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(box)
	fmt.Println(holds(0), holds(1), holds(2))
	// Output:
	// region under (JS) and (revenue >= 100000 or missing)
	// true false true
}
