package attachment

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"regexp"
	"strings"
)

// Bounds of a .docx. Of it nothing is unpacked but the parts named here, and of
// them no more than this.
const (
	maxEntries = 5000
	maxPart    = 1 << 20   // bytes of a small part, unpacked
	maxMain    = 8 << 20   // bytes of the text itself
	maxOpened  = 200 << 20 // bytes of all parts, unpacked by whoever opens it
)

const (
	docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	docmType = "application/vnd.ms-word.document.macroEnabled.12"
	docType  = "application/msword"
)

// The content types of the main part (ECMA-376 part 1, 11.3.10; MS-OFFMACRO2).
const (
	docxMain = docxType + ".main+xml"
	docmMain = "application/vnd.ms-word.document.macroEnabled.main+xml"
)

var (
	relation = regexp.MustCompile(`<(?:\w+:)?Relationship\s[^>]*>`)
	author   = regexp.MustCompile(`<(?:\w+:)?(?:creator|lastModifiedBy)(?:\s[^>]*)?>\s*[^<\s]`)
	comment  = regexp.MustCompile(`<\w+:comment\s`)
	changed  = regexp.MustCompile(`<w:(?:ins|del|moveFrom|moveTo)\s[^>]*w:author=`)
)

// readWord looks through a .docx without unpacking it; not empty: why the
// archive is not taken.
func readWord(data []byte) (kind string, found warnings, refuse string) {
	if bytes.Count(data, []byte("PK\x01\x02")) > maxEntries {
		return "", nil, packed
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", nil, damaged
	}
	d := docx{entries: make(map[string]*zip.File)}
	left := uint64(maxOpened)
	for _, f := range z.File {
		if f.UncompressedSize64 > left {
			return "", nil, inflated
		}
		left -= f.UncompressedSize64
		name := strings.ToLower(f.Name)
		if d.entries[name] != nil {
			return "", nil, damaged // two parts of one name: readers do not agree on which
		}
		d.entries[name] = f
	}
	types, whole := d.part("[content_types].xml", maxPart)
	switch {
	case types == nil && d.entries["mimetype"] == nil:
		return "", nil, packed
	case types == nil:
		return "", nil, office
	case !whole:
		return "", nil, damaged
	case bytes.Contains(types, []byte(docmMain)):
		kind = docmType
	case bytes.Contains(types, []byte(docxMain)):
		kind = docxType
	default:
		return "", nil, office
	}
	return kind, d.warnings(kind == docmType), ""
}

// docx are the parts of a document by name in small letters.
type docx struct {
	entries map[string]*zip.File
}

// part unpacks the beginning of a part; nil if there is none, false if there is more.
func (d docx) part(name string, most int64) ([]byte, bool) {
	f := d.entries[name]
	if f == nil {
		return nil, true
	}
	r, err := f.Open()
	if err != nil {
		return []byte{}, false
	}
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	_ = r.Close()
	if err != nil || int64(len(data)) > most {
		return data[:min(int64(len(data)), most)], false
	}
	return data, true
}

func (d docx) warnings(macros bool) warnings {
	found := warnings{WarnMacros: macros}
	look := func(name string, most int64, code string, is func([]byte) bool) {
		data, whole := d.part(name, most)
		found[code] = found[code] || is(data)
		found[WarnDeep] = found[WarnDeep] || !whole
	}
	look("docprops/core.xml", maxPart, WarnAuthor, author.Match)
	look("word/comments.xml", maxPart, WarnComments, comment.Match)
	look("word/document.xml", maxMain, WarnChanges, changed.Match)
	for name := range d.entries {
		switch base := path.Base(name); {
		case base == "vbaproject.bin" || base == "vbadata.xml":
			found[WarnMacros] = true
		case strings.HasPrefix(name, "word/embeddings/") || strings.HasPrefix(name, "word/activex/") || strings.Contains(name, "afchunk"):
			found[WarnEmbedded] = true
		case name == "word/people.xml":
			found[WarnAuthor] = true
		case strings.HasSuffix(name, ".rels") && strings.HasPrefix(name, "word/"):
			look(name, maxPart, WarnExternal, fetches)
		}
	}
	return found
}

// fetches reports whether a document gets something from elsewhere by itself;
// a link that its reader may follow is not that.
func fetches(rels []byte) bool {
	for _, r := range relation.FindAll(rels, -1) {
		if bytes.Contains(r, []byte("External")) && !bytes.Contains(r, []byte("/hyperlink\"")) && !bytes.Contains(r, []byte("/hyperlink'")) {
			return true
		}
	}
	return false
}
