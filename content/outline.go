package content

// Outline is the notice without its text: envelope, sections, the tree of items
// with numbers, titles and ledger. It is what lists and pictures need, a tenth
// of the whole.
func (n *Notice) Outline() *Notice {
	o := *n
	o.Intro, o.Source = nil, nil
	o.Sections = make([]Section, len(n.Sections))
	for i, s := range n.Sections {
		s.Body, s.Items = nil, outlines(s.Items)
		o.Sections[i] = s
	}
	return &o
}

func outlines(items []*Item) []*Item {
	if len(items) == 0 {
		return nil
	}
	list := make([]*Item, len(items))
	for i, it := range items {
		o := *it
		o.Body, o.Measures, o.Children = nil, nil, outlines(it.Children)
		list[i] = &o
	}
	return list
}
