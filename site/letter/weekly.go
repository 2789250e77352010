package letter

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/feedback/outbox"
	"rectify/feedback/weekly"
	"rectify/site/ui"
)

// TellWeekly queues the report of the last week for everyone who wants it, on the
// first working morning on which it is there: each once, however many copies do it.
func (w *Writer) TellWeekly(ctx context.Context, box outbox.Store) error {
	today, due := w.morning()
	if !due {
		return nil
	}
	accounts, err := w.Staff.Accounts(ctx)
	if err != nil {
		return fmt.Errorf("weekly report: %w", err)
	}
	week, there := figures.WeekOf(today).Before(), false
	for _, a := range accounts {
		if a.Disabled || a.Email == "" || !a.Weekly {
			continue
		}
		if !there {
			if _, there, err = w.Report(ctx, week); err != nil || !there {
				return err
			}
		}
		l := outbox.New("weekly-"+a.Name+"-"+week.String(), outbox.Weekly, w.Now())
		l.Whom = a.Name
		if _, err := box.PutLetter(ctx, l); err != nil {
			return fmt.Errorf("weekly report: %w", err)
		}
	}
	return nil
}

// weekly tells a member of staff what the week before came to: numbers, and
// where the rest stands. Nothing in it is of a person.
func (w *Writer) weekly(ctx context.Context, l outbox.Letter) (outbox.Message, func(ui.Frame) values, error) {
	a, err := w.Staff.Account(ctx, l.Whom)
	if errors.Is(err, feedback.ErrNotFound) || err == nil && (a.Disabled || a.Email == "" || !a.Weekly) {
		return outbox.Message{}, nil, outbox.ErrVoid
	}
	if err != nil {
		return outbox.Message{}, nil, err
	}
	week := figures.WeekOf(calendar.On(l.Queued)).Before()
	r, there, err := w.Report(ctx, week)
	if err != nil {
		return outbox.Message{}, nil, err
	}
	if !there {
		return outbox.Message{}, nil, errNoReport // this copy has not read everything yet; it is tried again
	}
	m := outbox.Message{To: a.Email}
	w.own(&m, l)
	return m, func(f ui.Frame) values {
		return values{
			"list": strings.Join(weeklyLines(f, r), "\n"), "link": w.absolute("/desk/reports/" + week.String()),
			"day": f.T("report.week", week.Year, week.N, f.Date(week.From()), f.Date(week.To())),
		}
	}, nil
}

// errNoReport means that the report of a week is not there yet.
var errNoReport = errors.New("no report of that week yet")

// weeklyLines are the numbers of a report.
func weeklyLines(f ui.Frame, r weekly.Report) []string {
	answered, back := 0, 0
	for _, s := range r.Answer {
		answered += s.Total
	}
	for _, t := range r.Came {
		back += t.Sum()
	}
	kept := r.KeptInAll()
	return []string{
		f.T("letter.weekly.received", r.Received),
		f.T("letter.weekly.answered", answered, back),
		f.T("letter.weekly.kept", kept.Due, kept.InTime, kept.Late, kept.Unanswered),
		f.T("letter.weekly.open", r.Open.Total, r.Open.Overdue, r.Open.Alarm),
		f.T("letter.weekly.ahead", r.Ahead),
	}
}
