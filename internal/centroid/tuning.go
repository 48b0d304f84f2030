package centroid

// Temperatures are measured in the mean size of a change, efforts in steps per
// point of a region.
const (
	wholeHeat   = 2
	regionHeat  = 1
	jumpHeat    = 0.7
	wholeEffort = 3000
	firstEffort = 500
	lastEffort  = 16 * firstEffort
	jumpShare   = 8 // jumps are many, and annealed with this part of the effort
	patience    = 8 // epochs without improvement before the search ends
)

// regionSizes and jumpSizes are numbers of clusters that are improved together,
// one after the other.
var (
	regionSizes = [...]int{16, 30, 8, 60}
	jumpSizes   = [...]int{10, 6, 16, 4}
)
