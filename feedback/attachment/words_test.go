package attachment_test

import (
	"fmt"
	"strings"
	"testing"

	"rectify/feedback/attachment"
)

// What somebody reads in a file is found in it, across the runs that Word cuts
// words into.
func TestWords(t *testing.T) {
	word := docx(t, "word/header1.xml", `<w:hdr><w:p><w:r><w:t>页眉&amp;</w:t></w:r></w:p></w:hdr>`,
		"word/footnotes.xml", `<w:footnotes><w:p><w:r><w:t>139</w:t></w:r><w:r><w:t>12345678</w:t></w:r></w:p></w:footnotes>`,
		"docProps/core.xml", `<cp:coreProperties><dc:title>标题</dc:title></cp:coreProperties>`)
	const wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	for _, c := range []struct {
		media string
		data  []byte
		want  string
	}{
		{wordType, word, "意见\n\n13912345678\n\n页眉&\n\n"},
		{"text/plain; charset=utf-8", []byte("电话13912345678"), "电话13912345678"},
		{wordType, []byte("PK\x03\x04"), ""}, {"application/pdf", []byte("%PDF-1.7"), ""}, {"image/png", nil, ""},
	} {
		if got, whole := attachment.Words(c.media, c.data); got != c.want || !whole {
			t.Errorf("%s: %q, %t, want %q", c.media, got, whole, c.want)
		}
	}
}

// A small file that opens to very much is not read to its end, and that is said.
func TestWordsBounded(t *testing.T) {
	page := "<w:hdr><w:p><w:r><w:t>" + strings.Repeat("灯", 2<<20) + "</w:t></w:r></w:p></w:hdr>"
	var parts []string
	for i := range 20 {
		parts = append(parts, fmt.Sprintf("word/header%d.xml", i), page)
	}
	text, whole := attachment.Words("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx(t, parts...))
	if whole || len(text) > 20<<20 {
		t.Errorf("%d bytes are read, whole: %t", len(text), whole)
	}
}
