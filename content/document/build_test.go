package document_test

import (
	"archive/zip"
	"bytes"
	"context"
	"strings"
	"testing"

	"rectify/content/document"
)

const (
	wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
		`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" ` +
		`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:v="urn:schemas-microsoft-com:vml" ` +
		`xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"`
	relNS    = `http://schemas.openxmlformats.org/package/2006/relationships`
	relTypes = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
)

// entry is a part of a made Word file.
type entry struct{ name, text string }

// zipped packs entries in their order, as they are.
func zipped(tb testing.TB, entries ...entry) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := f.Write([]byte(e.text)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// parts answers the least Word file with a body, and further parts under word/,
// each declared by its name.
func parts(body string, further ...entry) []entry {
	rels := ""
	all := []entry{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + relNS + `"><Relationship Id="r1" Type="` + relTypes + `officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document ` + wordNS + `><w:body>` + body + `</w:body></w:document>`},
	}
	for _, e := range further {
		kind := strings.TrimRight(strings.TrimSuffix(e.name, ".xml"), "0123456789")
		rels += `<Relationship Id="` + e.name + `" Type="` + relTypes + kind + `" Target="` + e.name + `"/>`
		all = append(all, entry{"word/" + e.name, e.text})
	}
	return append(all, entry{"word/_rels/document.xml.rels", `<Relationships xmlns="` + relNS + `">` + rels + `</Relationships>`})
}

func word(tb testing.TB, body string, further ...entry) *document.Document {
	tb.Helper()
	return mustRead(tb, "通报.docx", zipped(tb, parts(body, further...)...))
}

func mustRead(tb testing.TB, name string, src []byte) *document.Document {
	tb.Helper()
	d, err := document.Read(context.Background(), name, src)
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return d
}

func p(runs string) string { return `<w:p>` + runs + `</w:p>` }

func r(text string) string { return `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>` }

// item is a numbered paragraph.
func item(num, level, text string) string {
	return p(`<w:pPr><w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + num + `"/></w:numPr></w:pPr>` + r(text))
}

func texts(d *document.Document) []string {
	var out []string
	for _, b := range d.Blocks {
		if b.Kind == document.Table {
			for _, row := range b.Rows {
				out = append(out, "|"+strings.Join(row, "|"))
			}
			continue
		}
		out = append(out, b.Text)
	}
	return out
}

func equal(tb testing.TB, got []string, want ...string) {
	tb.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		tb.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// left answers what was left out for a reason.
func left(d *document.Document, reason string) string {
	var all []string
	for _, l := range d.Left {
		if l.Reason == reason {
			all = append(all, strings.TrimSpace(l.Text))
		}
	}
	return strings.Join(all, "|")
}

func remark(d *document.Document, code string) (document.Remark, bool) {
	for _, r := range d.Remarks {
		if r.Code == code {
			return r, true
		}
	}
	return document.Remark{}, false
}
