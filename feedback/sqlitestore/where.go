package sqlitestore

import (
	"slices"
	"strings"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// conditions gather a WHERE clause. Every value is bound; what stands in the
// text are words of this file.
type conditions struct {
	terms []string
	args  []any
}

func (c *conditions) add(term string, args ...any) {
	c.terms = append(c.terms, term)
	c.args = append(c.args, args...)
}

// and is c with one term before it, c itself unchanged.
func (c *conditions) and(term string, arg any) conditions {
	return conditions{terms: slices.Concat([]string{term}, c.terms), args: slices.Concat([]any{arg}, c.args)}
}

func (c *conditions) where() string {
	if len(c.terms) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.terms, " AND ")
}

func (c *conditions) states(states []feedback.State) {
	c.add("state IN ("+list(len(states))+")", anys(states)...)
}

// list is n places for values, n at least 1.
func list(n int) string { return "?" + strings.Repeat(", ?", n-1) }

func anys[S ~string](list []S) []any {
	args := make([]any, len(list))
	for i, s := range list {
		args[i] = string(s)
	}
	return args
}

// filter adds everything of a query but its states. What a partial index is
// limited to must stand in the text for SQLite to see that it may be used.
func (c *conditions) filter(q feedback.Query) {
	if q.Tie != "" {
		c.add("serial IN (SELECT serial FROM tie WHERE name = ?)", q.Tie)
	}
	if q.Owner != "" {
		c.add("owner = ? AND owner <> ''", q.Owner)
	}
	if q.Notice != "" {
		c.add("notice = ? AND notice <> ''", q.Notice)
	}
	switch q.Visibility {
	case "":
	case feedback.Published:
		c.add("visibility = 'published'")
	default:
		c.add("visibility = ?", string(q.Visibility))
	}
	if q.Submitted {
		c.add("submitted = 1")
	}
	if q.Owed {
		c.add("owed = 1")
	}
	if q.Asked {
		c.add("asked = 1")
	}
	switch q.Suspect {
	case feedback.Yes:
		c.add("suspect = 1")
	case feedback.No:
		c.add("suspect = 0")
	}
	if q.Likeness != "" {
		c.add("likeness = ? AND likeness <> ''", q.Likeness)
	}
	if len(q.Apart) > 0 {
		c.add("NOT (state = ? AND likeness IN ("+list(len(q.Apart))+"))", slices.Concat([]any{string(feedback.Received)}, anys(q.Apart))...)
	}
	if q.DueBefore != "" {
		c.add("due < ?", string(q.DueBefore)) // NoDue sorts after every day
	}
	for _, f := range [][2]string{
		{"item = ?", q.Item},
		{"channel = ?", string(q.Channel)},
		{"category = ?", string(q.Category)},
		{"due = ?", string(q.DueOn)},
	} {
		if f[1] != "" {
			c.add(f[0], f[1])
		}
	}
	c.veil(q)
}

// veil leaves out what the asker may not see.
func (c *conditions) veil(q feedback.Query) {
	if q.Within != nil {
		c.add(among("notice", len(q.Within)), anys(q.Within)...)
	}
	if !q.NoClues && q.CluesWithin == nil {
		return
	}
	term, args := "category <> ?", []any{string(feedback.Clue)}
	if !q.NoClues {
		term, args = term+" OR "+among("notice", len(q.CluesWithin)), append(args, anys(q.CluesWithin)...)
	}
	if q.ExceptOwner != "" {
		own := "owner = ?"
		args = append(args, q.ExceptOwner)
		if q.ExceptWithin != nil {
			own += " AND " + among("notice", len(q.ExceptWithin))
			args = append(args, anys(q.ExceptWithin)...)
		}
		term += " OR (" + own + ")"
	}
	c.add("("+term+")", args...)
}

// among asks for one of n values; of none no row is. That is not said as a
// constant: a planner that sees through it finds no use for the index it is told.
func among(column string, n int) string {
	if n == 0 {
		return column + " IN (NULL)"
	}
	return column + " IN (" + list(n) + ")"
}

// beyond leaves out the rows up to and with the last one of the page before.
func (c *conditions) beyond(p cursor.Place) {
	switch p.Sort {
	case feedback.ByDue:
		c.add("(due, serial) > (?, ?)", p.Due, p.Serial)
	case feedback.ByPublished:
		c.add("(published_at, serial) < (?, ?)", p.At, p.Serial)
	case feedback.ByNumber:
		c.add("serial > ?", p.Serial)
	default:
		c.add("serial < ?", p.Serial)
	}
}
