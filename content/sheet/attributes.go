package sheet

import (
	"bytes"
	"strings"
)

// editor changes attribute lists in the lines of a notice, which keep their
// ends and all that is not changed.
type editor struct {
	lines []string // with their ends
}

// newEditor cuts a notice at \n, \r\n and \r, the ends that the parser knows.
func newEditor(src []byte) *editor {
	e := &editor{}
	for len(src) > 0 {
		end := bytes.IndexAny(src, "\r\n")
		switch {
		case end < 0:
			end = len(src)
		case src[end] == '\r' && end+1 < len(src) && src[end+1] == '\n':
			end += 2
		default:
			end++
		}
		e.lines = append(e.lines, string(src[:end]))
		src = src[end:]
	}
	return e
}

func (e *editor) bytes() []byte { return []byte(strings.Join(e.lines, "")) }

func cutEnd(line string) (text, end string) {
	text = strings.TrimRight(line, "\r\n")
	return text, line[len(text):]
}

// edit sets attributes of the item whose heading stands on a line (from 1);
// those set to nothing go. It is called from the last item up, so that a list
// which had to be put in moves no heading that is still to come.
func (e *editor) edit(heading int, id string, set []Change) {
	above, end := "", ""
	if heading > 1 {
		above, end = cutEnd(e.lines[heading-2])
	}
	fresh := !strings.HasPrefix(above, "{") || !strings.HasSuffix(above, "}")
	if fresh {
		above = "{#" + id + "}"
		_, end = cutEnd(e.lines[0])
	}
	for _, c := range set {
		above = attribute(above, c.Key, c.New)
	}
	if above == "{}" {
		above = "{#" + id + "}" // an empty list is none to the parser
	}
	if fresh {
		e.lines[heading-1] = above + end + e.lines[heading-1]
	} else {
		e.lines[heading-2] = above + end
	}
}

// piece is one attribute in a list, by its bytes.
type piece struct{ from, to int }

// pieces are the attributes of {#3-2 status="…"}: spaces part them, but not
// inside of quotes.
func pieces(list string) []piece {
	var all []piece
	from, quoted, end := -1, false, len(list)-1 // the last byte is the brace
	for i := 1; i < end; i++ {
		space := !quoted && strings.IndexByte(" \t\f\v", list[i]) >= 0
		if list[i] == '"' {
			quoted = !quoted
		}
		if !space && from < 0 {
			from = i
		}
		if space && from >= 0 {
			all = append(all, piece{from, i})
			from = -1
		}
	}
	if from >= 0 {
		all = append(all, piece{from, end})
	}
	return all
}

// attribute sets one attribute in a list, in its place if it has one.
func attribute(list, key, value string) string {
	var found []piece
	for _, p := range pieces(list) {
		if strings.HasPrefix(list[p.from:p.to], key+"=") {
			found = append(found, p)
		}
	}
	switch {
	case len(found) == 0 && value == "":
		return list
	case len(found) == 0:
		return strings.TrimSuffix(list, "}") + " " + key + `="` + value + `"}`
	}
	// Of an attribute that stands twice the last one counts; both go or it alone changes.
	last := found[len(found)-1]
	if value != "" {
		return list[:last.from] + key + `="` + value + `"` + list[last.to:]
	}
	for k := len(found) - 1; k >= 0; k-- {
		p := found[k]
		before, after := list[:p.from], list[p.to:]
		if trimmed := strings.TrimRight(before, " \t"); trimmed != "{" {
			before = trimmed
		} else {
			after = strings.TrimLeft(after, " \t")
		}
		list = before + after
	}
	return list
}
