package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"rectify/feedback"
	"rectify/feedback/outbox"
)

var _ outbox.Store = (*Store)(nil)

// letterOf reads a row. Its revision is that of the column.
func letterOf(rev int64, doc []byte) (outbox.Letter, error) {
	var l outbox.Letter
	if err := json.Unmarshal(doc, &l); err != nil {
		return l, fmt.Errorf("read letter: %w", err)
	}
	l.Rev = rev
	return l, nil
}

// letterColumns are the values of a row but its id, in the order of the table.
func letterColumns(l outbox.Letter) ([]any, error) {
	doc, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("write letter: %w", err)
	}
	return []any{l.Rev, string(l.State), millis(l.Queued), millis(l.Next), millis(l.Until), millis(l.Ended), string(doc)}, nil
}

// PutLetter implements outbox.Store.
func (s *Store) PutLetter(ctx context.Context, l outbox.Letter) (outbox.Letter, error) {
	l.Rev = max(l.Rev, 1)
	values, err := letterColumns(l)
	if err != nil {
		return l, err
	}
	kept, err := write(ctx, s, func(ctx context.Context, t *tx) (outbox.Letter, error) {
		_, err := t.exec(ctx, "INSERT INTO letter (id, rev, state, queued, next, until, ended, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			append([]any{l.ID}, values...)...)
		if err != nil {
			return l, err
		}
		return t.letter(ctx, "SELECT rev, doc FROM letter WHERE id = ?", l.ID)
	})
	if err != nil {
		return l, fmt.Errorf("put letter: %w", err)
	}
	return kept, nil
}

func (t *tx) letter(ctx context.Context, query string, args ...any) (outbox.Letter, error) {
	var rev int64
	var doc []byte
	if err := t.row(ctx, query, args, &rev, &doc); err != nil {
		return outbox.Letter{}, err
	}
	return letterOf(rev, doc)
}

const updateLetter = "UPDATE letter SET rev = ?, state = ?, queued = ?, next = ?, until = ?, ended = ?, doc = ? WHERE id = ? AND rev = ?"

// ClaimLetters implements outbox.Store.
func (s *Store) ClaimLetters(ctx context.Context, by string, now, until time.Time, n int) ([]outbox.Letter, error) {
	var one int
	err := s.read(ctx, func(db *sql.DB) error { // most of the time there is none, and nothing to write
		return notFound(db.QueryRowContext(ctx, "SELECT 1 FROM letter WHERE state = 'waiting' AND next <= ? AND until < ? LIMIT 1", millis(now), millis(now)).Scan(&one))
	})
	if errors.Is(err, feedback.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		return write(ctx, s, func(ctx context.Context, t *tx) ([]outbox.Letter, error) {
			return t.claimLetters(ctx, by, now, until, n)
		})
	}
	return nil, fmt.Errorf("claim letters: %w", err)
}

func (t *tx) claimLetters(ctx context.Context, by string, now, until time.Time, n int) ([]outbox.Letter, error) {
	var list []outbox.Letter
	for len(list) < n {
		l, err := t.letter(ctx, "SELECT rev, doc FROM letter WHERE state = 'waiting' AND next <= ? AND until < ? ORDER BY next LIMIT 1", millis(now), millis(now))
		if errors.Is(err, feedback.ErrNotFound) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		rev := l.Rev
		l.Rev, l.Lease, l.Until = rev+1, by, instant(millis(until))
		values, err := letterColumns(l)
		if err != nil {
			return nil, err
		}
		if _, err := t.exec(ctx, updateLetter, append(values, l.ID, rev)...); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

// ReplaceLetter implements outbox.Store.
func (s *Store) ReplaceLetter(ctx context.Context, l outbox.Letter, rev int64) error {
	l.Rev = rev + 1
	values, err := letterColumns(l)
	if err != nil {
		return err
	}
	err = s.change(ctx, func(ctx context.Context, t *tx) error {
		return t.swapped(ctx, "letter", l.ID, updateLetter, append(values, l.ID, rev)...)
	})
	if err != nil {
		return fmt.Errorf("replace letter: %w", err)
	}
	return nil
}

// swapped runs an update of one row under its revision and says why when it
// changed nothing. The table is a word of this package.
func (t *tx) swapped(ctx context.Context, table, id, query string, args ...any) error {
	n, err := t.exec(ctx, query, args...)
	if err != nil || n == 1 {
		return err
	}
	var one int
	if err := t.row(ctx, "SELECT 1 FROM "+table+" WHERE id = ?", []any{id}, &one); err != nil {
		return err
	}
	return feedback.ErrConflict
}

// Letter implements outbox.Store.
func (s *Store) Letter(ctx context.Context, id string) (outbox.Letter, error) {
	var rev int64
	var doc []byte
	err := s.read(ctx, func(db *sql.DB) error {
		return notFound(db.QueryRowContext(ctx, "SELECT rev, doc FROM letter WHERE id = ?", id).Scan(&rev, &doc))
	})
	if err != nil {
		return outbox.Letter{}, fmt.Errorf("letter: %w", err)
	}
	return letterOf(rev, doc)
}

// Letters implements outbox.Store.
func (s *Store) Letters(ctx context.Context, q outbox.Query) ([]outbox.Letter, string, error) {
	place, err := q.Start()
	if err != nil {
		return nil, "", fmt.Errorf("list letters: %w", err)
	}
	var c conditions
	if q.State != "" {
		c.add("state = ?", string(q.State))
	}
	if place != nil {
		c.add("(queued, id) < (?, ?)", place.Queued, place.ID)
	}
	var page []outbox.Letter
	err = s.rows(ctx, "SELECT rev, doc FROM letter"+c.where()+" ORDER BY queued DESC, id DESC LIMIT ?", append(c.args, q.Limit+1), func(r *sql.Rows) error {
		var rev int64
		var doc []byte
		if err := r.Scan(&rev, &doc); err != nil {
			return err
		}
		l, err := letterOf(rev, doc)
		page = append(page, l)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list letters: %w", err)
	}
	if len(page) <= q.Limit {
		return page, "", nil
	}
	return page[:q.Limit], outbox.End(page[q.Limit-1]), nil
}

// CountLetters implements outbox.Store.
func (s *Store) CountLetters(ctx context.Context) (map[outbox.State]int, error) {
	counts := map[outbox.State]int{}
	err := s.rows(ctx, "SELECT state, count(*) FROM letter GROUP BY state", nil, func(r *sql.Rows) error {
		var state string
		var n int
		err := r.Scan(&state, &n)
		counts[outbox.State(state)] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count letters: %w", err)
	}
	return counts, nil
}

// PurgeLetters implements outbox.Store, in small steps.
func (s *Store) PurgeLetters(ctx context.Context, before time.Time) error {
	return s.purge(ctx, "DELETE FROM letter WHERE id IN (SELECT id FROM letter WHERE ended > 0 AND ended < ? LIMIT ?)", before)
}

// purge deletes what is past, a few rows at a time, so that nobody waits long.
func (s *Store) purge(ctx context.Context, query string, before time.Time) error {
	const step = 500
	for gone := int64(step); gone == step; {
		var err error
		gone, err = write(ctx, s, func(ctx context.Context, t *tx) (int64, error) { return t.exec(ctx, query, millis(before), step) })
		if err != nil {
			return fmt.Errorf("purge: %w", err)
		}
	}
	return nil
}
