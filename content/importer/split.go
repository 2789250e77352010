package importer

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	// beforeColon is how a heading ends that a colon sets off from its text.
	beforeColon = regexp.MustCompile(`(?:问题|情况|方面|整改)["”』」]?$`)
	quotedLead  = regexp.MustCompile(`^(?:针对|关于|在).{0,80}?(?:["”]的?问题(?:的?整改(?:落实)?情况)?|["”]方面(?:存在(?:的)?问题)?)$`)
)

// maxLead is how far into a line, in bytes, a question may reach that a comma
// sets off from its answer.
const maxLead = 400

// split cuts the words after a number into heading and text: after the first 。
// that stands in no quotation or bracket; after a colon or comma that sets a
// question off from its answer; before 一是. Both parts read in sequence are s.
func split(s string) (heading, text string) {
	cut, closed := cutAt(s, true)
	if cut < 0 && !closed {
		cut, _ = cutAt(s, false)
	}
	if cut < 0 {
		return s, ""
	}
	return strings.TrimRight(s[:cut], " "), strings.TrimSpace(s[cut:])
}

// cutAt answers where s is cut, or -1; if balanced, never within a quotation or
// bracket. closed is false if one of them was never closed.
func cutAt(s string, balanced bool) (cut int, closed bool) {
	depth, straight := 0, false
	folded := 0 // bytes of fold(s) read so far, kept by hand to fold only once
	f := fold(s)
	for i, r := range s {
		at := folded
		c, size := utf8.DecodeRuneInString(f[folded:])
		folded += size
		switch c {
		case '“', '‘', '《', '(', '【', '「', '『', '〈':
			depth++
		case '”', '’', '》', ')', '】', '」', '』', '〉':
			depth = max(depth-1, 0)
		case '"':
			straight = !straight
		}
		if balanced && (depth > 0 || straight) {
			continue
		}
		after := i + utf8.RuneLen(r)
		switch {
		case c == '。' && strings.TrimSpace(s[after:]) != "":
			return after, true
		case c == ':' && beforeColon.MatchString(tailOf(f[:at])) && !closes.MatchString(f[:at]) && strings.TrimSpace(s[after:]) != "":
			return after, true
		case c == ',' && at < maxLead && quotedLead.MatchString(f[:at]):
			return after, true
		case (c == ',' || c == ':' || c == ';') && strings.HasPrefix(f[folded:], "一是"):
			return after, true
		}
	}
	return -1, depth == 0 && !straight
}

func tailOf(s string) string { return s[max(0, len(s)-32):] }
