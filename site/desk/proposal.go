package desk

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content"
	"rectify/content/history"
	"rectify/content/proposal"
	"rectify/content/render"
	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// ProposalPage is one version of a notice on its way to be published: as it
// will look, what the import was unsure of, what the check finds, its text.
type ProposalPage struct {
	ui.Frame
	P        proposal.Proposal
	Rev      string
	Digest   string
	N        *content.Notice
	Doc      *render.Document
	Totals   content.Stated
	Changes  *ui.Changes // against what is published; nil for a new notice
	Found    []Finding
	Doubts   []Finding
	Done     []Finding // what the import did, that asks for no decision
	Unplaced []Finding
	Bad      bool // something of Found is an error
	New      bool // no such notice is published yet
	Rows     int  // lines that the box of the text shows
	Lines    []NumberedLine
	MayEdit  bool
	Approver bool // may approve this very text
	Written  bool // wrote a word of it
	Typed    web.Values
	Errs     []ui.FieldError
	Faults   map[string]string
	Other    string // what somebody else made of it meanwhile
}

// Finding is a sentence about a line.
type Finding struct {
	Line  int    // of the document that was imported, 0 for none
	At    int    // of the text, 0 for none
	Quote string // the line itself, cut
	Text  string
	Grave bool
}

// NumberedLine is one line of the text with what the check finds on it.
type NumberedLine struct {
	N     int
	Text  string
	Found []Finding
}

func (d *Desk) now() time.Time { return d.Now().UTC().Truncate(time.Millisecond) }

func (d *Desk) proposal(c *fiber.Ctx) error {
	p, rev, err := d.loadProposal(c)
	if err != nil {
		return err
	}
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	page := ProposalPage{}
	page.Flash = q.Get("done")
	return d.showProposal(c, fiber.StatusOK, p, rev, page)
}

func (d *Desk) loadProposal(c *fiber.Ctx) (proposal.Proposal, string, error) {
	p, rev, err := d.Press.Book.Get(web.Context(c), web.Param(c, "id"))
	if errors.Is(err, shelf.ErrNotFound) || (err == nil && !auth.Of(c).Actor().MayFor(feedback.RightSee, p.Slug)) {
		return proposal.Proposal{}, "", web.NotFound()
	}
	return p, rev, err
}

// showProposal fills the page of p; what the caller set of it stays.
func (d *Desk) showProposal(c *fiber.Ctx, status int, p proposal.Proposal, rev string, page ProposalPage) error {
	f := d.frame(c)
	f.Title, f.Flash, f.Failed, f.Script = f.T("proposal.title", titleOf(&p)), said(f, page.Flash), len(page.Errs) > 0, "proposal.js"
	f.Crumbs = []ui.Crumb{{Label: f.T("press.title"), URL: d.Site.Links.To("/desk/notices")}, {Label: p.Slug}}
	page.Frame, page.P, page.Rev, page.Digest = f, p, rev, p.Digest()
	n, found, err := d.Press.Read(web.Context(c), &p, d.others())
	if err != nil {
		return err
	}
	page.N, page.Totals, page.Bad = n, n.Totals(), content.HasErrors(found)
	if page.Doc, err = render.Notice(n); err != nil {
		page.Doc = &render.Document{} // a tree that does not hold together; Found says why
	}
	lines := strings.Split(p.Source, "\n")
	page.Rows = min(max(len(lines)+2, 12), 36)
	for _, x := range found {
		page.Found = append(page.Found, Finding{At: x.Line, Quote: quote(lines, x.Line), Text: f.T("check."+x.Code, x.Args...), Grave: x.Severity == content.Error})
	}
	page.Lines = numbered(lines, page.Found)
	page.Doubts, page.Done = d.doubts(f, &p, lines)
	page.Unplaced = d.unplaced(f, &p)
	if e, standing := d.Library.Snapshot().Notice(p.Slug); standing {
		whole, err := e.Open()
		if err != nil {
			return err
		}
		changes := ui.ChangesOf(f, history.Diff(whole.Notice, n), "")
		page.Changes = &changes
	} else {
		page.New = true
	}
	who := auth.Of(c).Actor()
	page.MayEdit = who.MayFor(feedback.RightEdit, p.Slug)
	page.Written = slices.Contains(p.Editors, who.ID)
	page.Approver = who.MayFor(feedback.RightPress, p.Slug) && p.MayApprove(who.ID, page.Digest) == nil
	if err := d.show(c, status, "proposal", page); err != nil {
		return err
	}
	web.Pack(c)
	return nil
}

// numbered puts findings at their lines.
func numbered(lines []string, found []Finding) []NumberedLine {
	list := make([]NumberedLine, len(lines))
	for i, l := range lines {
		list[i] = NumberedLine{N: i + 1, Text: l}
	}
	for _, x := range found {
		if x.At > 0 && x.At <= len(list) {
			list[x.At-1].Found = append(list[x.At-1].Found, x)
		}
	}
	return list
}

// others are the published notices, beside which a new one must stand.
func (d *Desk) others() []*content.Notice {
	entries := d.Library.Snapshot().Entries()
	list := make([]*content.Notice, len(entries))
	for i, e := range entries {
		list[i] = e.Notice
	}
	return list
}

// maxQuote is how much of a line is shown beside what is said of it, in runes.
const maxQuote = 60

func quote(lines []string, line int) string {
	if line < 1 || line > len(lines) {
		return ""
	}
	r := []rune(strings.TrimSpace(lines[line-1]))
	if len(r) > maxQuote {
		return string(r[:maxQuote]) + "…"
	}
	return string(r)
}

// proposalAct does one thing to a proposal. A fault, or somebody who was
// quicker, brings the same page back with everything that was typed.
func (d *Desk) proposalAct(c *fiber.Ctx) error {
	p, rev, err := d.loadProposal(c)
	if err != nil {
		return err
	}
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	if form.Get("rev") != rev {
		page := ProposalPage{Typed: form, Other: p.Source, Errs: []ui.FieldError{{Field: "main", Text: d.frame(c).T("proposal.conflict")}}}
		return d.showTyped(c, fiber.StatusConflict, p, rev, page)
	}
	ctx, who := web.Context(c), auth.Of(c).Account
	act := form.Get("act")
	if !who.Actor().MayFor(rightFor(act), p.Slug) {
		return feedback.ErrRole
	}
	switch act {
	case "save", "submit":
		err = p.Edit(form.Get("source"), form.Get("note"), form.On("minor"), who.Name, d.now())
		if err == nil && act == "submit" {
			var found []content.Diagnostic
			if _, found, err = d.Press.Read(ctx, &p, d.others()); err == nil {
				err = p.Submit(found, d.now())
			}
		}
	case "return":
		err = p.Return(form.Get("reason"), d.now())
	case "drop":
		if err := d.Press.Book.Drop(ctx, p.ID, rev); err != nil {
			return err
		}
		return web.SeeOther(c, d.Site.Links.To("/desk/notices")+"?done=proposal-drop")
	case "approve":
		return d.approve(c, p, rev, form)
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	if err != nil {
		return d.proposalFault(c, p, rev, form, err)
	}
	if _, err := d.Press.Book.Keep(ctx, p, rev); err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.Proposal(p.ID)+"?done=proposal-"+act)
}

func rightFor(act string) feedback.Right {
	if act == "approve" || act == "return" {
		return feedback.RightPress
	}
	return feedback.RightEdit
}

// approve publishes the very text that the approver saw.
func (d *Desk) approve(c *fiber.Ctx, p proposal.Proposal, rev string, form web.Values) error {
	who := auth.Of(c).Account.Name
	if err := p.MayApprove(who, form.Get("digest")); err != nil {
		return d.proposalFault(c, p, rev, form, err)
	}
	if _, err := d.Press.Publish(web.Context(c), p, rev, who, d.others()); err != nil {
		return d.proposalFault(c, p, rev, form, err)
	}
	if err := d.Library.Refresh(web.Context(c)); err != nil {
		return err
	}
	return web.SeeOther(c, d.Site.Links.To("/desk/notices")+"?done=proposal-approve")
}

// proposalFault shows the page again where a person can mend it, and gives the
// error on where not.
func (d *Desk) proposalFault(c *fiber.Ctx, p proposal.Proposal, rev string, form web.Values, err error) error {
	f := d.frame(c)
	field, text := "main", ""
	var refused *history.Refused
	switch {
	case errors.Is(err, proposal.ErrNote) && form.Get("act") == "return":
		field, text = "reason", f.T("proposal.fault.reason")
	case errors.Is(err, proposal.ErrNote):
		field, text = "note", f.T("proposal.fault.note")
	case errors.Is(err, proposal.ErrTooLong):
		field, text = "note", f.T("proposal.fault.long")
	case errors.Is(err, proposal.ErrFaults):
		field, text = "found", f.T("proposal.fault.errors")
	case errors.Is(err, proposal.ErrSecond):
		text = f.T("proposal.fault.second")
	case errors.Is(err, proposal.ErrNotSubmitted):
		text = f.T("proposal.fault.submitted")
	case errors.Is(err, proposal.ErrMoved):
		text = f.T("proposal.fault.moved")
	case errors.As(err, &refused):
		field, text = "minor", f.T("proposal.fault.minor", reasons(f, refused))
	default:
		return err
	}
	page := ProposalPage{Typed: form, Errs: []ui.FieldError{{Field: field, Text: text}}, Faults: map[string]string{field: text}}
	return d.showTyped(c, fiber.StatusConflict, p, rev, page)
}

// reasons names what a change touches that no minor one may.
func reasons(f ui.Frame, r *history.Refused) string {
	var words []string
	for _, x := range r.Reasons {
		words = append(words, strings.TrimSpace(f.T("proposal.grave."+x.Code)+" "+x.Where))
	}
	return strings.Join(words, f.T("sep"))
}

// showTyped shows the proposal with what was typed instead of what is kept.
func (d *Desk) showTyped(c *fiber.Ctx, status int, p proposal.Proposal, rev string, page ProposalPage) error {
	if act := page.Typed.Get("act"); act == "save" || act == "submit" {
		p.Source, p.Note, p.Minor = strings.ReplaceAll(page.Typed.Get("source"), "\r\n", "\n"), page.Typed.Get("note"), page.Typed.On("minor")
		p.Submitted = false
	}
	return d.showProposal(c, status, p, rev, page)
}
