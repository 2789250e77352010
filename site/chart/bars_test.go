package chart_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rectify/site/chart"
)

func fills() []chart.Fill {
	return []chart.Fill{chart.Full, chart.Hatch, chart.Cross, chart.Dots, chart.Open, chart.Broken}
}

var measure = regexp.MustCompile(`<rect [^>]*x="([0-9.]+)%" y="[0-9.]+em" width="([0-9.]+)%"`)

// widths are left edge and width of every bar, in per cent.
func widths(t *testing.T, svg string) [][2]float64 {
	t.Helper()
	var list [][2]float64
	for _, m := range measure.FindAllStringSubmatch(svg, -1) {
		x, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		w, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, [2]float64{x, w})
	}
	return list
}

// Bars are as long as their share, never outside the picture, with all their
// words in it and no word that becomes markup (T30).
func TestBars(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var bars []chart.Bar
		sum, drawn := 0, 0
		for i := range rapid.IntRange(0, 8).Draw(r, "bars") {
			n := rapid.IntRange(0, 5000).Draw(r, "n")
			if sum += n; n > 0 {
				drawn++
			}
			bars = append(bars, chart.Bar{Label: fmt.Sprintf(`%d<b onload=x>"&'`, i), N: n, Fill: rapid.SampledFrom(fills()).Draw(r, "fill")})
		}
		svg := string(chart.Bars("x", "<t>", "<d>", bars))
		elements, rects, texts := read(t, "bars", svg)
		got := widths(t, svg)
		if rects != drawn || len(got) != drawn || elements["b"] != 0 || elements["text"] != len(bars) {
			r.Fatalf("%d bars drawn, want %d; %v", rects, drawn, elements)
		}
		at := 0
		for i, b := range bars {
			if !strings.Contains(texts, fmt.Sprintf(`%d<b onload=x>"&'`, i)) {
				r.Fatalf("label %d is not there: %q", i, texts)
			}
			if b.N == 0 {
				continue
			}
			if want := 100 * float64(b.N) / float64(sum); math.Abs(got[at][1]-want) > 0.006 || got[at][0] != 0 {
				r.Fatalf("bar of %d in %d is %v wide, want %.2f", b.N, sum, got[at], want)
			}
			at++
		}
		if strings.Contains(svg, "style=") || strings.Contains(svg, "NaN") {
			r.Fatal(svg)
		}
	})
}

// Every pattern that a bar asks for is in the same picture, once, and two
// fills never share one.
func TestPatterns(t *testing.T) {
	t.Parallel()
	var bars []chart.Bar
	for range 2 {
		for _, f := range fills() {
			bars = append(bars, chart.Bar{Label: string(f), N: 1, Fill: f})
		}
	}
	svg := string(chart.Bars("q", "t", "d", bars))
	looks := make(map[string]bool)
	for _, f := range fills() {
		m := regexp.MustCompile(`<rect class="f-` + string(f) + `"( fill="url\(#(q-[a-z]+)\)")?`).FindStringSubmatch(svg)
		if m == nil {
			t.Fatalf("no bar of %s", f)
		}
		if m[2] != "" && strings.Count(svg, `<pattern id="`+m[2]+`"`) != 1 {
			t.Errorf("pattern %s is not defined once", m[2])
		}
		if looks[m[0]] {
			t.Errorf("%s looks like another", f)
		}
		looks[m[0]] = true
	}
}

// Spans lie on one scale inside the picture, whatever they are given.
func TestSpans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to, x, w float64 }{
		{0, 1, 0, 100}, {0.25, 0.5, 25, 25}, {0.5, 0.5, 50, 0.8}, {1, 1, 99.2, 0.8}, {-3, 9, 0, 100}, {0.9, 0.1, 90, 0.8}, {math.NaN(), math.NaN(), 0, 0.8}, {math.Inf(-1), math.Inf(1), 0, 100},
	} {
		svg := string(chart.Spans("s", "t", "d", []chart.Span{{Label: "反馈到公布　154天", From: c.from, To: c.to, Fill: chart.Hatch}}))
		read(t, "spans", svg)
		got := widths(t, svg)
		if len(got) != 1 || math.Abs(got[0][0]-c.x) > 0.01 || math.Abs(got[0][1]-c.w) > 0.01 {
			t.Errorf("%v to %v is drawn at %v, want %v %v", c.from, c.to, got, c.x, c.w)
		}
	}
}

// The parts of a stack lie side by side, in order, and fill the whole of it.
func TestStacks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var stacks []chart.Stack
		var want [][2]float64
		for i := range rapid.IntRange(0, 5).Draw(r, "stacks") {
			s := chart.Stack{Label: fmt.Sprintf(`%d<b>"&'`, i)}
			sum, at := 0, 0
			for range rapid.IntRange(0, 4).Draw(r, "parts") {
				p := chart.Part{N: rapid.IntRange(0, 900).Draw(r, "n"), Fill: rapid.SampledFrom(fills()).Draw(r, "fill")}
				s.Parts = append(s.Parts, p)
				sum += p.N
			}
			for _, p := range s.Parts {
				if p.N > 0 {
					want = append(want, [2]float64{100 * float64(at) / float64(sum), 100 * float64(p.N) / float64(sum)})
				}
				at += p.N
			}
			stacks = append(stacks, s)
		}
		svg := string(chart.Stacks("x", "<t>", "<d>", stacks))
		elements, _, texts := read(t, "stacks", svg)
		got := widths(t, svg)
		if len(got) != len(want) || elements["b"] != 0 || elements["text"] != len(stacks) || strings.Contains(svg, "NaN") {
			r.Fatalf("%d parts drawn, want %d: %s", len(got), len(want), svg)
		}
		for i, w := range want {
			if math.Abs(got[i][0]-w[0]) > 0.006 || math.Abs(got[i][1]-w[1]) > 0.006 {
				r.Fatalf("part %d is drawn at %v, want %v", i, got[i], w)
			}
		}
		for i := range stacks {
			if !strings.Contains(texts, fmt.Sprintf(`%d<b>"&'`, i)) {
				r.Fatalf("label %d is not there", i)
			}
		}
	})
}
