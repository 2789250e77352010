package storetest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"rectify/feedback"
)

func queue(t *testing.T, open Open) {
	t.Run("empty", func(t *testing.T) { emptyQueue(t, open(t)) })
	t.Run("any query", func(t *testing.T) { anyQuery(t, open(t)) })
	t.Run("every page of every order", func(t *testing.T) { everyPage(t, open(t)) })
	t.Run("not a query", func(t *testing.T) { notAQuery(t, open(t)) })
	t.Run("work arrives between pages", func(t *testing.T) { workArrives(t, open(t)) })
	t.Run("work moves between pages", func(t *testing.T) { workMoves(t, open(t)) })
}

func emptyQueue(t *testing.T, b Backend) {
	for _, sort := range sorts() {
		page, next, err := b.List(within(t), feedback.Query{Sort: sort, Limit: 10})
		if err != nil || len(page) != 0 || next != "" {
			t.Errorf("%q: %d submissions, cursor %q, %v", sort, len(page), next, err)
		}
	}
	counts(t, b, feedback.Query{}, 0)
}

// anyQuery holds the store to the model: the same submissions in the same
// order over all pages, and the same number of them.
func anyQuery(t *testing.T, b Backend) {
	m := world(t, b, 120)
	rapid.Check(t, func(rt *rapid.T) {
		q := asked().Draw(rt, "query")
		want := m.list(q)
		if q.Limit == 1 && len(want) > 20 {
			q.Limit = 11 // page by page would only take long
		}
		walk(rt, b, q, want)
		got, err := b.Count(t.Context(), q)
		if err != nil || got != len(want) {
			rt.Fatalf("count: %d, %v; want %d", got, err, len(want))
		}
		q.Most = evenly(rt, "most", []int{1, 2, 10, 1000})
		if got, err = b.Count(t.Context(), q); err != nil || got != min(len(want), q.Most) {
			rt.Fatalf("count up to %d: %d, %v; of %d", q.Most, got, err, len(want))
		}
		limit := evenly(rt, "campaigns", []int{0, 1, 2, 100})
		groups, err := b.Campaigns(t.Context(), q, limit)
		if diff := differ(groups, m.campaigns(q, limit)); err != nil || diff != "" && len(groups)+len(m.campaigns(q, limit)) > 0 {
			rt.Fatalf("campaigns of %+v: %v (-want +got):\n%s", q, err, diff)
		}
	})
}

// fataler is what a test and a rapid test have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// walk reads page after page and compares them all with want.
func walk(t fataler, b Backend, q feedback.Query, want []feedback.Submission) {
	t.Helper()
	var got []feedback.Submission
	for q.After = ""; ; {
		page, next, err := b.List(background(), q)
		if err != nil {
			t.Fatalf("list %+v: %v", q, err)
		}
		if len(page) > q.Limit || (next != "" && len(page) != q.Limit) {
			t.Fatalf("list %+v: page of %d, cursor %q", q, len(page), next)
		}
		got = append(got, page...)
		if q.After = next; next == "" || len(got) > len(want) {
			break
		}
	}
	if a, b := numbers(got), numbers(want); a != b {
		t.Fatalf("list %+v:\n got %s\nwant %s", q, a, b)
	}
	if diff := differ(got, want); diff != "" && len(want) > 0 {
		t.Fatalf("list %+v (-want +got):\n%s", q, diff)
	}
}

func numbers(list []feedback.Submission) string {
	text := ""
	for _, s := range list {
		text += string(s.Number) + " "
	}
	return text
}

func everyPage(t *testing.T, b Backend) {
	m := world(t, b, 60)
	for _, sort := range sorts() {
		for _, limit := range []int{1, 7, 59, 60, 61} {
			q := feedback.Query{Sort: sort, Limit: limit}
			walk(t, b, q, m.list(q))
		}
	}
}

// notAQuery: what nobody was given is refused by name, not guessed at.
func notAQuery(t *testing.T, b Backend) {
	m := world(t, b, 12)
	for _, c := range []struct {
		field string
		q     feedback.Query
	}{
		{"limit", feedback.Query{}},
		{"limit", feedback.Query{Limit: -1}},
		{"limit", feedback.Query{Limit: feedback.MaxPage + 1}},
		{"apart", feedback.Query{Limit: 1, Apart: make([]string, feedback.MaxCampaigns+1)}},
		{"sort", feedback.Query{Limit: 1, Sort: "$natural"}},
		{"sort", feedback.Query{Limit: 1, Sort: "due desc"}},
	} {
		_, _, err := b.List(within(t), c.q)
		refused(t, fmt.Sprintf("%+v", c.q), err, c.field)
	}
	for _, sort := range sorts() {
		_, cursor, err := b.List(within(t), feedback.Query{Sort: sort, Limit: 5})
		check(t, "list", err)
		for _, after := range bent(cursor) {
			q := feedback.Query{Sort: sort, Limit: 5, After: after}
			_, _, err := b.List(within(t), q)
			refused(t, fmt.Sprintf("%q after %q", sort, after), err, "after")
		}
		for _, other := range sorts() {
			if sort == other || sort+other == feedback.ByNewest {
				continue // no order means the newest first
			}
			_, _, err := b.List(within(t), feedback.Query{Sort: other, Limit: 5, After: cursor})
			refused(t, fmt.Sprintf("cursor of %q for %q", sort, other), err, "after")
		}
	}
	if got, err := b.Count(within(t), feedback.Query{After: "?", Limit: -3, Sort: "?"}); err != nil || got != len(m) {
		t.Errorf("count looks at cursor, limit or order: %d, %v", got, err)
	}
}

// bent are changed forms of a cursor, and things that are none.
func bent(cursor string) []string {
	raw := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	list := []string{
		" ", "0", "null", cursor + "=", cursor + "A", " " + cursor, cursor[1:], cursor[:len(cursor)-1], cursor + cursor,
		raw("due"), raw("due 2026-03-02"), raw("due 2026-02-30 1"), raw("due $gt 1"), raw("due ~ 0"), raw("due ~ -1"), raw("due ~ 01"),
		raw("newest - x"), raw("newest 1 5"), raw("newest - 99999999999999999999"), raw("number - 0"), raw("published -1 5"), raw("published {} 5"), raw("published 1 5 6"),
		`{"$gt":""}`, "\x00", "\xff\xfe", "'; DROP TABLE submission; --",
	}
	long := make([]byte, 1<<16)
	return append(list, string(long), base64.RawURLEncoding.EncodeToString(long))
}

// refused asks for an Invalid that names the field.
func refused(t *testing.T, what string, err error, field string) {
	t.Helper()
	var v feedback.Invalid
	if !errors.As(err, &v) || v.Field != field {
		t.Errorf("%s: got %v, want Invalid %s", what, err, field)
	}
}

// workArrives: what stays where it is, is shown exactly once, whatever comes
// and goes around it between two pages.
func workArrives(t *testing.T, b Backend) {
	m := world(t, b, 40)
	for n, sort := range sorts() {
		seen := map[feedback.Number]int{}
		q := feedback.Query{Sort: sort, Limit: 6}
		for page := 0; ; page++ {
			list, next, err := b.List(within(t), q)
			check(t, "list", err)
			for _, s := range list {
				seen[s.Number]++
			}
			if q.After = next; next == "" {
				break
			}
			file(t, b, drawn(fmt.Sprint("late ", n, page)).Example(1000+page))
		}
		for _, s := range m {
			if seen[s.Number] != 1 {
				t.Errorf("%q: %s shown %d times", sort, s.Number, seen[s.Number])
			}
		}
	}
}

// workMoves: of any question, whatever is filed and changed between its pages,
// what is left alone is shown exactly once if it matches, and never if not.
func workMoves(t *testing.T, b Backend) {
	m, filed := world(t, b, 60), 0
	rapid.Check(t, func(rt *rapid.T) {
		q := asked().Draw(rt, "query")
		q.Limit = evenly(rt, "page", []int{3, 8, 20})
		before, moved, seen := slices.Clone(m), map[feedback.Number]bool{}, map[feedback.Number]int{}
		for page := 0; ; page++ {
			if page == 1000 {
				rt.Fatalf("list %+v: no end", q)
			}
			list, next, err := b.List(background(), q)
			if err != nil {
				rt.Fatalf("list %+v: %v", q, err)
			}
			for _, s := range list {
				seen[s.Number]++
			}
			if q.After = next; next == "" {
				break
			}
			for range rapid.IntRange(0, 2).Draw(rt, "happens") {
				filed++
				s := drawn(fmt.Sprint("moving ", filed)).Draw(rt, "submission")
				if rapid.Bool().Draw(rt, "new") && len(m) < 400 {
					kept, _, err := b.Insert(background(), entry(s))
					if err != nil {
						rt.Fatalf("insert: %v", err)
					}
					m = append(m, kept.Submission)
					continue
				}
				i := rapid.IntRange(0, len(m)-1).Draw(rt, "which")
				s.ID, s.Number, s.CodeMAC, s.Rev = m[i].ID, m[i].Number, m[i].CodeMAC, m[i].Rev
				if err := b.Replace(background(), s, s.Rev); err != nil {
					rt.Fatalf("replace: %v", err)
				}
				s.Rev++
				m[i], moved[s.Number] = s, true
			}
		}
		for i := range before {
			want := 0
			if matches(&before[i], q) {
				want = 1
			}
			if n := before[i].Number; !moved[n] && seen[n] != want {
				rt.Fatalf("%+v: %s was left alone and shown %d times, want %d", q, n, seen[n], want)
			}
		}
	})
}
