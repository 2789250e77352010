package desk

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/document"
	"rectify/content/importer"
	"rectify/content/proposal"
	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// importLife bounds how long one document may take, within the request's life.
const importLife = 8 * time.Second

// maxUnplaced is how much of a text that found no place is kept, in runes.
const maxUnplaced = 400

// imported makes a proposal of the document that came with the form.
func (d *Desk) imported(c *fiber.Ctx, form web.Values) (proposal.Proposal, []feedback.Invalid, error) {
	file := web.Upload(c)
	switch {
	case file == nil:
		return proposal.Proposal{}, fault("file", "required"), nil
	case len(file.Data) == 0:
		return proposal.Proposal{}, fault("file", "empty"), nil
	}
	p := proposal.New(proposal.NewID(), "", "", "", auth.Of(c).Account.Name, d.now())
	p.Origin = proposal.Origin{Name: file.Name, Digest: shelf.Digest(file.Data)}
	published, faults, err := d.target(&p, form.Get("notice"), file)
	if err != nil || len(faults) > 0 {
		return p, faults, err
	}
	switch {
	case strings.EqualFold(path.Ext(file.Name), ".csv"):
		p, faults = fromSheet(d.frame(c), p, published, file)
		return p, faults, nil
	case strings.HasPrefix(string(file.Data), "---\n") && utf8.Valid(file.Data):
		p.Source, p.Origin.Format = string(file.Data), string(document.Markdown)
		return p, nil, nil // a notice already
	}
	faults, err = d.fromDocument(web.Context(c), &p, published, file)
	return p, faults, err
}

func fault(field, rule string, args ...any) []feedback.Invalid {
	return []feedback.Invalid{{Field: field, Rule: rule, Args: args}}
}

// target decides which notice the proposal becomes: the one that was chosen, or
// a new one named after the file.
func (d *Desk) target(p *proposal.Proposal, chosen string, file *web.File) (*content.Notice, []feedback.Invalid, error) {
	snap := d.Library.Snapshot()
	if chosen != "" {
		e, ok := snap.Notice(chosen)
		if !ok {
			return nil, nil, web.NotFound()
		}
		whole, err := e.Open()
		if err != nil {
			return nil, nil, err
		}
		p.Slug, p.Base = chosen, e.Notice.Digest
		return whole.Notice, nil, nil
	}
	p.Slug = strings.TrimSuffix(file.Name, path.Ext(file.Name))
	switch _, taken := snap.Notice(p.Slug); {
	case taken:
		return nil, fault("notice", "taken", p.Slug), nil
	case !content.ValidSlug(p.Slug):
		p.Slug = "" // the import finds one
	}
	return nil, nil, nil
}

// fromDocument draws the notice from an official document, and notes what the
// import was unsure of.
func (d *Desk) fromDocument(ctx context.Context, p *proposal.Proposal, published *content.Notice, file *web.File) ([]feedback.Invalid, error) {
	ctx, cancel := context.WithTimeout(ctx, importLife)
	defer cancel()
	select {
	case d.Reading <- struct{}{}:
		defer func() { <-d.Reading }()
	case <-ctx.Done():
		return nil, feedback.ErrBusy
	}
	doc, err := document.Read(ctx, file.Name, file.Data)
	if err != nil {
		return unreadable(err)
	}
	o := importer.Options{Slug: p.Slug}
	if published != nil {
		o.Published = published.Published
	}
	r, err := importer.Import(doc, o)
	if err != nil {
		return unreadable(err)
	}
	if p.Slug == "" {
		p.Slug = r.Notice.Slug
		if _, taken := d.Library.Snapshot().Notice(p.Slug); taken || !content.ValidSlug(p.Slug) {
			return fault("file", "slug"), nil
		}
	}
	p.Source, p.Origin.Format, p.Origin.Encoding = string(r.Markdown), string(doc.Format), doc.Encoding
	lines := strings.Split(p.Source, "\n")
	for _, m := range doc.Remarks {
		p.Doubts = note(p.Doubts, proposal.Doubt{Line: m.Line, Code: "import.remark." + m.Code, Args: texts(m.Args)})
	}
	for _, f := range r.Findings {
		if f.Code == "no-published" {
			continue // the site sets it when two people have agreed
		}
		p.Doubts = note(p.Doubts, proposal.Doubt{
			Line: f.Source, At: f.Markdown, Quote: quote(lines, f.Markdown), Code: "import.finding." + f.Code, Args: texts(f.Args),
			Grave: f.Severity == importer.Contradiction, Mild: f.Severity == importer.Info,
		})
	}
	for _, l := range r.Unplaced {
		p.Unplaced = note(p.Unplaced, proposal.Doubt{Line: l.Line, Code: "import.reason." + l.Reason, Args: []proposal.Arg{{Text: cutRunes(l.Text, maxUnplaced)}}})
	}
	return nil, nil
}

func note(list []proposal.Doubt, x proposal.Doubt) []proposal.Doubt {
	if len(list) == proposal.MaxDoubts {
		return list
	}
	return append(list, x)
}

func texts(args []any) []proposal.Arg {
	list := make([]proposal.Arg, len(args))
	for i, a := range args {
		if key, ok := a.(content.Key); ok {
			list[i].Code = key.TextCode()
		} else {
			list[i].Text = fmt.Sprint(a)
		}
	}
	return list
}

// say says a doubt in the reader's words.
func say(f ui.Frame, x proposal.Doubt) string {
	args := make([]any, len(x.Args))
	for i, a := range x.Args {
		args[i] = a.Text
		if a.Code != "" {
			args[i] = f.T(a.Code)
		}
	}
	return f.T(x.Code, args...)
}

func cutRunes(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// unreadable makes a fault of what is wrong with a file, and gives anything
// else on.
func unreadable(err error) ([]feedback.Invalid, error) {
	for _, x := range []struct {
		err  error
		code string
	}{
		{document.ErrTooLarge, "too-large"}, {importer.ErrTooLarge, "too-large"}, {document.ErrTooDeep, "too-deep"}, {document.ErrMacros, "macros"},
		{document.ErrFormat, "format"}, {document.ErrDamaged, "damaged"}, {document.ErrUnsafe, "unsafe"}, {document.ErrEncrypted, "encrypted"},
		{document.ErrEncoding, "encoding"}, {importer.ErrEmpty, "empty"}, {context.DeadlineExceeded, "too-large"},
	} {
		if errors.Is(err, x.err) {
			return fault("file", x.code), nil
		}
	}
	return nil, err
}

// doubts says what the import was unsure of, contradictions first, and apart
// from it what it did that asks for no decision.
func (d *Desk) doubts(f ui.Frame, p *proposal.Proposal, lines []string) (open, done []Finding) {
	var rest []Finding
	for _, x := range p.Doubts {
		found := Finding{Line: x.Line, Quote: x.Quote, At: standsAt(lines, x), Text: say(f, x)}
		switch {
		case x.Grave:
			found.Text = f.T("import.severity.contradiction") + found.Text
			open = append(open, found)
		case x.Mild:
			done = append(done, found)
		default:
			rest = append(rest, found)
		}
	}
	return append(open, rest...), done
}

// standsAt is the line of the text on which a doubt stands now, 0 if that was
// rewritten since.
func standsAt(lines []string, x proposal.Doubt) int {
	begins := strings.TrimSuffix(x.Quote, "…")
	if begins == "" {
		return 0
	}
	if x.At <= len(lines) && strings.HasPrefix(strings.TrimSpace(lines[x.At-1]), begins) {
		return x.At
	}
	return 1 + slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), begins) })
}

// unplaced shows what of the document is not in the notice.
func (d *Desk) unplaced(f ui.Frame, p *proposal.Proposal) []Finding {
	var list []Finding
	for _, x := range p.Unplaced {
		list = append(list, Finding{Line: x.Line, Text: f.T(x.Code), Quote: x.Args[0].Text})
	}
	return list
}
