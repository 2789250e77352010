package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"rectify/feedback"
	"rectify/feedback/cursor"
	"rectify/feedback/staff"
)

var (
	_ feedback.Store = (*Store)(nil)
	_ feedback.Vault = (*Store)(nil)
	_ staff.Store    = (*Store)(nil)
)

// List implements feedback.Store. A page is read in one statement, so that no
// submission that changes its state meanwhile is shown twice or missed.
func (s *Store) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	sort, place, err := cursor.Start(q)
	if err != nil {
		return nil, "", fmt.Errorf("list submissions: %w", err)
	}
	states, some := statesOf(q)
	if !some {
		return nil, "", nil
	}
	query, args := listing(q, sort, place, states)
	var page []feedback.Submission
	err = s.rows(ctx, query, args, func(r *sql.Rows) error {
		var d document
		if err := r.Scan(d.into()...); err != nil {
			return err
		}
		sub, err := d.submission()
		page = append(page, sub)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list submissions: %w", err)
	}
	if len(page) <= q.Limit {
		return page, "", nil
	}
	page = page[:q.Limit]
	return page, cursor.After(sort, &page[q.Limit-1]).String(), nil
}

// listing is the statement of one page and one row more, which tells whether
// another page follows.
func listing(q feedback.Query, sort feedback.Sort, place *cursor.Place, states []feedback.State) (string, []any) {
	index, split := indexFor(q, sort)
	order := inOrder(sort)
	var c conditions
	c.filter(q)
	if place != nil {
		c.beyond(*place)
	}
	if !split {
		if len(q.States) > 0 {
			c.states(states)
		}
		return "SELECT " + kept + " FROM submission" + index + c.where() + order + " LIMIT ?", append(c.args, q.Limit+1)
	}
	// One arm a state, each in order on its index; SQLite merges them as it goes.
	var arms []string
	var args []any
	for _, st := range states {
		arm := c.and("state = ?", string(st))
		arms = append(arms, "SELECT "+kept+" FROM submission"+index+arm.where())
		args = append(args, arm.args...)
	}
	return "SELECT * FROM (" + strings.Join(arms, " UNION ALL ") + order + " LIMIT ?)", append(args, q.Limit+1)
}

func inOrder(sort feedback.Sort) string {
	switch sort {
	case feedback.ByDue:
		return " ORDER BY due, serial"
	case feedback.ByPublished:
		return " ORDER BY published_at DESC, serial DESC"
	case feedback.ByNumber:
		return " ORDER BY serial"
	}
	return " ORDER BY serial DESC"
}

// indexFor names the index that has the rows of a query in order, and says
// whether it has them so only state by state. The planner is not asked: it
// knows neither how many rows there are nor that a page is short.
func indexFor(q feedback.Query, sort feedback.Sort) (index string, split bool) {
	use := func(name string) string { return " INDEXED BY " + name }
	public := q.Visibility == feedback.Published
	switch {
	case q.Tie != "": // few, and found by their serials
		return " NOT INDEXED", false
	case q.Likeness != "":
		return use("kin"), true
	case q.Owed: // few at any time, whatever the order
		return use("owed"), false
	case q.Submitted: // likewise
		return use("due_submitted"), false
	case q.Asked: // likewise
		return use("due_asked"), false
	case sort == feedback.ByPublished:
		switch {
		case public && q.Notice != "" && q.Item != "":
			return use("pub_item"), false
		case public && q.Notice != "":
			return use("pub_notice"), false
		}
		return use("pub_all"), false
	case sort == feedback.ByDue:
		switch {
		case q.Owner != "":
			return use("due_owner"), true
		case q.Notice != "":
			return use("due_notice"), true
		}
		return use("due_state"), true
	case q.Owner != "":
		return use("new_owner"), false
	case q.Notice != "":
		return use("new_notice"), false
	case public:
		return use("new_public"), false
	case len(q.States) == 0 && q.Visibility == "" && q.Item == "" && q.Channel == "" && q.Category == "" &&
		q.DueBefore == "" && q.DueOn == "" && !q.NoClues && q.Suspect == feedback.Any && len(q.Apart) == 0:
		return "", false
	}
	return use("new_state"), true
}

// statesOf are the states that a query asks for, each once, and false when it
// asks for none that there is.
func statesOf(q feedback.Query) ([]feedback.State, bool) {
	all := feedback.States()
	if len(q.States) == 0 {
		return all, true
	}
	all = slices.DeleteFunc(all, func(st feedback.State) bool { return !slices.Contains(q.States, st) })
	return all, len(all) > 0
}

// Count implements feedback.Store. It reads an index only.
func (s *Store) Count(ctx context.Context, q feedback.Query) (int, error) {
	states, some := statesOf(q)
	if !some {
		return 0, nil
	}
	sort := feedback.ByDue
	if q.Visibility == feedback.Published && q.Notice == "" && q.Owner == "" && len(q.States) == 0 {
		sort = feedback.ByNewest // new_public: the published ones alone
	}
	index, split := indexFor(q, sort)
	var c conditions
	c.filter(q)
	if split || len(q.States) > 0 {
		c.states(states)
	}
	var n int
	query := "SELECT count(*) FROM submission" + index + c.where()
	if q.Most > 0 {
		query, c.args = "SELECT count(*) FROM (SELECT 1 FROM submission"+index+c.where()+" LIMIT ?)", append(c.args, q.Most)
	}
	err := s.rows(ctx, query, c.args, func(r *sql.Rows) error { return r.Scan(&n) })
	if err != nil {
		return 0, fmt.Errorf("count submissions: %w", err)
	}
	return n, nil
}

// rows runs a query for reading and hands every row to each.
func (s *Store) rows(ctx context.Context, query string, args []any, each func(r *sql.Rows) error) error {
	return s.read(ctx, func(db *sql.DB) (err error) {
		r, err := db.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() {
			if closed := r.Close(); err == nil {
				err = closed
			}
		}()
		for r.Next() {
			if err := each(r); err != nil {
				return err
			}
		}
		return r.Err()
	})
}
