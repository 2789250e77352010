package letter

import (
	"html/template"
	"strings"
)

// values are what placeholders stand for. link is an address and becomes one in
// HTML.
type values map[string]string

// links are the placeholders whose value is an address.
func isLink(name string) bool { return name == "link" || name == "out" }

// fill puts values into a text, once: what stands in a value stays as it is. A
// paragraph that was nothing but placeholders without a value is left out.
func fill(text string, say func(name string) string) string {
	var kept []string
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		filled := hole.ReplaceAllStringFunc(p, func(m string) string { return say(m[2 : len(m)-2]) })
		if strings.TrimSpace(filled) != "" {
			kept = append(kept, strings.Trim(filled, "\n"))
		}
	}
	return strings.Join(kept, "\n\n")
}

// plain fills a text for the eye alone.
func (v values) plain(text string) string {
	return fill(text, func(name string) string { return v[name] })
}

// html fills a text and makes paragraphs of it. Everything is escaped; what is
// an address of ours becomes a link.
func (v values) html(text string) string {
	escaped := template.HTMLEscapeString(text)
	filled := fill(escaped, func(name string) string {
		value := template.HTMLEscapeString(v[name])
		if value != "" && isLink(name) {
			return `<a href="` + value + `">` + value + `</a>`
		}
		return value
	})
	var b strings.Builder
	for p := range strings.SplitSeq(filled, "\n\n") {
		if p != "" {
			b.WriteString("<p>" + strings.ReplaceAll(linked(p), "\n", "<br>\n") + "</p>\n")
		}
	}
	return b.String()
}

// linked makes links of lines that are nothing but an address: those of a list.
func linked(paragraph string) string {
	lines := strings.Split(paragraph, "\n")
	for i, l := range lines {
		if t := strings.TrimSpace(l); (strings.HasPrefix(t, "https://") || strings.HasPrefix(t, "http://")) && !strings.ContainsAny(t, " <\"") {
			lines[i] = `<a href="` + t + `">` + t + `</a>`
		}
	}
	return strings.Join(lines, "\n")
}
