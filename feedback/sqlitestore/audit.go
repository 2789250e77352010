package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"

	"rectify/feedback/audit"
)

var _ audit.Store = chain{}

// chain is the audit chain in the same file.
type chain struct{ s *Store }

// Audit answers the audit chain that is kept here.
func (s *Store) Audit() audit.Store { return chain{s} }

const auditColumns = "seq, at, who, act, object, reason, prev, hash"

// Append implements audit.Store.
func (c chain) Append(ctx context.Context, e audit.Entry) error {
	err := c.s.change(ctx, func(ctx context.Context, t *tx) error {
		var last int64
		if err := t.row(ctx, "SELECT ifnull(max(seq), 0) FROM audit", nil, &last); err != nil {
			return err
		}
		if last != 0 && e.Seq != last+1 {
			return audit.ErrTaken
		}
		_, err := t.exec(ctx, "INSERT INTO audit ("+auditColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			e.Seq, millis(e.At), e.Who, string(e.Act), e.Object, e.Reason, e.Prev, e.Hash)
		return err
	})
	if err != nil {
		return fmt.Errorf("append to audit chain: %w", err)
	}
	return nil
}

// Last implements audit.Store.
func (c chain) Last(ctx context.Context) (audit.Entry, error) {
	list, err := c.List(ctx, audit.Query{Limit: 1})
	if err == nil && len(list) == 0 {
		err = audit.ErrNotFound
	}
	if err != nil {
		return audit.Entry{}, fmt.Errorf("end of audit chain: %w", err)
	}
	return list[0], nil
}

// List implements audit.Store.
func (c chain) List(ctx context.Context, q audit.Query) ([]audit.Entry, error) {
	var where conditions
	for _, f := range [][2]string{{"who = ?", q.Who}, {"act = ?", string(q.Act)}, {"object = ?", q.Object}} {
		if f[1] != "" {
			where.add(f[0], f[1])
		}
	}
	if !q.From.IsZero() {
		where.add("at >= ?", millisUp(q.From))
	}
	if !q.To.IsZero() {
		where.add("at < ?", millisUp(q.To))
	}
	order, past := " ORDER BY seq DESC", "seq < ?"
	if q.Up {
		order, past = " ORDER BY seq", "seq > ?"
	}
	if q.After != 0 {
		where.add(past, q.After)
	}
	limit := min(max(q.Limit, 1), audit.MaxPage)
	var list []audit.Entry
	err := c.s.rows(ctx, "SELECT "+auditColumns+" FROM audit"+where.where()+order+" LIMIT ?", append(where.args, limit), func(r *sql.Rows) error {
		var e audit.Entry
		var at int64
		err := r.Scan(&e.Seq, &at, &e.Who, &e.Act, &e.Object, &e.Reason, &e.Prev, &e.Hash)
		e.At = instant(at)
		list = append(list, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list audit chain: %w", err)
	}
	return list, nil
}

// Trim implements audit.Store.
func (c chain) Trim(ctx context.Context, seq int64) error {
	err := c.s.change(ctx, func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "DELETE FROM audit WHERE seq < min(?, (SELECT max(seq) FROM audit))", seq)
		return err
	})
	if err != nil {
		return fmt.Errorf("trim audit chain: %w", err)
	}
	return nil
}
