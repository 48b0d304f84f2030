package segment

import (
	"slices"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// The largest decision trees: far beyond what anybody can read, and small
// enough that one which leads back to itself is found out in time.
const (
	deepestDecision = 64
	mostDecisions   = 1 << 20
)

// check finds what shows without a book.
func (d *Decision) check(at string, names []string, nodes *int, depth int, faults *schemeFaults) {
	if *nodes++; *nodes > mostDecisions {
		return
	}
	if depth > deepestDecision {
		faults.add("decision", "is more than "+strconv.Itoa(deepestDecision)+" questions deep, or leads back to itself")
		*nodes = mostDecisions // once is enough
		return
	}
	asks, condition := d.By != "", len(d.If) > 0
	switch {
	case asks && condition:
		faults.add(at, "has both by and if; one question at a time")
	case !asks && !condition && depth == 0:
		faults.add(at, "asks nothing: neither by nor if")
	}
	if asks {
		checkStep(at, "by", d.By, d.Level, d.Join, names, faults)
	} else {
		if d.Level != 0 {
			faults.add(at+".level", "goes with by, which is not given")
		}
		if d.Join != "" {
			faults.add(at+".join", "goes with by, which is not given")
		}
		if len(d.Under) > 0 {
			faults.add(at+".under", "goes with by, which is not given")
		}
	}
	for _, label := range d.answers() {
		next := at + ".under[" + quoted(label) + "]"
		if sub := d.Under[label]; sub == nil {
			faults.add(next, "is nil; leave it out where nothing follows")
		} else {
			sub.check(next, names, nodes, depth+1, faults)
		}
	}
	for _, side := range []struct {
		name string
		sub  *Decision
	}{{"then", d.Then}, {"else", d.Else}} {
		if side.sub == nil {
			continue
		}
		if !condition {
			faults.add(at+"."+side.name, "goes with if, which is not given")
		}
		side.sub.check(at+"."+side.name, names, nodes, depth+1, faults)
	}
}

// answers are the classes that something follows, in alphabetical order.
func (d *Decision) answers() []string {
	labels := make([]string, 0, len(d.Under))
	for label := range d.Under {
		labels = append(labels, label)
	}
	slices.Sort(labels)
	return labels
}

// question is a node of a decision tree that is bound to a book. The keys of
// units are the nodes that they end in.
type question struct {
	up      int32 // the node above; -1: none
	came    hop   // from there
	holds   func(unit int) bool
	of      func(unit int) int
	ordinal int     // of the dimension that of asks
	next    []int32 // per class, or of yes and no: the node that follows; none: an end
}

// decide lays the decision tree out.
func (p *program) decide(root *Decision, names []string, book *partition.Table, faults *schemeFaults) {
	var all []question
	type visit struct {
		at   string
		d    *Decision // nil: an end
		up   int32
		came hop
	}
	todo := []visit{{"decision", root, -1, hop{}}}
	for len(todo) > 0 && len(all) < mostDecisions {
		v := todo[0]
		todo = todo[1:]
		q := question{up: v.up, came: v.came}
		follow := func(at string, d *Decision, came hop) (number int32) {
			todo = append(todo, visit{at, d, int32(len(all)), came})
			return int32(len(all) + len(todo)) // first in, first out
		}
		switch here := int32(len(p.splits)); {
		case v.d == nil:
		case len(v.d.If) > 0:
			q.holds = matcher(v.at+".if", v.d.If, book, faults)
			text := v.d.If.String()
			p.splits = append(p.splits, split{by: text, dimension: -1, labels: []string{text, "not (" + text + ")"}})
			q.next = []int32{follow(v.at+".then", v.d.Then, hop{here, 0}), follow(v.at+".else", v.d.Else, hop{here, 1})}
		case v.d.By != "":
			sp, d := p.by(v.at, v.d.By, v.d.Level, v.d.Join, names, faults)
			if d < 0 {
				break
			}
			p.splits = append(p.splits, sp)
			q.of, q.ordinal = p.classes[d].Of, d
			to := p.lift(d, v.d.Level)
			q.next = make([]int32, len(to))
			there := make(map[string]int32, len(to)) // never 0, which is the root
			for class, lifted := range to {
				label := sp.labels[lifted]
				if there[label] == 0 {
					there[label] = follow(v.at+".under["+quoted(label)+"]", v.d.Under[label], hop{here, lifted})
				}
				q.next[class] = there[label]
			}
			for _, label := range v.d.answers() {
				if there[label] == 0 {
					faults.add(v.at+".under["+quoted(label)+"]", "is not a class of "+sp.by+partition.Meant(label, sp.labels))
				}
			}
		}
		all = append(all, q)
	}
	if len(todo) > 0 {
		faults.add("decision", "has more than a million ends")
	}
	p.code = func(unit int) int64 {
		at := int32(0)
		for {
			q := &all[at]
			switch {
			case q.holds != nil && q.holds(unit):
				at = q.next[0]
			case q.holds != nil:
				at = q.next[1]
			case q.of != nil:
				c := q.of(unit)
				if uint(c) >= uint(len(q.next)) {
					return strayed(q.ordinal)
				}
				at = q.next[c]
			default:
				return int64(at)
			}
		}
	}
	p.route = func(way []hop, key int64) []hop {
		first := len(way)
		for at := int32(key); all[at].up >= 0; at = all[at].up {
			way = append(way, all[at].came)
		}
		slices.Reverse(way[first:])
		return way
	}
}
