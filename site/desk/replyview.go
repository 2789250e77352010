package desk

import (
	"rectify/feedback"
	"rectify/site/ui"
)

// Thread is what was said about a text; what was said of an earlier version of it
// is told apart.
type Thread struct {
	ui.Frame
	List   []feedback.Comment
	Digest string // of the text as it is now
}

// CommentsOf are those on the draft, or on the one that was approved last.
func (p CasePage) CommentsOf(list []feedback.Comment) Thread {
	t := Thread{Frame: p.Frame, List: list}
	if p.S.Draft != nil {
		t.Digest = p.S.Draft.Digest
	} else if n := len(p.S.Versions); n > 0 {
		t.Digest = p.S.Versions[n-1].Digest
	}
	return t
}

// AmendComments are those on the amendment.
func (p CasePage) AmendComments(a *AmendRow) Thread {
	return Thread{Frame: p.Frame, List: a.Comments, Digest: a.Digest}
}

// ReplyActs is a published reply on the page where things are done with it.
type ReplyActs struct {
	Page CasePage
	Row  StandingRow
}

// Acts makes a published reply ready.
func (p CasePage) Acts(r StandingRow) ReplyActs { return ReplyActs{p, r} }
