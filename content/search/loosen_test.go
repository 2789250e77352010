package search_test

import (
	"context"
	"strings"
	"testing"

	"rectify/content/search"
)

// Words that stand together in the question and apart in the document.
func TestLoosen(t *testing.T) {
	t.Parallel()
	x := fresh(t)
	put(t, x, passage("a", "将黄河重大国家战略纳入学习内容。"), passage("b", "WiFi 连不上，屏幕也坏了。"))
	for _, c := range []struct{ q, want, found string }{
		{"黄河战略", "黄河 战略", "a"},
		{"黄河国家战略学习", "黄河 国家战略 学习", "a"},
		{"屏幕wifi坏了", "屏幕 wifi 坏了", "b"},
		{"黄河", "", ""},
		{"没有这些字", "", ""},
		{"黄河 屏幕", "", ""},
		{"", "", ""},
		{strings.Repeat("黄战", 90), "", ""},
	} {
		got, err := x.Loosen(context.Background(), search.Query{Text: c.q})
		if err != nil || got != c.want {
			t.Errorf("%q loosened to %q, %v; want %q", c.q, got, err, c.want)
		}
		if c.found != "" {
			if k := strings.Join(keys(t, x, search.Query{Text: got}), " "); k != c.found {
				t.Errorf("%q finds %q, want %q", got, k, c.found)
			}
		}
	}
}
