package document_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rectify/content/document"
)

// whole asks what must hold for any file whatever: the reading ends soon, is an
// *Error or a document, and what it says is text at lines that exist.
func whole(t *testing.T, name string, src []byte) *document.Document {
	t.Helper()
	start := time.Now()
	d, err := document.Read(context.Background(), name, src)
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("read in %v", took)
	}
	if err != nil {
		var e *document.Error
		if !errors.As(err, &e) || d != nil || e.Error() == "" {
			t.Errorf("%v, %v", d, err)
		}
		return nil
	}
	for _, b := range d.Blocks {
		if b.Line < 1 || !utf8.ValidString(b.Text) || strings.ContainsAny(b.Text, "\x00\r\f") || (b.Kind != document.Table && strings.TrimSpace(b.Text) == "") ||
			!strings.HasPrefix(b.Text, b.Number) || (b.Kind == document.Table) != (b.Rows != nil) {
			t.Errorf("%+v", b)
		}
	}
	for _, l := range d.Left {
		if l.Reason == "" || l.Line < 0 || strings.TrimSpace(l.Text) == "" {
			t.Errorf("%+v", l)
		}
	}
	return d
}

func seedFiles(f *testing.F, pattern string) [][]byte {
	f.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		f.Fatalf("%s: %v", pattern, err)
	}
	var all [][]byte
	for _, n := range names {
		src, err := os.ReadFile(n)
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, src)
	}
	return all
}

// FuzzDocx varies the bodies and lists of a Word file, since a varied zip is
// hardly ever one; FuzzZip varies the zip.
func FuzzDocx(f *testing.F) {
	list := numbered(official + `<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`).text
	f.Add(item("1", "0", "甲")+item("1", "2", "乙"), list)
	f.Add(p(`<w:ins>`+r("a")+`</w:ins><w:del>`+r("b")+`</w:del>`)+`<w:tbl><w:tr>`+cell(`<w:vMerge/>`, "c")+`</w:tr></w:tbl>`, list)
	f.Add(p(`<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>`+p(r("a"))+`</w:txbxContent></mc:Choice><mc:Fallback>`+r("a")+`</mc:Fallback></mc:AlternateContent></w:r>`), list)
	f.Add(p(`<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>x</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>y</w:t></w:r>`), list)
	f.Add(`<w:r><w:t>a</w:t></w:r><w:tc>`+r("b")+`</w:tc><w:p><w:tbl><w:tr><w:p>`+r("c")+`</w:p></w:tr></w:tbl></w:p>`, list)
	f.Fuzz(func(t *testing.T, body, list string) {
		if len(body)+len(list) > 64<<10 {
			return
		}
		src := zipped(t, parts(body, entry{"numbering.xml", list})...)
		if d := whole(t, "x.docx", src); d != nil {
			nothingLost(t, wordTexts(t, src), d)
		}
	})
}

func FuzzZip(f *testing.F) {
	for _, src := range seedFiles(f, "testdata/word/*.docx") {
		f.Add(src)
	}
	f.Add(zipped(f, parts(p(r("x")))...))
	f.Fuzz(func(t *testing.T, src []byte) {
		whole(t, "x.docx", src)
	})
}

func FuzzHTML(f *testing.F) {
	for _, src := range seedFiles(f, "testdata/pages/*.html") {
		f.Add(string(src))
	}
	f.Add("<html><table><tr><td>a<td rowspan=3>b<tr>c<th>d</table><ol><li value=-3>x<ol type=I><li>y</ol></ol><p>z<br><br>w")
	f.Fuzz(func(t *testing.T, page string) {
		if len(page) > 64<<10 {
			return
		}
		if d := whole(t, "x.html", []byte(page)); d != nil && d.Format == document.HTML && d.Encoding == "UTF-8" {
			nothingLost(t, ownTexts(page), d)
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add("　　首行\r\n\r\n断\f页\u200b\n", true)
	f.Add("a\rb\nc", false)
	f.Fuzz(func(t *testing.T, text string, md bool) {
		name := "x.txt"
		if md {
			name = "x.md"
		}
		if d := whole(t, name, []byte(text)); d != nil && d.Encoding == "UTF-8" && (d.Format == document.Text || d.Format == document.Markdown) {
			nothingLost(t, []string{strings.TrimPrefix(text, "\ufeff")}, d)
			last := strings.Count(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n") + 1
			for _, b := range d.Blocks {
				if b.Line > last {
					t.Errorf("line %d of %d", b.Line, last)
				}
			}
		}
	})
}

func FuzzCharset(f *testing.F) {
	for name := range encodings() {
		text := simple
		if name == "Big5" {
			text = traditional
		}
		f.Add(encode(f, name, text))
	}
	f.Add([]byte("+ZXQ-"))
	f.Fuzz(func(t *testing.T, src []byte) {
		d := whole(t, "x.txt", src)
		if d == nil || d.Format != document.Text {
			return
		}
		if d.Encoding == "UTF-8" && !utf8.Valid(src) {
			t.Error("bytes that are no UTF-8 were read as UTF-8")
		}
	})
}
