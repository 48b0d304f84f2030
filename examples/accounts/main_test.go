package main

// The program of the README: Orléans is nearer to Amiens, where there are too
// many hours already.
func Example_main() {
	main()
	// Output:
	// person 0 visits Lille, 12 hours
	// person 0 visits Paris, 24 hours
	// person 0 visits Rouen, 8 hours
	// person 1 visits Orléans, 10 hours
	// person 1 visits Lyon, 22 hours
	// person 1 visits Nice, 14 hours
	// no plan within the limits is more than 0.0 % cheaper
}
