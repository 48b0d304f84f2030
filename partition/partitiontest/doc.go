// Package partitiontest tells whether a [partition.Method] keeps the contract of
// the package, in the manner of testing/fstest. It serves tests, benchmarks and
// programs alike:
//
//	for name, check := range partitiontest.Checks(partitiontest.NoEmpty) {
//		t.Run(name, func(t *testing.T) {
//			if err := check(Mine{}); errors.Is(err, errors.ErrUnsupported) {
//				t.Skip(err)
//			} else if err != nil {
//				t.Error(err)
//			}
//		})
//	}
//
// [Checks] asks what every method owes its callers, and what only some of them
// promise: a [Promise] is named by who makes it. All questions are about
// [Instances]: small problems of which it is known whether they have a plan, as
// all plans can be gone through.
//
// Methods differ in what they can do. A method says so by an error that wraps
// [errors.ErrUnsupported], or that misses, as [partition.ErrInput], a field that
// the problem leaves out (a map without neighbours, for a method that connects);
// it is then not judged by that problem, and the check ends with a
// [*SkippedError] that says what was left out. A method with options that must fit
// the problem is wrapped by a [partition.MethodFunc] that sets them.
//
// What a method minimises is its own affair. Where it can say what that is, as
// an [Evaluator], its objective and its bound are checked as well.
package partitiontest
