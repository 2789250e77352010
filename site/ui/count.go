package ui

import (
	"net/url"
	"strconv"

	"rectify/feedback"
	"rectify/feedback/calendar"
)

// Count is the page that tells a count day by day.
func (l Links) Count(x feedback.Count) string {
	q := url.Values{"from": {string(x.From)}, "days": {strconv.Itoa(x.Term.Days)}, "clock": {string(x.Term.Clock)}}
	if x.Extra > 0 {
		q.Set("more", strconv.Itoa(x.Extra))
	}
	for _, p := range x.Pauses {
		q.Add("pause", string(p.From)+".."+string(p.To))
	}
	return l.base + "/days?" + q.Encode()
}

// Months is the page that tells a date some months on.
func (l Links) Months(from calendar.Day, n int) string {
	return l.base + "/days?" + url.Values{"from": {string(from)}, "days": {strconv.Itoa(n)}, "clock": {"months"}}.Encode()
}

// Alarm is the page that tells the alarm of a submission.
func (l Links) Alarm(s *feedback.Submission) string {
	return l.Months(s.Begun(), feedback.AlarmMonths)
}

// Due is the page that tells the limit that a submission owes next; empty when
// it owes nothing.
func (l Links) Due(s *feedback.Submission) string {
	switch {
	case s.Due == "":
		return ""
	case s.State == feedback.Received && s.Due == s.Limits.Moderate.Day:
		return l.Count(s.CountModerate())
	case s.Due == s.Limits.Answer.Day:
		return l.Count(s.CountAnswer())
	}
	return l.Alarm(s)
}

// CountFrom is the page that tells a limit that was counted from a day without
// a pause.
func (l Links) CountFrom(from calendar.Day, x feedback.Limit) string {
	return l.Count(feedback.Count{From: from, Term: x.Term})
}
