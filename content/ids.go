package content

import (
	"strconv"

	"rectify/content/numbering"
)

// DerivedIDs answers the id that numbers alone make for every item: 3, 3-2,
// a1. Where a number was used in an earlier section, the section's number
// stands before it; where numbers begin anew under another aspect of the same
// section, that of the aspect does. Items for which given says so keep the ID
// that they have, as far as others depend on it.
func (n *Notice) DerivedIDs(given func(*Item) bool) map[*Item]string {
	d := &deriving{given: given, used: make(map[string]bool), ids: make(map[*Item]string)}
	for i := range n.Sections {
		sec := &n.Sections[i]
		prefix := ""
		if d.restarts(sec.Items, "") {
			ordinal := i + 1
			if m, _ := numbering.Read(sec.Heading); m.Kind == numbering.Han {
				ordinal = m.Ordinal
			}
			prefix = strconv.Itoa(ordinal) + "."
		}
		d.name(sec.Items, nil, "", prefix)
	}
	return d.ids
}

type deriving struct {
	given func(*Item) bool
	used  map[string]bool
	ids   map[*Item]string
}

// bareID is the id of it without a number before it; parent is that of the item above.
func bareID(it *Item, parent string) string {
	switch {
	case it.Level == Aspect:
		return "a" + strconv.Itoa(it.Ordinal)
	case it.Level == Problem || parent == "":
		return strconv.Itoa(it.Ordinal)
	}
	return parent + "-" + strconv.Itoa(it.Ordinal)
}

// restarts reports whether a number of these items was used already.
func (d *deriving) restarts(items []*Item, parent string) bool {
	for _, it := range items {
		id := bareID(it, parent)
		if d.used[id] || d.restarts(it.Children, id) {
			return true
		}
	}
	return false
}

func (d *deriving) name(items []*Item, above *Item, parent, prefix string) {
	if above != nil && above.Level == Aspect {
		prefix = d.anew(items, above, parent, prefix)
	}
	for _, it := range items {
		bare := bareID(it, parent)
		d.ids[it] = prefix + bare
		if d.given(it) {
			d.used[it.ID] = true
		} else {
			d.used[prefix+bare] = true
		}
		d.name(it.Children, it, bare, prefix)
	}
}

// anew is the number before the ids of items whose numbers were used under an
// earlier aspect: the aspect's own, or the next that is free.
func (d *deriving) anew(items []*Item, above *Item, parent, prefix string) string {
	taken := func(prefix string) bool {
		for _, it := range items {
			if d.used[prefix+bareID(it, parent)] {
				return true
			}
		}
		return false
	}
	if !taken(prefix) {
		return prefix
	}
	for k := above.Ordinal; k < above.Ordinal+999; k++ {
		if p := strconv.Itoa((k-1)%999+1) + "."; !taken(p) {
			return p
		}
	}
	return prefix
}
