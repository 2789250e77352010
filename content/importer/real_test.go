package importer_test

import (
	"os"
	"testing"
	"time"

	"rectify/content/check"
	"rectify/content/importer"
	"rectify/content/parse"
)

func TestReal(t *testing.T) {
	src, err := os.ReadFile("/work/shared/notices/liaocheng-culture-tourism-2023-03-15.txt")
	if err != nil {
		t.Skip(err)
	}
	r, err := importer.Import(plain("liaocheng-culture-tourism-2023-03-15.txt", string(src)), importer.Options{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile("/tmp/real.md", r.Markdown, 0o644)
	for _, f := range r.Findings {
		t.Logf("%+v", f)
	}
	t.Log(r.Notice.Totals(), r.Unplaced)
	n, ds := parse.Notice("x.md", r.Markdown)
	t.Log(ds)
	t.Log(check.Notice(n, "x.md", nil))
}
