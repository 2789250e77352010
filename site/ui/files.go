package ui

import (
	"strconv"

	"rectify/feedback"
	"rectify/site/web"
)

// Files is where a form takes files: the part "files". With Most 0 it takes none.
type Files struct {
	Frame
	ID    string // of the field
	Label string // empty: the ordinary one
	Most  int
	Desk  bool   // staff add them: nothing is promised to a sender
	Field string // names those that are there, sealed
	Kept  []FileRow
	Errs  []string
}

// FileRow is one file that is there.
type FileRow struct {
	N    int // from 1
	Name string
	Size string
}

// Each is how many megabytes one file may have.
func (Files) Each() int { return feedback.MaxAttachmentBytes >> 20 }

// Accept names what is taken, for the dialogue of the browser. What is taken is
// told by the content in the end.
func (Files) Accept() string {
	return "image/jpeg,image/png,image/webp,image/gif,application/pdf,.doc,.docx,.txt,text/plain"
}

// FilesOf is where a form takes files; list are those that it has, sealed in
// field, and faults those of its faults that have to do with them.
func (f Frame) FilesOf(id, field string, list []feedback.Attachment, faults []feedback.Invalid) Files {
	page := Files{Frame: f, ID: id, Most: feedback.MaxAttachments, Field: field}
	for i, a := range list {
		page.Kept = append(page.Kept, FileRow{N: i + 1, Name: a.Name, Size: f.FileSize(a.Size)})
	}
	for _, v := range faults {
		if v.Field == "files" {
			page.Errs = append(page.Errs, web.FaultText(f.Words, f.Mode.Lang, v))
		}
	}
	return page
}

// FileSize is a size in the unit that people know.
func (f Frame) FileSize(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(max(n>>10, 1), 10) + " KB"
	}
	return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
}
