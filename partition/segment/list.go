package segment

import "github.com/territory-go/territory/partition"

// check finds what shows without a book.
func (l *List) check(faults *schemeFaults) {
	if len(l.Cases) == 0 {
		faults.add("list.cases", "are none")
	}
	first := make(map[string]int)
	for i, c := range l.Cases {
		at := path("list.cases", i)
		if other, taken := first[c.Label]; c.Label == "" {
			faults.add(at+".label", "is empty")
		} else if taken {
			faults.add(at+".label", quoted(c.Label)+" is the label of "+path("list.cases", other)+" too")
		} else {
			first[c.Label] = i
		}
	}
	l.Join.check("list", faults)
}

// list makes keys of the first cases that hold.
func (p *program) list(l *List, book *partition.Table, faults *schemeFaults) {
	holds := make([]func(int) bool, len(l.Cases))
	sp := split{by: "list", dimension: -1, join: l.Join, ranked: len(l.Cases)}
	for i, c := range l.Cases {
		holds[i] = matcher(path("list.cases", i)+".when", c.When, book, faults)
		sp.labels = append(sp.labels, c.Label)
	}
	p.splits = []split{sp}
	p.code = func(unit int) int64 {
		for i, h := range holds {
			if h(unit) {
				return int64(i)
			}
		}
		return noCell
	}
	p.route = func(way []hop, key int64) []hop { return append(way, hop{0, int32(key)}) }
}

// matcher is that of a box that stands at a path.
func matcher(at string, box partition.Box, book *partition.Table, faults *schemeFaults) func(int) bool {
	holds, err := box.Matcher(book)
	if err != nil {
		faults.box(at, err)
	}
	return holds
}
