package desk

import (
	"context"

	"rectify/feedback"
)

// concerned notes in rows how many have the same concern. Only what was public
// was ever counted.
func (d *Desk) concerned(ctx context.Context, rows []Row) error {
	if d.Tally == nil || len(rows) == 0 {
		return nil
	}
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = feedback.ConcernTally(rows[i].Number)
	}
	counts, err := d.Tally.Counts(ctx, names)
	for i := range rows {
		rows[i].Others = counts[names[i]]
	}
	return err
}
