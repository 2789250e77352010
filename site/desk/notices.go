package desk

import (
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/content/proposal"
	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// Bounds of what comes with a form about notices: an official document, or the
// text of a notice.
const (
	maxUpload = 24 << 20
	maxEdit   = 4 << 20
)

// NoticesPage lists what is published and what is on its way there.
type NoticesPage struct {
	ui.Frame
	Open      []ProposalRow
	Published []NoticeRow
	MayEdit   bool
	Errs      []ui.FieldError
	Faults    map[string]string
}

// ProposalRow is one proposal in the list.
type ProposalRow struct {
	proposal.Proposal
	Title  string
	State  string
	Editor string
	Mine   bool
}

// NoticeRow is one published notice in the list.
type NoticeRow struct {
	Slug, Title string
	Published   calendar.Day
	Stale       bool
	Leaves      int
}

func (d *Desk) notices(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := NoticesPage{Frame: d.frame(c)}
	page.Flash = said(page.Frame, q.Get("done"))
	return d.showNotices(c, fiber.StatusOK, page, nil)
}

func (d *Desk) showNotices(c *fiber.Ctx, status int, page NoticesPage, faults []feedback.Invalid) error {
	flash := page.Flash
	page.Frame = d.frame(c)
	page.Title, page.Failed, page.Flash = page.T("press.title"), len(faults) > 0, flash
	page.Path = "/desk/notices"
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	who := auth.Of(c).Actor()
	page.MayEdit = who.May(feedback.RightEdit)
	list, err := d.Press.Book.List(web.Context(c))
	if err != nil {
		return err
	}
	for i := range list {
		if who.MayFor(feedback.RightSee, list[i].Slug) {
			page.Open = append(page.Open, d.proposalRow(page.Frame, &list[i], who.ID))
		}
	}
	for _, e := range d.Library.Snapshot().Entries() {
		row := NoticeRow{Slug: e.Notice.Slug, Title: e.Notice.Title, Stale: e.Stale, Leaves: len(e.Notice.Leaves())}
		if !e.Notice.Published.IsZero() {
			row.Published = calendar.On(e.Notice.Published)
		}
		page.Published = append(page.Published, row)
	}
	return d.show(c, status, "notices", page)
}

func (d *Desk) proposalRow(f ui.Frame, p *proposal.Proposal, who string) ProposalRow {
	row := ProposalRow{Proposal: *p, Title: titleOf(p), Editor: p.Editors[0], Mine: slices.Contains(p.Editors, who)}
	switch {
	case p.Submitted:
		row.State = f.T("proposal.submitted")
	case p.Returned != "":
		row.State = f.T("proposal.returned")
	default:
		row.State = f.T("proposal.open")
	}
	return row
}

// titleOf is the title that a proposal states, or its slug.
func titleOf(p *proposal.Proposal) string {
	for l := range strings.SplitSeq(p.Source, "\n") {
		if t, ok := strings.CutPrefix(l, "title:"); ok {
			return strings.Trim(strings.TrimSpace(t), `"'`)
		}
	}
	return p.Slug
}

// propose makes a proposal: of a document that was uploaded, of a notice as it
// is published, or of its ledger as a spreadsheet has it.
func (d *Desk) propose(c *fiber.Ctx) error {
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	if !auth.Of(c).Actor().MayFor(feedback.RightEdit, form.Get("notice")) { // a new one is the whole body's
		return feedback.ErrRole
	}
	var p proposal.Proposal
	var faults []feedback.Invalid
	switch form.Get("act") {
	case "upload":
		p, faults, err = d.imported(c, form)
	case "edit":
		p, err = d.copied(c, form.Get("notice"))
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return d.showNotices(c, fiber.StatusUnprocessableEntity, NoticesPage{}, faults)
	}
	_, err = d.Press.Book.Keep(web.Context(c), p, shelf.None)
	if errors.Is(err, proposal.ErrTooMany) {
		return d.showNotices(c, fiber.StatusConflict, NoticesPage{}, []feedback.Invalid{{Field: "file", Rule: "too-many-proposals"}})
	}
	if err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.Proposal(p.ID))
}

// copied is a proposal that begins as the notice stands.
func (d *Desk) copied(c *fiber.Ctx, slug string) (proposal.Proposal, error) {
	e, ok := d.Library.Snapshot().Notice(slug)
	if !ok {
		return proposal.Proposal{}, web.NotFound()
	}
	whole, err := e.Open()
	if err != nil {
		return proposal.Proposal{}, err
	}
	n := whole.Notice
	return proposal.New(proposal.NewID(), slug, string(n.Source), n.Digest, auth.Of(c).Account.Name, d.now()), nil
}
