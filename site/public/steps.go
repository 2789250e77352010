package public

import (
	"encoding/base64"
	"slices"

	"rectify/feedback"
	"rectify/site/ui"
)

func encodePass(sealed []byte) string { return base64.RawURLEncoding.EncodeToString(sealed) }

func decodePass(text string) ([]byte, bool) {
	if len(text) > 1000 {
		return nil, false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	return sealed, err == nil
}

// stateText says in one or two sentences where a submission stands.
func (p *Pages) stateText(f ui.Frame, s *feedback.Submission) string {
	if s.OpenEnquiry() != nil && s.State.Open() {
		return f.T("state.asked") + p.standText(f, s)
	}
	return p.standText(f, s)
}

// targetText says it of what a submission was merged into: whose sender can do
// there nothing that the sender of the merged one can.
func (p *Pages) targetText(f ui.Frame, s *feedback.Submission) string {
	switch {
	case s.Paused() != nil:
		return f.T("state.paused.other")
	case s.State == feedback.Answered || s.State == feedback.Closed:
		return f.T("state."+string(s.State)+".say") + f.T("state.merged.more", s.Number)
	}
	return p.standText(f, s)
}

func (p *Pages) standText(f ui.Frame, s *feedback.Submission) string {
	switch {
	case s.Pending():
		return f.T("state.pending.say")
	case s.Erased():
		return f.T("state.erased.say")
	case s.Withdrawn():
		return f.T("state.withdrawn.say")
	case s.State == feedback.Rejected:
		return f.T("state.rejected.say") + f.T("reject."+string(s.Rejection))
	case s.State == feedback.Merged:
		return f.T("state.merged.say", s.MergedInto)
	case s.Forwarded != nil:
		return f.T("state.forwarded.say", s.Forwarded.Name)
	case s.State == feedback.Received:
		return f.T("state.received.say", p.limit(f, s.Limits.Moderate))
	case s.Paused() != nil:
		return f.T("state.paused.say")
	case s.State == feedback.Answered || s.State == feedback.Closed:
		say := f.T("state." + string(s.State) + ".say")
		if p.can(*s, feedback.FollowUp{Text: probe}) {
			say += f.T("state.ask-until", f.DateWeek(s.FollowUpUntil(p.Office.Clocks.Rules)))
		}
		return say
	}
	return f.T("state."+string(s.State)+".say", p.limit(f, s.Limits.Answer))
}

// limit names a date with the clock by which it was counted, and says when it
// may still move.
func (p *Pages) limit(f ui.Frame, l feedback.Limit) string {
	return ui.LimitText(f, l)
}

// steps tells what happened, newest first, without the names of staff.
func (p *Pages) steps(f ui.Frame, s *feedback.Submission) []Step {
	var steps []Step
	for _, e := range s.Events {
		code := "step." + string(e.Act)
		step := Step{At: e.At}
		switch e.Act {
		case feedback.ActReceive:
			code += "." + string(s.Channel)
		case feedback.ActReject:
			step.More = f.T("reject." + string(s.Rejection))
		case feedback.ActAssign:
			if s.Office != "" {
				step.More = s.Office
			}
		case feedback.ActGrant:
			if s.Extension != nil {
				step.More = f.T("step.grant.more", s.Extension.Days, s.Extension.Reason)
			}
		case feedback.ActRedate:
			step.More = f.Moved(e)
		case feedback.ActApproveAmend:
			step.More = e.Note // why, as everybody may read
		case feedback.ActMerge:
			step.More = string(s.MergedInto)
		case feedback.ActBranched:
			step.More = e.Note
		case feedback.ActForward:
			step.More = e.Note
		case feedback.ActAccept, feedback.ActClassify:
			step.More = movedText(f, e)
		case feedback.ActApprove, feedback.ActPublish, feedback.ActUnpublish, feedback.ActClose, feedback.ActReopen,
			feedback.ActCorrect, feedback.ActRemark, feedback.ActFollowUp, feedback.ActRate, feedback.ActWithdraw, feedback.ActRenewCode,
			feedback.ActAsk, feedback.ActExplain, feedback.ActReview, feedback.ActQueued, feedback.ActUndelivered,
			feedback.ActEmergency, feedback.ActConfirm, feedback.ActShared, feedback.ActHandOver, feedback.ActErase, feedback.ActExpire:
		default:
			continue // drafts, notes and looks at contacts are the office's own affair
		}
		step.What = f.T(code)
		steps = append(steps, step)
	}
	slices.Reverse(steps)
	if len(steps) > 0 {
		steps[0].Now = true
	}
	return steps
}

// movedText says how an act moved the limit of the answer; empty when it did not.
func movedText(f ui.Frame, e feedback.Event) string {
	for _, m := range e.Moved {
		if m.Limit == "answer" {
			return f.T("step.classify.moved", f.Date(m.From), f.Date(m.To))
		}
	}
	return ""
}
