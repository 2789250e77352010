package importer_test

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"rectify/content/document"
	"rectify/content/format"
	"rectify/content/importer"
	"rectify/content/parse"
	"rectify/content/render"
)

// seen is a text without what nobody sees.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || format.Hidden(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// bag counts the characters of texts.
type bag map[rune]int

func (b bag) add(s string) {
	for _, r := range seen(s) {
		b[r]++
	}
}

// shown is the text of HTML.
func shown(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for z.Next() != html.ErrorToken {
		if t := z.Token(); t.Type == html.TextToken {
			b.WriteString(t.Data)
		}
	}
	return b.String()
}

// body is what readers get of a notice's body, in sequence.
func body(t failer, md []byte) (envelope []string, words string) {
	t.Helper()
	n, found := parse.Notice("n.md", md)
	doc, err := render.Notice(n)
	if err != nil {
		t.Fatalf("%v %v", err, found)
	}
	var b strings.Builder
	b.WriteString(shown(string(doc.Intro)))
	var items func([]*render.Item)
	items = func(all []*render.Item) {
		for _, it := range all {
			b.WriteString(it.Heading + shown(string(it.Body)))
			items(it.Children)
		}
	}
	for _, s := range doc.Sections {
		b.WriteString(s.Heading + shown(string(s.Body)))
		items(s.Items)
	}
	return []string{n.Title, n.Issuer, n.Number}, seen(b.String())
}

// whole holds that nothing is lost: every line of the document is in the
// notice, word for word, as its readers get it, or among what is reported as
// left out; and so is every single character, counted.
func whole(t failer, d *document.Document, r *importer.Result) {
	t.Helper()
	envelope, words := body(t, r.Markdown)
	in, out := make(bag), make(bag)
	out.add(words)
	for _, s := range envelope {
		out.add(s)
	}
	places := []string{words, seen(envelope[0]), seen(envelope[1]), seen(envelope[2])}
	for _, l := range r.Unplaced {
		out.add(l.Text)
		places = append(places, seen(l.Text))
	}
	all := strings.Join(places, "\n")
	stands := func(s string) {
		in.add(s)
		for _, l := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r) }) {
			if d.Format != document.Markdown && !strings.Contains(all, seen(l)) {
				t.Errorf("lost: %q in\n%s\n%s", l, r.Markdown, said(r))
			}
		}
	}
	for _, b := range d.Blocks {
		stands(b.Text)
		for _, row := range b.Rows {
			for _, c := range row {
				in.add(c)
			}
		}
	}
	for _, l := range d.Left {
		in.add(l.Text)
	}
	for c, k := range in {
		if out[c] < k {
			t.Errorf("%q stands %d times in the document, %d in the notice and what was left out\n%s\n%s", c, k, out[c], r.Markdown, said(r))
			return
		}
	}
}

// failer is a test or a property of one.
type failer interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}

var _ failer = (*testing.T)(nil)
