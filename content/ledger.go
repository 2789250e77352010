package content

// Items yields every item of the notice in document order, parents first.
func (n *Notice) Items(yield func(*Item) bool) {
	for i := range n.Sections {
		for _, it := range n.Sections[i].Items {
			if !it.walk(yield) {
				return
			}
		}
	}
}

func (it *Item) walk(yield func(*Item) bool) bool {
	if !yield(it) {
		return false
	}
	for _, c := range it.Children {
		if !c.walk(yield) {
			return false
		}
	}
	return true
}

// Leaves returns the leaves in document order.
func (n *Notice) Leaves() []*Item {
	var leaves []*Item
	n.Items(func(it *Item) bool {
		if it.Leaf() {
			leaves = append(leaves, it)
		}
		return true
	})
	return leaves
}

// Leaves returns the leaves under it, or it alone if it is one.
func (it *Item) Leaves() []*Item {
	var leaves []*Item
	it.walk(func(x *Item) bool {
		if x.Leaf() {
			leaves = append(leaves, x)
		}
		return true
	})
	return leaves
}

// Item returns the item with the given id, or nil.
func (n *Notice) Item(id string) *Item {
	var found *Item
	n.Items(func(it *Item) bool {
		if it.ID == id {
			found = it
		}
		return found == nil
	})
	return found
}

// Path returns the items from the top of the tree down to id, or nil if there
// is no such item.
func (n *Notice) Path(id string) []*Item {
	for i := range n.Sections {
		for _, it := range n.Sections[i].Items {
			if p := it.path(id); p != nil {
				return p
			}
		}
	}
	return nil
}

func (it *Item) path(id string) []*Item {
	if it.ID == id {
		return []*Item{it}
	}
	for _, c := range it.Children {
		if p := c.path(id); p != nil {
			return append([]*Item{it}, p...)
		}
	}
	return nil
}

// Progress counts leaves by status. It is always computed, never typed.
type Progress struct {
	Total    int
	ByStatus map[Status]int
}

// Count returns the progress over the given leaves.
func Count(leaves []*Item) Progress {
	p := Progress{Total: len(leaves), ByStatus: make(map[Status]int)}
	for _, l := range leaves {
		p.ByStatus[l.Ledger.Status]++
	}
	return p
}

// Stated reports whether at least one leaf states a status.
func (p Progress) Stated() bool { return p.ByStatus[Unstated] < p.Total }

// Completed is the number of leaves that the document calls completed.
func (p Progress) Completed() int { return p.ByStatus[Completed] }

// Progress counts all leaves of the notice.
func (n *Notice) Progress() Progress { return Count(n.Leaves()) }

// Totals are the numbers of aspects, problems and leaves as counted, to be
// held against Stated.
func (n *Notice) Totals() Stated {
	t := Stated{Findings: len(n.Leaves())}
	n.Items(func(it *Item) bool {
		switch it.Level {
		case Aspect:
			t.Aspects++
		case Problem:
			t.Problems++
		}
		return true
	})
	return t
}
