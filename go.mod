module github.com/territory-go/territory

go 1.25.0

require github.com/paulmach/orb v0.14.0
