package ui_test

import (
	"strings"
	"testing"

	"rectify/site/ui"
)

// Sheets are joined of many files: a brace that is missing in one would undo
// every rule after it.
func TestSheetsAreWhole(t *testing.T) {
	links, err := ui.NewLinks("")
	if err != nil {
		t.Fatal(err)
	}
	assets, err := ui.NewAssets(links)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"site.css", "desk.css"} {
		a, ok := assets.Get(strings.TrimPrefix(assets.URL(name), "/static/"))
		if !ok {
			t.Fatalf("no %s", name)
		}
		depth := 0
		for line := range strings.Lines(string(a.Data)) {
			before := depth
			depth += strings.Count(line, "{") - strings.Count(line, "}")
			if depth < 0 || (before > 0 && strings.HasPrefix(line, "@media")) {
				t.Fatalf("%s: braces do not match at %q", name, line)
			}
		}
		if depth != 0 {
			t.Errorf("%s: %d braces stay open", name, depth)
		}
	}
}
