package desk

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/site/web"
)

func number(n int) string { return strconv.Itoa(n) }

// replyAction reads which act on a reply the form asks for; nil for none.
func replyAction(form web.Values) feedback.Action {
	of, _ := strconv.Atoi(form.Get("of")) // what is no number is no reply
	switch feedback.Act(form.Get("act")) {
	case feedback.ActDraft:
		if form.Get("how") == string(feedback.ActEmergency) {
			return feedback.Emergency{Text: form.Get("reply"), Office: form.Get("office"), Seen: form.Get("seen"), Reason: form.Get("emergency"), Cleared: cleared(form)}
		}
		return feedback.DraftReply{
			Text: form.Get("reply"), Office: form.Get("office"), Progress: progressOf(form), Seen: form.Get("seen"), Submit: form.Get("submit") != "",
		}
	case feedback.ActAnnotate:
		if form.Get("amend") != "" {
			return feedback.Annotate{Text: form.Get("amended-comment"), Amend: true}
		}
		return feedback.Annotate{Text: form.Get("comment")}
	case feedback.ActConfirm:
		return feedback.Confirm{N: of, Digest: form.Get("digest")}
	case feedback.ActAmend:
		return feedback.Amend{
			Of: of, Text: form.Get("amended"), Office: form.Get("amended-office"), Why: form.Get("amended-why"), Hides: form.On("hides"),
			Seen: form.Get("seen"), Submit: form.Get("submit") != "",
		}
	case feedback.ActRetract:
		return feedback.Retract{Of: of, Why: form.Get("retract-why")}
	case feedback.ActReturnAmend:
		return feedback.ReturnAmend{Note: form.Get("amended-note")}
	case feedback.ActDropAmend:
		return feedback.DropAmend{Note: form.Get("drop-note")}
	case feedback.ActApproveAmend:
		return feedback.ApproveAmend{Digest: form.Get("digest"), Cleared: cleared(form)}
	}
	return nil
}

// ofReply are the fields that every published reply has of its own on the page.
func ofReply(field string) bool {
	switch field {
	case "amended", "amended-office", "amended-why", "retract-why":
		return true
	}
	return false
}

// recordReply notes what one person decided about a reply that otherwise takes
// two. Why stands in the audit only where auditors may know of the matter.
func (d *Desk) recordReply(c *fiber.Ctx, s *feedback.Submission, a feedback.Action) error {
	reason := ""
	switch a := a.(type) {
	case feedback.Emergency:
		if s.Category != feedback.Clue {
			reason = a.Reason
		}
		return d.record(c, audit.Emergency, string(s.Number), reason)
	case feedback.Confirm:
		return d.record(c, audit.Reviewed, string(s.Number), "")
	}
	return nil
}

// doneCode is the word for what was done.
func doneCode(a feedback.Action) string {
	switch a := a.(type) {
	case feedback.DraftReply:
		if a.Submit {
			return "submit"
		}
	case feedback.Amend:
		if a.Submit {
			return "submit-amend"
		}
	}
	return string(a.Act())
}
