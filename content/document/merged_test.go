package document_test

import (
	"maps"
	"os"
	"testing"

	"rectify/content/document"
)

// Cells that were merged downwards are known as such, in the rows that are
// left when empty ones are dropped; merged to the right they are only empty.
func TestMergedCells(t *testing.T) {
	word, err := os.ReadFile("testdata/word/official.docx")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		src  []byte
		want document.Cells
	}{
		"official.docx": {word, document.Cells{{2, 0}: true}},
		"a.html": {[]byte(`<table border="1"><tr><th>甲<th colspan="2">乙<tr></tr>
			<tr><td rowspan="3">一<td>二<td rowspan="2">三<tr><td>四<tr><td></tr><tr><td>五<td>六<td>七</table>`), document.Cells{{2, 0}: true, {2, 2}: true}},
	} {
		d, err := document.Read(t.Context(), name, x.src)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range d.Blocks {
			if b.Kind == document.Table && !maps.Equal(b.Merged, x.want) {
				t.Errorf("%s: %v, want %v of %q", name, b.Merged, x.want, b.Rows)
			}
		}
	}
}
