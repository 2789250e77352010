package history

// Sum counts a Difference for one line about it. A part counts under each of
// its heads, an added or removed one under that alone.
type Sum struct {
	Added, Removed, Moved, Renumbered int
	Reworded                          int // heading or text
	Status                            int // status or its word
	Ledger                            int // owner, due, progress, evidence
	Head                              int // head fields
	Intro                             bool
}

// Sum counts d.
func (d Difference) Sum() Sum {
	s := Sum{Head: len(d.Head), Intro: d.Intro != nil}
	for _, p := range d.Parts {
		switch p.Kind {
		case Added:
			s.Added++
			continue
		case Removed:
			s.Removed++
			continue
		}
		count(&s.Moved, p.Moved)
		count(&s.Renumbered, p.Renumbered)
		count(&s.Reworded, p.Heading != nil || p.Text != nil)
		status, other := false, false
		for _, f := range p.Ledger {
			if f.Key == "status" || f.Key == "label" {
				status = true
			} else {
				other = true
			}
		}
		count(&s.Status, status)
		count(&s.Ledger, other)
	}
	return s
}

func count(n *int, is bool) {
	if is {
		*n++
	}
}
