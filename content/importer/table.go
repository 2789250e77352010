package importer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rectify/content"
	"rectify/content/document"
	"rectify/content/numbering"
)

var (
	problemName = regexp.MustCompile(`^(?:(?:巡[察视]组?)?(?:反馈|指出|存在|发现|移交)?的?(?:具体|主要)?问题(?:表现|描述|清单|内容|摘要)?|(?:巡[察视]组?)?反馈意见(?:内容)?|具体表现|整改(?:事项|任务|内容))$`)
	serialName  = regexp.MustCompile(`^(?:序号|编号)$`)
	groupName   = regexp.MustCompile(`^(?:问题|所属|整改)?(?:类别|类型|分类|方面|领域)$`)
	otherName   = regexp.MustCompile(`^(?:` + fieldNames + `|备注)$`)
	besideName  = regexp.MustCompile(`[/、及和与]|\(.*`) // 责任人/责任单位, 整改措施及成效, 完成时限(月)
)

// columnKnown reports whether ledgers have a column of that name, by itself or
// with another thing beside it.
func columnKnown(name string) bool {
	for _, re := range []*regexp.Regexp{serialName, problemName, groupName, otherName} {
		if re.MatchString(name) {
			return true
		}
	}
	at := besideName.FindStringIndex(name)
	return at != nil && at[0] > 0 && otherName.MatchString(name[:at[0]])
}

// headRow is the row of a table that names the columns of a ledger, or -1.
func headRow(rows [][]string) int {
	for i, r := range rows[:min(len(rows), 3)] {
		known, problem := 0, false
		for _, c := range r {
			name := squeezed(visible(c))
			if columnKnown(name) {
				known++
			}
			problem = problem || problemName.MatchString(name)
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
	grouped int             // column of the aspects, or -1
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
	t := &ledger{p: p, sec: sec, above: above, next: 1, level: content.Problem, merged: l.merged}
	t.columns(l.rows[head])
	t.under(t.first(l.rows[head+1:]))
	if !l.goesOn {
		for _, r := range l.rows[:head] {
			t.leave("table-title", l.no, r)
		}
		t.leave("table-head", l.no, l.rows[head])
	}
	for i, r := range l.rows[head+1:] {
		t.at = head + 1 + i
		t.line = l.rowNo[t.at]
		if err := t.row(r); err != nil {
			return err
		}
	}
	return nil
}

// columns finds out what stands in which column.
func (t *ledger) columns(head []string) {
	t.serial, t.problem, t.grouped = -1, -1, -1
	for c, name := range head {
		name = squeezed(visible(name))
		t.names = append(t.names, name)
		switch {
		case serialName.MatchString(name) && t.serial < 0:
			t.serial = c
		case problemName.MatchString(name) && t.problem < 0:
			t.problem = c
		case groupName.MatchString(name) && t.grouped < 0:
			t.grouped = c
		}
	}
}

// under decides what the rows stand under, by the number of the first.
func (t *ledger) under(first int) {
	up := last(t.above)
	switch {
	case up == nil || up.Level < content.Problem:
	case up.Level == content.Problem && first == up.Ordinal+1:
		t.above = t.above[:len(t.above)-1] // the rows count on from the problem above
	default:
		t.level = content.Finding
		if up.Level == content.Finding {
			t.above = t.above[:len(t.above)-1]
		}
	}
}

// leave puts a row outside of the notice.
func (t *ledger) leave(reason string, at int, row []string) {
	t.p.unplaced = append(t.p.unplaced, document.Left{Line: t.p.source(at), Reason: reason, Text: strings.Join(filled(row), " ")})
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
	serial, words := cell(r, t.serial), cell(r, t.problem)
	if group := cell(r, t.grouped); t.heads(group) {
		if err := t.across(group); err != nil {
			return err
		}
		r = slices.Clone(r)
		r[t.grouped] = ""
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

// cell is the text of one cell as one line, empty for a column that is not there.
func cell(row []string, column int) string {
	if column < 0 || column >= len(row) {
		return ""
	}
	return strings.Join(strings.Fields(visible(row[column])), " ")
}

// whole is the row with what it states in cells that were merged with those
// above: one office may answer for several rows.
func (t *ledger) whole(r []string) []string {
	r = slices.Clone(r)
	for c, name := range t.names[:min(len(t.names), len(r))] {
		if t.merged[[2]int{t.at, c}] && c < len(t.values) && states(name) {
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

// heads reports whether a text is the heading of an aspect.
func (t *ledger) heads(text string) bool {
	m, rest := numbering.Read(text)
	return m.Kind == numbering.HanPar && rest != "" && len(t.above) == 0
}

// across takes a row with one text over all columns: an aspect if it is
// numbered as one, else text of the row before.
func (t *ledger) across(text string) error {
	l := makeLine(t.line, strings.Join(strings.Fields(text), " "))
	if t.heads(l.text) {
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
	if serial := cell(r, t.serial); serial != "" { // a number of its own, but no words
		t.p.note(Uncertain, t.line, "row-merged", serial, it.Heading)
	}
	t.rest(it, r)
	return nil
}

// rest puts the other columns under the item, each with its column's name.
func (t *ledger) rest(it *content.Item, r []string) {
	for c := range r {
		text := strings.TrimSpace(visible(r[c]))
		if text == "" || c == t.problem || c == t.serial && cell(r, t.problem) != "" {
			continue
		}
		if c >= len(t.names) || t.names[c] == "" {
			t.paragraphs(it, text)
			continue
		}
		name := t.names[c]
		first, more, _ := strings.Cut(strings.Join(strings.FieldsFunc(text, lineEnd), "\n"), "\n")
		l := makeLine(t.line, name+"："+first).asText()
		if states(name) {
			t.p.extra[it].add(field{name: name, value: cell(r, c), line: t.line})
			it.Body = append(it.Body, t.p.blocks([]line{l})...)
		} else {
			t.p.under(it, l)
		}
		t.paragraphs(it, more)
	}
}

// states reports whether a column states what the ledger keeps.
func states(name string) bool {
	for _, re := range []*regexp.Regexp{statusName, ownerName, leadName, dueName, proofName} {
		if re.MatchString(name) {
			return true
		}
	}
	return false
}

// paragraphs puts the lines of a cell under the item.
func (t *ledger) paragraphs(it *content.Item, text string) {
	for part := range strings.SplitSeq(text, "\n") {
		it.Body = append(it.Body, t.p.blocks([]line{makeLine(t.line, part).asText()})...)
	}
}
