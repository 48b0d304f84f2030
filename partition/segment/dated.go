package segment

import "time"

// Dated is a Dimension that counts ages to an instant, which is another one for
// each quarter's book.
type Dated interface {
	// At gives the same dimension with ages counted to asOf.
	At(asOf time.Time) Dimension
}

// At gives the same life cycle as of another instant.
func (l LifeCycle) At(asOf time.Time) Dimension {
	l.AsOf = asOf
	return l
}

// At gives the same tiers as of another instant, which matters where units can
// be new.
func (d Tiers) At(asOf time.Time) Dimension {
	d.AsOf = asOf
	return d
}

// At gives the same scores as of another instant.
func (d RFM) At(asOf time.Time) Dimension {
	d.AsOf = asOf
	return d
}

// At gives the same dimension as of another instant, and Tiers where they are
// [Dated].
func (s Steady) At(asOf time.Time) Dimension {
	s.AsOf = asOf
	if d, ok := s.Tiers.(Dated); ok {
		s.Tiers = d.At(asOf)
	}
	return s
}
