package ui

import (
	"strings"

	"rectify/feedback"
	"rectify/site/i18n"
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

// ReplyCard is a public reply with its five fields, and what it was before it
// was corrected.
type ReplyCard struct {
	Frame
	feedback.PublicReply
	Level  int  // of the hidden heading before it, 0 for none
	Linked bool // the submission that it answers is public
	Whole  bool // what changed is shown, and the versions before it
	Before *ReplyCard
}

// ReplyCards are the cards of the replies to a submission: what holds now, with
// the versions before it inside, and what was withdrawn. level is that of the
// heading that leads to them; with whole the versions are shown in full.
func (f Frame) ReplyCards(list []feedback.PublicReply, level int, linked, whole bool) (cards []ReplyCard) {
	for _, r := range list {
		if r.Heir > 0 {
			continue
		}
		cards = append(cards, f.replyCard(list, r, ReplyCard{Level: level, Linked: linked, Whole: whole}))
	}
	return cards
}

// OwnReplies are the cards as the sender and staff see them; nothing need be
// public.
func (f Frame) OwnReplies(list []feedback.PublicReply) []ReplyCard {
	return f.ReplyCards(list, 0, false, true)
}

func (f Frame) replyCard(list []feedback.PublicReply, r feedback.PublicReply, like ReplyCard) ReplyCard {
	c := ReplyCard{Frame: f, PublicReply: r, Level: like.Level, Linked: like.Linked, Whole: like.Whole}
	for _, old := range list {
		if old.N == r.Corrects && old.N < r.N {
			before := f.replyCard(list, old, ReplyCard{})
			c.Before = &before
		}
	}
	return c
}

// Diff is what the correction changed, nil where the words before it are shown no
// more.
func (c ReplyCard) Diff() *Marked {
	if c.Before == nil || c.Before.Hidden || c.Hidden {
		return nil
	}
	return &Marked{Frame: c.Frame, Bits: WordBits(c.Before.Text+"\n"+c.Before.Office, c.Text+"\n"+c.Office)}
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

// Spoken writes a moderated text as plain text; what is hidden is seen to be.
func Spoken(words *i18n.Catalogue, lang i18n.Lang, segments []feedback.Segment) string {
	var b strings.Builder
	for _, s := range segments {
		if s.Cut != "" {
			b.WriteString(words.Text(lang, "hidden.mark", words.Text(lang, "hidden."+string(s.Cut))))
			continue
		}
		b.WriteString(s.Text)
	}
	return b.String()
}
