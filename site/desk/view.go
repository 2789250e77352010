package desk

import (
	"fmt"
	"strings"
	"time"

	"rectify/content"
	"rectify/content/render"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/ui"
)

// Plus1 numbers a row for people.
func (p CasePage) Plus1(i int) int { return i + 1 }

// Same compares two words of different types, for the template.
func (p CasePage) Same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) && fmt.Sprint(a) != "" }

// Mine reports whether that account is who reads the page.
func (p CasePage) Mine(account string) bool { return p.Staff != nil && p.Staff.Name == account }

// Typing reports whether the form of that act is the one that came back.
func (p CasePage) Typing(act string) bool { return p.Typed.Get("act") == act }

// DraftText is what the box of the draft holds: what was just typed, or what
// is kept.
func (p CasePage) DraftText() string {
	if p.Typing(string(feedback.ActDraft)) {
		return p.Typed.Get("reply")
	}
	if p.S.Draft != nil {
		return p.S.Draft.Text
	}
	return ""
}

// DraftOffice is the office that the draft is signed by.
func (p CasePage) DraftOffice() string {
	if p.Typing(string(feedback.ActDraft)) {
		return p.Typed.Get("office")
	}
	if p.S.Draft != nil {
		return p.S.Draft.Office
	}
	return p.S.Office
}

// RowPart is another submission in a list beside this one.
type RowPart struct {
	ui.Frame
	Row
}

// RowOf makes a row ready for the page.
func (p CasePage) RowOf(r Row) RowPart { return RowPart{p.Frame, r} }

// AnswerLimit is the limit of the answer as it is now.
func (p CasePage) AnswerLimit() *feedback.Limit { return &p.S.Limits.Answer }

// AnswerLimit is the limit that staff name to the sender.
func (p EnterPage) AnswerLimit() *feedback.Limit { return &p.Receipt.Limits.Answer }

// GroupList is the part of the queue that shows groups.
func (p QueuePage) GroupList() CampaignsPage { return CampaignsPage{Frame: p.Frame, Rows: p.Groups} }

// OrderPart is an order inside a page.
type OrderPart struct {
	ui.Frame
	Box OrderBox
}

// OrderIn is an order as its part shows it.
func (p QueuePage) OrderIn(b OrderBox) OrderPart { return OrderPart{p.Frame, b} }

// OrderIn is an order as its part shows it.
func (p CasePage) OrderIn(b OrderBox) OrderPart { return OrderPart{p.Frame, b} }

// OrderIn is an order as its part shows it.
func (p OrderPage) OrderIn(b OrderBox) OrderPart { return OrderPart{p.Frame, b} }

// Clock is a time of day, to the second.
func (p QueuePage) Clock(t time.Time) string { return t.In(calendar.Beijing()).Format("15:04:05") }

// Lookers says who else looks at a submission.
func (p QueuePage) Lookers(names []string) string { return lookersText(p.Frame, names) }

// Into is the number that a group is to be merged into: what was typed, or the
// first that waits.
func (p CampaignPage) Into() string {
	if p.Typed.Get("into") != "" || len(p.Rows) == 0 {
		return p.Typed.Get("into")
	}
	return string(p.Rows[0].Number)
}

// Line is a field of one line of the form for an act. What was typed into it,
// and what is wrong with it, comes back in the form that it was sent by only.
func (p CasePage) Line(act, id, name, label string) ui.Line {
	l := ui.Line{Frame: p.Frame, ID: id, Name: name, Label: p.T(label)}
	if p.Typing(act) {
		l.Value, l.Fault = p.Typed.Get(name), p.Faults[name]
	}
	return l
}

// OptionalLine is a Line that may stay empty.
func (p CasePage) OptionalLine(act, id, name, label string) ui.Line {
	l := p.Line(act, id, name, label)
	l.Optional = true
	return l
}

// HintedLine is a Line with a hint under its label.
func (p CasePage) HintedLine(act, id, name, label, hint string) ui.Line {
	l := p.Line(act, id, name, label)
	l.Hint = p.T(hint)
	return l
}

// FigureLine is a Line for a number.
func (p CasePage) FigureLine(act, id, name, label string) ui.Line {
	l := p.Line(act, id, name, label)
	l.Figures = true
	return l
}

// Chosen is what a list of the form for an act shows: what was just chosen
// there, or what is kept.
func (p CasePage) Chosen(act, name, kept string) string {
	if p.Typing(act) {
		return p.Typed.Get(name)
	}
	return kept
}

// Part is one item of the notice as it will look, in the page of its proposal.
type Part struct {
	ui.Frame
	*render.Item
	Depth int
	Parts []Part
}

// deepest is the last level that headings have.
const deepest = 6

// Part makes an item and what is under it ready for the page.
func (p ProposalPage) Part(it *render.Item, depth int) Part {
	part := Part{Frame: p.Frame, Item: it, Depth: min(depth, deepest)}
	for _, c := range it.Children {
		part.Parts = append(part.Parts, p.Part(c, depth+1))
	}
	return part
}

// Stated reports whether the document says a status of this leaf.
func (p Part) Stated() bool { return p.Ledger.Status != content.Unstated }

// Tag is the leaf's status.
func (p Part) Tag() ui.Tag { return p.StatusTag(p.Ledger) }

// FindLine is a Finding with the words around it.
type FindLine struct {
	ui.Frame
	Finding
}

// Find makes a finding ready for the page.
func (p ProposalPage) Find(x Finding) FindLine { return FindLine{p.Frame, x} }

// Fact is one line of the notice's envelope.
type Fact struct{ Label, Value string }

// Facts are what the head and foot of the document were read as.
func (p ProposalPage) Facts() []Fact {
	n, in, con := p.N, p.N.Inspection, p.N.Contacts
	return []Fact{
		{p.T("proposal.fact.slug"), p.P.Slug},
		{p.T("proposal.fact.issuer"), n.Issuer},
		{p.T("facts.body"), in.Body},
		{p.T("facts.round"), in.Round},
		{p.T("proposal.fact.inspected"), span(p.Frame, in.From, in.To)},
		{p.T("proposal.fact.handed-over"), in.HandedOver.String()},
		{p.T("proposal.fact.date"), n.Date.String()},
		{p.T("facts.number"), n.Number},
		{p.T("proposal.fact.phone"), strings.Join(con.Phone, p.T("sep"))},
		{p.T("proposal.fact.post"), strings.TrimSpace(con.Postcode + " " + con.Post)},
		{p.T("proposal.fact.email"), strings.Join(con.Email, p.T("sep"))},
		{p.T("proposal.fact.hours"), con.Hours},
		{p.T("facts.supervision"), span(p.Frame, n.Supervision.From, n.Supervision.To)},
	}
}

func span(f ui.Frame, from, to content.Day) string {
	if from.IsZero() && to.IsZero() {
		return ""
	}
	return f.T("proposal.span", from, to)
}
