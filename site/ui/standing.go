package ui

import (
	"rectify/feedback"
	"rectify/feedback/calendar"
)

// Standing is what both sides see of a clock that stands still: the part
// "standing".
type Standing struct {
	Frame
	Since    calendar.Day
	Question string
	Days     int // for which it stood still, this question and earlier ones
	Clock    string
	If       feedback.Limit // the limit if the sender answers today
	URL      string         // where that is counted
}

// StandingOf is the part for a submission whose sender was asked something; nil
// where no clock stands still.
func (f Frame) StandingOf(c feedback.Clocks, s *feedback.Submission, today calendar.Day) *Standing {
	q := s.Paused()
	if q == nil {
		return nil
	}
	x := s.IfAnswered(today)
	return &Standing{
		Frame: f, Since: calendar.On(q.At), Question: feedback.Visible(q.Text), Days: c.Stood(s, today),
		Clock: f.T("clock." + string(s.Limits.Answer.Term.Clock)), If: c.Limit(x), URL: f.Links.Count(x),
	}
}

// Moved says which limits were counted anew, and why.
func (f Frame) Moved(e feedback.Event) string {
	text := ""
	for _, m := range e.Moved {
		code := "moved"
		if m.From == m.To {
			code = "moved.certain"
			if m.Provisional {
				code = "moved.open"
			}
		}
		text += f.T(code, f.T("limit."+m.Limit), f.Date(m.From), f.Date(m.To))
	}
	why := e.Note
	if why == "" {
		why = f.T("moved.why")
	}
	return text + f.T("moved.because", why)
}
