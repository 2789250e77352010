package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// PublicByItem implements feedback.Store.
func (s *Store) PublicByItem(ctx context.Context, notice string) (map[string]int, error) {
	const query = "SELECT item, count(*) FROM submission INDEXED BY pub_item WHERE notice = ? AND visibility = 'published' GROUP BY item"
	counts := map[string]int{}
	err := s.rows(ctx, query, []any{notice}, func(r *sql.Rows) error {
		var item string
		var n int
		err := r.Scan(&item, &n)
		counts[item] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count published: %w", err)
	}
	return counts, nil
}

// News implements feedback.Store. Changes of one moment follow their numbers.
func (s *Store) News(ctx context.Context, since time.Time, limit int) ([]feedback.News, error) {
	const query = `SELECT serial, rev, public_at, notice, item FROM submission INDEXED BY news
  WHERE public_at > 0 AND public_at >= ? ORDER BY public_at, serial LIMIT ?`
	var news []feedback.News
	err := s.rows(ctx, query, []any{millisUp(since), max(limit, 0)}, func(r *sql.Rows) error {
		var n feedback.News
		var serial, at int64
		err := r.Scan(&serial, &n.Rev, &at, &n.Notice, &n.Item)
		n.Number, n.At = cursor.Number(serial), instant(at)
		news = append(news, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read news: %w", err)
	}
	return news, nil
}

// Changed implements feedback.Store.
func (s *Store) Changed(ctx context.Context, after feedback.Change, limit int) ([]feedback.Change, error) {
	const query = `SELECT serial, rev, changed_at FROM submission INDEXED BY changed
  WHERE changed_at > 0 AND (changed_at, serial) > (?, ?) ORDER BY changed_at, serial LIMIT ?`
	serial, _ := cursor.Serial(after.Number)
	var list []feedback.Change
	err := s.rows(ctx, query, []any{millis(after.At), serial, max(limit, 0)}, func(r *sql.Rows) error {
		var c feedback.Change
		var serial, at int64
		err := r.Scan(&serial, &c.Rev, &at)
		c.Number, c.At = cursor.Number(serial), instant(at)
		list = append(list, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	return list, nil
}

// millisUp is the first whole millisecond at or after t.
func millisUp(t time.Time) int64 {
	ms := millis(t)
	if t.Truncate(time.Millisecond).Before(t) {
		ms++
	}
	return ms
}
