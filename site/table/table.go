// Package table writes tables as files for spreadsheet programs: CSV and XLSX,
// in which no cell can be taken for a formula, whatever somebody wrote.
//
// It must know rows and columns only: no page, no figure, no words.
//
// Start reading at table.go.
package table

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"rectify/content/sheet"
)

// Table is one table. Whole numbers in cells after the first Texts columns are
// numbers, everything else is text.
type Table struct {
	Name    string // of its sheet
	Texts   int
	Columns []string
	Rows    [][]string
}

// Types of the files.
const (
	CSVType  = "text/csv; charset=utf-8"
	XLSXType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// CSV writes one table. What a program would compute has an apostrophe before it.
func (t Table) CSV() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range append([][]string{t.Columns}, t.Rows...) {
		out := make([]string, len(row))
		for i, cell := range row {
			out[i] = sheet.Guarded(cell)
		}
		if err := w.Write(out); err != nil {
			return nil, fmt.Errorf("table as CSV: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("table as CSV: %w", err)
	}
	return b.Bytes(), nil
}

// XLSX writes tables as one workbook, a sheet each. Text is written as text, so
// that no program reads a formula out of it.
func XLSX(list []Table) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // in memory: nothing is left behind
	var names []string
	for i, t := range list {
		name := sheetName(t.Name, names)
		names = append(names, name)
		var err error
		if i == 0 {
			err = f.SetSheetName(f.GetSheetName(0), name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err == nil {
			err = t.write(f, name)
		}
		if err != nil {
			return nil, fmt.Errorf("table %s as XLSX: %w", name, err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("tables as XLSX: %w", err)
	}
	return b.Bytes(), nil
}

// write fills one sheet: the first row stays in sight, columns are as wide as
// what stands in them.
func (t Table) write(f *excelize.File, name string) error {
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for i, width := range t.widths() {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := w.SetRow("A1", t.cells(t.Columns, false), excelize.RowOpts{StyleID: bold}); err != nil {
		return err
	}
	for i, row := range t.Rows {
		if err := w.SetRow("A"+strconv.Itoa(i+2), t.cells(row, true)); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (t Table) cells(row []string, numbers bool) []any {
	out := make([]any, len(row))
	for i, cell := range row {
		out[i] = plain(cell)
		if n, err := strconv.ParseInt(cell, 10, 64); err == nil && numbers && i >= t.Texts && strconv.FormatInt(n, 10) == cell {
			out[i] = n
		}
	}
	return out
}

// plain leaves out what no XML document may hold.
func plain(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r == '\t' || r == '\n' || r == '\r' || (r >= ' ' && r != '\ufffe' && r != '\uffff') {
			out = append(out, r)
		}
	}
	return string(out[:min(len(out), excelize.TotalCellChars)])
}

// Bounds of a column's width, in characters of the program's font.
const (
	leastWidth = 8
	mostWidth  = 60
)

func (t Table) widths() []float64 {
	list := make([]float64, len(t.Columns))
	for _, row := range append([][]string{t.Columns}, t.Rows...) {
		for i, cell := range row[:min(len(row), len(list))] {
			wide := 2 + utf8.RuneCountInString(cell) + (len(cell)-utf8.RuneCountInString(cell))/2 // a Chinese character takes two
			list[i] = min(max(list[i], float64(wide), leastWidth), mostWidth)
		}
	}
	return list
}

// sheetName is a name as a workbook allows it: short, without signs of its own,
// and none twice.
func sheetName(s string, taken []string) string {
	const most = 28
	out := make([]rune, 0, most)
	units := 0 // as the format counts them: UTF-16
	for _, r := range plain(s) {
		if units += utf16.RuneLen(r); units <= most && !slices.Contains([]rune(`[]:*?/\'`), r) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		out = []rune("1")
	}
	name := string(out)
	for n := 2; slices.Contains(taken, name); n++ {
		name = string(out) + " " + strconv.Itoa(n)
	}
	return name
}
