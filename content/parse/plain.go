package parse

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

var (
	referenceLine = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:`)
	underline     = regexp.MustCompile(`^(=+|-+) *$`)
	htmlLine      = regexp.MustCompile(`^ {0,3}<[A-Za-z/!?]`)
	specialLine   = regexp.MustCompile(`^\.# `)
	fenceOpen     = regexp.MustCompile("^ {0,3}(```|~~~)")
	deepLine      = regexp.MustCompile(`^(?:[ \t]*(?:>|[*+-][ \t]|[0-9]+[.)][ \t])){9}`)
	deepIndent    = regexp.MustCompile(`^(?: {4}|\t){9}[ \t]*(?:[*+-]|[0-9]+[.)])[ \t]`)
)

// Longer runs of marks than these are never meant, and each costs a search of its own.
const (
	longTicks  = "`````````````````"
	longTildes = "~~~~~~~~~~~~~~~~~"
)

// plainEnough refuses what two readers of Markdown may understand differently,
// or what a part of the document cannot say alone: headings by underline,
// references defined elsewhere, HTML; and what takes a reader without bounds.
func (p *reading) plainEnough(lines []string) bool {
	if at := tooMuch(lines); at > 0 {
		p.fault(p.offset+at, "too-complex")
		return false
	}
	ok := true
	for i := 0; i < len(lines); i++ {
		if end := fenced(lines, i); end > i {
			i = end
			continue
		}
		line, code := lines[i], ""
		if !marked(line) {
			continue
		}
		switch {
		case referenceLine.MatchString(line):
			code = "reference"
		case htmlLine.MatchString(line):
			code = "html"
		case fenceOpen.MatchString(line):
			code = "fence-open"
		case deepLine.MatchString(line), deepIndent.MatchString(line):
			code = "nesting"
		case specialLine.MatchString(line),
			i > 0 && underline.MatchString(line) && strings.TrimSpace(lines[i-1]) != "" && !strings.Contains(lines[i-1], "|"):
			code = "underlined-heading"
		default:
			continue
		}
		p.fault(p.offset+i+1, code)
		ok = false
	}
	return ok
}

// marked reports whether a line begins as any of the refused ones must; most
// lines are plain words, and no pattern need be tried on them.
func marked(line string) bool {
	word := strings.TrimLeft(line, " \t")
	return word != "" && (strings.IndexByte("[<=-.`~>*+", word[0]) >= 0 || word[0] >= '0' && word[0] <= '9')
}

// maxEffort bounds how long gomarkdown may take over a document: about as many
// nanoseconds. A real notice of 100 kB stays far below a tenth of it.
const maxEffort = 400_000_000

// tooMuch answers the first line, from 1, at which reading the document would
// take too long, or 0. gomarkdown takes the square of a paragraph with many
// unclosed marks, the rest of the document for what looks like the start of a
// fence or of HTML, and for every list the square of the blocks around it; each
// block is parsed and sanitised on its own later.
func tooMuch(lines []string) int {
	total := 0
	for _, l := range lines {
		total += len(l) + 1
	}
	effort, blocks, start, marks, size := 0, 0, 0, 0, 0
	before := byte(0)
	for i, l := range lines {
		if strings.Contains(l, longTicks) || strings.Contains(l, longTildes) {
			return i + 1
		}
		if strings.TrimSpace(l) == "" {
			marks, size, start = 0, 0, i+1
			effort += 5000
			continue
		}
		// What the paragraph cost so far is taken back and counted anew with this line.
		effort -= marks * size
		for k := range len(l) {
			switch l[k] {
			case '[', '*', '_', '~', '^', '!', '`':
				marks++
			}
		}
		size += len(l) + 1
		effort += marks*size + total*(strings.Count(l, "<")+strings.Count(l, "```")+strings.Count(l, "~~~"))
		kind := listKind(l)
		if kind == 0 || kind != before {
			blocks++
		}
		if kind != 0 && kind != before {
			effort += 8 * blocks * blocks
		}
		before = kind
		if effort > maxEffort {
			return max(start, i) + 1
		}
	}
	return 0
}

var listLine = regexp.MustCompile(`^[ \t>]*(?:([*+-])|[0-9]+[.)])[ \t]`)

// listKind is * or 1 for a line of a list, 0 for any other.
func listKind(line string) byte {
	if !marked(line) {
		return 0
	}
	m := listLine.FindStringSubmatch(line)
	switch {
	case m == nil || strings.Trim(line, " *-_") == "":
		return 0
	case m[1] != "":
		return '*'
	}
	return '1'
}

// hidden reports characters that a reader cannot see and that can make a text
// look other than it is (CVE-2021-42574): controls, turned writing direction,
// width nil, tags, annotations.
func (p *reading) hidden(src []byte) {
	line := 0
	for l := range bytes.Lines(src) {
		line++
		for _, r := range string(l) {
			if concealed(r) {
				p.fault(line, "hidden-character", fmt.Sprintf("%U", r))
				break
			}
		}
	}
}

func concealed(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r), r >= 0x200B && r <= 0x200F, r >= 0x2028 && r <= 0x202E, r >= 0x2060 && r <= 0x206F,
		r == 0xAD, r == 0x61C, r == 0xFEFF, r >= 0xFFF9 && r <= 0xFFFB, r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}
