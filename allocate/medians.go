package allocate

import (
	"context"

	"github.com/territory-go/territory/partition"
)

// medians solves the objective whose centre is a unit.
func (c Centers) medians(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	return nil, unsupported("Centers.Objective", "Medians is not implemented yet")
}
