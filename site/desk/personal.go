package desk

import (
	"context"
	"slices"
	"strings"

	"rectify/feedback"
	"rectify/feedback/attachment"
	"rectify/site/web"
)

// residue are the places that somebody has to look at before s, or the reply
// that waits for approval, is public; of a form that came back, before what it
// asks for is.
func (d *Desk) residue(ctx context.Context, s *feedback.Submission, typed web.Values) []string {
	next := *s
	switch feedback.Act(typed.Get("act")) {
	case feedback.ActRedact:
		if spans, faults := redactions(s, typed); len(faults) == 0 {
			next.Redactions = spans
		}
		return d.Office.Residue(&next)
	case feedback.ActForward:
		next.Forwarded = &feedback.Forwarding{Name: typed.Get("name")}
		return d.Office.Residue(&next)
	}
	more, _ := d.fileTexts(ctx, s, 0) // the page is shown without a file that is lost; the act itself is not done
	if s.Visibility == feedback.Published && s.Draft != nil && s.Draft.Submitted {
		more = append(more, s.Draft.Text)
	}
	if x := s.Amendment; s.Visibility == feedback.Published && x != nil && x.Submitted {
		more = append(more, x.Text, x.Why)
	}
	return d.Office.Residue(s, more...)
}

// fileTexts are the words of the documents that readers may have or, of the
// attachment numbered n, are about to.
func (d *Desk) fileTexts(ctx context.Context, s *feedback.Submission, n int) ([]string, error) {
	var texts []string
	for i := range s.Attachments {
		a := &s.Attachments[i]
		if a.Gone || !a.Cleared && i+1 != n || a.Kind == feedback.Picture || d.Blobs == nil {
			continue
		}
		data, err := d.Blobs.Get(ctx, a.Blob)
		if err != nil {
			return nil, err
		}
		text, whole := attachment.Words(a.Type, data)
		if !whole { // nobody could say that it is clean
			return nil, feedback.Invalid{Field: "cleared", Rule: "file-long", Args: []any{a.Name}}
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// fileResidue are the places in an attachment, numbered from 1, that somebody
// has to look at before the public may have it.
func (d *Desk) fileResidue(ctx context.Context, s *feedback.Submission, n int) ([]string, error) {
	texts, err := d.fileTexts(ctx, s, n)
	return d.Office.ResidueIn(s, texts...), err
}

// filesClean refuses to let the public have documents, by this act, in which
// something looks like personal data and was not cleared.
func (d *Desk) filesClean(ctx context.Context, s feedback.Submission, a feedback.Action) error {
	n, words := 0, []string(nil)
	switch x := a.(type) {
	case feedback.ClearFile:
		n, words = x.N, x.Cleared
	case feedback.Publish:
		words = x.Cleared
	default:
		return nil
	}
	s.Cleared = slices.Concat(s.Cleared, words)
	left, err := d.fileResidue(ctx, &s, n)
	if err == nil && len(left) > 0 {
		err = feedback.Residue{Words: left}
	}
	return err
}

// cleared are the words that were ticked.
func cleared(form web.Values) []string {
	var words []string
	for _, w := range form.All("cleared") {
		words = append(words, strings.ReplaceAll(w, "\r\n", "\n")) // as forms send line ends
	}
	return words
}
