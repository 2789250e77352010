package importer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rectify/content"
	"rectify/content/document"
	"rectify/content/format"
	"rectify/content/numbering"
)

var (
	columnName  = regexp.MustCompile(`^(?:序号|编号|(?:巡[察视]组?)?(?:反馈|指出|存在|发现|移交)?的?(?:具体|主要)?问题(?:表现|描述|清单|内容)?|` + fieldNames + `|备注)$`)
	problemName = regexp.MustCompile(`问题|^整改事项$`)
	serialName  = regexp.MustCompile(`^(?:序号|编号)$`)
)

// headRow is the row of a table that names the columns of a ledger, or -1.
func headRow(rows [][]string) int {
	for i, r := range rows[:min(len(rows), 3)] {
		known, problem := 0, false
		for _, c := range r {
			name := squeezed(visible(c))
			if columnName.MatchString(name) {
				known++
				problem = problem || problemName.MatchString(name) && !strings.HasPrefix(name, "整改")
			}
		}
		if known >= 2 && problem {
			return i
		}
	}
	return -1
}

// ledgerTable reports whether each row of a table is an item.
func ledgerTable(rows [][]string) bool {
	at := headRow(rows)
	return at >= 0 && at+1 < len(rows)
}

// ledger is one table on its way into the tree.
type ledger struct {
	p       *reading
	sec     *content.Section
	above   []*content.Item // what the table stands under
	line    int             // place of the row at hand
	names   []string        // of the columns
	serial  int             // column of the number, or -1
	problem int             // column of the words
	level   content.Level
	next    int // ordinal of a row without one
	group   *content.Item
	values  []string // by column, of the row before: what merged cells go on with
	merged  document.Cells
	at      int // row at hand
}

// rows makes an item of every row under what stands above the table.
func (p *reading) rows(sec *content.Section, above []*content.Item, l line) error {
	head := headRow(l.rows)
	t := &ledger{p: p, sec: sec, above: above, serial: -1, problem: -1, next: 1, level: content.Problem, merged: l.merged}
	for c, name := range l.rows[head] {
		name = squeezed(visible(name))
		t.names = append(t.names, name)
		switch {
		case serialName.MatchString(name) && t.serial < 0:
			t.serial = c
		case problemName.MatchString(name) && !strings.HasPrefix(name, "整改") && t.problem < 0:
			t.problem = c
		}
	}
	if up := last(above); up != nil && up.Level == content.Problem && t.first(l.rows[head+1:]) == up.Ordinal+1 {
		t.above = above[:len(above)-1] // the rows count on from the problem above
	} else if up != nil && up.Level >= content.Problem {
		t.level = content.Finding
		if up.Level == content.Finding {
			t.above = above[:len(above)-1]
		}
	}
	for _, r := range l.rows[:head] {
		p.unplaced = append(p.unplaced, document.Left{Line: p.source(l.no), Reason: "table-title", Text: strings.Join(filled(r), " ")})
	}
	p.unplaced = append(p.unplaced, document.Left{Line: p.source(l.no), Reason: "table-head", Text: strings.Join(filled(l.rows[head]), " ")})
	for i, r := range l.rows[head+1:] {
		t.at = head + 1 + i
		t.line = l.rowNo[t.at]
		if err := t.row(r); err != nil {
			return err
		}
	}
	return nil
}

// first is the number of the first row that has one.
func (t *ledger) first(rows [][]string) int {
	for _, r := range rows {
		if t.serial >= 0 && t.serial < len(r) {
			if v, err := strconv.Atoi(fold(strings.TrimSpace(visible(r[t.serial])))); err == nil {
				return v
			}
		}
	}
	return 0
}

// filled are the cells of a row that hold text.
func filled(row []string) []string {
	var out []string
	for _, c := range row {
		if c = strings.TrimSpace(visible(c)); c != "" {
			out = append(out, c)
		}
	}
	return out
}

func (t *ledger) row(r []string) error {
	cells := filled(r)
	switch {
	case len(cells) == 0:
		return nil
	case len(cells) == 1 && len(t.names) > 1:
		return t.across(cells[0])
	}
	serial := ""
	if t.serial >= 0 && t.serial < len(r) {
		serial = strings.TrimSpace(visible(r[t.serial]))
	}
	words := ""
	if t.problem < len(r) {
		words = strings.Join(strings.Fields(visible(r[t.problem])), " ")
	}
	if words == "" { // a cell that was merged with the one above it: the row goes on
		return t.more(r)
	}
	it, text, err := t.item(serial, words)
	if err != nil {
		return err
	}
	if text != "" {
		t.p.under(it, makeLine(t.line, text).asText())
	}
	t.rest(it, t.whole(r))
	return nil
}

// whole is the row with what it states in cells that were merged with those
// above: one office may answer for several rows.
func (t *ledger) whole(r []string) []string {
	r = slices.Clone(r)
	for c, name := range t.names[:min(len(t.names), len(r))] {
		if t.merged[[2]int{t.at, c}] && c < len(t.values) && (ownerName.MatchString(name) || leadName.MatchString(name) || dueName.MatchString(name) || statusName.MatchString(name)) {
			r[c] = t.values[c]
		}
	}
	t.values = r
	return r
}

func (l line) asText() line {
	l.marker, l.rest = numbering.Marker{}, l.text
	return l
}

// item makes the heading of a row: its number as written, in the form that its
// level has where it is a bare digit.
func (t *ledger) item(serial, words string) (*content.Item, string, error) {
	own, rest := numbering.Read(words)
	number := ""
	written, _ := numbering.Read(serial + "甲")
	switch ordinal, err := strconv.Atoi(fold(serial)); {
	case written.Text == serial && written.Kind > numbering.HanPar && levelOf(written.Kind) == t.level:
		number, t.next = serial, written.Ordinal
	case serial == "" && own.Kind > numbering.HanPar && levelOf(own.Kind) == t.level && rest != "":
		number, words = own.Text, rest
	case err == nil && ordinal > 0 && ordinal < 1000:
		number, t.next = t.form(serial), ordinal
	default:
		number = t.form(strconv.Itoa(t.next))
		t.p.note(Uncertain, t.line, "row-number-added", number, words)
		if serial != "" {
			t.p.unplaced = append(t.p.unplaced, document.Left{Line: t.p.source(t.line), Reason: "row-number", Text: serial})
		}
	}
	t.next++
	title, text := split(words)
	if f := fold(title); f != "" && f[0] >= '0' && f[0] <= '9' {
		number += " " // 1.5倍 would be a decimal
	}
	l := makeLine(t.line, number+title)
	if l.marker.Kind == numbering.None {
		return nil, "", ErrTooLarge // more rows than numbers can count
	}
	stack := append([]*content.Item(nil), t.above...)
	if t.group != nil {
		stack = append(stack, t.group)
	}
	it, err := t.p.item(t.sec, &stack, l, l.rest)
	return it, text, err
}

// form sets off a bare number as those of the level are.
func (t *ledger) form(digits string) string {
	if t.level == content.Finding {
		return "（" + digits + "）"
	}
	return digits + "."
}

// across takes a row with one text over all columns: an aspect if it is
// numbered as one, else text of the row before.
func (t *ledger) across(text string) error {
	l := makeLine(t.line, strings.Join(strings.Fields(text), " "))
	if l.marker.Kind == numbering.HanPar && l.rest != "" && len(t.above) == 0 {
		t.group = nil
		stack := []*content.Item{}
		title, rest := split(l.rest)
		it, err := t.p.item(t.sec, &stack, l, title)
		if err != nil {
			return err
		}
		t.group = it
		if rest != "" {
			t.p.under(it, l.with(rest))
		}
		return nil
	}
	return t.append(l.asText())
}

// append puts a line behind what the table said last.
func (t *ledger) append(l line) error {
	if it := t.latest(); it != nil {
		t.p.note(Uncertain, t.line, "row-across", l.text, it.Heading)
		t.p.under(it, l)
		return nil
	}
	t.p.before(t.sec, l)
	return nil
}

// latest is the item that was made last.
func (t *ledger) latest() *content.Item {
	return last(lowest(t.sec.Items))
}

// more puts a row that goes on with the one above under the same item.
func (t *ledger) more(r []string) error {
	it := t.latest()
	if it == nil {
		return t.append(makeLine(t.line, strings.Join(filled(r), " ")).asText())
	}
	t.rest(it, r)
	return nil
}

// rest puts the other columns under the item, each with its column's name.
func (t *ledger) rest(it *content.Item, r []string) {
	for c, cell := range r {
		cell = strings.TrimSpace(visible(cell))
		if cell == "" || c == t.serial && t.problem < len(r) && strings.TrimSpace(visible(r[t.problem])) != "" || c == t.problem {
			continue
		}
		name := ""
		if c < len(t.names) {
			name = t.names[c]
		}
		for i, text := range strings.FieldsFunc(cell, lineEnd) {
			if i == 0 && name != "" {
				text = name + "：" + text
			}
			l := makeLine(t.line, text).asText()
			if i > 0 || name == "" {
				if b := format.Text(l.text); b != "" {
					it.Body = append(it.Body, content.Block{Line: t.line, Text: b})
				}
				continue
			}
			t.p.under(it, l)
		}
	}
}
