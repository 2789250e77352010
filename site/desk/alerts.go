package desk

import (
	"github.com/gofiber/fiber/v2"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/site/auth"
	"rectify/site/letter"
	"rectify/site/ui"
)

// namedAlarms is how many matters the warning on every page names.
const namedAlarms = 5

// alerts are what everybody who can act must know on every page: matters that
// reach the three-month alarm, and a year whose holidays are not known.
func (d *Desk) alerts(c *fiber.Ctx, f ui.Frame) []ui.Alert {
	who := auth.Of(c)
	if who == nil || !who.Actor().Has(feedback.Moderator, feedback.Replier, feedback.Approver, feedback.Admin) {
		return nil
	}
	today := calendar.On(d.Now())
	list := d.alarms(f, who.Actor(), today)
	if year := d.Clocks.Days.Lacking(today); year != 0 {
		list = append(list, ui.Alert{
			Late: year == today.Year(), Text: f.T("alert.calendar", year), URL: d.yearURL(year), Link: f.T("alert.calendar.go"),
		})
	}
	return list
}

func (d *Desk) alarms(f ui.Frame, who feedback.Actor, today calendar.Day) []ui.Alert {
	over, near := d.pressing(who, today)
	if len(over)+len(near) == 0 {
		return nil
	}
	a := ui.Alert{Late: len(over) > 0, URL: f.Links.To("/desk/reminders"), Link: f.T("alert.alarm.go")}
	switch {
	case len(near) == 0:
		a.Text = f.T("alert.alarm.over", len(over), len(over))
	case len(over) == 0:
		a.Text = f.T("alert.alarm.near", len(near), letter.AlarmAhead)
	default:
		a.Text = f.T("alert.alarm", len(over), len(near), letter.AlarmAhead)
	}
	for _, p := range append(over, near...) {
		if len(a.Also) == namedAlarms {
			break
		}
		a.Also = append(a.Also, ui.Crumb{Label: string(p.Number), URL: f.Links.Case(string(p.Number))})
	}
	return []ui.Alert{a}
}

// pressing are the matters whose alarm is over and those whose alarm is near,
// without clues for who may not see them.
func (d *Desk) pressing(who feedback.Actor, today calendar.Day) (over, near []figures.Pressing) {
	all, _ := d.Statistics.Pressing(today.Add(letter.AlarmAhead + 1))
	for _, p := range all {
		switch {
		case p.Clue && !who.Has(feedback.Moderator, feedback.Approver):
		case p.Alarm < today:
			over = append(over, p)
		default:
			near = append(near, p)
		}
	}
	return over, near
}
