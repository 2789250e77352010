package importer

import (
	"errors"
	"fmt"
	"time"

	"rectify/content"
	"rectify/content/document"
	"rectify/content/format"
)

// Bounds on one document. A real notice has 20 kB and 25 leaves.
const (
	MaxText  = 2 << 20 // bytes of text
	MaxItems = 5000    // numbered headings and rows of ledgers
	maxLines = 100_000
	// maxFindings keeps a hostile document from being answered with more than it
	// said; what goes beyond is summed up in one finding.
	maxFindings = 2000
)

// Errors of Import. ErrTooLarge: the document is beyond the bounds. ErrEmpty:
// it holds no text at all.
var (
	ErrTooLarge = errors.New("document is larger than a notice can be")
	ErrEmpty    = errors.New("document holds no text")
)

// Options are what the document itself cannot say.
type Options struct {
	Slug      string    // address of the notice; empty: from the file's name, else from the date
	Published time.Time // the moment of publication; zero: what the page says, else Now
	Now       time.Time // published if nothing else says when; zero: left unset
}

// Severity says how much a Finding asks of a person.
type Severity int

// Info tells what was done; Uncertain asks for a decision; Contradiction says
// that the document disagrees with itself (it is never corrected).
const (
	Info Severity = iota
	Uncertain
	Contradiction
)

// Finding is one remark on the import. It carries a code and values; the words
// for people are said elsewhere.
type Finding struct {
	Code     string
	Severity Severity
	Source   int // line of the document (of a Word file: paragraph), 0 if about all of it
	Markdown int // line of the Markdown where this stands, 0 if nowhere
	Args     []any
}

// Result is a draft: it is to be looked at by a person before it is published.
type Result struct {
	Notice   *content.Notice // without measures: parse draws them from the Markdown
	Markdown []byte
	Findings []Finding
	Unplaced []document.Left // what stands in the document and not in the notice
}

// Import draws a notice from d. The draft may have errors that `rectify check`
// names; an error is answered only if there can be no draft at all.
func Import(d *document.Document, o Options) (*Result, error) {
	p := &reading{d: d, o: o, n: &content.Notice{}, extra: make(map[*content.Item]*extra)}
	if err := p.flatten(); err != nil {
		return nil, fmt.Errorf("import %s: %w", d.Name, err)
	}
	p.join()
	p.listOfContents()
	p.numbersAlone()
	body := p.tail(p.head())
	if err := p.outline(body); err != nil {
		return nil, fmt.Errorf("import %s: %w", d.Name, err)
	}
	p.inspection()
	p.contacts()
	p.supervision()
	p.totals()
	p.contradictions()
	p.envelope()
	p.ids()
	p.ledgers()
	md, err := format.Notice(p.n)
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", d.Name, err)
	}
	p.locate(md)
	return &Result{Notice: p.n, Markdown: md, Findings: p.findings, Unplaced: append(p.unplaced, d.Left...)}, nil
}

// reading is one document on its way in.
type reading struct {
	d      *document.Document
	o      Options
	n      *content.Notice
	lines  []line // all of the document
	places []int  // line of the source of each place
	body   []line // what stands in the notice's body
	items  int
	extra  map[*content.Item]*extra

	signature  int      // place at which it is signed, 0 if nowhere
	signedFrom int      // first place of the signature, its name included
	foot       int      // place from which the contacts are looked for
	outside    []line   // body lines that stand in no item
	label      *waiting // of a contact, whose value is still to come
	findings   []Finding
	unplaced   []document.Left
}

// extra is what is known of an item only while it is imported.
type extra struct {
	fields []field
	open   bool // a field such as 整改情况： was opened and not closed
	kind   int  // shape of the numbers of its children
}

// note keeps a finding about a place, 0 for the document as a whole.
func (p *reading) note(sev Severity, at int, code string, args ...any) {
	switch {
	case len(p.findings) < maxFindings:
		p.findings = append(p.findings, Finding{Code: code, Severity: sev, Source: at, Args: args})
	case len(p.findings) == maxFindings:
		p.findings = append(p.findings, Finding{Code: "too-many-findings", Severity: Uncertain, Args: []any{maxFindings}})
	}
}

// leave puts a line outside of the notice.
func (p *reading) leave(l line, reason string) {
	p.unplaced = append(p.unplaced, document.Left{Line: p.source(l.no), Reason: reason, Text: l.text})
}
