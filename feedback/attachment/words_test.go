package attachment_test

import (
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
		if got := attachment.Words(c.media, c.data); got != c.want {
			t.Errorf("%s: %q, want %q", c.media, got, c.want)
		}
	}
}
