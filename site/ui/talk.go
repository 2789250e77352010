package ui

import "rectify/feedback"

// Talk is one published opinion with its replies, ready to be shown: the part
// "talk".
type Talk struct {
	Frame
	feedback.Public
	ItemTitle string
	Others    int64 // who have the same concern
	MadeOn    int   // version on which it was made, where the leaf's words have changed since
	Counts    bool  // more of them can be counted
	Here      bool  // on the page of the very thing that it is about
	Plain     bool  // without a heading of its own: the page is about it alone
}

// Pictures are the files that are shown on the page of the opinion.
func (t Talk) Pictures() []feedback.PublicFile { return t.filesOf(true) }

// Papers are the files that are offered to be saved.
func (t Talk) Papers() []feedback.PublicFile { return t.filesOf(false) }

func (t Talk) filesOf(pictures bool) (list []feedback.PublicFile) {
	for _, f := range t.Files {
		if (f.Kind == feedback.Picture) == pictures {
			list = append(list, f)
		}
	}
	return list
}

// Again reports whether the matter is worked on anew after what was replied.
func (t Talk) Again() bool { return len(feedback.Standing(t.Replies)) > 0 && t.State.Open() }

// Cards are the cards of the replies. Only the opinion's own page shows the
// versions before a correction in full.
func (t Talk) Cards() []ReplyCard { return t.ReplyCards(t.Replies, t.Below(), true, t.Plain) }

// Waits reports whether nothing is answered: not yet, or not any more.
func (t Talk) Waits() bool { return len(feedback.Standing(t.Replies)) == 0 }

// Below is the level of a heading under the talk's own.
func (t Talk) Below() int {
	if t.Plain {
		return 2
	}
	return 4
}

// SentTo says where a matter went.
func (f Frame) SentTo(s *feedback.Sent) string {
	return f.T("sent.on", f.Date(s.On), s.Name)
}
