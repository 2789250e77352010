package mail

import (
	"regexp"
	"strings"
)

var (
	enrichedParam = regexp.MustCompile(`(?is)<param>.{0,900}?</param>`)
	enrichedTag   = regexp.MustCompile(`</?[A-Za-z0-9-]{1,60}>`)
	lineBreaks    = regexp.MustCompile(`\n+`)
)

// enriched makes plain text of text/enriched (RFC 1896): one line break is a
// blank, n of them are n-1, and << is <.
func enriched(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = lineBreaks.ReplaceAllStringFunc(s, func(run string) string {
		if len(run) == 1 {
			return " "
		}
		return run[1:]
	})
	s = enrichedParam.ReplaceAllString(s, "")
	parts := strings.Split(s, "<<")
	for i := range parts {
		parts[i] = enrichedTag.ReplaceAllString(parts[i], "")
	}
	return strings.Join(parts, "<")
}
