package public

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/ui"
	"rectify/site/web"
)

// Bounds of what the page counts: what a limit of the site can be, and no more.
const (
	maxDays    = 400
	maxMore    = 90
	maxMonths  = 24
	firstYear  = 2000
	lastYear   = 2099
	maxPaused  = 800      // days, of all pauses together
	clockMonth = "months" // beside the two clocks: the same date some months on
)

// DaysPage counts a limit and tells each day of it.
type DaysPage struct {
	ui.Frame
	From, Days, More, Clock string // as typed
	Pauses                  []Pause
	Result                  *DaysResult // nil: what was typed cannot be counted
	Years                   []YearRow   // of which tables are known
	Faults                  map[string]string
	Errs                    []ui.FieldError
}

// Pause is days that a question to the sender stood open, as in the address.
type Pause struct {
	feedback.Span
	Value string
}

// DaysResult is what was counted.
type DaysResult struct {
	From, To    calendar.Day
	Counted     int
	Skipped     int
	Provisional bool
	Term        string
	Rows        []DayRow
	Sources     []string
	Unknown     []int // years without an official table that were touched
}

// DayRow is one day on the way.
type DayRow struct {
	feedback.Counted
	Why string
}

// YearRow is what is known of one year.
type YearRow struct {
	calendar.Table
	Off, Made int // days off that would be worked, weekend days that are worked
}

func (p *Pages) days(c *fiber.Ctx) error {
	q, err := web.Query(c)
	if err != nil {
		return err
	}
	f := p.frame(c, "")
	f.Path = "/days"
	if query := string(c.Request().URI().QueryString()); query != "" {
		f.Path += "?" + query
	}
	f.Title, f.Description = f.T("days.title"), f.T("days.description")
	f.Column = column(f, f.Title, "feedback")
	page := DaysPage{Frame: f, From: q.Get("from"), Days: q.Get("days"), More: q.Get("more"), Clock: q.Get("clock")}
	if len(q) == 0 {
		page.From, page.Days, page.Clock = string(calendar.On(p.Now())), "5", string(feedback.Working)
	}
	x, faults := readCount(&page, q.All("pause"))
	status := fiber.StatusOK
	if len(faults) > 0 {
		status = fiber.StatusUnprocessableEntity
		page.Faults, page.Errs = ui.FieldErrors(f, faults)
		page.Failed = true
	} else {
		page.Result = p.counted(f, x)
	}
	page.Years = p.years()
	page.NoIndex = len(q) > 0
	web.Private(c)
	return p.show(c, status, "days", page)
}

// readCount reads what was typed, in bounds.
func readCount(page *DaysPage, pauses []string) (x feedback.Count, faults []feedback.Invalid) {
	fault := func(field, rule string, args ...any) {
		faults = append(faults, feedback.Invalid{Field: field, Rule: rule, Args: args})
	}
	var err error
	if x.From, err = typedDay(page.From); err != nil {
		fault("from", "day")
	} else if y := x.From.Year(); y < firstYear || y > lastYear {
		fault("from", "range", firstYear, lastYear)
	}
	x.Term.Clock = feedback.Clock(page.Clock)
	most := maxDays
	switch page.Clock {
	case string(feedback.Working), string(feedback.Calendar):
	case clockMonth:
		most = maxMonths
	default:
		fault("clock", "unknown")
	}
	var ok bool
	paused := 0
	if x.Term.Days, ok = figure(page.Days, 1, most); !ok {
		fault("days", "range", 1, most)
	}
	if page.More != "" {
		if x.Extra, ok = figure(page.More, 0, maxMore); !ok {
			fault("more", "range", 0, maxMore)
		}
	}
	for _, text := range pauses[:min(len(pauses), feedback.MaxEnquiries)] {
		a, b, _ := strings.Cut(text, "..")
		from, err := calendar.Parse(a)
		to, err2 := calendar.Parse(b)
		if paused += max(from.DaysUntil(to), 0); err != nil || err2 != nil || to < from || paused > maxPaused {
			fault("from", "pause", text)
			continue
		}
		page.Pauses = append(page.Pauses, Pause{feedback.Span{From: from, To: to}, text})
		x.Pauses = append(x.Pauses, feedback.Span{From: from, To: to})
	}
	return x, faults
}

// typedDay reads a day as people type it: 2026-11-30, 2026/11/30, 2026年11月30日.
func typedDay(text string) (calendar.Day, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" -/.年月日", r) })
	for i, p := range parts {
		if len(p) == 1 {
			parts[i] = "0" + p
		}
	}
	return calendar.Parse(strings.Join(parts, "-")) //nolint:wrapcheck // only whether it is one counts
}

func figure(text string, least, most int) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	return n, err == nil && least <= n && n <= most
}

// counted tells a count in words.
func (p *Pages) counted(f ui.Frame, x feedback.Count) *DaysResult {
	if x.Term.Clock == clockMonth {
		return &DaysResult{From: x.From, To: calendar.AddMonths(x.From, x.Term.Days), Term: f.T("days.months", x.Term.Days)}
	}
	r := &DaysResult{From: x.From, To: x.From, Term: f.T("term", x.Term.Days, f.T("clock."+string(x.Term.Clock)))}
	years := make(map[int]bool)
	for d := range p.Office.Clocks.Walk(x) {
		row := DayRow{Counted: d, Why: f.T("days.why." + string(d.Why))}
		if d.Note != "" {
			row.Why = f.T("days.why.named", row.Why, d.Note)
		}
		if d.N > 0 {
			r.Counted++
		} else {
			r.Skipped++
		}
		if d.Source != "" && !slices.Contains(r.Sources, d.Source) {
			r.Sources = append(r.Sources, d.Source)
		}
		if y := d.Day.Year(); d.Provisional && !years[y] {
			years[y] = true
			r.Unknown = append(r.Unknown, y)
		}
		r.To, r.Provisional = d.Day, r.Provisional || d.Provisional
		r.Rows = append(r.Rows, row)
	}
	return r
}

// years are the tables that the site counts by, and the next year where its
// table is missed.
func (p *Pages) years() []YearRow {
	days := p.Office.Clocks.Days
	known := days.Years()
	if lack := days.Lacking(calendar.On(p.Now())); lack != 0 && !slices.Contains(known, lack) {
		known = append(known, lack)
	}
	var rows []YearRow
	for _, y := range slices.Backward(known) {
		row := YearRow{Table: days.Table(y)}
		for _, x := range row.Days {
			if x.Kind == calendar.Work {
				row.Made++
			} else if w := x.Day.Weekday(); w != 0 && w != 6 {
				row.Off++
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// Stood says a pause in words.
func (p DaysPage) Stood(s Pause) string { return p.T("days.stood", p.Date(s.From), p.Date(s.To)) }

// Row says a year's table in words.
func (p DaysPage) Row(y YearRow) string {
	if len(y.Days) == 0 {
		return p.T("days.year.none")
	}
	return p.T("days.year.some", y.Off, y.Made)
}

// YearURL is where a year's days are told: all of them, on the clock of working
// days.
func (p DaysPage) YearURL(y YearRow) string {
	return fmt.Sprintf("%s?from=%d-12-31&days=%d&clock=working", p.Links.To("/days"), y.Year-1, p.inYear(y))
}

// inYear is how many working days a year has.
func (p DaysPage) inYear(y YearRow) int {
	n := 0
	for d := calendar.Day(fmt.Sprintf("%04d-01-01", y.Year)); d.Year() == y.Year; d = d.Add(1) {
		i := slices.IndexFunc(y.Days, func(x calendar.Exception) bool { return x.Day == d })
		w := d.Weekday()
		if i >= 0 && y.Days[i].Kind == calendar.Work || i < 0 && w != 0 && w != 6 {
			n++
		}
	}
	return n
}
