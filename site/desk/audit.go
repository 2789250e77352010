package desk

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/content/sheet"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/calendar"
	"rectify/site/auth"
	"rectify/site/ui"
	"rectify/site/web"
)

const auditPage = 100

// maxAuditRows bounds one export; a narrower day gives the rest.
const maxAuditRows = 50_000

// AuditPage shows the audit chain to the auditor, newest first. Nothing on it
// changes anything.
type AuditPage struct {
	ui.Frame
	Who, Object string
	From, To    string
	Acts        []ui.Option
	Rows        []audit.Entry
	More, Clear string
	Filtered    bool
	Errs        []ui.FieldError
	Faults      map[string]string
}

// WhoName says who did it.
func (p AuditPage) WhoName(e audit.Entry) string { return whoName(p.Frame, e.Who) }

// Why is the reason in words: what the program gave is said in the reader's
// language, what a person gave as it is.
func (p AuditPage) Why(e audit.Entry) string { return feedback.Visible(e.Reason) }

func whoName(f ui.Frame, who string) string {
	if f.Words.Has("audit.who." + who) {
		return f.T("audit.who." + who)
	}
	return feedback.Visible(who)
}

func (d *Desk) auditList(c *fiber.Ctx) error {
	v, err := web.Query(c)
	if err != nil {
		return err
	}
	page, q := d.auditAsked(c, v)
	if len(page.Errs) > 0 {
		return d.show(c, fiber.StatusUnprocessableEntity, "audit", page)
	}
	q.Limit = auditPage + 1
	q.After, _ = strconv.ParseInt(v.Get("after"), 10, 64) // what is no number asks for the first page
	if page.Rows, err = d.Audit.Store.List(web.Context(c), q); err != nil {
		return err
	}
	if len(page.Rows) > auditPage {
		page.Rows = page.Rows[:auditPage]
		next := web.Values{"after": {strconv.FormatInt(page.Rows[auditPage-1].Seq, 10)}}
		for _, name := range []string{"who", "act", "object", "from", "to"} {
			if x := v.Get(name); x != "" {
				next[name] = []string{x}
			}
		}
		page.More = page.Clear + "?" + next.Encode()
	}
	return d.show(c, fiber.StatusOK, "audit", page)
}

// auditAsked reads the filters, of the page and of the export alike.
func (d *Desk) auditAsked(c *fiber.Ctx, v web.Values) (AuditPage, audit.Query) {
	page := AuditPage{Frame: d.frame(c), Who: v.Get("who"), Object: v.Get("object"), From: v.Get("from"), To: v.Get("to")}
	page.Title, page.Clear = page.T("audit.title"), d.Site.Links.To("/desk/audit")
	q := audit.Query{Who: page.Who, Act: audit.Act(v.Get("act")), Object: page.Object}
	for _, a := range audit.Acts() {
		page.Acts = append(page.Acts, ui.Option{Value: string(a), Label: page.T("audit.act." + string(a)), Chosen: a == q.Act})
	}
	var faults []feedback.Invalid
	day := func(field, text string, plus int) (t time.Time) {
		if text == "" {
			return t
		}
		parsed, err := time.Parse(time.DateOnly, text)
		if err != nil {
			faults = append(faults, feedback.Invalid{Field: field, Rule: "date"})
			return t
		}
		return calendar.Day(parsed.Format(time.DateOnly)).Add(plus).Time()
	}
	q.From, q.To = day("from", page.From, 0), day("to", page.To, 1)
	page.Faults, page.Errs = ui.FieldErrors(page.Frame, faults)
	page.Failed = len(faults) > 0
	page.Filtered = page.Who != "" || q.Act != "" || page.Object != "" || page.From != "" || page.To != ""
	return page, q
}

// auditExport answers what the filters find as CSV. That it was asked for
// stands in the chain before the first line goes out.
func (d *Desk) auditExport(c *fiber.Ctx) error {
	v, err := web.Form(c)
	if err != nil {
		return err
	}
	page, q := d.auditAsked(c, v)
	if len(page.Errs) > 0 {
		return d.show(c, fiber.StatusUnprocessableEntity, "audit", page)
	}
	if done, err := d.unsure(c, v); done || err != nil {
		return err
	}
	ctx := web.Context(c)
	if err := d.record(c, audit.Export, "audit", ""); err != nil {
		return err
	}
	out, err := d.auditCSV(ctx, page.Frame, q)
	if err != nil {
		return err
	}
	web.Private(c)
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="audit-%s.csv"`, calendar.On(d.Now())))
	c.Response().SetBodyRaw(out)
	return nil
}

// auditCSV is the chain as a table; no cell of it is computed by a spreadsheet.
func (d *Desk) auditCSV(ctx context.Context, f ui.Frame, q audit.Query) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	rows := [][]string{{f.T("audit.seq"), f.T("audit.at"), f.T("audit.who"), f.T("audit.act"), f.T("audit.object"), f.T("audit.reason"), "prev", "hash"}}
	for q.Limit = audit.MaxPage; len(rows) <= maxAuditRows; {
		page, err := d.Audit.Store.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			rows = append(rows, []string{
				strconv.FormatInt(e.Seq, 10), f.DateTime(e.At), sheet.Guarded(whoName(f, e.Who)), f.T("audit.act." + string(e.Act)),
				sheet.Guarded(feedback.Visible(e.Object)), sheet.Guarded(feedback.Visible(e.Reason)), fmt.Sprintf("%x", e.Prev), fmt.Sprintf("%x", e.Hash),
			})
		}
		if len(page) < q.Limit {
			break
		}
		q.After = page[len(page)-1].Seq
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("audit chain as CSV: %w", err)
	}
	return b.Bytes(), nil
}

// record notes in the audit chain what the one who is signed in does. What it
// records must not go on when it fails.
func (d *Desk) record(c *fiber.Ctx, act audit.Act, object, reason string) error {
	who := audit.Unknown
	if s := auth.Of(c); s != nil {
		who = s.Account.Name
	}
	return d.Audit.Add(web.Context(c), who, act, object, reason)
}

// recordSignIn notes who signed in, or tried to. A name that no account has is
// not kept: people type their password there.
func (d *Desk) recordSignIn(c *fiber.Ctx, name string, act audit.Act) error {
	known, err := d.Keeper.Known(web.Context(c), name)
	if err != nil {
		return err
	}
	who := audit.Unknown
	if act == audit.SignIn {
		who = known
	}
	return d.Audit.Add(web.Context(c), who, act, known, "")
}
