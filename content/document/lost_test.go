package document_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"rectify/content/document"
)

// kept answers all the text that a reading shows somewhere.
func kept(d *document.Document) string {
	var b strings.Builder
	for _, x := range d.Blocks {
		b.WriteString(x.Text)
		for _, row := range x.Rows {
			b.WriteString(strings.Join(row, ""))
		}
	}
	for _, l := range d.Left {
		b.WriteString(l.Text)
	}
	for _, v := range d.Meta {
		b.WriteString(v)
	}
	return b.String()
}

// shows says whether a character leaves a mark on paper; those that do not are
// taken out and told.
func shows(r rune) bool {
	return !unicode.IsSpace(r) && !unicode.Is(unicode.Cc, r) && !unicode.Is(unicode.Cf, r) && r != '\ufffd'
}

// nothingLost counts each character that shows: what was kept has it as often.
func nothingLost(tb testing.TB, source []string, d *document.Document) {
	tb.Helper()
	have := map[rune]int{}
	for _, r := range kept(d) {
		have[r]++
	}
	want := map[rune]int{}
	for _, s := range source {
		for _, r := range s {
			if shows(r) {
				want[r]++
			}
		}
	}
	for r, n := range want {
		if have[r] < n {
			tb.Errorf("%q stands %d times in the source, %d times in what was read", r, n, have[r])
		}
	}
}

// wordTexts takes every w:t, w:delText and w:instrText out of every part, by
// a scan of its own that knows nothing of the structure; of a choice and its
// fallback only the choice.
func wordTexts(tb testing.TB, src []byte) []string {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		tb.Fatal(err)
	}
	var all []string
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "word/") || !strings.HasSuffix(f.Name, ".xml") || f.Name == "word/numbering.xml" || f.Name == "word/styles.xml" {
			continue
		}
		rc, err := f.Open()
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, partTexts(tb, rc)...)
	}
	return all
}

// noText are the elements in which no text of the document can stand: the
// properties, and the second form of what has two.
var noText = map[string]bool{"Fallback": true, "pPr": true, "rPr": true, "tblPr": true, "tblPrEx": true, "tblGrid": true, "trPr": true, "tcPr": true, "sectPr": true,
	"sdtPr": true, "sdtEndPr": true, "fldChar": true, "rubyPr": true, "pPrChange": true, "rPrChange": true, "smartTagPr": true, "customXmlPr": true,
	"footnotePr": true, "endnotePr": true, "permStart": true, "ctrlPr": true, "footnoteRef": true, "endnoteRef": true}

func partTexts(tb testing.TB, from io.Reader) []string {
	tb.Helper()
	var all []string
	dec := xml.NewDecoder(from)
	inside := 0
	for {
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			tb.Fatal(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if noText[t.Name.Local] {
				if err := dec.Skip(); err != nil {
					tb.Fatal(err)
				}
				continue
			}
			if l := t.Name.Local; l == "t" || l == "delText" || l == "instrText" {
				inside++
			}
		case xml.EndElement:
			if l := t.Name.Local; l == "t" || l == "delText" || l == "instrText" {
				inside--
			}
		case xml.CharData:
			if inside > 0 {
				all = append(all, string(t))
			}
		}
	}
}

// ownTexts takes every text out of a page by the library's tokenizer alone.
func ownTexts(page string) []string {
	var all []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return all
		case html.TextToken:
			all = append(all, z.Token().Data)
		}
	}
}

// pageTexts does the same by its parser, which is what a browser does.
func pageTexts(tb testing.TB, page string) []string {
	tb.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		tb.Fatal(err)
	}
	var all []string
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			all = append(all, n.Data)
		}
	}
	return all
}
