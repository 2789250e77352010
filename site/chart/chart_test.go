package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"rectify/content"
	"rectify/site/chart"
)

// A picture is well-formed, says its title, and holds no label's markup (T30).
func TestCells(t *testing.T) {
	t.Parallel()
	hostile := `<script>alert(1)</script>"&'` + "\u202e"
	var leaves []content.Status
	for range 4 {
		leaves = append(leaves, content.Statuses()...)
	}
	for name, rows := range map[string][]chart.Row{
		"none": nil, "empty row": {{Label: "x"}}, "one": {{Leaves: leaves[:1]}}, "all": {{Label: hostile, Sum: hostile, Leaves: leaves}, {Leaves: leaves}},
	} {
		for _, perLine := range []int{1, 17, 25} {
			svg := string(chart.Cells("p", hostile, hostile, rows, perLine))
			elements, cells, texts := read(t, name, svg)
			want := 0
			for _, r := range rows {
				want += len(r.Leaves)
			}
			if cells < want || elements["script"] > 0 || elements["svg"] != 1 || elements["title"] != 1 || elements["desc"] != 1 {
				t.Errorf("%s: %d cells, want %d; %v", name, cells, want, elements)
			}
			if !strings.Contains(texts, `<script>alert(1)</script>"&'`) {
				t.Errorf("%s: the title is changed: %q", name, texts)
			}
			if strings.Contains(svg, "style=") || strings.Contains(svg, "NaN") {
				t.Errorf("%s: %s", name, svg)
			}
		}
	}
	if a, b := chart.Cells("a", "t", "d", nil, 5), chart.Cells("b", "t", "d", nil, 5); a == b {
		t.Error("two pictures on one page share their ids")
	}
}

// No two statuses are drawn the same.
func TestCellsTellStatusesApart(t *testing.T) {
	t.Parallel()
	drawn := make(map[string]content.Status)
	for _, s := range content.Statuses() {
		svg := string(chart.Cells("p", "", "", []chart.Row{{Leaves: []content.Status{s}}}, 5))
		if other, twice := drawn[svg]; twice {
			t.Errorf("%s is drawn as %s is", s, other)
		}
		drawn[svg] = s
	}
}

func read(t *testing.T, name, svg string) (elements map[string]int, rects int, texts string) {
	t.Helper()
	elements = make(map[string]int)
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements, elements["rect"], texts
		}
		if err != nil {
			t.Fatalf("%s: not well-formed: %v", name, err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			elements[x.Name.Local]++
			for _, a := range x.Attr {
				if strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("%s: %s", name, a.Name.Local)
				}
			}
		case xml.CharData:
			texts += string(x)
		}
	}
}
