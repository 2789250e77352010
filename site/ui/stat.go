package ui

import (
	"html/template"
	"time"
	"unicode/utf8"

	"rectify/content/render"
)

// Sum is one number on top of the page.
type Sum struct{ Label, Value, More string }

// Stat is one picture with how it was counted and the table behind it.
type Stat struct {
	ID      string // names its table, too
	Heading string // the finding
	How     string // how it was counted
	Marks   string // what the fills mean, where parts have no label of their own
	Picture template.HTML
	Caption string
	Columns []string
	Texts   int // columns of words on the left; the others are numbers
	Rows    []StatRow
	Foot    []StatRow
	Across  bool   // the table has many columns: it stands under the picture, not beside it
	Least   int    // rows on the page; the rest is in the file. 0: all
	None    string // in place of picture and table, when there is nothing to show
	CSV     string
}

// StatRow is one line of a table. A number stands right, a name may be a link.
type StatRow struct {
	Head  string
	URL   string
	Zh    bool // the head is a document's own words
	Cells []string
}

// Shown are the rows that stand on the page.
func (s Stat) Shown() []StatRow {
	if s.Least > 0 && len(s.Rows) > s.Least {
		return s.Rows[:s.Least]
	}
	return s.Rows
}

// Number reports whether a column holds numbers.
func (s Stat) Number(column int) bool { return column >= max(s.Texts, 1) }

// StatCell is one cell as it is set.
type StatCell struct {
	Text   string
	Number bool
}

// Wide are the cells of a row as they are set.
func (s Stat) Wide(r StatRow) []StatCell {
	cells := make([]StatCell, 0, len(r.Cells))
	for i, text := range r.Cells {
		if !s.Number(i + 1) {
			text = Short(text, 16) // whole where its row leads to, and in the file
		}
		cells = append(cells, StatCell{text, s.Number(i + 1)})
	}
	return cells
}

// Hidden is how many rows stand in the file only.
func (s Stat) Hidden() int { return len(s.Rows) - len(s.Shown()) }

// StatBlock is a Stat as a page shows it, with up to when it was counted.
type StatBlock struct {
	Frame
	Stat
	AsOf time.Time
}

// Block makes a Stat ready for the page.
func (f Frame) Block(s Stat, asOf time.Time) StatBlock { return StatBlock{f, s, asOf} }

// Short cuts a heading for a label: at its first phrase end, else at n characters.
func Short(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	got := ""
	for _, part := range render.Phrases(s) {
		if utf8.RuneCountInString(got+part) > n {
			break
		}
		got += part
	}
	if utf8.RuneCountInString(got) < 5 {
		got = string([]rune(s)[:n-1])
	}
	for _, end := range []string{"，", "、", "的"} {
		if len(got) > len(end) && got[len(got)-len(end):] == end {
			got = got[:len(got)-len(end)]
		}
	}
	return got + "…"
}
