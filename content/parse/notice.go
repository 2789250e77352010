package parse

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
	"unicode/utf8"

	"rectify/content"
)

// MaxBytes bounds a notice; the longest real ones are near 100 kB.
const MaxBytes = 2 << 20

// Notice reads one notice; name is its file name, whose stem is the slug. The
// notice is never nil; with an error among the diagnostics it may be partial.
func Notice(name string, src []byte) (*content.Notice, []content.Diagnostic) {
	sum := sha256.Sum256(src)
	base := path.Base(name)
	n := &content.Notice{Slug: strings.TrimSuffix(base, path.Ext(base)), Digest: hex.EncodeToString(sum[:]), Source: bytes.Clone(src)}
	p := &reading{file: name, n: n}
	if !content.ValidSlug(n.Slug) {
		p.fault(0, "slug", n.Slug)
	}
	switch {
	case len(src) > MaxBytes:
		p.fault(0, "size", MaxBytes)
		return n, p.found
	case !utf8.Valid(src) || bytes.IndexByte(src, 0) >= 0:
		p.fault(badLine(src), "encoding")
		return n, p.found
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	src = bytes.ReplaceAll(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	if !bytes.HasSuffix(src, []byte("\n")) {
		src = append(src, '\n')
	}
	p.hidden(src)
	head, headLines, body, bodyLines := cut(src)
	if head == nil {
		p.fault(1, "no-front-matter")
	} else {
		p.found = append(p.found, frontMatter(n, name, head, headLines)...)
	}
	p.offset = bodyLines
	p.body(body)
	return n, p.found
}

// reading is one notice on its way in.
type reading struct {
	file   string
	n      *content.Notice
	offset int // lines before the body
	found  []content.Diagnostic
}

func (p *reading) fault(line int, code string, args ...any) {
	p.found = append(p.found, content.Diagnostic{File: p.file, Line: line, Severity: content.Error, Code: code, Args: args})
}

func (p *reading) warn(line int, code string, args ...any) {
	p.found = append(p.found, content.Diagnostic{File: p.file, Line: line, Severity: content.Warning, Code: code, Args: args})
}

func badLine(src []byte) int {
	line := 1
	for l := range bytes.Lines(src) {
		if !utf8.Valid(l) || bytes.IndexByte(l, 0) >= 0 {
			return line
		}
		line++
	}
	return line
}

// body reads what follows the front matter.
func (p *reading) body(body []byte) {
	lines := strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
	if !p.plainEnough(lines) {
		return
	}
	ours, odd := scan(lines)
	if odd > 0 {
		p.fault(p.offset+odd, "heading-blank-line")
		return
	}
	doc := document(body)
	theirs := headings(doc)
	if !p.same(lines, ours, theirs) {
		return
	}
	p.strayLists(lines, theirs)
	p.refused(lines, doc)
	p.lost(lines, theirs, doc)
	p.tree(lines, theirs)
}

// same holds the headings of both readings against each other and gives those
// of gomarkdown their lines.
func (p *reading) same(lines []string, ours, theirs []heading) bool {
	for i := range max(len(ours), len(theirs)) {
		switch {
		case i >= len(ours):
			p.fault(p.offset+len(lines), "heading-unclear", theirs[i].text)
			return false
		case i >= len(theirs) || ours[i].level != theirs[i].level || !sameText(ours[i].text, theirs[i].text):
			p.fault(p.offset+ours[i].line, "heading-unclear", ours[i].text)
			return false
		}
		theirs[i].line, theirs[i].first = ours[i].line, ours[i].first
		if ours[i].first < ours[i].line && theirs[i].attrs == nil {
			p.fault(p.offset+ours[i].first, "attribute-list", lines[ours[i].first-1])
		}
	}
	return true
}

// sameText reports whether a heading as written reads as the one that
// gomarkdown read, which has lost its marks.
func sameText(written, plain string) bool {
	if written == plain {
		return true
	}
	alone := read([]byte("# " + written + "\n"))
	return len(alone) == 1 && alone[0].text == plain
}
