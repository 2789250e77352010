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

// maxRead bounds what is unpacked of a .docx to be read, in bytes.
const maxRead = 2 * maxMain

// Words answers what somebody reads who opens a kept file: of plain text and of
// a .docx, with its headers and notes. Of other kinds it knows none; whoever
// lets the public have a picture or a PDF has looked at it. Whole is false where
// there is more than is read.
func Words(mediaType string, data []byte) (text string, whole bool) {
	media, _, _ := strings.Cut(mediaType, ";")
	switch media {
	case "text/plain":
		return string(data), true
	case docxType:
		return docxWords(data)
	}
	return "", true
}

func docxWords(data []byte) (string, bool) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", true
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
	left := int64(maxRead)
	for _, name := range names {
		part, whole := d.part(name, min(left, maxMain))
		if !whole {
			return b.String(), false
		}
		left -= int64(len(part))
		text := lineEnd.ReplaceAllString(string(part), "\n")
		b.WriteString(html.UnescapeString(anyMarkup.ReplaceAllString(text, "")))
		b.WriteByte('\n')
	}
	return b.String(), true
}
