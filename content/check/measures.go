package check

import (
	"regexp"
	"strings"
	"unicode"

	"rectify/content"
)

// leastTold is how many Chinese characters of plain text may tell of a measure
// where none is marked 一是: less says only that it is done.
const leastTold = 20

var (
	measureField = regexp.MustCompile(`^[*\s\x{3000}]*(?:整改措施|整改情况|整改落实情况|整改进展|采取措施|措施)[*\s]*[:：][*\s]*\S`)
	ledgerField  = regexp.MustCompile(`^[*\s\x{3000}]*(?:整改状态|完成情况|责任单位|责任科室|责任部门|责任处室|牵头单位|责任领导|责任人|整改时限|完成时限)[*\s]*[:：]`)
)

// unmeasured finds a completed leaf that tells of no measure. Documents that
// tell in plain text, without 一是, are only warned of: their words are not
// ours to alter. A line 整改措施： is a measure by its name.
func (c *checker) unmeasured(it *content.Item) {
	told := 0
	for _, b := range it.Body {
		for line := range strings.SplitSeq(b.Text, "\n") {
			if measureField.MatchString(line) {
				return
			}
			if !ledgerField.MatchString(line) {
				told += han(line)
			}
		}
	}
	severity := content.Error
	if told >= leastTold {
		severity = content.Warning
	}
	c.add(severity, it.Line, "completed-without-measure", it.ID)
}

func han(s string) (n int) {
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}
