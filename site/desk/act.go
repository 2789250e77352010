package desk

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// meant is the submission that a form is about, the form, and the revision that
// its sender had seen.
func (d *Desk) meant(c *fiber.Ctx) (s feedback.Submission, form web.Values, rev int64, err error) {
	if s, err = d.load(c); err != nil {
		return s, nil, 0, err
	}
	if form, err = web.Form(c); err != nil {
		return s, nil, 0, err
	}
	if rev, err = strconv.ParseInt(form.Get("rev"), 10, 64); err != nil {
		return s, nil, 0, web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	return s, form, rev, nil
}

// act does one thing to a submission. A fault, or somebody who was quicker,
// brings the same page back with everything that was typed.
func (d *Desk) act(c *fiber.Ctx) error {
	s, form, rev, err := d.meant(c)
	if err != nil {
		return err
	}
	if rev != s.Rev { // first of all: what was typed was meant for another text
		return d.notDone(c, s, rev, form, feedback.Conflict{Current: s})
	}
	if form.On("preview") {
		return d.preview(c, s, form)
	}
	action, faults := d.action(c, &s, form)
	if len(faults) > 0 {
		return d.again(c, s, form, faults)
	}
	if action == nil {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	if action.Act() == feedback.ActRevealContact {
		if done, err := d.unsure(c, form); done || err != nil {
			return err
		}
	}
	if err := d.filesClean(web.Context(c), s, action); err != nil {
		return d.notDone(c, s, rev, form, err)
	}
	next, err := d.Office.Do(web.Context(c), s.Number, rev, action, auth.Of(c).Actor())
	if err != nil {
		return d.notDone(c, s, rev, form, err)
	}
	if reveal, ok := action.(feedback.RevealContact); ok {
		reason := reveal.Reason
		if s.Category == feedback.Clue {
			reason = "" // it stands in the history, which auditors of a clue do not see
		}
		if err := d.record(c, audit.Reveal, string(s.Number), reason); err != nil {
			return err // nothing is shown that was not recorded
		}
		page := CasePage{Contact: &next.Contact}
		return d.showCase(c, fiber.StatusOK, next, page)
	}
	if err := d.recordReply(c, &next, action); err != nil {
		return err
	}
	done := d.followed(c, &next, action)
	if action.Act() == feedback.ActSplit {
		done = d.branch(c, next)
	}
	return web.SeeOther(c, d.Site.Links.Case(string(s.Number))+"?done="+done)
}

// notDone shows the page again where a person can mend it, and gives the error
// on where not.
func (d *Desk) notDone(c *fiber.Ctx, s feedback.Submission, rev int64, form web.Values, err error) error {
	f := d.frame(c)
	if lost, ok := isConflict(err); ok {
		if !auth.Of(c).Actor().MaySee(&lost.Current) {
			return web.NotFound() // it went meanwhile where this person may not follow
		}
		page := CasePage{Typed: form}
		page.Conflict = d.log(f, lost.Current.Events)
		// Every change is one event and one step of the revision.
		since := max(lost.Current.Rev-rev, 1)
		page.Conflict = page.Conflict[:min(int64(len(page.Conflict)), since)]
		return d.showCase(c, fiber.StatusConflict, lost.Current, page)
	}
	var invalid feedback.Invalid
	if errors.As(err, &invalid) {
		return d.again(c, s, form, []feedback.Invalid{invalid})
	}
	var residue feedback.Residue
	if errors.As(err, &residue) {
		return d.again(c, s, form, []feedback.Invalid{{Field: "cleared", Rule: "residue", Args: []any{len(residue.Words)}}})
	}
	known := web.Classify(err)
	if known.Status != fiber.StatusConflict {
		return err
	}
	page := CasePage{Typed: form, Errs: []ui.FieldError{{Field: "main", Text: f.T("error." + known.Code)}}}
	return d.showCase(c, fiber.StatusConflict, s, page)
}

func (d *Desk) again(c *fiber.Ctx, s feedback.Submission, form web.Values, faults []feedback.Invalid) error {
	page := CasePage{Typed: form}
	page.Faults, page.Errs = ui.FieldErrors(d.frame(c), faults)
	for i, e := range page.Errs {
		page.Errs[i].Field = anchor(form.Get("act"), e.Field)
		if form.Get("act") == string(feedback.ActForward) && e.Field != "cleared" {
			page.Errs[i].Field += form.Get("where")
		}
		switch {
		case e.Field == "title":
			page.Errs[i].Field += "-" + form.Get("n")
		case ofReply(e.Field):
			page.Errs[i].Field += "-" + form.Get("of")
		}
	}
	return d.showCase(c, fiber.StatusUnprocessableEntity, s, page)
}

// anchor is the id of a field on the page: several forms have one of the same name.
func anchor(act, field string) string {
	own := map[string]string{
		"reject note": "rnote", "unpublish note": "unote", "note note": "inote", "reopen note": "onote",
		"extend reason": "xreason", "decline note": "dnote", "reveal-contact reason": "why", "assign office": "aoffice", "accept category": "cat", "classify category": "ncat",
		"forward told": "told-", "forward name": "fname-", "clear-file cleared": "file-cleared",
	}
	if id, ok := own[act+" "+field]; ok {
		return id
	}
	return field
}

// action reads which act the form asks for; nil for none that there is.
func (d *Desk) action(c *fiber.Ctx, s *feedback.Submission, form web.Values) (feedback.Action, []feedback.Invalid) {
	note := form.Get("note")
	switch feedback.Act(form.Get("act")) {
	case feedback.ActAccept:
		spans, faults := redactions(s, form)
		return feedback.Accept{Redactions: spans, Category: feedback.Category(form.Get("category"))}, faults
	case feedback.ActClear:
		return feedback.Clear{}, nil
	case feedback.ActRedact:
		spans, faults := redactions(s, form)
		return feedback.Redact{Redactions: spans, Cleared: cleared(form)}, faults
	case feedback.ActReject:
		return feedback.Reject{Reason: feedback.Rejection(form.Get("reason")), Note: note}, nil
	case feedback.ActClassify:
		return feedback.Classify{Category: feedback.Category(form.Get("category"))}, nil
	case feedback.ActAssign:
		return d.assign(c, s, form)
	case feedback.ActReturn:
		return feedback.Return{Note: note}, nil
	case feedback.ActApprove:
		return feedback.Approve{Digest: form.Get("digest"), Cleared: cleared(form)}, nil
	case feedback.ActPublish:
		return feedback.Publish{Cleared: cleared(form)}, nil
	case feedback.ActUnpublish:
		return feedback.Unpublish{Note: note}, nil
	case feedback.ActClose:
		return feedback.Close{}, nil
	case feedback.ActMerge:
		into, _ := feedback.ParseNumber(form.Get("into")) // what is no number is refused by the merge itself
		return feedback.Merge{Into: into}, nil
	case feedback.ActReopen:
		return feedback.Reopen{Note: note}, nil
	case feedback.ActExtend:
		days, _ := strconv.Atoi(form.Get("days")) // no number is out of range
		return feedback.Extend{Days: days, Reason: form.Get("reason")}, nil
	case feedback.ActGrant:
		return feedback.Grant{}, nil
	case feedback.ActDecline:
		return feedback.Decline{Note: note}, nil
	case feedback.ActRevealContact:
		return feedback.RevealContact{Reason: form.Get("reason")}, nil
	case feedback.ActNote:
		return d.note(c, s, note)
	case feedback.ActHeed:
		return feedback.Heed{}, nil
	case feedback.ActSplit:
		return d.split(s, form)
	case feedback.ActForward:
		return forward(form)
	case feedback.ActAsk:
		return feedback.Ask{Text: form.Get("question")}, nil
	case feedback.ActClearFile:
		n, _ := strconv.Atoi(form.Get("n")) // what is no number is no file
		return feedback.ClearFile{N: n, Title: form.Get("title"), Cleared: cleared(form)}, nil
	case feedback.ActHideFile:
		n, _ := strconv.Atoi(form.Get("n"))
		return feedback.HideFile{N: n}, nil
	case feedback.ActLocate:
		var in feedback.Incoming
		_, faults := d.aim(d.frame(c), &in, form.Get("target"))
		return feedback.Locate{Notice: in.Notice, Item: in.Item}, faults
	}
	if a := replyAction(form); a != nil {
		return a, nil
	}
	return nil, nil
}

// mayTake reports whether an account can be put in charge of a submission; nil:
// of any.
func mayTake(a staff.Account, s *feedback.Submission) bool {
	if s == nil {
		return !a.Disabled && a.Has(feedback.Replier)
	}
	return !a.Disabled && a.Actor().For(s.Notice, feedback.Replier)
}

// assign holds the person in charge to an account that may reply.
func (d *Desk) assign(c *fiber.Ctx, s *feedback.Submission, form web.Values) (feedback.Action, []feedback.Invalid) {
	a := feedback.Assign{Owner: form.Get("owner"), Office: form.Get("office"), Note: form.Get("note")}
	if a.Owner == "" {
		return a, nil
	}
	accounts, err := d.Keeper.Accounts(web.Context(c))
	if err != nil {
		return a, []feedback.Invalid{{Field: "owner", Rule: "unknown"}}
	}
	for _, x := range accounts {
		if x.Name == a.Owner && mayTake(x, s) {
			return a, nil
		}
	}
	return a, []feedback.Invalid{{Field: "owner", Rule: "unknown"}}
}
