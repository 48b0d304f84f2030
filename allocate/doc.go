// Package allocate decides who serves what: it assigns units to agents at the
// least cost within limits on every agent's load, and proves how good the
// answer is.
//
// A [Problem] is answered by a [Solver]. The certificate of every [Result]
// rests on prices, one per measure and agent, from which [Bound] recomputes a
// lower bound that holds for any prices whatsoever: a wrong solver can weaken
// the proof, never falsify it. [Verify] recomputes everything from the problem
// alone.
//
// What is asked before there is a plan: [Centers] and [Headcount] say where
// territories should be and how many people they need, [Contradictions] why
// there is no plan and what would help. After it: [Explain] says why a unit is
// where it is, [Promises] what each lock, wish and limit costs, [WhatIf] what
// another owner, a leaver, a newcomer or an edit by hand would change, and
// [Realign] cuts territories anew while little changes hands.
// [LinearAssignment] hands units to agents one to one: territories to people.
package allocate
