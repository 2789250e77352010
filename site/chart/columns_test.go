package chart_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rectify/site/chart"
)

var tallness = regexp.MustCompile(`<rect [^>]*x="([0-9.]+)%" y="(-?[0-9.]+)em" width="([0-9.]+)%" height="([0-9.]+)em"`)

// Columns stand beside each other within the picture, on one ground, as high as
// their numbers, and no word becomes markup.
func TestColumns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var columns []chart.Column
		var want []int
		labels, most := 0, 0
		for i := range rapid.IntRange(0, 15).Draw(r, "columns") {
			c := chart.Column{N: rapid.IntRange(0, 400).Draw(r, "n"), Fill: rapid.SampledFrom(fills()).Draw(r, "fill")}
			if i%2 == 0 {
				c.Label = `<b onload=x>"`
				labels++
			}
			if c.N > 0 {
				want = append(want, c.N)
				most = max(most, c.N)
			}
			columns = append(columns, c)
		}
		svg := string(chart.Columns("x", "<t>", "<d>", columns))
		elements, rects, _ := read(t, "columns", svg)
		if rects != len(want) || elements["b"] != 0 || elements["text"] != labels+len(want) {
			r.Fatalf("%d columns drawn, want %d; %v", rects, len(want), elements)
		}
		standing(r, svg, want, most, 7)
	})
}

// standing holds the columns of a picture to their numbers: the highest is as high
// as there is room.
func standing(r *rapid.T, svg string, want []int, most int, room float64) {
	right := 0.0
	for i, m := range tallness.FindAllStringSubmatch(svg, -1) {
		var v [4]float64
		for k := range v {
			v[k], _ = strconv.ParseFloat(m[k+1], 64)
		}
		if v[0] < right-.01 || v[0]+v[2] > 100.01 || v[1] < 0 {
			r.Fatalf("column %d stands at %v", i, v)
		}
		right = v[0] + v[2]
		if high := max(room*float64(want[i])/float64(most), .15); v[3] < high-.02 || v[3] > high+.02 {
			r.Fatalf("%d of %d is %.2f em high, want %.2f", want[i], most, v[3], high)
		}
	}
}

// Strips have one scale, and say when they begin and end.
func TestStrips(t *testing.T) {
	t.Parallel()
	strips := []chart.Strip{{Label: "路灯 <b>", N: []int{0, 4, 8}}, {Label: "电梯", N: []int{2, 0, 0}}}
	svg := string(chart.Strips("x", "t", "d", "2026年1月", "2026年3月", strips))
	elements, rects, _ := read(t, "strips", svg)
	if rects != 3 || elements["b"] != 0 || !strings.Contains(svg, "2026年1月") || !strings.Contains(svg, "2026年3月") {
		t.Errorf("%d columns, %v", rects, elements)
	}
	var heights []string
	for _, m := range tallness.FindAllStringSubmatch(svg, -1) {
		heights = append(heights, m[4])
	}
	if fmt.Sprint(heights) != "[0.90 1.80 0.45]" {
		t.Errorf("heights %v", heights)
	}
	if empty := string(chart.Strips("x", "t", "d", "", "", nil)); !strings.HasSuffix(empty, "</svg>") {
		t.Errorf("nothing drawn: %s", empty)
	}
}
