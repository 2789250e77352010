package importer

import (
	"strconv"

	"rectify/content"
)

// ids gives every item the id that its numbers make, and where the same number
// stands twice side by side, one with a number before it that is free: an id
// must name one item only.
func (p *reading) ids() {
	derived := p.n.DerivedIDs(func(*content.Item) bool { return false })
	seen := make(map[string]bool)
	for it := range p.n.Items {
		it.ID = derived[it]
		for k := 1; seen[it.ID] && k < 1000; k++ {
			it.ID = strconv.Itoa(k) + "." + bare(derived[it])
		}
		if it.ID != derived[it] {
			p.note(Uncertain, it.Line, "number-twice", it.Number, it.ID)
		}
		seen[it.ID] = true
	}
}

// bare is an id without the number before it.
func bare(id string) string {
	for i := range len(id) {
		if id[i] == '.' {
			return id[i+1:]
		}
	}
	return id
}
