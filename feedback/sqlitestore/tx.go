package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// tx is the transaction that the jobs of one batch share.
type tx struct {
	w      *writer
	series map[int]int64 // last number given, of the years this batch touches
}

func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	st, err := t.w.prepared(query)
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// row reads one row; feedback.ErrNotFound when there is none.
func (t *tx) row(ctx context.Context, query string, args []any, into ...any) error {
	st, err := t.w.prepared(query)
	if err != nil {
		return err
	}
	return notFound(st.QueryRowContext(ctx, args...).Scan(into...))
}

func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return feedback.ErrNotFound
	}
	return err
}

// nextSerial is the serial that the next submission of a year would get. The
// series is read once and kept once a batch; taken is called when it is used.
func (t *tx) nextSerial(ctx context.Context, year int) (serial int64, taken func(), err error) {
	last, known := t.series[year]
	if !known {
		err := t.row(ctx, "SELECT last FROM series WHERE year = ?", []any{year}, &last)
		if err != nil && !errors.Is(err, feedback.ErrNotFound) {
			return 0, nil, fmt.Errorf("number series: %w", err)
		}
	}
	if last >= cursor.MaxSerial {
		return 0, nil, fmt.Errorf("number series of %d is used up", year)
	}
	return cursor.SerialOf(year, last+1), func() { t.series[year] = last + 1 }, nil
}

func (t *tx) keepSeries(ctx context.Context) error {
	for year, last := range t.series {
		_, err := t.exec(ctx, "INSERT INTO series (year, last) VALUES (?, ?) ON CONFLICT (year) DO UPDATE SET last = excluded.last", year, last)
		if err != nil {
			return fmt.Errorf("number series: %w", err)
		}
	}
	return nil
}
