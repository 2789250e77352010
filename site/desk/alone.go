package desk

import (
	"context"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/site/ui"
)

// alone are the replies that one person published and nobody has looked at yet.
// They head the list of what is overdue until somebody has.
func (d *Desk) alone(ctx context.Context, f ui.Frame, who feedback.Actor, today calendar.Day) (rows []Row, err error) {
	list, _, err := d.Store.List(ctx, veil(feedback.Query{Submitted: true, Sort: feedback.ByNumber, Limit: feedback.MaxPage}, who))
	if err != nil {
		return nil, err
	}
	for i := range list {
		if n := list[i].Unreviewed(); n > 0 {
			row := d.row(f, &list[i], today)
			row.Due, row.State = f.DueOf(d.Clocks.Days, list[i].Replies[n-1].Sole.Due.Day, today), f.T("state.unreviewed")
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// headed puts them at the head of the page of what is overdue, and into its count.
func (d *Desk) headed(ctx context.Context, page *QueuePage, who feedback.Actor, today calendar.Day, first bool) error {
	rows, err := d.alone(ctx, page.Frame, who, today)
	if err != nil {
		return err
	}
	for i := range page.Views {
		if v := &page.Views[i]; v.Key == "late" && len(rows) > 0 {
			v.N, v.Late = v.N+len(rows), true
			if v.Current {
				page.View = *v
			}
		}
	}
	if first && (page.View.Key == "late" || page.View.Key == "open") {
		page.Alone = rows
	}
	return nil
}
