package edits

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"rectify/content"
)

// kinds are the edits. Each says whether it found a place.
func kinds() []func(*document) bool {
	return []func(*document) bool{
		(*document).rewordText, (*document).rewordText, (*document).insertText, (*document).dropText, (*document).rewordHeading, (*document).rewordIntro,
		(*document).add, (*document).remove, (*document).removeProblem, (*document).renumber, (*document).recount, (*document).move, (*document).addSection,
		(*document).status, (*document).status, (*document).owner, (*document).due, (*document).progress, (*document).evidence,
		(*document).headValue, (*document).headValue, (*document).headDrop, (*document).phone, (*document).contact,
		(*document).addMeasure, (*document).dropMeasure,
	}
}

// plain reports whether a character can change without changing what kind of
// text it stands in: no mark, digit, numeral or space.
func plain(r rune) bool {
	return unicode.Is(unicode.Han, r) && !strings.ContainsRune("一二三四五六七八九十是", r)
}

// place draws a plain character of a text between two others: its first and last byte.
func (d *document) place(text string) (from, to int, ok bool) {
	var all [][2]int
	last := rune(0)
	for i, r := range text {
		size := len(string(r))
		if plain(r) && plain(last) && i+size < len(text) {
			all = append(all, [2]int{i, i + size})
		}
		last = r
	}
	if len(all) == 0 {
		return 0, 0, false
	}
	p := all[d.r.IntN(len(all))]
	return p[0], p[1], true
}

// measured says that the measure at a byte of a text was reworded, if one is there.
func (d *document) measured(p *part, at int) {
	if p.item == nil {
		return
	}
	for _, m := range p.item.Measures {
		if from := strings.Index(p.text, m.Text); from >= 0 && at >= from && at < from+len(m.Text) {
			d.say("part:%s measure changed %d", d.id(p), m.Ordinal)
		}
	}
}

func (d *document) withText() (p *part, from, to int) {
	p = d.draw(func(p *part) bool { return len(p.text) > 60 })
	if p == nil {
		return nil, 0, 0
	}
	from, to, ok := d.place(p.text)
	if !ok {
		return nil, 0, 0
	}
	return p, from, to
}

func (d *document) rewordText() bool {
	p, from, to := d.withText()
	if p == nil {
		return false
	}
	x := d.rare()
	d.say("part:%s text -%s +%s", d.id(p), p.text[from:to], x)
	d.measured(p, from)
	p.text = p.text[:from] + x + p.text[to:]
	return true
}

func (d *document) insertText() bool {
	p, from, _ := d.withText()
	if p == nil {
		return false
	}
	x := d.rare() + d.rare()
	d.say("part:%s text - +%s", d.id(p), x)
	d.measured(p, from)
	p.text = p.text[:from] + x + p.text[from:]
	return true
}

func (d *document) dropText() bool {
	p, from, to := d.withText()
	if p == nil {
		return false
	}
	d.say("part:%s text -%s +", d.id(p), p.text[from:to])
	d.measured(p, from)
	p.text = p.text[:from] + p.text[to:]
	return true
}

func (d *document) rewordHeading() bool {
	p := d.draw(func(*part) bool { return true })
	if p == nil {
		return false
	}
	from, to, ok := d.place(p.heading)
	if !ok {
		return false
	}
	x := d.rare()
	d.say("part:%s heading -%s +%s", d.id(p), p.heading[from:to], x)
	p.heading = p.heading[:from] + x + p.heading[to:]
	return true
}

func (d *document) rewordIntro() bool {
	from, to, ok := d.place(d.intro)
	if !ok || slices.ContainsFunc(d.want, func(s string) bool { return strings.HasPrefix(s, "intro") }) {
		return false
	}
	x := d.rare()
	d.say("intro -%s +%s", d.intro[from:to], x)
	d.intro = d.intro[:from] + x + d.intro[to:]
	return true
}

// add puts a new finding behind another one.
func (d *document) add() bool {
	p := d.leaf()
	if p == nil {
		return false
	}
	problem, _ := d.under(p)
	k := d.number()
	id := fmt.Sprintf("%s-%d", d.id(problem), k)
	fresh := &part{attrs: []string{"#" + id}, hashes: p.hashes, heading: fmt.Sprintf("（%d）%s", k, d.sentence()), text: d.sentence() + "\n\n一是" + d.sentence(), touched: true}
	d.parts = slices.Insert(d.parts, slices.Index(d.parts, p)+1, fresh)
	d.say("part:%s added", id)
	return true
}

// remove takes a finding away from a problem that keeps another one.
func (d *document) remove() bool {
	p := d.leaf()
	if p == nil {
		return false
	}
	if _, findings := d.under(p); len(findings) < 2 {
		return false
	}
	d.say("part:%s removed", d.id(p))
	d.cut(p)
	return true
}

func (d *document) cut(p *part) {
	d.parts = slices.DeleteFunc(d.parts, func(q *part) bool { return q == p })
}

// removeProblem takes a whole problem away, its findings with it.
func (d *document) removeProblem() bool {
	p := d.leaf()
	if p == nil {
		return false
	}
	problem, findings := d.under(p)
	if problem.touched || slices.ContainsFunc(findings, func(q *part) bool { return q.touched && q != p }) {
		return false
	}
	at := slices.Index(d.parts, problem)
	aspect := at > 0 && len(d.parts[at-1].hashes) == 3
	last := at + len(findings) + 1
	if aspect && (last == len(d.parts) || len(d.parts[last].hashes) < 4) {
		return false // its aspect would be empty and a leaf itself
	}
	for _, q := range append(findings, problem) {
		d.say("part:%s removed", d.id(q))
		d.cut(q)
	}
	return true
}

func (d *document) renumber() bool {
	p := d.leaf()
	if p == nil {
		return false
	}
	was := d.id(p)
	p.attrs[0] = fmt.Sprintf("%s-%d", p.attrs[0][:strings.LastIndex(p.attrs[0], "-")], d.number())
	d.say("part:%s renumbered from %s", d.id(p), was)
	return true
}

// recount changes the number in a heading and not the id.
func (d *document) recount() bool {
	p := d.leaf()
	if p == nil {
		return false
	}
	now := string('㊱' + d.r.Int32N(10))
	d.say("part:%s number %s to %s", d.id(p), p.item.Number, now)
	p.heading = now + strings.TrimPrefix(p.heading, p.item.Number)
	return true
}

// move sets a finding under another problem, under its own id.
func (d *document) move() bool {
	p, to := d.leaf(), d.leaf()
	if p == nil || to == nil {
		return false
	}
	from, findings := d.under(p)
	if other, _ := d.under(to); other == from || len(findings) < 2 {
		return false
	}
	d.cut(p)
	d.parts = slices.Insert(d.parts, slices.Index(d.parts, to)+1, p)
	d.say("part:%s moved", d.id(p))
	return true
}

func (d *document) addSection() bool {
	if d.moved {
		return false
	}
	d.moved = true
	p := &part{hashes: "##", heading: "九、" + d.sentence(), text: d.sentence(), touched: true}
	d.parts = append(d.parts, p)
	d.say("part:%s added", d.id(p))
	return true
}

// set changes one value of a leaf's attribute list and says so.
func (d *document) set(p *part, key, old, value string) bool {
	if old == value {
		return false
	}
	d.say("part:%s %s %q to %q", d.id(p), key, old, value)
	p.attrs = slices.DeleteFunc(p.attrs, func(a string) bool { return strings.HasPrefix(a, key+"=") })
	p.attrs = append(p.attrs, fmt.Sprintf("%s=%q", key, value))
	return true
}

func (d *document) status() bool {
	p := d.leaf()
	if p == nil {
		return false
	}
	all := content.Statuses()
	now := all[d.r.IntN(len(all)-1)]
	if !d.set(p, "status", string(p.item.Ledger.Status), string(now)) {
		return false
	}
	if d.r.IntN(2) == 0 {
		d.set(p, "label", p.item.Ledger.Label, "改作"+d.rare())
	}
	return true
}

func (d *document) owner() bool {
	p := d.leaf()
	return p != nil && d.set(p, "owner", p.item.Ledger.Owner, "办公室"+d.rare())
}

func (d *document) due() bool {
	p := d.leaf()
	return p != nil && d.set(p, "due", p.item.Ledger.Due.String(), fmt.Sprintf("2027-%02d-11", 1+d.r.IntN(12)))
}

func (d *document) progress() bool {
	p := d.leaf()
	if p == nil {
		return false
	}
	was := ""
	if k := p.item.Ledger.Progress; k != nil {
		was = fmt.Sprint(*k)
	}
	return d.set(p, "progress", was, fmt.Sprint(d.r.IntN(101)))
}

func (d *document) evidence() bool {
	p := d.leaf()
	return p != nil && d.set(p, "evidence", p.item.Ledger.Evidence, "清单"+d.rare())
}

// value changes the value of a line of the head.
func (d *document) value(begin, key, old, now string) bool {
	for i, l := range d.head {
		if strings.TrimSpace(l) == strings.TrimSpace(begin+" "+old) && old != now && !d.said("head:"+key+" ") {
			d.head[i] = l[:len(l)-len(old)] + now
			d.say("head:%s %q to %q", key, old, now)
			return true
		}
	}
	return false
}

func (d *document) said(begin string) bool {
	return slices.ContainsFunc(d.want, func(s string) bool { return strings.HasPrefix(s, begin) })
}

func (d *document) find(begin string) (string, bool) {
	for _, l := range d.head {
		if v, ok := strings.CutPrefix(strings.TrimSpace(l), begin+" "); ok {
			return v, true
		}
	}
	return "", false
}

// headValue changes a date, a name or a number in the head.
func (d *document) headValue() bool {
	x := [][2]string{
		{"title:", "title"}, {"issuer:", "issuer"}, {"date:", "date"}, {"body:", "inspection.body"}, {"round:", "inspection.round"},
		{"handed_over:", "inspection.handed_over"}, {"kind:", "inspection.kind"}, {"number:", "number"}, {"index:", "index"},
		{"aspects:", "stated.aspects"}, {"findings:", "stated.findings"},
	}[d.r.IntN(11)]
	old, ok := d.find(x[0])
	if !ok {
		return false
	}
	now := old + d.rare()
	switch {
	case strings.Contains(x[1], "date"), strings.Contains(x[1], "handed"):
		now = fmt.Sprintf("20%02d-07-%02d", 30+d.r.IntN(60), 1+d.r.IntN(28))
	case strings.HasPrefix(x[1], "stated"):
		now = fmt.Sprint(100 + d.r.IntN(800))
	}
	return d.value(x[0], x[1], old, now)
}

// headDrop takes a value of the head away.
func (d *document) headDrop() bool {
	x := [][2]string{{"round:", "inspection.round"}, {"index:", "index"}, {"hours:", "contacts.hours"}}[d.r.IntN(3)]
	old, ok := d.find(x[0])
	return ok && d.value(x[0], x[1], old, "")
}

func (d *document) phone() bool {
	old, ok := d.find("-")
	for _, l := range d.head {
		if v := strings.TrimPrefix(strings.TrimSpace(l), "- "); strings.HasPrefix(v, "0600-") {
			old = v
		}
	}
	return ok && strings.HasPrefix(old, "0600-") && d.value("-", "contacts.phone", old, fmt.Sprintf("0600-555-%04d", d.r.IntN(10000)))
}

func (d *document) contact() bool {
	old, ok := d.find("post:")
	return ok && d.value("post:", "contacts.post", old, old+d.rare())
}

// addMeasure sets one more measure behind the last one of a leaf.
func (d *document) addMeasure() bool {
	p := d.leaf()
	if p == nil || len(p.item.Measures) == 0 || len(p.item.Measures) > 8 {
		return false
	}
	k := len(p.item.Measures)
	if !strings.HasSuffix(p.text, p.item.Measures[k-1].Text) || !strings.HasSuffix(p.text, "。") {
		return false
	}
	more := "\n\n" + string([]rune("一二三四五六七八九十")[k]) + "是" + d.sentence()
	p.text += more
	d.say("part:%s text - +%s", d.id(p), more)
	d.say("part:%s measure added %d", d.id(p), k+1)
	return true
}

// dropMeasure takes the last measure of a leaf away.
func (d *document) dropMeasure() bool {
	p := d.leaf()
	if p == nil || len(p.item.Measures) < 2 {
		return false
	}
	last := p.item.Measures[len(p.item.Measures)-1]
	rest, ok := strings.CutSuffix(p.text, last.Text)
	if !ok {
		return false
	}
	rest = strings.TrimSpace(rest)
	d.say("part:%s text -%s +", d.id(p), p.text[len(rest):])
	d.say("part:%s measure removed %d", d.id(p), last.Ordinal)
	p.text = rest
	return true
}
