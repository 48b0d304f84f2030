// Package allocatetest tells whether an [allocate.Solver] keeps the contract of
// the package, in the manner of testing/fstest. It serves tests, benchmarks and
// programs alike:
//
//	for name, check := range allocatetest.Checks() {
//		t.Run(name, func(t *testing.T) {
//			if err := check(Mine{}); errors.Is(err, errors.ErrUnsupported) {
//				t.Skip(err)
//			} else if err != nil {
//				t.Error(err)
//			}
//		})
//	}
//
// [Checks] is what every solver owes its callers, a heuristic too. [ExactChecks]
// is what only a solver promises that finds an optimum wherever there is one.
// Both ask their questions of [Instances], whose optima are proved.
//
// A solver that cannot do what a problem asks for says so by an error that wraps
// [errors.ErrUnsupported]; it is then not judged by that problem. One check sets
// runtime.GOMAXPROCS for a moment, so checks should not run beside other tests.
package allocatetest
