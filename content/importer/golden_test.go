package importer_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"rectify/content"
	"rectify/content/document"
	"rectify/content/importer"
	"rectify/content/parse"
)

var update = flag.Bool("update", false, "write the golden files")

// published is the moment that every test publishes at, where the document
// names none.
var published = time.Date(2026, 11, 24, 9, 30, 0, 0, time.FixedZone("", 8*3600))

// A fixture is one document in testdata: what it shows, the document, the
// notice that is drawn from it, and what is said about it.
type fixture struct {
	name, file   string
	src          []byte
	md, findings string
	archive      *txtar.Archive
}

func fixtures(tb testing.TB) []fixture {
	tb.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		tb.Fatal(err)
	}
	var all []fixture
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		if len(a.Files) != 3 || len(strings.TrimSpace(string(a.Comment))) == 0 {
			tb.Fatalf("%s: want what it shows, a document, want.md and findings", file)
		}
		stem := strings.TrimSuffix(filepath.Base(file), ".txtar")
		all = append(all, fixture{
			name: stem, file: stem + strings.TrimPrefix(a.Files[0].Name, "in"), src: a.Files[0].Data,
			md: string(a.Files[1].Data), findings: string(a.Files[2].Data), archive: a,
		})
	}
	if len(all) < 30 {
		tb.Fatalf("%d documents, want 30 at least", len(all))
	}
	return all
}

func read(tb testing.TB, name string, src []byte) *document.Document {
	tb.Helper()
	d, err := document.Read(tb.Context(), name, src)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func draw(tb testing.TB, d *document.Document) *importer.Result {
	tb.Helper()
	r, err := importer.Import(d, importer.Options{Now: published})
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// said is every finding and everything left out, a line each.
func said(r *importer.Result) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%d>%d %s %s", f.Source, f.Markdown, []string{"info", "uncertain", "contradiction"}[f.Severity], f.Code)
		for _, x := range f.Args {
			fmt.Fprintf(&b, " | %v", x)
		}
		b.WriteByte('\n')
	}
	for _, l := range r.Unplaced {
		fmt.Fprintf(&b, "%d left %s | %s\n", l.Line, l.Reason, strings.TrimSpace(l.Text))
	}
	return b.String()
}

func TestFixtures(t *testing.T) {
	for _, x := range fixtures(t) {
		t.Run(x.name, func(t *testing.T) {
			d := read(t, x.file, x.src)
			r := draw(t, d)
			whole(t, d, r)
			sound(t, r)
			if *update {
				x.archive.Files[1].Data, x.archive.Files[2].Data = r.Markdown, []byte(said(r))
				if err := os.WriteFile("testdata/"+x.name+".txtar", txtar.Format(x.archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if string(r.Markdown) != x.md {
				t.Errorf("the notice is\n%s\nwant\n%s", r.Markdown, x.md)
			}
			if got := said(r); got != x.findings {
				t.Errorf("said:\n%s\nwant\n%s", got, x.findings)
			}
		})
	}
}

// sound holds the draft against the reading of its Markdown: no error but for
// what the document itself leaves out, and the same tree with the same ids.
func sound(t *testing.T, r *importer.Result) {
	t.Helper()
	n, found := parse.Notice(r.Notice.Slug+".md", r.Markdown)
	for _, d := range found {
		if d.Severity == content.Error {
			t.Errorf("parse: %v", d)
		}
	}
	if a, b := tree(r.Notice), tree(n); a != b {
		t.Errorf("the draft is\n%s\nread back it is\n%s", a, b)
	}
}

// tree is the outline of a notice with the lines of its Markdown.
func tree(n *content.Notice) string {
	var b strings.Builder
	for _, s := range n.Sections {
		fmt.Fprintf(&b, "%s %d %s | %d blocks\n", s.ID, s.Line, s.Heading, len(s.Body))
		for _, it := range s.Items {
			branch(&b, it)
		}
	}
	return b.String()
}

func branch(b *strings.Builder, it *content.Item) {
	l := it.Ledger
	fmt.Fprintf(b, "%d %s %s | %s | %s %s %s %s", it.Line, it.ID, it.Heading, it.Title, l.Status.Code(), l.Label, l.Owner, l.Due)
	for _, x := range it.Body {
		fmt.Fprintf(b, " %d", x.Line)
	}
	b.WriteByte('\n')
	for _, c := range it.Children {
		branch(b, c)
	}
}

// half is the same document in half-width punctuation, as most pages have it.
func half(s string) string {
	return strings.NewReplacer("，", ",", "（", "(", "）", ")", "：", ":", "；", ";", "．", ".", "！", "!", "？", "?", "　", " ").Replace(s)
}

// Full and half width are one and the same: the tree, the ledger, the days and
// the findings do not differ.
func TestHalfWidthReadsTheSame(t *testing.T) {
	for _, x := range fixtures(t) {
		if strings.HasPrefix(x.name, "hard-wrapped") {
			continue // its lines were full by the width of their marks
		}
		t.Run(x.name, func(t *testing.T) {
			a := draw(t, read(t, x.file, x.src))
			d := read(t, x.file, []byte(half(string(x.src))))
			b := draw(t, d)
			whole(t, d, b)
			sound(t, b)
			if got, want := tree(b.Notice), half(tree(a.Notice)); got != want && half(got) != want {
				t.Errorf("half width:\n%s\nfull width:\n%s", got, want)
			}
			if got, want := half(said(b)), half(said(a)); got != want {
				t.Errorf("half width says\n%s\nfull width\n%s", got, want)
			}
			x, y := a.Notice, b.Notice
			if x.Date != y.Date || x.Inspection.From != y.Inspection.From || x.Inspection.To != y.Inspection.To || x.Inspection.HandedOver != y.Inspection.HandedOver ||
				x.Supervision != y.Supervision || fmt.Sprint(x.Contacts.Phone, x.Contacts.Email, x.Contacts.Postcode) != fmt.Sprint(y.Contacts.Phone, y.Contacts.Email, y.Contacts.Postcode) ||
				x.Stated != y.Stated || half(x.Title) != half(y.Title) || x.Issuer != y.Issuer {
				t.Errorf("envelopes differ:\n%+v\n%+v", x, y)
			}
		})
	}
}
