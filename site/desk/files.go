package desk

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

// CaseFile is one attachment as staff see it.
type CaseFile struct {
	N         int
	Name      string
	URL       string // empty: this person may not have it, or it is gone
	What      string // kind and size
	Warnings  []string
	By        string
	At        time.Time
	Cleared   bool
	Title     string
	MayClear  bool
	Typed     bool     // the form to clear it came back
	TitleLine ui.Line  // of that form
	Residue   []string // what in it looks like personal data, once it came back for that
}

// mayOpen reports whether a person may have the attachments of s: of a clue only
// who may see its sender's contact details.
func mayOpen(who feedback.Actor, s *feedback.Submission) bool {
	return who.MaySee(s) && (s.Category != feedback.Clue || who.MaySeeContact(s))
}

func (d *Desk) files(ctx context.Context, p *CasePage, who feedback.Actor) []CaseFile {
	var list []CaseFile
	for i := range p.S.Attachments {
		a := &p.S.Attachments[i]
		f := CaseFile{
			N: i + 1, Name: a.Name, By: a.By, At: a.At, Cleared: a.Cleared, Title: a.Title,
			What: p.T("attachment.kind."+string(a.Kind)) + p.T("sep") + p.FileSize(a.Size),
		}
		if a.Gone {
			f.What += p.T("sep") + p.T("case.file.gone")
		} else if mayOpen(who, p.S) {
			f.URL = p.Links.Case(string(p.S.Number)) + "/files/" + strconv.Itoa(f.N)
		}
		for _, code := range a.Warnings {
			f.Warnings = append(f.Warnings, p.T("attachment.warning."+code))
		}
		if a.Width > 0 {
			f.What += p.T("sep") + fmt.Sprintf("%d×%d", a.Width, a.Height)
		}
		f.MayClear = p.May[string(feedback.ActClearFile)] && a.Clearable() && p.S.Category != feedback.Clue
		f.TitleLine = ui.Line{
			Frame: p.Frame, ID: fmt.Sprintf("title-%d", f.N), Name: "title", Label: p.T("act.clear-file.title"), Hint: p.T("act.clear-file.hint"),
			Value: strings.TrimSuffix(a.Name, path.Ext(a.Name)),
		}
		if f.Typed = p.Typing(string(feedback.ActClearFile)) && p.Typed.Get("n") == strconv.Itoa(f.N); f.Typed {
			f.TitleLine.Value, f.TitleLine.Fault = p.Typed.Get("title"), p.Faults["title"]
			f.Residue, _ = d.fileResidue(ctx, p.S, f.N) // of a file that is lost nothing can be asked
		}
		list = append(list, f)
	}
	return list
}

// caseFile hands out an attachment as it is kept, and leaves a trace.
func (d *Desk) caseFile(c *fiber.Ctx) error {
	s, err := d.load(c)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(web.Param(c, "n"))
	if err != nil || n < 1 || n > len(s.Attachments) || s.Attachments[n-1].Gone || d.Blobs == nil {
		return web.NotFound()
	}
	if !mayOpen(auth.Of(c).Actor(), &s) {
		return feedback.ErrRole
	}
	a := &s.Attachments[n-1]
	data, err := d.Blobs.Get(web.Context(c), a.Blob)
	if err != nil {
		return err
	}
	if err := d.record(c, audit.Download, string(s.Number), fmt.Sprintf("file %d", n)); err != nil {
		return err // nothing goes out that was not recorded
	}
	return web.Attachment(c, a.Name, a.Type, data)
}

// scans is where a form of the desk takes files.
func (d *Desk) scans(f ui.Frame, id, field string, list []feedback.Attachment, faults []feedback.Invalid) ui.Files {
	page := f.FilesOf(id, field, list, faults)
	page.Desk, page.Label = true, f.T("case.scan")
	return page
}

// addFiles adds scans to a submission that is there.
func (d *Desk) addFiles(c *fiber.Ctx) error {
	s, err := d.load(c)
	if err != nil {
		return err
	}
	form, handed, err := d.Tray.Receive(c, nil)
	if err != nil {
		return err
	}
	rev, err := strconv.ParseInt(form.Get("rev"), 10, 64)
	if err != nil {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	faults, status := handed.Faults, handed.Status
	if len(faults) == 0 {
		var list []feedback.Attachment
		if list, err = d.Tray.File(web.Context(c), handed); err == nil {
			_, err = d.Office.Do(web.Context(c), s.Number, rev, feedback.AddScan{Files: list}, auth.Of(c).Actor())
		}
		var invalid feedback.Invalid
		switch {
		case err == nil:
			return web.SeeOther(c, d.Site.Links.Case(string(s.Number))+"?done="+string(feedback.ActAddScan))
		case errors.As(err, &invalid):
			faults, status = []feedback.Invalid{invalid}, fiber.StatusUnprocessableEntity
		default:
			return d.notDone(c, s, rev, form, err)
		}
	}
	field, err := d.Tray.Field(handed.List)
	if err != nil {
		return err
	}
	f := d.frame(c)
	page := CasePage{Typed: form, Add: d.scans(f, "files", field, handed.List, faults)}
	page.Faults, page.Errs = ui.FieldErrors(f, faults)
	return d.showCase(c, status, s, page)
}
