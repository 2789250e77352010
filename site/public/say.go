package public

import (
	"rectify/feedback"
	"rectify/site/ui"
)

// SayForm is a form by which the sender says something to an opened submission:
// the part "say".
type SayForm struct {
	ui.Frame
	Pass    string
	Act     string // also the id of its box
	Label   string
	Hint    string
	Go      string
	Value   string
	Fault   string
	Asked   []string // what is answered
	Main    bool     // what is to be done next: large, with the button that is filled
	Long    bool     // the box is as high as that of a new opinion
	Takes   bool     // files may come with it
	Files   ui.Files
	Summary string // it is folded away under these words
	Open    bool
}

// Say is the form for an act, with what was typed into it.
func (p TrackPage) Say(act, words string) SayForm {
	o := p.Opened
	form := SayForm{Frame: p.Frame, Pass: o.Pass, Act: act, Go: p.T(words + ".go"), Fault: p.Faults[act]}
	mine := p.Typed.Get("act") == act
	if mine {
		form.Value, form.Open = p.Typed.Get("text"), true
	}
	switch feedback.Act(act) {
	case feedback.ActExplain:
		form.Label, form.Main, form.Takes = p.T("explain.title"), true, true
		form.Asked = p.Lines(o.S.OpenEnquiry().Text)
	case feedback.ActFollowUp:
		form.Label, form.Hint, form.Takes = p.T("ask.title"), p.T("ask.hint", p.DateWeek(o.AskUntil)), true
	case feedback.ActReview:
		form.Summary, form.Label, form.Hint = p.T("review.title"), p.T("review.label"), p.T("review.hint", p.DateWeek(o.ReviewBy))
	case feedback.ActCorrect:
		form.Summary, form.Label, form.Hint, form.Long = p.T("correct.title"), p.T("correct.label"), p.T("correct.hint"), true
		if !mine {
			form.Value = o.S.Current()
		}
	case feedback.ActRemark:
		form.Summary, form.Label, form.Takes = p.T("remark.title"), p.T("remark.label"), true
	}
	if form.Takes = form.Takes && o.takes; form.Takes {
		if mine {
			form.Files = p.FilesOf("files-"+act, o.kept, o.files, o.faults)
		} else {
			form.Files = p.FilesOf("files-"+act, "", nil, nil)
		}
	}
	return form
}
