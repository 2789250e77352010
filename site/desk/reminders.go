package desk

import (
	"context"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"rectify/feedback/calendar"
	"rectify/feedback/staff"
	"rectify/site/auth"
	"rectify/site/letter"
	"rectify/site/ui"
	"rectify/site/web"
)

// RemindersPage is what the reader is reminded of today, as the letter of the
// day has it, and by which rules.
type RemindersPage struct {
	ui.Frame
	Duties []Reminder
	Mail   string // where the letter goes; empty: nowhere
	Rules  []string
}

// Reminder is one kind of thing that waits.
type Reminder struct {
	Title string
	Late  bool
	Rows  []Row
	Owned bool // rows say when what is theirs is due
	More  int
}

func (d *Desk) reminders(c *fiber.Ctx) error {
	f := d.frame(c)
	f.Title = f.T("reminders.title")
	f.Crumbs = []ui.Crumb{{Label: f.T("desk.queue"), URL: f.Links.To("/desk")}, {Label: f.Title}}
	a, today := auth.Of(c).Account, calendar.On(d.Now())
	page := RemindersPage{Frame: f, Mail: a.Email}
	list, err := d.Letters.Duties(web.Context(c), a, today)
	if err != nil {
		return err
	}
	for _, x := range list {
		r := Reminder{Title: f.T("letter.duty."+x.Key, x.Total, x.Share, letter.AlarmAhead), Late: x.Key == "alarm" || x.Key == "late", More: x.Total - len(x.List)}
		for i := range x.List {
			row := d.row(f, &x.List[i], today)
			if x.Key == "alarm" || x.Key == "alarm-near" {
				row.Due, row.DueURL = f.DueOf(d.Clocks.Days, x.List[i].Limits.Alarm, today), f.Links.Alarm(&x.List[i])
			}
			r.Rows = append(r.Rows, row)
		}
		page.Duties = append(page.Duties, r)
	}
	page.Rules = d.reminderRules(f)
	return d.show(c, fiber.StatusOK, "reminders", page)
}

// reminderRules says the body's rules, and the one that nobody can change.
func (d *Desk) reminderRules(f ui.Frame) (rules []string) {
	for _, share := range d.Site.Body.Reminders.At {
		if share == 100 {
			rules = append(rules, f.T("reminders.rule.due"))
		} else {
			rules = append(rules, f.T("reminders.rule.at", share))
		}
	}
	for _, e := range d.Site.Body.Reminders.Escalate {
		rules = append(rules, f.T("reminders.rule.late", e.After, f.T("role."+string(e.To))))
	}
	return append(rules, f.T("reminders.rule.alarm", letter.AlarmAhead))
}

// remind puts on the bar of the desk how much its reader is reminded of.
func (d *Desk) remind(c *fiber.Ctx, line *ui.StaffLine) {
	for i, p := range line.Places {
		if p.Path == "/desk/reminders" {
			line.Places[i].N = d.badge(web.Context(c), auth.Of(c).Account)
		}
	}
}

// badges holds, for a minute, how much each account is reminded of: every page
// of the desk shows it.
type badges struct {
	mu   sync.Mutex
	kept map[string]badge
}

type badge struct {
	n  int
	at time.Time
}

// badgeLife is for how long a number on the badge may be old.
const badgeLife = time.Minute

// badge is how many things the account is reminded of; 0 where that cannot be
// told just now: the page itself is worth more.
func (d *Desk) badge(ctx context.Context, a staff.Account) int {
	now := d.Now()
	d.badges.mu.Lock()
	b, ok := d.badges.kept[a.Name]
	d.badges.mu.Unlock()
	if ok && now.Sub(b.at) < badgeLife && !now.Before(b.at) {
		return b.n
	}
	list, err := d.Letters.Duties(ctx, a, calendar.On(now))
	if err != nil {
		return 0
	}
	b = badge{at: now}
	for _, x := range list {
		if x.Key != "moderate" && x.Key != "approve" { // those stand in the queue's own views
			b.n += x.Total
		}
	}
	d.badges.mu.Lock()
	defer d.badges.mu.Unlock()
	if d.badges.kept == nil {
		d.badges.kept = make(map[string]badge)
	}
	d.badges.kept[a.Name] = b
	return b.n
}
