package table_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"rectify/site/table"
)

func dangerous() []string {
	return []string{"=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")", "＝1", "'=1", "<f>1</f>", "]]>", "a\x00b", "00123", "1e5"}
}

// Whatever stands in a cell, no program is given a formula: in the workbook it is
// text, in the CSV file it has an apostrophe before it.
func TestNoFormula(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.SampledFrom(dangerous()), rapid.String())
		in := table.Table{Name: cell.Draw(t, "name"), Texts: 1, Columns: []string{cell.Draw(t, "column"), "n"}}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			in.Rows = append(in.Rows, []string{cell.Draw(t, "text"), rapid.OneOf(cell, rapid.SampledFrom([]string{"0", "12", "-5", "007"})).Draw(t, "number")})
		}
		src, err := table.XLSX([]table.Table{in, in})
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(src))
		if err != nil {
			t.Fatal(err)
		}
		if len(f.GetSheetList()) != 2 {
			t.Fatalf("sheets %q", f.GetSheetList())
		}
		noFormula(t, src)
		rows, err := f.GetRows(f.GetSheetList()[0])
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range in.Rows {
			if i+1 < len(rows) && len(rows[i+1]) == 2 && row[1] == "12" && rows[i+1][1] != "12" {
				t.Fatalf("12 is read as %q", rows[i+1][1])
			}
		}
		text, err := in.CSV()
		if err != nil {
			t.Fatal(err)
		}
		back, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range back {
			for _, c := range row {
				if c != "" && strings.ContainsAny(c[:1], "=+-@\t\r") {
					t.Fatalf("a cell begins like a formula: %q", c)
				}
			}
		}
	})
}

// noFormula asks that no sheet of a workbook has a formula in it.
func noFormula(t *rapid.T, src []byte) {
	z, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(body, []byte("<f>")) || bytes.Contains(body, []byte("<f ")) {
			t.Fatalf("%s holds a formula:\n%s", f.Name, body)
		}
	}
}

// Numbers are numbers, and only those: 007 and what stands in a column of words
// stay as they are written.
func TestNumbers(t *testing.T) {
	t.Parallel()
	src, err := table.XLSX([]table.Table{{Name: "通报/表", Texts: 1, Columns: []string{"名", "件"}, Rows: [][]string{{"12", "12"}, {"a", "007"}, {"b", "45.0%"}}}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	name := f.GetSheetList()[0]
	if name != "通报表" {
		t.Errorf("the sheet is called %q", name)
	}
	for at, want := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "B2": excelize.CellTypeUnset, "B3": excelize.CellTypeInlineString, "B4": excelize.CellTypeInlineString} {
		if got, err := f.GetCellType(name, at); err != nil || got != want {
			t.Errorf("%s has type %v, want %v: %v", at, got, want, err)
		}
	}
}
