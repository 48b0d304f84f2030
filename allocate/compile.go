package allocate

// compile validates the problem and puts it into the form that the solvers use.
// Every fault is reported at once.
func compile(p *Problem) (*model, error) { panic("todo") }
