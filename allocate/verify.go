package allocate

// Verify recomputes cost, loads, violation and bound from p alone and compares.
func Verify(p *Problem, r *Result) error { panic("todo") }
