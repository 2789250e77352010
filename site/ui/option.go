package ui

import (
	"strconv"

	"rectify/feedback/calendar"
)

// Option is a choice in a list.
type Option struct {
	Value, Label string
	Chosen       bool
}

// OptionGroup is a run of choices under one heading.
type OptionGroup struct {
	Label   string
	Options []Option
}

// DueText is a limit as the desk shows it: sign, words, and how near it is,
// from 1 (late) to 4 (far) and 0 for none.
type DueText struct {
	Near int
	Text string
}

// soon is how many working days before a limit the desk counts them.
const soon = 3

// DueOf says how a limit stands today.
func (f Frame) DueOf(days *calendar.Calendar, due, today calendar.Day) DueText {
	switch {
	case due == "":
		return DueText{}
	case due < today:
		return DueText{1, f.T("due.late", due.DaysUntil(today))}
	case due == today:
		return DueText{2, f.T("due.today")}
	}
	if n := days.WorkingDaysBetween(today, due); n <= soon {
		return DueText{3, f.T("due.soon", n)}
	}
	return DueText{4, f.shortDate(due, today)}
}

// shortDate leaves out the year where it is this one.
func (f Frame) shortDate(d, today calendar.Day) string {
	if d.Year() != today.Year() {
		return f.Date(d)
	}
	layout := "1月2日"
	if f.English() {
		layout = "2 January"
	}
	return d.Time().Format(layout) + " " + f.T("weekday."+strconv.Itoa(int(d.Weekday())))
}
