package main

import (
	"context"
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
	"github.com/territory-go/territory/partition/segment"
)

// groups are kinds of customers that nobody has defined: those whose rows in the
// book are alike.
type groups struct {
	*cluster.Choice
	Medoids     *cluster.Medoids
	Sample      []customer // whom they were found among
	Description *cluster.Description
}

// discover looks for groups about real customers, and for words that describe
// them. It takes some two thousand customers of whom all is known: one of whom
// little is known differs little from anybody, and is nobody's example.
func (s *story) discover(ctx context.Context) error {
	s.Groups = &groups{}
	known, step := 0, max(len(s.Now.Rows)/2000, 1)
	for _, c := range s.Now.Rows {
		if _, ok := s.Industries.Find(c.Industry); !ok || c.Kind == "" || math.IsNaN(c.Potential) {
			continue
		}
		if known%step == 0 {
			s.Groups.Sample = append(s.Groups.Sample, c)
		}
		known++
	}
	sample, err := s.table(s.Groups.Sample)
	if err != nil {
		return err
	}
	distances, err := cluster.Gower{Attributes: []cluster.GowerAttribute{
		{Name: "industry", Weight: 0.3}, {Name: "kind"}, {Name: "sales", Ranked: true, Weight: 2}, {Name: "growth", Scale: 1},
		{Name: "potential"}, {Name: "last order", Scale: 365},
	}}.Distances(sample)
	if err != nil {
		return err
	}
	found := map[int]*cluster.Medoids{}
	about := func(ctx context.Context, k int) (*partition.Plan, error) {
		m, err := cluster.KMedoids{Budget: 5_000}.Cluster(ctx, distances, k)
		if err != nil {
			return nil, err
		}
		found[k] = m
		return m.Plan, nil
	}
	if s.Groups.Choice, err = cluster.Choose(ctx, 3, 8, about, cluster.Silhouette{Limit: 1000}.Judge(distances)); err != nil {
		return err
	}
	s.Groups.Medoids = found[s.Groups.K]
	words := cluster.Describer{Leaves: 7, Attributes: []string{"sales", "kind", "industry", "potential", "last order", "growth"}}
	s.Groups.Description, err = words.Describe(ctx, s.Groups.Plan, sample)
	return err
}

// scheme makes the words that describe the groups a scheme for any book.
func (g *groups) scheme() *segment.Scheme {
	list := &segment.List{}
	boxes := make([]int, g.K)
	for _, leaf := range g.Description.Leaves {
		boxes[leaf.Label]++
		list.Cases = append(list.Cases, segment.Case{Label: g.label(leaf.Label, boxes[leaf.Label]), When: leaf.Box})
	}
	list.Cases = append(list.Cases, segment.Case{Label: "not told apart"}) // of whom too little is known
	return &segment.Scheme{Name: "groups", List: list}
}

// label names a box of a group: group 2b.
func (g *groups) label(group, box int) string {
	if len(g.Description.Of(group)) == 1 {
		return fmt.Sprintf("group %d", group+1)
	}
	return fmt.Sprintf("group %d%c", group+1, 'a'+box-1)
}

// example says who is in the middle of a group.
func (s *story) example(group int) string {
	c := s.Groups.Sample[s.Groups.Medoids.Units[group]]
	industry, place := "", "an unknown place"
	if node, ok := s.Industries.Find(c.Industry); ok {
		industry = s.Industries.Node(node).Name
	}
	if node, ok := s.Places.Find(c.Place); ok {
		place = s.Places.Node(node).Name
	}
	return fmt.Sprintf("%s, %s, %s in %s, %s a year, last order %s", c.ID, c.Kind, industry, place, money(c.Sales), c.Last.Format("January 2006"))
}
