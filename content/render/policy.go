package render

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// policy allows what an official document needs: paragraphs, stress, lists,
// tables, quotations, code, and links out. No picture, no style, no id.
func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "strong", "em", "del", "ul", "ol", "li", "blockquote", "pre", "code",
		"table", "thead", "tbody", "tr", "th", "td", "caption")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^measure$`)).OnElements("p")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,4}$`)).OnElements("ol")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^scroll$`)).OnElements("div")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("div")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^region$`)).OnElements("div")
	p.AllowAttrs("aria-label").Matching(bluemonday.Paragraph).OnElements("div")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^col$`)).OnElements("th")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}
