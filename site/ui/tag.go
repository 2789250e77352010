package ui

import "rectify/content"

// Tag is a status as word, shape and colour.
type Tag struct {
	Class, Icon, Label, Sprite string
}

// StatusTag is the tag of a leaf's status. The document's own word is what
// readers see; the catalogue's stands in only where the document has none.
func (f Frame) StatusTag(l content.Ledger) Tag {
	t := Tag{Label: l.Label, Sprite: f.Assets.URL("icons.svg")}
	switch l.Status {
	case content.Completed:
		t.Class, t.Icon = "done", "done"
	case content.Unstated:
		t.Class = "none"
	default:
		t.Class, t.Icon = string(l.Status), string(l.Status)
	}
	if t.Label == "" {
		t.Label = f.T("status." + l.Status.Code())
	}
	return t
}
