package pii

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Leaks answers those of the hidden strings that occur in something about to
// go out: a page, a feed, JSON, plain text. Both are compared as a reader
// would dictate them: entities and \u escapes read, one width and case, without
// spaces, line ends, hyphens, brackets and what has no shape; and, for pages, also as
// they read when tags are left out. A hidden string of a single character is
// not sought: it proves nothing.
func Leaks(published []byte, hidden []string) []string {
	text := string(published)
	seen := []string{squeeze(unescape(text)), squeeze(unescape(tag.ReplaceAllString(text, "")))}
	var out []string
	for _, h := range hidden {
		s := squeeze(h)
		if utf8.RuneCountInString(s) > 1 && (strings.Contains(seen[0], s) || strings.Contains(seen[1], s)) {
			out = append(out, h)
		}
	}
	return out
}

var (
	tag    = regexp.MustCompile(`<[^<>]*>`)
	uplus  = regexp.MustCompile(`(?:\\u[0-9a-fA-F]{4})+`)
	spaces = strings.NewReplacer(`\n`, " ", `\t`, " ", `\r`, " ")
)

// unescape reads entities, and what JSON writes for other characters.
func unescape(s string) string {
	if strings.Contains(s, `\`) {
		s = uplus.ReplaceAllStringFunc(s, func(e string) string {
			var units []uint16
			for x := range strings.SplitSeq(e[2:], `\u`) {
				n, _ := strconv.ParseUint(x, 16, 16)
				units = append(units, uint16(n))
			}
			return string(utf16.Decode(units))
		})
		s = spaces.Replace(s)
	}
	return html.UnescapeString(s)
}
