package parse

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
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

var (
	referenceLine = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:`)
	underline     = regexp.MustCompile(`^(=+|-+) *$`)
	htmlLine      = regexp.MustCompile(`^ {0,3}<[A-Za-z/!]`)
)

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
	theirs := read(body)
	for i := range max(len(ours), len(theirs)) {
		switch {
		case i >= len(ours):
			p.fault(p.offset+len(lines), "heading-unclear", theirs[i].text)
			return
		case i >= len(theirs) || ours[i].level != theirs[i].level:
			p.fault(p.offset+ours[i].line, "heading-unclear", ours[i].text)
			return
		}
		theirs[i].line, theirs[i].first = ours[i].line, ours[i].first
		if ours[i].first < ours[i].line && theirs[i].attrs == nil {
			p.fault(p.offset+ours[i].first, "attribute-list", lines[ours[i].first-1])
		}
	}
	p.tree(lines, theirs)
}

// plainEnough refuses what two readers of Markdown may understand differently,
// or what a part of the document cannot say alone: headings by underline,
// references defined elsewhere, HTML.
func (p *reading) plainEnough(lines []string) bool {
	ok := true
	for i := 0; i < len(lines); i++ {
		if end := fenced(lines, i); end > i {
			i = end
			continue
		}
		line, code := lines[i], ""
		switch {
		case referenceLine.MatchString(line):
			code = "reference"
		case htmlLine.MatchString(line):
			code = "html"
		case i > 0 && underline.MatchString(line) && strings.TrimSpace(lines[i-1]) != "" && !strings.Contains(lines[i-1], "|"):
			code = "underlined-heading"
		default:
			continue
		}
		p.fault(p.offset+i+1, code)
		ok = false
	}
	return ok
}
