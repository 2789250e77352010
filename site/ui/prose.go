package ui

import (
	"html/template"
	"strconv"
	"strings"
	"time"

	"rectify/content"
	"rectify/feedback"
	"rectify/feedback/calendar"
)

// List is the sentences code.1, code.2 … of the catalogue.
func (f Frame) List(code string) []string {
	var list []string
	for i := 1; f.Words.Has(code + "." + strconv.Itoa(i)); i++ {
		list = append(list, f.T(code+"."+strconv.Itoa(i), f.Body.Name))
	}
	return list
}

// Pair cuts a sentence "term｜what it says" in two.
func (f Frame) Pair(s string) []string {
	a, b, _ := strings.Cut(s, "｜")
	return []string{a, b}
}

// Part is a section of prose.
type Part struct {
	Title string
	Lines []string
}

// Parts are the sections code.a, code.b … with their sentences code.a.1 ….
func (f Frame) Parts(code string) []Part {
	var parts []Part
	for c := 'a'; f.Words.Has(code + "." + string(c)); c++ {
		parts = append(parts, Part{Title: f.T(code + "." + string(c)), Lines: f.List(code + "." + string(c))})
	}
	return parts
}

// Zh marks Chinese text on a page in English (WCAG 2.2, 3.1.2).
func (f Frame) Zh() template.HTMLAttr {
	if f.English() {
		return ` lang="zh-CN"`
	}
	return ""
}

// Day is the Beijing day of an instant, for running text.
func (f Frame) Day(t time.Time) string { return f.Date(calendar.On(t)) }

// Moment is an instant as a document states it.
func (f Frame) Moment(t time.Time) string { return f.DateTime(t) }

// DayOf is a day of a document, for running text.
func (f Frame) DayOf(d content.Day) string { return f.Date(calendar.Day(d.String())) }

// WeekOf is DayOf with the day of the week.
func (f Frame) WeekOf(d content.Day) string { return f.DateWeek(calendar.Day(d.String())) }

// TermOf is the length of a limit with its clock.
func (f Frame) TermOf(l feedback.Limit) string {
	return f.T("term", l.Term.Days, f.T("clock."+string(l.Term.Clock)))
}

// Limit is a limit as date and clock.
func (f Frame) Limit(l *feedback.Limit) string { return LimitText(f, *l) }
