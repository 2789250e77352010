package sheet

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"rectify/content"
	"rectify/content/parse"
)

// Change is one value of the ledger that an edited table changes; an empty side
// means that nothing is stated.
type Change struct {
	Row      int    // as the spreadsheet counts, the head being 1
	ID       string // of the leaf
	Key      string // status, label, owner, due, progress, evidence
	Old, New string
}

// Apply reads an edited table and answers the Markdown of n with what was edited
// in it, and every other byte as it was: the same bytes where nothing was. A
// row or column that is missing changes nothing.
//
// Problems name the row as their line. With an error among them src is nil and
// nothing is to be changed at all.
func Apply(n *content.Notice, table []byte) (src []byte, changes []Change, problems []content.Diagnostic) {
	a := &applying{n: n, file: n.Slug + ".csv"}
	text, lossy, err := decode(table)
	if err == nil {
		a.lossy = lossy
		var rows []record
		if rows, err = records(text); err == nil {
			a.table(rows)
		}
	}
	if err != nil {
		a.fault(0, err.Error())
	}
	if content.HasErrors(a.problems) {
		return nil, nil, a.problems
	}
	src = a.edited()
	if !a.exact(src) {
		a.fault(0, "sheet-unsure")
		return nil, nil, a.problems
	}
	return src, a.changes, a.problems
}

type applying struct {
	n        *content.Notice
	file     string
	lossy    bool
	changes  []Change
	problems []content.Diagnostic
}

// maxProblems bounds what is told of a table that is wrong all over.
const maxProblems = 200

func (a *applying) fault(row int, code string, args ...any) {
	if len(a.problems) < maxProblems {
		a.problems = append(a.problems, content.Diagnostic{File: a.file, Line: row, Severity: content.Error, Code: code, Args: args})
	}
}

func (a *applying) warn(row int, code string, args ...any) {
	if len(a.problems) < maxProblems {
		a.problems = append(a.problems, content.Diagnostic{File: a.file, Line: row, Severity: content.Warning, Code: code, Args: args})
	}
}

// table holds every row against the leaf that it is about.
func (a *applying) table(rows []record) {
	if len(rows) == 0 {
		a.fault(0, "sheet-empty")
		return
	}
	where, ok := a.head(rows[0])
	if !ok {
		return
	}
	leaves := make(map[string]*content.Item)
	for _, l := range a.n.Leaves() {
		leaves[l.ID] = l
	}
	seen := make(map[string]int)
	for _, r := range rows[1:] {
		leaf := a.leaf(r, where, leaves)
		if leaf == nil {
			continue
		}
		if first, twice := seen[leaf.ID]; twice {
			a.fault(r.row, "sheet-twice", leaf.ID, first)
			continue
		}
		seen[leaf.ID] = r.row
		a.row(r, where, leaf)
	}
	if missing := len(leaves) - len(seen); missing > 0 && !content.HasErrors(a.problems) {
		a.warn(0, "sheet-rows-missing", missing)
	}
}

// head answers in which cell each column stands.
func (a *applying) head(r record) (map[string]int, bool) {
	known := make(map[string]bool)
	for _, c := range columns() {
		known[c.name] = true
	}
	where := make(map[string]int)
	for i, cell := range r.cells {
		name := strings.Trim(strings.TrimSpace(cell), "'\ufeff")
		if _, twice := where[name]; twice {
			a.fault(r.row, "sheet-column-twice", name)
		}
		switch {
		case known[name]:
			where[name] = i
		case name != "":
			a.warn(r.row, "sheet-column-unknown", short(name))
		}
	}
	if _, ok := where[idColumn]; !ok {
		a.fault(r.row, "sheet-no-head", idColumn)
		return nil, false
	}
	return where, true
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// cell answers the cell of a column, and whether the row has one.
func cell(r record, where map[string]int, name string) (string, bool) {
	i, ok := where[name]
	if !ok || i >= len(r.cells) {
		return "", ok && i >= len(r.cells) && name != idColumn
	}
	return strings.TrimSpace(strings.ReplaceAll(r.cells[i], "\u00a0", " ")), true
}

// leaf finds what a row is about, also where a spreadsheet has taken its id for
// a day; then the texts beside it decide.
func (a *applying) leaf(r record, where map[string]int, leaves map[string]*content.Item) *content.Item {
	id, _ := cell(r, where, idColumn)
	id = unguarded(id)
	if id == "" {
		a.fault(r.row, "sheet-no-id")
		return nil
	}
	var fit []*content.Item
	for k, candidate := range ids(id) {
		l := leaves[candidate]
		if l == nil || slices.Contains(fit, l) {
			continue
		}
		if k == 0 {
			return l
		}
		fit = append(fit, l)
	}
	if len(fit) > 1 {
		fit = slices.DeleteFunc(fit, func(l *content.Item) bool {
			return slices.ContainsFunc(columns(), func(c column) bool {
				v, ok := cell(r, where, c.name)
				return ok && c.key == "" && c.name != idColumn && !sameText(unguarded(v), c.value(a.n, l), a.lossy)
			})
		})
	}
	if len(fit) != 1 {
		a.fault(r.row, "sheet-unknown-id", short(id))
		return nil
	}
	return fit[0]
}

// row compares the cells of one leaf with what the notice says.
func (a *applying) row(r record, where map[string]int, leaf *content.Item) {
	for _, c := range columns() {
		raw, ok := cell(r, where, c.name)
		if !ok || c.name == idColumn {
			continue
		}
		now := c.value(a.n, leaf)
		text := unguarded(raw)
		switch {
		case raw == now || text == now:
		case c.key == "" && !sameText(text, now, a.lossy) && !sameText(raw, now, a.lossy):
			a.fault(r.row, "sheet-read-only", c.name, leaf.ID)
		case c.key == "":
		case a.lossy && sameText(text, now, true):
		case formula(raw):
			a.fault(r.row, "sheet-formula", c.name, short(raw))
		case broken.MatchString(raw):
			a.fault(r.row, "sheet-broken", c.name, raw)
		default:
			a.changed(r.row, c, leaf, text)
		}
	}
	touched := func(key string) bool {
		return slices.ContainsFunc(a.changes, func(c Change) bool { return c.ID == leaf.ID && c.Key == key })
	}
	if leaf.Ledger.Label != "" && touched("status") && !touched("label") {
		a.warn(r.row, "sheet-label-kept", leaf.ID, leaf.Ledger.Label) // the label is what readers see
	}
}

// changed notes a cell whose value is another one.
func (a *applying) changed(row int, c column, leaf *content.Item, text string) {
	old := stored(c.key, leaf.Ledger)
	v, code := value(c.key, text, old)
	if code != "" {
		a.fault(row, code, c.name, short(text))
		return
	}
	if v != old {
		a.changes = append(a.changes, Change{row, leaf.ID, c.key, old, v})
	}
}

// stored is a value as an attribute list has it.
func stored(key string, l content.Ledger) string {
	switch key {
	case "status":
		return string(l.Status)
	case "label":
		return l.Label
	case "owner":
		return l.Owner
	case "due":
		return l.Due.String()
	case "evidence":
		return l.Evidence
	}
	if l.Progress == nil {
		return ""
	}
	return strconv.Itoa(*l.Progress)
}

// edited puts the changes into the Markdown, from the last leaf up.
func (a *applying) edited() []byte {
	if len(a.changes) == 0 {
		return bytes.Clone(a.n.Source)
	}
	e := newEditor(a.n.Source)
	leaves := a.n.Leaves()
	for _, l := range slices.Backward(leaves) {
		var mine []Change
		for _, c := range a.changes {
			if c.ID == l.ID {
				mine = append(mine, c)
			}
		}
		if len(mine) > 0 {
			e.edit(l.Line, l.ID, mine)
		}
	}
	return e.bytes()
}

// exact reads the result again: every leaf must say what was meant, and all else
// what it said. It is the last word on whether an edit may be written.
func (a *applying) exact(src []byte) bool {
	again, found := parse.Notice(a.n.Slug+".md", src)
	was, before := parse.Notice(a.n.Slug+".md", a.n.Source)
	if errorsIn(found) > errorsIn(before) {
		return false
	}
	want := make(map[[2]string]string)
	for _, c := range a.changes {
		want[[2]string{c.ID, c.Key}] = c.New
	}
	now, old := again.Leaves(), was.Leaves()
	if len(now) != len(old) || again.Title != was.Title {
		return false
	}
	for i, l := range now {
		if l.ID != old[i].ID || l.Heading != old[i].Heading || text(l.Body) != text(old[i].Body) {
			return false
		}
		for _, c := range columns() {
			if c.key == "" {
				continue
			}
			v, ok := want[[2]string{l.ID, c.key}]
			if !ok {
				v = stored(c.key, old[i].Ledger)
			}
			if stored(c.key, l.Ledger) != v {
				return false
			}
		}
	}
	return true
}

func errorsIn(found []content.Diagnostic) int {
	k := 0
	for _, d := range found {
		if d.Severity == content.Error {
			k++
		}
	}
	return k
}
