// Package exact answers small problems by methods so plain that they can be
// checked by reading: complete enumeration, and the simplex method in rational
// arithmetic. It is the oracle of the tests, shares no code with any solver,
// and is far too slow for anything else.
package exact
