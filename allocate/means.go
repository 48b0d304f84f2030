package allocate

import (
	"context"

	"github.com/territory-go/territory/partition"
)

// means solves the objectives whose centre is the mean.
func (c Centers) means(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	return nil, unsupported("Centers.Objective", "Means and SquaredMeans are not implemented yet")
}
