package ui

import (
	"strings"

	"rectify/feedback"
)

// Paragraphs breaks segments into paragraphs at the line ends of their text.
func (f Frame) Paragraphs(segments []feedback.Segment) [][]feedback.Segment {
	paragraphs := [][]feedback.Segment{nil}
	for _, s := range segments {
		if s.Cut != "" {
			last := &paragraphs[len(paragraphs)-1]
			*last = append(*last, s)
			continue
		}
		for i, line := range strings.Split(s.Text, "\n") {
			if i > 0 && len(paragraphs[len(paragraphs)-1]) > 0 {
				paragraphs = append(paragraphs, nil)
			}
			if strings.TrimSpace(line) != "" {
				last := &paragraphs[len(paragraphs)-1]
				*last = append(*last, feedback.Segment{Text: line})
			}
		}
	}
	return paragraphs
}

// ReplyCard is a public reply with its five fields.
type ReplyCard struct {
	Frame
	feedback.PublicReply
	Level  int  // of the hidden heading before it, 0 for none
	Linked bool // the submission that it answers is public
}

// Reply is the card of a reply to a published submission; level is that of
// the heading that leads to it.
func (f Frame) Reply(r feedback.PublicReply, level int) ReplyCard {
	return ReplyCard{Frame: f, PublicReply: r, Level: level, Linked: true}
}

// OwnReply is the card of a reply as its sender sees it; nothing need be public.
func (f Frame) OwnReply(r feedback.PublicReply) ReplyCard {
	return ReplyCard{Frame: f, PublicReply: r}
}

// Err is the sentence under one field of a form.
type Err struct {
	Frame
	Field, Text string
}

// ErrOf is the sentence for a field, empty when nothing is wrong with it.
func (f Frame) ErrOf(faults map[string]string, field string) Err {
	return Err{Frame: f, Field: field, Text: faults[field]}
}
