package render_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"rectify/content/parse"
	"rectify/content/render"
)

func han(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Han, r) {
			return r
		}
		return -1
	}, s)
}

// What parse finds sound is shown whole: every Chinese character written under
// a heading stands on the page, in its order.
func TestPageShowsEveryCharacter(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"一是换灯。", "二是查线。已经查完。", "**重*点**", "~~旧~~新", "`码`", "* 项\n* 目", "1. 首\n2. 次", "3. 第三项", "> 引\n> > 深", "甲|乙\n-|-\n丙|丁", "甲|乙\n-|-\n丙|丁|戊",
		"```\n栏\n\n内\n```", "    缩进", "  两格", "{.类}\n文", "![图](图.png)", "<b>粗</b>", "\\*星\\*", "* 项\n\n    段\n\n  尾", "***",
	})
	gap := rapid.SampledFrom([]string{"", "\n", "\n\n", "\n\n\n"})
	shown := 0
	rapid.Check(t, func(t *rapid.T) {
		body := ""
		for range rapid.IntRange(1, 8).Draw(t, "n") {
			body += piece.Draw(t, "piece") + gap.Draw(t, "gap")
		}
		n, doc := document(t, body)
		if doc == nil {
			return // refused with a line: not silently lost
		}
		shown++
		want := ""
		for _, b := range n.Item("1-1").Body {
			want += b.Text + "\n"
		}
		if got := doc.Items["1-1"].Plain; han(got) != han(want) {
			t.Fatalf("shows %q, written %q", got, want)
		}
	})
	if shown == 0 {
		t.Error("no sound text was drawn")
	}
}

// A list that does not begin at one, or goes on after a blank line, keeps the
// numbers that the document gives it.
func TestOrderedListsKeepTheirNumbers(t *testing.T) {
	_, doc := document(t, "1. 甲\n\n2. 乙\n\n5. 丙")
	got := string(doc.Items["1-1"].Body)
	for _, want := range []string{`<ol start="2">`, `<ol start="5">`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s has no %s", got, want)
		}
	}
}

// The page is made with the reading that the ledger was made with.
func TestSameExtensions(t *testing.T) {
	if render.Extensions != parse.Extensions {
		t.Errorf("render reads with %b, parse with %b", render.Extensions, parse.Extensions)
	}
}

// A file as long as a notice may be, made to tire a parser, is shown or
// refused within the bound of threat T34; the race detector takes its share.
func TestTwoMegabytes(t *testing.T) {
	for name, unit := range map[string]string{"quotes": "> ", "brackets": "[", "stars": "**a ", "lists": "- ", "table rows": "甲|乙\n", "measures": "一是做。", "lines": "甲\n\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, _ = document(t, strings.Repeat(unit, hostileBytes/len(unit)))
			if d := time.Since(start); d > time.Minute { // far above what it takes: only a reading without bounds comes here
				t.Errorf("took %v", d)
			}
		})
	}
}
