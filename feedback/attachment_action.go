package feedback

import "slices"

// maxTitleRunes bounds what is said of a public file.
const maxTitleRunes = 60

// AddScan adds files to a submission later: a letter's scan, a record sheet that
// was signed (补附件).
type AddScan struct{ Files []Attachment }

// ClearFile lets the public have an attachment, numbered from 1, once the
// submission is public (公开附件). Title says what it shows: it is the text in
// place of a picture, and the name of what is saved.
type ClearFile struct {
	N       int
	Title   string
	Cleared []string // words in it that look like personal data and may be public
}

// HideFile takes that back (撤下附件).
type HideFile struct{ N int }

// Act names the row of each action in the table of moves.
func (AddScan) Act() Act   { return ActAddScan }
func (ClearFile) Act() Act { return ActClearFile }
func (HideFile) Act() Act  { return ActHideFile }

// Clearable reports whether the public may have an attachment at all: a picture,
// which was drawn anew, or a document in which nothing was found that tells of
// its author or acts when it is opened.
func (a *Attachment) Clearable() bool {
	return !a.Gone && (a.Kind == Picture || len(a.Warnings) == 0)
}

func (a AddScan) apply(w *work) error {
	if len(a.Files) == 0 {
		return Invalid{Field: "files", Rule: "required"}
	}
	return w.attach(a.Files)
}

func (a ClearFile) apply(w *work) error {
	if w.s.Category == Clue {
		return ErrClue
	}
	file, err := w.file(a.N)
	if err != nil {
		return err
	}
	if !file.Clearable() {
		return Invalid{Field: "title", Rule: "warned"}
	}
	title, err := line("title", a.Title, maxTitleRunes)
	if err == nil && title == "" {
		err = Invalid{Field: "title", Rule: "required"}
	}
	if err != nil {
		return err
	}
	file.Cleared, file.Title = true, title
	w.note = title
	return w.cleared(a.Cleared)
}

func (a HideFile) apply(w *work) error {
	file, err := w.file(a.N)
	if err != nil {
		return err
	}
	if !file.Cleared {
		return ErrMove
	}
	w.note = file.Title
	file.Cleared, file.Title = false, ""
	return nil
}

// file answers an attachment, to be changed: the list is the work's own then.
func (w *work) file(n int) (*Attachment, error) {
	if n < 1 || n > len(w.s.Attachments) {
		return nil, Invalid{Field: "file", Rule: "unknown"}
	}
	w.s.Attachments = slices.Clone(w.s.Attachments)
	return &w.s.Attachments[n-1], nil
}

// attach adds files to the record.
func (w *work) attach(list []Attachment) error {
	if err := checkAttachments(list); err != nil {
		return err
	}
	if len(w.s.Attachments)+len(list) > MaxAllAttachments {
		return Invalid{Field: "files", Rule: "full", Args: []any{MaxAllAttachments}}
	}
	w.s.Attachments = append(slices.Clip(w.s.Attachments), handedIn(list, w.who.ID, w.now)...)
	return nil
}

// publicFiles are the attachments that everybody may have.
func (s *Submission) publicFiles() []PublicFile {
	var list []PublicFile
	for i, a := range s.Attachments {
		if a.Cleared && !a.Gone {
			list = append(list, PublicFile{
				N: i + 1, Title: Visible(a.Title), Kind: a.Kind, Type: a.Type, Size: a.Size, Digest: a.Digest, Width: a.Width, Height: a.Height,
			})
		}
	}
	return list
}

// PublicFile answers the nth attachment, from 1, if everybody may have it now.
func (s *Submission) PublicFile(n int) (PublicFile, BlobID, bool) {
	p, ok := s.Public()
	if !ok {
		return PublicFile{}, "", false
	}
	i := slices.IndexFunc(p.Files, func(f PublicFile) bool { return f.N == n })
	if i < 0 {
		return PublicFile{}, "", false
	}
	return p.Files[i], s.Attachments[n-1].Blob, true
}
