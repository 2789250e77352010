package importer_test

import (
	"os"
	"testing"
	"time"

	"github.com/gomarkdown/markdown"
	"github.com/gomarkdown/markdown/html"
	"github.com/gomarkdown/markdown/parser"

	"rectify/content/importer"
	"rectify/content/parse"
)

// BenchmarkImport sets the import of the notice in testdata against the time
// that gomarkdown takes to render its Markdown, in the same run; import/render
// is to stay below 5.
func BenchmarkImport(b *testing.B) {
	src, err := os.ReadFile("testdata/culture-tourism-2023.txt")
	if err != nil {
		b.Fatal(err)
	}
	d := read(b, "culture-tourism-2023.txt", src)
	md := draw(b, d).Markdown
	var reading, importing, rendering time.Duration
	for b.Loop() {
		start := time.Now()
		d := read(b, "culture-tourism-2023.txt", src)
		reading += time.Since(start)
		start = time.Now()
		if _, err := importer.Import(d, importer.Options{Now: published}); err != nil {
			b.Fatal(err)
		}
		importing += time.Since(start)
		start = time.Now()
		doc := parser.NewWithExtensions(parse.Extensions).Parse(append([]byte(nil), md...))
		if len(markdown.Render(doc, html.NewRenderer(html.RendererOptions{}))) == 0 {
			b.Fatal("nothing was rendered")
		}
		rendering += time.Since(start)
	}
	b.ReportMetric(float64(importing.Microseconds())/float64(b.N), "import-µs")
	b.ReportMetric(float64(rendering.Microseconds())/float64(b.N), "render-µs")
	b.ReportMetric(float64(reading.Microseconds())/float64(b.N), "read-µs")
	b.ReportMetric(float64(importing+reading)/float64(rendering), "import/render")
}
