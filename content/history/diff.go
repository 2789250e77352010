package history

import (
	"time"

	"rectify/content"
)

// Difference is what sets one version of a notice apart from another, as a
// reader sees it. The zero value says that nothing does.
type Difference struct {
	Head  []Field // title, issuer, dates, contacts …, in the order of the head
	Intro []Span  // the text before the first heading; nil if it is the same
	Parts []Part  // sections and items, in the order of the new document
}

// Empty reports whether a reader sees the same in both.
func (d Difference) Empty() bool { return len(d.Head) == 0 && d.Intro == nil && len(d.Parts) == 0 }

// Field is a named value that changed; an empty side means that it was not
// stated. Key is as in the front matter (inspection.from) or attribute list.
type Field struct {
	Key      string
	Old, New string
	Spans    []Span
}

// Kind says what became of a part or a measure.
type Kind string

// What can become of a part. Changed covers all that the flags and texts of a
// Part tell: moved, renumbered, reworded, status and the rest of the ledger.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
)

// Part is one section or item that is not as it was. Of one that was added or
// removed the texts and the ledger are told whole.
type Part struct {
	Kind  Kind
	Level content.Level // 0: a section

	ID, OldID         string
	Number, OldNumber string // as written: （一）, 1., ①
	Title             string // without the number; as it was, where it was removed
	Renumbered        bool   // its id or its number is another one
	Moved             bool   // it stands elsewhere

	Heading  []Span          // the title, nil if it is the same
	Text     []Span          // the text under it, children's left out; nil if it is the same
	Ledger   []Field         // status, label, owner, due, progress, evidence
	Measures []MeasureChange // read from Text, not in addition to it
}

// MeasureChange is one measure that came, went or was reworded. That its 二是
// became 三是 alone is none.
type MeasureChange struct {
	Kind    Kind
	Ordinal int    // as it is now; as it was, where it was removed
	Mark    string // 一是
}

// Diff says what changed from old to new. It takes bounded time: a text that is
// too tangled to compare by character in it is told as replaced.
func Diff(old, new *content.Notice) Difference {
	deadline := time.Now().Add(patience)
	d := Difference{Head: changed(headFields(old), headFields(new), deadline)}
	d.Intro = spans(joined(old.Intro), joined(new.Intro), deadline)
	before, after := nodes(old), nodes(new)
	was := match(before, after)
	elsewhere := moved(before, after, was)
	gone := removed(before, was)
	d.Parts = append(d.Parts, gone[-1]...)
	for i, n := range after {
		p := Part{Kind: Added, Level: n.level, ID: n.id, Number: n.number, Title: n.title, Moved: elsewhere[i]}
		o := node{}
		if was[i] >= 0 {
			o = before[was[i]]
			p.Kind, p.OldID, p.OldNumber = Changed, o.id, o.number
			p.Renumbered = n.number != o.number || n.item != nil && n.id != o.id
		}
		p.compare(o, n, deadline)
		if !p.same() {
			d.Parts = append(d.Parts, p)
		}
		if was[i] >= 0 {
			d.Parts = append(d.Parts, gone[was[i]]...)
		}
	}
	return d
}

// compare fills in what is said of a part.
func (p *Part) compare(o, n node, deadline time.Time) {
	p.Heading = spans(o.title, n.title, deadline)
	p.Text = spans(o.text, n.text, deadline)
	p.Ledger = changed(ledgerFields(o.item), ledgerFields(n.item), deadline)
	var a, b []content.Measure
	if o.item != nil {
		a = o.item.Measures
	}
	if n.item != nil {
		b = n.item.Measures
	}
	p.Measures = measures(a, b)
}

func (p *Part) same() bool {
	return p.Kind == Changed && !p.Moved && !p.Renumbered && p.Heading == nil && p.Text == nil && len(p.Ledger) == 0
}

// removed tells the old nodes that are gone, by the old node before them that
// stayed, -1 for the head of the document.
func removed(before []node, was []int) map[int][]Part {
	stayed := make(map[int]bool, len(was))
	for _, o := range was {
		stayed[o] = true
	}
	gone := make(map[int][]Part)
	last := -1
	for i, o := range before {
		if stayed[i] {
			last = i
			continue
		}
		p := Part{Kind: Removed, Level: o.level, ID: o.id, OldID: o.id, Number: o.number, OldNumber: o.number, Title: o.title}
		p.compare(o, node{}, time.Time{})
		gone[last] = append(gone[last], p)
	}
	return gone
}

// changed are the fields whose values differ; both lists have the same keys.
func changed(old, new [][2]string, deadline time.Time) []Field {
	var out []Field
	for i, f := range new {
		if was := old[i][1]; was != f[1] {
			out = append(out, Field{f[0], was, f[1], spans(was, f[1], deadline)})
		}
	}
	return out
}

// measures aligns two lists of measures: what says the same stays, what is
// alike was reworded, and so was what stands alone between the same two.
func measures(old, new []content.Measure) []MeasureChange {
	words := func(all []content.Measure) []string {
		out := make([]string, len(all))
		for i, m := range all {
			out[i] = m.Text[len(m.Mark):]
		}
		return out
	}
	a, b := words(old), words(new)
	was := make([]int, len(b))
	taken := make([]bool, len(a))
	for j := range b {
		was[j] = -1
		for i := range a {
			if !taken[i] && a[i] == b[j] {
				was[j], taken[i] = i, true
				break
			}
		}
	}
	reworded := make(map[int]bool)
	join := func(i, j int) { was[j], taken[i], reworded[j] = i, true, true }
	restOld, restNew := rest(taken), open(was)
	pick := func(all []string, which []int) (out []string) {
		for _, i := range which {
			out = append(out, all[i])
		}
		return out
	}
	for _, p := range pairs(pick(a, restOld), pick(b, restNew), func(int, int) float64 { return 0 }) {
		join(restOld[p.old], restNew[p.new])
	}
	if restOld, restNew = rest(taken), open(was); len(restOld) == len(restNew) {
		for k := range restOld {
			join(restOld[k], restNew[k])
		}
	}
	return told(old, new, was, taken, reworded)
}

func rest(taken []bool) (out []int) {
	for i, t := range taken {
		if !t {
			out = append(out, i)
		}
	}
	return out
}

func open(was []int) (out []int) {
	for j, i := range was {
		if i < 0 {
			out = append(out, j)
		}
	}
	return out
}

func told(old, new []content.Measure, was []int, taken []bool, reworded map[int]bool) []MeasureChange {
	var out []MeasureChange
	for j, m := range new {
		switch {
		case was[j] < 0:
			out = append(out, MeasureChange{Added, m.Ordinal, m.Mark})
		case reworded[j]:
			out = append(out, MeasureChange{Changed, m.Ordinal, m.Mark})
		}
	}
	for i, m := range old {
		if !taken[i] {
			out = append(out, MeasureChange{Removed, m.Ordinal, m.Mark})
		}
	}
	return out
}
