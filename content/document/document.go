// Package document reads official documents as bodies have them (Word, web
// pages, plain text in any encoding) into paragraphs in reading order.
//
// It must not know what a notice is: it finds no title, no numbering scheme and
// no contacts. Every character of the file is in a Block, in Left or in Meta.
// It opens no file and no connection: what a document points at stays unread.
//
// Start reading at this file, then read.go, docx.go, html.go, text.go and
// charset.go; limits.go holds every bound, errors.go what can go wrong.
package document

// Format is the kind of file.
type Format string

// The formats that are read.
const (
	Docx     Format = "docx"
	HTML     Format = "html"
	Text     Format = "txt"
	Markdown Format = "md"
)

// Document is one document as read.
type Document struct {
	Name     string
	Format   Format
	Encoding string            // UTF-8, UTF-16LE, UTF-16BE, GB18030, Big5; empty for Word
	Meta     map[string]string // head fields of a web page, core properties of a Word file
	Blocks   []Block           // in reading order
	Left     []Left            // what is no part of the document, with the reason
	Remarks  []Remark          // what a person should know about the reading
}

// Kind says what a Block is.
type Kind int

// The kinds of block.
const (
	Paragraph Kind = iota
	Table
	Footnote
)

// Block is a paragraph, a table, or a footnote. Text holds what a reader would
// see, automatic numbers resolved and in their place; of plain text it is the
// line with its indent, since that tells where a paragraph begins.
type Block struct {
	Line    int // of a text or HTML source; number of the paragraph in a Word file; from 1
	Kind    Kind
	Text    string // without line ends, except for those forced inside a paragraph (\n); empty for a Table
	Number  string // the automatic number with which Text begins, empty if typed or none
	Heading int    // 1 to 9 for a heading by style or h1 to h6, else 0
	Center  bool
	Right   bool
	Rows    [][]string // of a Table, by cell; merged cells are empty after their first
	Merged  Cells      // of a Table: cells that go on with the one above
}

// Cells is a set of cells of a table, by row and column from 0.
type Cells map[[2]int]bool

// Left is text that was left out.
type Left struct {
	Line   int    // as in Block; 0 where the text has no place (headers of a Word file)
	Reason string // one of the Reason codes
	Text   string
}

// Remark is a code with values about the reading.
type Remark struct {
	Line int    // as in Block; 0 if about the whole file
	Code string // one of the Remark codes
	Args []any
}
