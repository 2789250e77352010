package desk

import (
	"context"
	"strings"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/ui"
)

// Row is one submission in the queue.
type Row struct {
	Number   feedback.Number
	Rev      int64
	URL      string
	Due      ui.DueText
	DueURL   string // where it is told how that is counted
	Channel  feedback.Channel
	Category feedback.Category
	Item     string
	First    string
	Long     string // more of the text
	Reasons  string // why it is suspected, in words
	State    string
	Owner    string
	Unread   bool
	Asked    bool     // its sender is asked something
	Others   int64    // who have the same concern
	Lookers  []string // who looks at it just now, but for oneself
}

func (d *Desk) row(f ui.Frame, s *feedback.Submission, today calendar.Day) Row {
	text := feedback.Visible(s.Current())
	item := s.Item
	if item == "" && s.Notice != "" {
		item = f.T("queue.whole")
	}
	return Row{
		Number: s.Number, Rev: s.Rev, URL: d.Site.Links.Case(string(s.Number)), Due: f.DueOf(d.Clocks.Days, s.Due, today), DueURL: f.Links.Due(s),
		Channel: s.Channel, Category: s.Category, Item: item, First: cutRunes(text, 60), Long: cutRunes(text, 300), Reasons: reasonWords(f, s),
		State: stateWord(f, s), Owner: s.Owner, Unread: s.State == feedback.Received, Asked: s.OpenEnquiry() != nil,
	}
}

// rows are those of a page, with what others do at this moment.
func (d *Desk) rows(ctx context.Context, f ui.Frame, list []feedback.Submission, a asked, who feedback.Actor) ([]Row, error) {
	var rows []Row
	today, words := calendar.On(d.Now()), terms(a.words)
	for i := range list {
		r := d.row(f, &list[i], today)
		if len(words) > 0 {
			r.First = around(feedback.Visible(list[i].Current()), words, 60)
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	lookers, err := d.lookers(ctx, "", who.ID)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Lookers = lookers[rows[i].Number]
	}
	return rows, d.concerned(ctx, rows)
}

// reasonWords says why a submission is suspected; empty when it is not.
func reasonWords(f ui.Frame, s *feedback.Submission) string {
	var words []string
	for _, code := range s.Suspect {
		if f.Words.Has("suspect." + code) {
			words = append(words, f.T("suspect."+code))
		}
	}
	return strings.Join(words, f.T("sep"))
}

// stateWord names the state, and within it what is waited for.
func stateWord(f ui.Frame, s *feedback.Submission) string {
	switch {
	case s.Erased():
		return f.T("state.erased")
	case s.Withdrawn():
		return f.T("state.withdrawn")
	case s.Forwarded != nil:
		return f.T("state.forwarded")
	case s.Draft != nil && s.Draft.Submitted:
		return f.T("state.submitted")
	case s.Unreviewed() > 0:
		return f.T("state.unreviewed")
	case s.Amendment != nil && s.Amendment.Submitted:
		return f.T("state.amending")
	}
	return f.T("state." + string(s.State))
}
