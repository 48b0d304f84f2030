package main

import (
	"embed"
	"fmt"
	"os"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

//go:embed schemes
var schemeFiles embed.FS

// readScheme makes a scheme of JSON.
func readScheme(path string, read func(string) ([]byte, error)) (*segment.Scheme, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	s, err := segment.ParseScheme(data, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// readSchemes reads a scheme of the user's own, if there is one, and then ours,
// of which the last one is to be adopted.
func readSchemes(own string) ([]*segment.Scheme, error) {
	var schemes []*segment.Scheme
	if own != "" {
		scheme, err := readScheme(own, os.ReadFile)
		if err != nil {
			return nil, err
		}
		schemes = append(schemes, scheme)
	}
	for _, name := range []string{"region", "industry", "value", "hybrid"} {
		scheme, err := readScheme("schemes/"+name+".json", schemeFiles.ReadFile)
		if err != nil {
			return nil, err
		}
		schemes = append(schemes, scheme)
	}
	return schemes, nil
}

// divide applies the schemes and measures what they do, side by side.
func (s *story) divide(schemes []*segment.Scheme) error {
	var candidates []segment.Candidate
	for _, scheme := range schemes {
		cells, err := scheme.Apply(s.Now.Table)
		if err != nil {
			return fmt.Errorf("scheme %s: %w", scheme.Name, err)
		}
		s.Schemes = append(s.Schemes, cells)
		candidates = append(candidates, cells.Candidate())
	}
	offices, err := partition.NewPlan(len(regions), partition.Column(s.Now.Rows, customer.office))
	if err != nil {
		return err
	}
	s.Comparison, err = segment.Compare(s.Now.Table, segment.Yardsticks{
		Value: "sales", Alike: []string{"log sales", "growth"}, Today: offices, Places: "location", Minimum: s.adopted().Scheme().Minimum,
	}, candidates...)
	return err
}

// adopted is the scheme that the story goes on with.
func (s *story) adopted() *segment.Segmentation { return s.Schemes[len(s.Schemes)-1] }
