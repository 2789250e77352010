package parse

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"rectify/content"
	"rectify/content/numbering"
)

// blocks cuts lines from to end, both from 1 and included, at blank lines.
// Fenced code and what follows a list stay whole.
func (p *reading) blocks(lines []string, from, end int) []content.Block {
	for from <= end && strings.TrimSpace(lines[from-1]) == "" {
		from++
	}
	for end >= from && strings.TrimSpace(lines[end-1]) == "" {
		end--
	}
	if from > end {
		return nil
	}
	var out []content.Block
	start := 0
	for i := from; i <= end; i++ {
		if start == 0 {
			if strings.TrimSpace(lines[i-1]) == "" {
				continue
			}
			start = i
		}
		if close := fenced(lines[:end], i-1); close > i-1 {
			i = close + 1
		}
		if i < end && (strings.TrimSpace(lines[i]) != "" || goesOn(lines, i, end)) {
			continue
		}
		out = append(out, content.Block{Line: p.offset + start, Text: strings.Join(lines[start-1:i], "\n")})
		start = 0
	}
	return out
}

// goesOn reports whether the text after the blank line i (from 0) belongs to
// the block before it: an indented line of a list.
func goesOn(lines []string, i, end int) bool {
	for ; i < end; i++ {
		if strings.TrimSpace(lines[i]) != "" {
			return strings.HasPrefix(lines[i], "  ") || strings.HasPrefix(lines[i], "\t")
		}
	}
	return false
}

// measureMark finds 一是 at the head of a sentence.
var measureMark = regexp.MustCompile(`(^|[。；：！？\n])[ \t\x{3000}*]*([一二三四五六七八九十]{1,3})是`)

// maxTitle is how long, in characters, the first sentence of a measure may be
// to read as its heading.
const maxTitle = 24

// measures finds 一是…二是… in order, whether run in or in paragraphs of their
// own. A number out of turn is no measure: 一是 may also be plain language.
func measures(text []content.Block) []content.Measure {
	var found []content.Measure
	for _, b := range text {
		bare := strings.ReplaceAll(b.Text, "**", "")
		type at struct{ from, ordinal int }
		var marks []at
		for _, m := range measureMark.FindAllStringSubmatchIndex(bare, -1) {
			ordinal, ok := numbering.HanNumber(bare[m[4]:m[5]])
			if ok && ordinal == len(found)+len(marks)+1 {
				marks = append(marks, at{m[4], ordinal})
			}
		}
		for i, m := range marks {
			end := len(bare)
			if i+1 < len(marks) {
				end = marks[i+1].from
			}
			found = append(found, measure(bare[m.from:end], m.ordinal, b.Line+strings.Count(bare[:m.from], "\n")))
		}
	}
	return found
}

func measure(text string, ordinal, line int) content.Measure {
	text = strings.TrimSpace(text)
	mark := text[:strings.Index(text, "是")+len("是")]
	m := content.Measure{Ordinal: ordinal, Mark: mark, Text: text, Line: line}
	first, rest, ok := strings.Cut(text, "。")
	if ok && strings.TrimSpace(rest) != "" && utf8.RuneCountInString(first) <= maxTitle {
		m.Title = first + "。"
	}
	return m
}
