package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/proposal"
	"rectify/content/sheet"
	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/site/i18n"
	"rectify/site/ui"
	"rectify/site/web"
)

// causeOf names the one proposal that a reply calls for.
func causeOf(s *feedback.Submission, r *feedback.Reply) string {
	return "reply " + string(s.Number) + " " + r.Digest
}

// called tells of a reply that says a new status of its leaf where the proposal
// of that is.
func (d *Desk) called(c *fiber.Ctx, page *CasePage, r *feedback.Reply, row *StandingRow) error {
	if r.Progress.Status == "" {
		return nil
	}
	row.Status = r.Progress.Label
	if row.Status == "" {
		row.Status = page.T("status." + r.Progress.Status)
	}
	id := proposal.IDOf(causeOf(page.S, r))
	_, _, err := d.Press.Book.Get(web.Context(c), id)
	switch {
	case err == nil:
		row.Proposal = d.Site.Links.Proposal(id)
	case !errors.Is(err, shelf.ErrNotFound):
		return err
	case page.Item != nil && page.Item.Leaf():
		now := page.Item.Ledger
		row.MayPropose = now.Status.Code() != r.Progress.Status || now.Label != r.Progress.Label
	}
	return nil
}

// proposeStatus makes the proposal that the nth reply to s calls for, if it does;
// whoever wrote in the reply is an editor of it and cannot approve it. Made
// again it changes nothing.
func (d *Desk) proposeStatus(ctx context.Context, s *feedback.Submission, n int) error {
	r := &s.Replies[n-1]
	if r.Progress.Status == "" {
		return nil
	}
	e, ok := d.Library.Snapshot().Notice(s.Notice)
	if !ok {
		return fmt.Errorf("propose status: %w", sheet.ErrSet)
	}
	whole, err := e.Open()
	if err != nil {
		return fmt.Errorf("propose status: %w", err)
	}
	src, err := sheet.Set(whole.Notice, s.Item, map[string]string{"status": r.Progress.Status, "label": r.Progress.Label})
	if err != nil {
		return fmt.Errorf("propose status: %w", err)
	}
	p := proposal.New(proposal.IDOf(causeOf(s, r)), s.Notice, string(src), whole.Notice.Digest, r.Drafters[0], d.now())
	p.Editors, p.Cause = slices.Clone(r.Drafters), string(s.Number)
	p.Note = d.statusNote(s)
	_, found, err := d.Press.Read(ctx, &p, d.others())
	if err != nil {
		return err
	}
	if !content.HasErrors(found) {
		_ = p.Submit(found, d.now()) // what is at fault stays a draft for its editors
	}
	_, err = d.Press.Book.Keep(ctx, p, shelf.None)
	if errors.Is(err, shelf.ErrConflict) {
		return nil // made before
	}
	return err
}

// statusNote says in the notice's history why it changed. The number stands in
// it only where everybody can look that up.
func (d *Desk) statusNote(s *feedback.Submission) string {
	f := ui.Frame{Site: d.Site, Mode: web.Mode{Lang: i18n.Chinese}}
	if s.Visibility == feedback.Published {
		return f.T("propose.note.public", s.Number, s.Item)
	}
	return f.T("propose.note", s.Item)
}

// followed does what a reply calls for beyond itself, and answers the word for
// what was done.
func (d *Desk) followed(c *fiber.Ctx, s *feedback.Submission, a feedback.Action) string {
	done := doneCode(a)
	if a.Act() != feedback.ActApprove || s.Replies[len(s.Replies)-1].Progress.Status == "" {
		return done
	}
	if err := d.proposeStatus(web.Context(c), s, len(s.Replies)); err != nil {
		return "approve-unproposed" // the page offers to do it again
	}
	return "approve-proposed"
}
