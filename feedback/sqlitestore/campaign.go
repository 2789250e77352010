package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// Campaigns implements feedback.Store. It reads an index only.
func (s *Store) Campaigns(ctx context.Context, q feedback.Query, limit int) ([]feedback.Campaign, error) {
	var c conditions
	c.add("state = ? AND likeness <> ''", string(feedback.Received))
	c.filter(q)
	query := "SELECT likeness, count(*) AS n, min(serial) AS first FROM submission INDEXED BY kin" + c.where() +
		" GROUP BY likeness HAVING n >= ? ORDER BY n DESC, first LIMIT ?"
	var list []feedback.Campaign
	err := s.rows(ctx, query, append(c.args, feedback.CampaignFrom, limited(limit)), func(r *sql.Rows) error {
		var one feedback.Campaign
		var serial int64
		err := r.Scan(&one.Likeness, &one.N, &serial)
		one.First = cursor.Number(serial)
		list = append(list, one)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list campaigns: %w", err)
	}
	return list, nil
}

func limited(n int) int { return min(max(n, 0), feedback.MaxCampaigns) }
