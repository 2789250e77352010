package parse_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rectify/content"
	"rectify/content/parse"
)

// The change is set in its place, and every other byte stays.
func TestSetChange(t *testing.T) {
	const body = "---\n\n## 一、甲\n\nchange: 乙\n"
	for name, x := range map[string][2]string{
		"new":      {"---\ntitle: t\n" + body, "---\ntitle: t\nchange:\n  note: \"甲\"\n" + body},
		"old":      {"---\nchange:\n  note: 旧\n  minor: true\ntitle: t\n" + body, "---\ntitle: t\nchange:\n  note: \"甲\"\n" + body},
		"one line": {"---\nchange: {note: 旧}\ntitle: t\n" + body, "---\ntitle: t\nchange:\n  note: \"甲\"\n" + body},
		"windows":  {strings.ReplaceAll("---\ntitle: t\n"+body, "\n", "\r\n"), strings.ReplaceAll("---\ntitle: t\nchange:\n  note: \"甲\"\n"+body, "\n", "\r\n")},
		"bom":      {"\ufeff---\ntitle: t\n" + body, "\ufeff---\ntitle: t\nchange:\n  note: \"甲\"\n" + body},
	} {
		got, err := parse.SetChange([]byte(x[0]), content.Change{Note: "甲"})
		if err != nil || string(got) != x[1] {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
		again, err := parse.SetChange(got, content.Change{})
		if err != nil || strings.Contains(string(again), "note") {
			t.Errorf("%s, taken away: %v\n%s", name, err, again)
		}
	}
	for _, src := range []string{"", "---\n", "no head", "---\ntitle: t\n"} {
		if got, err := parse.SetChange([]byte(src), content.Change{Note: "甲"}); err == nil {
			t.Errorf("%q became %q", src, got)
		}
	}
}

// Whatever a note says, it comes back as it was given, or not at all.
func TestAnyNoteComesBack(t *testing.T) {
	kept := 0
	rapid.Check(t, func(t *rapid.T) {
		c := content.Change{Note: strings.TrimSpace(rapid.String().Draw(t, "note")), By: strings.TrimSpace(rapid.StringOf(rapid.RuneFrom([]rune("a'\"\\:{}#&*!|>%@` \n甲"))).Draw(t, "by")), Minor: rapid.Bool().Draw(t, "minor")}
		got, err := parse.SetChange([]byte("---\ntitle: t\n---\n\n甲\n"), c)
		if err != nil {
			return
		}
		kept++
		n, _ := parse.Notice("n.md", got)
		if n.Change != c || n.Title != "t" {
			t.Fatalf("%+v became %+v", c, n.Change)
		}
	})
	if kept == 0 {
		t.Error("none was kept")
	}
}
