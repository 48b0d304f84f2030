// Package allocate decides who serves what: it assigns units to agents at the
// least cost within limits on every agent's load, and proves how good the
// answer is.
//
// A [Problem] is answered by a [Solver]. The certificate of every [Result]
// rests on prices, one per measure and agent, from which [Bound] recomputes a
// lower bound that holds for any prices whatsoever: a wrong solver can weaken
// the proof, never falsify it. [Verify] recomputes everything from the problem
// alone, [Explain] says why a unit is where it is, [WhatIf] what would follow if it
// were elsewhere, if somebody left or joined, or if the plan were edited by hand,
// [Promises] what every lock, limit and wish costs, [Contradictions]
// why there is no plan and what would help. [LinearAssignment] hands
// units to agents one to one: territories to people. [Headcount] says how few
// people the work takes.
package allocate
