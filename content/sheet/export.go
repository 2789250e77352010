package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"unicode/utf8"

	"rectify/content"
)

// column is one column of the table. Those with a key can be edited; the key is
// the name in the attribute list.
type column struct {
	name, key string
	value     func(n *content.Notice, leaf *content.Item) string
}

// idColumn tells the rows apart.
const idColumn = "编号"

func columns() []column {
	above := func(level content.Level) func(*content.Notice, *content.Item) string {
		return func(n *content.Notice, leaf *content.Item) string {
			for _, it := range n.Path(leaf.ID) {
				if it.Level == level {
					return it.Heading
				}
			}
			return ""
		}
	}
	ledger := func(value func(content.Ledger) string) func(*content.Notice, *content.Item) string {
		return func(_ *content.Notice, leaf *content.Item) string { return value(leaf.Ledger) }
	}
	return []column{
		{idColumn, "", func(_ *content.Notice, leaf *content.Item) string { return leaf.ID }},
		{"方面", "", above(content.Aspect)},
		{"问题", "", above(content.Problem)},
		{"具体问题", "", above(content.Finding)},
		{"整改状态", "status", ledger(func(l content.Ledger) string { return l.Status.Code() })},
		{"文件用语", "label", ledger(func(l content.Ledger) string { return l.Label })},
		{"责任单位", "owner", ledger(func(l content.Ledger) string { return l.Owner })},
		{"整改时限", "due", ledger(func(l content.Ledger) string { return l.Due.String() })},
		{"进度", "progress", ledger(func(l content.Ledger) string {
			if l.Progress == nil {
				return ""
			}
			return fmt.Sprintf("%d%%", *l.Progress)
		})},
		{"佐证", "evidence", ledger(func(l content.Ledger) string { return l.Evidence })},
		{"整改情况", "", func(_ *content.Notice, leaf *content.Item) string { return text(leaf.Body) }},
	}
}

func text(blocks []content.Block) string {
	texts := make([]string, 0, len(blocks))
	for _, b := range blocks {
		texts = append(texts, strings.ReplaceAll(b.Text, "**", ""))
	}
	return strings.Join(texts, "\n")
}

// Export is the ledger, a row a leaf, as CSV (RFC 4180) with a byte order mark
// so that spreadsheet programs read it as UTF-8. Apply reads it back.
func Export(n *content.Notice) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	rows := make([][]string, 1, 64)
	for _, c := range columns() {
		rows[0] = append(rows[0], c.name)
	}
	for _, leaf := range n.Leaves() {
		row := make([]string, 0, len(rows[0]))
		for _, c := range columns() {
			row = append(row, Guarded(c.value(n, leaf)))
		}
		rows = append(rows, row)
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("notice %s as CSV: %w", n.Slug, err)
	}
	return b.Bytes(), nil
}

// Guarded sets an apostrophe before what a spreadsheet program would take for a
// formula, and before an apostrophe, so that taking one away gives the text back.
func Guarded(cell string) string {
	if formula(cell) || strings.HasPrefix(cell, "'") {
		return "'" + cell
	}
	return cell
}

// unguarded is what Guarded was given.
func unguarded(cell string) string { return strings.TrimPrefix(cell, "'") }

// formula reports whether a spreadsheet program may compute a cell (CWE-1236);
// some take the full-width signs as well.
func formula(cell string) bool {
	r, _ := utf8.DecodeRuneInString(cell)
	return cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", r)
}
