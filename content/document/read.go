package document

import (
	"bytes"
	"context"
	"path"
	"strings"
)

// Read reads the file src, whose name (of which only the ending counts) is for
// the reports. What the file is, its content says; between plain text and
// Markdown the ending decides. The error is an *Error, or that of ctx.
func Read(ctx context.Context, name string, src []byte) (*Document, error) {
	if len(src) > MaxBytes {
		return nil, &Error{Err: ErrTooLarge, Detail: "file"}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ending := strings.ToLower(path.Ext(name))
	if kind := foreign(src, ending); kind != "" {
		if kind == "encrypted" {
			return nil, &Error{Err: ErrEncrypted}
		}
		return nil, &Error{Err: ErrFormat, Detail: kind}
	}
	if bytes.HasPrefix(src, []byte("PK\x03\x04")) || bytes.HasPrefix(src, []byte("PK\x05\x06")) {
		return readDocx(ctx, name, src)
	}
	if len(src) > maxText {
		return nil, &Error{Err: ErrTooLarge, Detail: "text"}
	}
	text, found, err := decode(src)
	if err != nil {
		return nil, err
	}
	if looksLikeHTML(text, ending) {
		return readHTML(ctx, name, text, found)
	}
	if strings.HasPrefix(strings.TrimSpace(text), "<?xml") {
		return nil, &Error{Err: ErrFormat, Detail: "xml"}
	}
	return readText(ctx, name, ending, text, found)
}

// foreign names a format that is known by its first bytes and is not read.
func foreign(src []byte, ending string) string {
	for _, f := range []struct{ begins, kind string }{
		{"%PDF", "pdf"}, {"{\\rtf", "rtf"}, {"\x89PNG", "image"}, {"\xff\xd8\xff", "image"}, {"GIF8", "image"}, {"BM", "image"},
		{"II*\x00", "image"}, {"MM\x00*", "image"}, {"\x1f\x8b", "archive"}, {"Rar!", "archive"}, {"7z\xbc\xaf", "archive"},
		{"MZ", "program"}, {"\x7fELF", "program"}, {"SQLite format 3", "database"},
	} {
		if bytes.HasPrefix(src, []byte(f.begins)) && (len(f.begins) > 2 || bytes.IndexByte(src, 0) >= 0) {
			return f.kind
		}
	}
	head := src[:min(len(src), 4096)]
	switch {
	case bytes.HasPrefix(src, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return compound(src, ending)
	case bytes.HasPrefix(src, []byte("PK\x03\x04")):
		return otherZip(src)
	case bytes.Contains(head, []byte("progid=\"Word.Document\"")), bytes.Contains(head, []byte("http://schemas.microsoft.com/office/2006/xmlPackage")):
		return "wordxml"
	case bytes.HasPrefix(src, []byte("MIME-Version:")), bytes.HasPrefix(src, []byte("From: <")) && bytes.Contains(head, []byte("multipart/related")):
		return "mhtml"
	}
	return ""
}

// compound tells what an OLE file is by the streams it names, in UTF-16.
func compound(src []byte, ending string) string {
	has := func(name string) bool {
		return bytes.Contains(src, []byte(strings.Join(strings.Split(name, ""), "\x00")))
	}
	switch {
	case has("EncryptedPackage"):
		return "encrypted"
	case ending == ".wps":
		return "wps"
	case has("WordDocument"):
		return "doc"
	case has("Workbook"):
		return "xls"
	case has("PowerPoint Document"):
		return "ppt"
	}
	return "ole"
}

// otherZip names a zip that is another kind of document. A Word file is told
// by its main part, whatever else it holds.
func otherZip(src []byte) string {
	for _, f := range []struct{ holds, kind string }{
		{"word/document", ""}, {"mimetypeapplication/vnd.oasis.opendocument", "odt"}, {"OFD.xml", "ofd"}, {"xl/workbook", "xlsx"},
		{"ppt/presentation", "pptx"}, {"mimetypeapplication/epub", "epub"}, {"[Content_Types].xml", ""},
	} {
		if bytes.Contains(src, []byte(f.holds)) {
			return f.kind
		}
	}
	if bytes.Contains(src, []byte("PK\x05\x06")) {
		return "zip"
	}
	return "" // truncated before its directory: the reader of zips says so
}

// looksLikeHTML goes by the first tags; a file that calls itself a page needs
// only one tag anywhere.
func looksLikeHTML(text, ending string) bool {
	low := strings.ToLower(strings.TrimSpace(text[:min(len(text), 4096)]))
	low = strings.TrimLeft(low, "\ufeff \t\r\n")
	if strings.HasPrefix(low, "<?xml") {
		return strings.Contains(low, "<html")
	}
	for strings.HasPrefix(low, "<!--") {
		_, rest, _ := strings.Cut(low, "-->")
		low = strings.TrimSpace(rest)
	}
	if strings.HasPrefix(low, "<!doctype html") || strings.HasPrefix(low, "<html") {
		return true
	}
	switch ending {
	case ".txt", ".md", ".markdown":
		return false
	case ".html", ".htm", ".shtml", ".xhtml", ".asp", ".aspx", ".jsp", ".php":
		return strings.Contains(text, "<")
	}
	for _, tag := range []string{"<head", "<body", "<meta", "<title", "<div", "<p", "<table", "<h1", "<span", "<article", "<section"} {
		if strings.HasPrefix(low, tag) {
			return true
		}
	}
	return false
}
