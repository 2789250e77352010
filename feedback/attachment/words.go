package attachment

import (
	"archive/zip"
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"
)

var (
	wordPart  = regexp.MustCompile(`^word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml$`)
	lineEnd   = regexp.MustCompile(`</w:p>|<w:(?:br|cr|tab)\b[^>]*>`)
	anyMarkup = regexp.MustCompile(`<[^>]*>`)
)

// Words answers what somebody reads who opens a kept file: of plain text and of
// a .docx, with its headers and notes. Of other kinds it knows none; whoever
// lets the public have a picture or a PDF has looked at it.
func Words(mediaType string, data []byte) string {
	media, _, _ := strings.Cut(mediaType, ";")
	switch media {
	case "text/plain":
		return string(data)
	case docxType:
		return docxWords(data)
	}
	return ""
}

func docxWords(data []byte) string {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return ""
	}
	d := docx{entries: make(map[string]*zip.File)}
	var names []string
	for _, f := range z.File {
		if name := strings.ToLower(f.Name); wordPart.MatchString(name) {
			d.entries[name] = f
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names[:min(len(names), 40)] {
		part, _ := d.part(name, maxMain)
		text := lineEnd.ReplaceAllString(string(part), "\n")
		b.WriteString(html.UnescapeString(anyMarkup.ReplaceAllString(text, "")))
		b.WriteByte('\n')
	}
	return b.String()
}
