package ui_test

import (
	"testing"

	"rectify/content"
	"rectify/site/i18n"
	"rectify/site/ui"
	"rectify/site/web"
)

func TestCounts(t *testing.T) {
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := ui.Frame{Site: &ui.Site{Words: words}, Mode: web.Mode{Lang: i18n.Chinese}}
	for _, x := range []struct {
		t    content.Stated
		want string
	}{
		{content.Stated{Aspects: 3, Problems: 11, Findings: 25}, "指出3个方面、11个问题，细化为25个具体问题。"},
		{content.Stated{Problems: 3, Findings: 3}, "指出3个问题。"},
		{content.Stated{Problems: 3, Findings: 5}, "指出3个问题，细化为5个具体问题。"},
		{content.Stated{Aspects: 2, Problems: 4, Findings: 4}, "指出2个方面、4个问题。"},
		{content.Stated{Aspects: 2, Findings: 2}, "指出2个问题。"},
	} {
		if got := f.Counts(x.t); got != x.want {
			t.Errorf("Counts(%+v) = %q, want %q", x.t, got, x.want)
		}
	}
}
