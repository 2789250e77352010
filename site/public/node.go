package public

import (
	"rectify/content"
	"rectify/content/render"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/ui"
)

// Node is one item on the page of its notice; Depth is the level of its heading.
type Node struct {
	ui.Frame
	*render.Item
	Depth    int
	Slug     string
	Said     int
	Late     string
	Children []Node
}

// Node makes an item and what is under it ready for the page.
func (p NoticePage) Node(it *render.Item, depth int) Node {
	n := Node{Frame: p.Frame, Item: it, Depth: depth, Slug: p.N.Slug, Said: p.Said[it.ID], Late: lateText(p.Frame, it.Ledger, p.AsOf)}
	for _, c := range it.Children {
		n.Children = append(n.Children, p.Node(c, depth+1))
	}
	return n
}

// Stated reports whether the document says a status of this leaf.
func (n Node) Stated() bool { return n.Ledger.Status != content.Unstated }

// Tag is the leaf's status.
func (n Node) Tag() ui.Tag { return n.StatusTag(n.Ledger) }

// Due is the leaf's limit.
func (n Node) Due() calendar.Day { return day(n.Ledger.Due) }

// Stated reports whether the document says a status of the leaf.
func (p ItemPage) Stated() bool { return p.It.Ledger.Status != content.Unstated }

// Stated reports whether the document says a status of the leaf written about.
func (p FormPage) Stated() bool { return p.Item != nil && p.Item.Ledger.Status != content.Unstated }

// Asked are the questions of the rating, with what was chosen now or before.
func (p TrackPage) Asked() []MarkField {
	list := p.Opened.Marks(p.Frame)
	if p.Typed.Get("act") == string(feedback.ActRate) {
		for i := range list {
			list[i].Chosen = mark(p.Typed, list[i].Name)
		}
	}
	return list
}

// Marks are the sender's judgement of the answer: one question each, with what
// was chosen before.
func (o *Opened) Marks(f ui.Frame) []MarkField {
	var kept feedback.Rating
	if o.S.Rating != nil {
		kept = *o.S.Rating
	}
	return []MarkField{
		{f, "solved", kept.Solved, true}, {f, "attitude", kept.Attitude, false}, {f, "speed", kept.Speed, false},
	}
}

// RatedWord is what the sender added to the rating.
func (p TrackPage) RatedWord() string {
	if p.Typed.Get("act") == string(feedback.ActRate) || p.Opened.S.Rating == nil {
		return p.Typed.Get("word")
	}
	return p.Opened.S.Rating.Word
}

// MarkField is one question of the rating.
type MarkField struct {
	ui.Frame
	Name   string
	Chosen int
	Must   bool
}

// Values are the marks, best first.
func (MarkField) Values() []int { return []int{3, 2, 1} }
