package desk

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"rectify/content/shelf"
	"rectify/feedback"
	"rectify/feedback/audit"
	"rectify/feedback/calendar"
	"rectify/feedback/redate"
	"rectify/site/auth"
	"rectify/site/body"
	"rectify/site/ui"
	"rectify/site/web"
)

// CalendarPage is the working calendar of one year, with what was made of it at
// the desk.
type CalendarPage struct {
	ui.Frame
	Year    int
	Years   []View
	Table   calendar.Table
	Whose   string // code of whose word the table is: built, settings, desk, none
	Days    string // as they are edited
	Source  string
	Sure    bool // the table is official
	Why     string
	Was     int // the last version
	May     bool
	Own     bool // the desk has a table of this year
	Notice  string
	Change  []Change // what a preview would change
	Preview bool
	History []body.Days // newest first
	Broken  []string    // what is wrong with versions that people wrote by hand
	Past    *body.Days  // one version of before
	Run     *Run
	Faults  map[string]string
	Errs    []ui.FieldError
}

// Change is one day that another table makes another.
type Change struct {
	Day      calendar.Day
	Was, Now bool // worked
}

// Run is how far counting the open matters anew is.
type Run struct {
	redate.State
	Waiting bool // it has not begun
}

// historyRows bounds what the page lists.
const historyRows = 50

func (d *Desk) yearURL(year int) string {
	return d.Site.Links.To("/desk/calendar") + "?year=" + strconv.Itoa(year)
}

// yearOf is the year that is asked for; without one the year that lacks its
// table, or this one.
func (d *Desk) yearOf(text string) (int, error) {
	today := calendar.On(d.Now())
	if text == "" {
		if lack := d.Clocks.Days.Lacking(today); lack != 0 {
			return lack, nil
		}
		return today.Year(), nil
	}
	year, err := strconv.Atoi(text)
	if err != nil || year < body.FirstYear || year > body.LastYear {
		return 0, web.NotFound()
	}
	return year, nil
}

func (d *Desk) calendar(c *fiber.Ctx) error {
	if d.Versions == nil {
		return web.NotFound()
	}
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	year, err := d.yearOf(q.Get("year"))
	if err != nil {
		return err
	}
	page := CalendarPage{Year: year}
	page.Flash = q.Get("done")
	if n := q.Get("version"); n != "" {
		number, err := strconv.Atoi(n)
		if err != nil || number < 1 {
			return web.NotFound()
		}
		past, err := body.Version(web.Context(c), d.Versions, number)
		if errors.Is(err, shelf.ErrNotFound) {
			return web.NotFound()
		}
		if err != nil {
			return err
		}
		page.Past = &past
	}
	own, err := d.own(c, &page)
	if err != nil {
		return err
	}
	page.Table = own.Clocks().Days.Table(year)
	page.Days, page.Source, page.Sure = calendar.FormatDays(page.Table.Days), page.Table.Source, page.Table.Official
	if !page.Sure && page.Source == "" {
		page.Source, page.Sure = calendar.Notice(year), true // what one is about to enter
	}
	return d.showCalendar(c, fiber.StatusOK, own, page)
}

// own is the body by the calendar as it stands on the shelf now: this copy may
// count by the one before for a second more.
func (d *Desk) own(c *fiber.Ctx, page *CalendarPage) (*body.Body, error) {
	ctx := web.Context(c)
	b := *d.Site.Body
	kept, found, err := body.LoadDays(ctx, d.Versions)
	if err != nil {
		return nil, err
	}
	rev, err := body.DaysRev(ctx, d.Versions)
	if err != nil {
		return nil, err
	}
	b.Days, page.Was = kept, rev.N
	for _, x := range found {
		page.Broken = append(page.Broken, d.frame(c).T("calendar.broken", x.File, x.Line, x.Code))
	}
	return &b, nil
}

func (d *Desk) showCalendar(c *fiber.Ctx, status int, b *body.Body, page CalendarPage) error {
	ctx, f := web.Context(c), d.frame(c)
	f.Title, f.Flash, f.Failed = f.T("calendar.title", page.Year), said(f, page.Flash), len(page.Errs) > 0
	f.Crumbs = []ui.Crumb{{Label: f.T("desk.queue"), URL: f.Links.To("/desk")}, {Label: f.T("calendar.nav"), URL: f.Links.To("/desk/calendar")}, {Label: strconv.Itoa(page.Year)}}
	page.Frame = f
	days := b.Clocks().Days
	page.Table = days.Table(page.Year)
	_, page.Own = b.Days.Own(page.Year)
	page.Whose = whose(b, page)
	page.May = auth.Of(c).Actor().Has(feedback.Admin)
	last := calendar.On(d.Now()).Year() + 1
	for y := max(last, page.Year); y >= min(calendar.FirstYear, page.Year); y-- {
		label := strconv.Itoa(y)
		if !days.Official(y) {
			label += f.T("calendar.provisional")
		}
		page.Years = append(page.Years, View{Key: label, Label: label, URL: d.yearURL(y), Current: y == page.Year})
	}
	for n := page.Was; n > 0 && len(page.History) < historyRows; n-- {
		v, err := body.Version(ctx, d.Versions, n)
		if err != nil {
			continue // it is named among the broken ones
		}
		page.History = append(page.History, v)
	}
	state, some, err := redate.Look(ctx, d.Vault, d.Now())
	if err != nil {
		return err
	}
	if some {
		page.Run = &Run{State: state, Waiting: state.Digest != days.Digest()}
	}
	return d.show(c, status, "calendar", page)
}

// whose says by whose word a year is as it is.
func whose(b *body.Body, page CalendarPage) string {
	switch {
	case page.Own:
		return "desk"
	case slices.Contains(b.Official, page.Year), slices.ContainsFunc(b.Holidays, func(x calendar.Exception) bool { return x.Day.Year() == page.Year }):
		return "settings"
	case page.Year >= calendar.FirstYear && page.Year <= calendar.LastYear:
		return "built"
	}
	return "none"
}

// calendarAct makes a new version of the calendar, or shows what it would
// change.
func (d *Desk) calendarAct(c *fiber.Ctx) error {
	if d.Versions == nil {
		return web.NotFound()
	}
	form, err := web.Form(c)
	if err != nil {
		return err
	}
	year, err := d.yearOf(form.Get("year"))
	if err != nil || form.Get("year") == "" {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	page := CalendarPage{
		Year: year, Days: strings.ReplaceAll(form.Get("days"), "\r\n", "\n"), Source: strings.TrimSpace(form.Get("source")),
		Sure: form.On("official"), Why: strings.TrimSpace(form.Get("why")),
	}
	b, err := d.own(c, &page)
	if err != nil {
		return err
	}
	was, err := strconv.Atoi(form.Get("was"))
	if err != nil {
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	table := d.readTable(c, &page)
	next := b.Days.Put(table)
	act := form.Get("act")
	switch act {
	case "reset":
		next = b.Days.Drop(year)
		page.Faults, page.Errs = nil, nil
		d.needWhy(c, &page)
	case "preview", "save":
	default:
		return web.Error{Status: fiber.StatusBadRequest, Code: "bad-request"}
	}
	switch {
	case len(page.Errs) > 0:
		return d.showCalendar(c, fiber.StatusUnprocessableEntity, b, page)
	case act == "preview":
		fresh := *b
		fresh.Days = next
		page.Preview, page.Change = true, changes(b.Clocks().Days, fresh.Clocks().Days, year)
		return d.showCalendar(c, fiber.StatusOK, b, page)
	}
	next.At, next.By, next.Why = d.Now().UTC().Truncate(time.Second), auth.Of(c).Account.Name, page.Why
	return d.keepCalendar(c, b, page, next, was)
}

// keepCalendar records who changes the calendar, and then changes it.
func (d *Desk) keepCalendar(c *fiber.Ctx, b *body.Body, page CalendarPage, next body.Days, was int) error {
	if was == page.Was {
		if err := d.record(c, audit.Calendar, strconv.Itoa(page.Year), next.Why); err != nil {
			return err
		}
	}
	err := body.SaveDays(web.Context(c), d.Versions, next, was)
	if errors.Is(err, shelf.ErrConflict) {
		page.Errs = []ui.FieldError{{Field: "days", Text: d.frame(c).T("calendar.conflict")}}
		return d.showCalendar(c, fiber.StatusConflict, b, page)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(c, d.yearURL(page.Year)+"&done=calendar")
}

// readTable reads what was typed and notes every fault in it.
func (d *Desk) readTable(c *fiber.Ctx, page *CalendarPage) calendar.Table {
	f := d.frame(c)
	page.Faults = make(map[string]string)
	t := calendar.Table{Year: page.Year, Official: page.Sure, Source: page.Source}
	var faults []calendar.Fault
	t.Days, faults = calendar.ParseDays(page.Year, page.Days)
	for i := range t.Days {
		t.Days[i].Source = t.Source
	}
	var told []string
	for _, x := range faults {
		told = append(told, f.T("calendar.fault", x.Line, f.T("calendar.fault."+x.Code, x.Arg, page.Year)))
	}
	if len(told) > 0 {
		page.fault("days", strings.Join(told, " "))
	} else if page.Sure && len(t.Days) == 0 {
		page.fault("days", f.T("calendar.fault.empty"))
	}
	switch {
	case page.Source == "":
		page.fault("source", f.T("fault.required"))
	case utf8.RuneCountInString(page.Source) > body.MaxWhy:
		page.fault("source", web.FaultText(f.Words, f.Mode.Lang, feedback.Invalid{Rule: "too-long", Args: []any{body.MaxWhy, utf8.RuneCountInString(page.Source) - body.MaxWhy}}))
	}
	d.needWhy(c, page)
	return t
}

// needWhy asks for the reason, which everybody sees whose date moves.
func (d *Desk) needWhy(c *fiber.Ctx, page *CalendarPage) {
	f := d.frame(c)
	if page.Faults == nil {
		page.Faults = make(map[string]string)
	}
	switch n := utf8.RuneCountInString(page.Why); {
	case page.Why == "":
		page.fault("why", f.T("fault.required"))
	case n > body.MaxWhy:
		page.fault("why", web.FaultText(f.Words, f.Mode.Lang, feedback.Invalid{Rule: "too-long", Args: []any{body.MaxWhy, n - body.MaxWhy}}))
	}
}

func (p *CalendarPage) fault(field, text string) {
	p.Faults[field] = text
	p.Errs = append(p.Errs, ui.FieldError{Field: field, Text: text})
}

// changes are the days of a year that another calendar makes another.
func changes(was, now *calendar.Calendar, year int) (list []Change) {
	for d := calendar.Day(fmt.Sprintf("%04d-01-01", year)); d.Year() == year; d = d.Add(1) {
		a, _ := was.IsWorking(d)
		if b, _ := now.IsWorking(d); a != b {
			list = append(list, Change{d, a, b})
		}
	}
	return list
}

// Ranges are the days of a table as they are read: runs of days off, and days
// that are worked.
func (p CalendarPage) Ranges() []Range {
	var list []Range
	for _, x := range p.Table.Days {
		if n := len(list); n > 0 && list[n-1].To.Add(1) == x.Day && list[n-1].Kind == x.Kind && list[n-1].Note == x.Note && list[n-1].Source == x.Source {
			list[n-1].To = x.Day
			continue
		}
		list = append(list, Range{x, x.Day})
	}
	return list
}

// Range is a run of days that are alike.
type Range struct {
	calendar.Exception
	To calendar.Day
}

// PastDays are the days of a table of before.
func (p CalendarPage) PastDays(t calendar.Table) []string {
	return strings.Split(strings.TrimSpace(calendar.FormatDays(t.Days)), "\n")
}

// VersionURL is where a version is shown.
func (p CalendarPage) VersionURL(n int) string {
	return fmt.Sprintf("%s?year=%d&version=%d#past", p.Links.To("/desk/calendar"), p.Year, n)
}
