package mongostore

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"
	"golang.org/x/sync/errgroup"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// List implements feedback.Store. A query for several states is several
// questions at once, each in order on its index, and their answers are merged: no
// index has several states in one order. What changes its state just then may be
// missing from the page, as it may be from two pages read one after the other; it
// is never there twice.
func (s *Store) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	sort, place, err := cursor.Start(q)
	if err != nil {
		return nil, "", fmt.Errorf("list submissions: %w", err)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	parts := arms(q, sort)
	runs := make([][]record, len(parts))
	crowd, ctx := errgroup.WithContext(ctx)
	crowd.SetLimit(armsAtOnce)
	for i, part := range parts {
		crowd.Go(func() (err error) {
			wanted := all(append(filter(part), inReach(part, sort, place)...))
			how := options.Find().SetSort(inOrder(part, sort)).SetLimit(int64(q.Limit) + 1)
			if onAsked(q, sort) {
				how.SetHint(askedIndex)
			}
			runs[i], err = s.find(ctx, wanted, how)
			return err
		})
	}
	if err := crowd.Wait(); err != nil {
		return nil, "", fmt.Errorf("list submissions: %w", err)
	}
	found := merged(runs, sort, q.Limit+1)
	next := ""
	var page []feedback.Submission
	for i := range found[:min(q.Limit, len(found))] {
		sub, err := found[i].submission()
		if err != nil {
			return nil, "", fmt.Errorf("list submissions: %w", err)
		}
		page = append(page, sub)
	}
	if len(found) > q.Limit {
		next = cursor.After(sort, &page[q.Limit-1]).String()
	}
	return page, next, nil
}

// onAsked reports whether a question is for the index of what waits for its
// sender: it holds few of very many, which a planner need not see.
func onAsked(q feedback.Query, sort feedback.Sort) bool {
	return q.Asked && sort == feedback.ByDue && q.Visibility != feedback.Published && !q.Owed && q.Likeness == ""
}

// armsAtOnce is how many questions of one List run beside each other.
const armsAtOnce = 5

// arms are the questions that q is asked as: one for each state, and where the
// index of suspicion is walked one for each answer to that. Where few match
// whatever the state, or an index has all states in order, it is q itself.
func arms(q feedback.Query, sort feedback.Sort) []feedback.Query {
	if sort == feedback.ByPublished || q.Visibility == feedback.Published || q.Owed || q.Likeness != "" || q.Tie != "" ||
		(sort != feedback.ByDue && (len(q.States) == 0 || q.Owner != "")) {
		return []feedback.Query{q}
	}
	states, doubts := q.States, []feedback.Tri{q.Suspect}
	if len(states) == 0 {
		states = feedback.States()
	}
	if sort == feedback.ByDue && q.Suspect == feedback.Any && q.Owner == "" && q.Notice == "" {
		doubts = []feedback.Tri{feedback.Yes, feedback.No}
	}
	var list []feedback.Query
	for i, st := range states {
		if slices.Contains(states[:i], st) {
			continue
		}
		for _, doubt := range doubts {
			arm := q
			arm.States, arm.Suspect = []feedback.State{st}, doubt
			list = append(list, arm)
		}
	}
	return list
}

// merged are the first n of several runs that are each in order.
func merged(runs [][]record, sort feedback.Sort, n int) []record {
	if len(runs) == 1 {
		return runs[0]
	}
	whole := slices.Concat(runs...)
	slices.SortFunc(whole, func(a, b record) int {
		switch sort {
		case feedback.ByDue:
			return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Serial, b.Serial))
		case feedback.ByNumber:
			return cmp.Compare(a.Serial, b.Serial)
		}
		return cmp.Compare(b.Serial, a.Serial)
	})
	whole = slices.CompactFunc(whole, func(a, b record) bool { return a.Serial == b.Serial })
	return whole[:min(n, len(whole))]
}

// inReach are the terms that let an index give the page in order: FerretDB walks
// one in order only within bounds, so there is one also where it says nothing.
func inReach(q feedback.Query, sort feedback.Sort, place *cursor.Place) []bson.D {
	if place != nil {
		return beyond(q, *place)
	}
	switch sort {
	case feedback.ByDue:
		return []bson.D{is("due", is("$gte", ""))}
	case feedback.ByNewest:
		return beyond(q, cursor.Place{Sort: sort, Serial: math.MaxInt64})
	case feedback.ByNumber:
		return beyond(q, cursor.Place{Sort: sort})
	}
	return nil
}

// inOrder is the order of a question. By number it is that of n where an index
// has other fields before it, else that of the documents themselves.
func inOrder(q feedback.Query, sort feedback.Sort) bson.D {
	switch sort {
	case feedback.ByDue:
		return bson.D{{Key: "due", Value: 1}, {Key: "_id", Value: 1}}
	case feedback.ByPublished:
		return bson.D{{Key: "published_at", Value: -1}, {Key: "_id", Value: -1}}
	case feedback.ByNumber:
		return bson.D{{Key: numberField(q), Value: 1}}
	}
	return bson.D{{Key: numberField(q), Value: -1}}
}

func numberField(q feedback.Query) string {
	if q.Visibility != feedback.Published && q.Likeness == "" && !q.Owed && (len(q.States) > 0 || q.Owner != "") {
		return "n"
	}
	return "_id"
}

// Count implements feedback.Store. One that may stop early counts along the same
// indexes that a List walks, one after the other.
func (s *Store) Count(ctx context.Context, q feedback.Query) (int, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if q.Most == 0 {
		n, err := s.submissions.CountDocuments(ctx, all(filter(q)))
		if err != nil {
			return 0, fmt.Errorf("count submissions: %w", err)
		}
		return int(n), nil
	}
	sum := 0
	for _, part := range arms(q, feedback.ByDue) {
		terms := append(filter(part), inReach(part, feedback.ByDue, nil)...)
		how := options.Count().SetLimit(int64(q.Most - sum))
		if onAsked(q, feedback.ByDue) {
			how.SetHint(askedIndex)
		}
		n, err := s.submissions.CountDocuments(ctx, all(terms), how)
		if err != nil {
			return 0, fmt.Errorf("count submissions: %w", err)
		}
		if sum += int(n); sum >= q.Most {
			break
		}
	}
	return sum, nil
}

// filter are the terms of a query. What a caller gave is always the value of
// an equality or a comparison, and always a string: it cannot be an operator.
func filter(q feedback.Query) []bson.D {
	var terms []bson.D
	for _, f := range []struct{ field, value string }{
		{"notice", q.Notice},
		{"item", q.Item},
		{"owner", q.Owner},
		{"visibility", string(q.Visibility)},
		{"channel", string(q.Channel)},
		{"category", string(q.Category)},
		{"due", string(q.DueOn)},
	} {
		if f.value != "" {
			terms = append(terms, is(f.field, f.value))
		}
	}
	if q.Owner != "" {
		terms = append(terms, owned())
	}
	if q.Tie != "" {
		terms = append(terms, is("ties", q.Tie), tied())
	}
	switch len(q.States) {
	case 0:
	case 1:
		terms = append(terms, is("state", string(q.States[0])))
	default:
		terms = append(terms, is("state", is("$in", q.States)))
	}
	if q.DueBefore != "" {
		terms = append(terms, is("due", is("$lt", string(q.DueBefore)))) // NoDue sorts after every day
	}
	if q.Submitted {
		terms = append(terms, is("submitted", true))
	}
	if q.Owed {
		terms = append(terms, is("owed", true))
	}
	if q.Asked {
		terms = append(terms, is("asked", true))
	}
	terms = append(terms, honesty(q)...)
	return append(terms, veil(q)...)
}

// veil are the terms that leave out what the asker may not see.
func veil(q feedback.Query) []bson.D {
	var terms []bson.D
	if q.Within != nil {
		terms = append(terms, is("notice", is("$in", q.Within)))
	}
	if !q.NoClues && q.CluesWithin == nil {
		return terms
	}
	either := bson.A{is("category", is("$ne", string(feedback.Clue)))}
	if !q.NoClues {
		either = append(either, is("notice", is("$in", q.CluesWithin)))
	}
	if q.ExceptOwner != "" {
		own := is("owner", q.ExceptOwner)
		if q.ExceptWithin != nil {
			own = append(own, bson.E{Key: "notice", Value: is("$in", q.ExceptWithin)})
		}
		either = append(either, own)
	}
	return append(terms, is("$or", either))
}

// beyond leaves out what stands up to and with the last one of the page before.
// Its first term says nothing that the second does not; it bounds the index.
func beyond(q feedback.Query, p cursor.Place) []bson.D {
	after := func(field, bound, past string, value any, serial int64) []bson.D {
		return []bson.D{
			is(field, is(bound, value)),
			is("$or", bson.A{
				is(field, is(past, value)),
				bson.D{{Key: field, Value: value}, {Key: "_id", Value: is(past, serial)}},
			}),
		}
	}
	switch p.Sort {
	case feedback.ByDue:
		return after("due", "$gte", "$gt", p.Due, p.Serial)
	case feedback.ByPublished:
		return after("published_at", "$lte", "$lt", p.At, p.Serial)
	case feedback.ByNumber:
		return []bson.D{is(numberField(q), is("$gt", p.Serial))}
	}
	return []bson.D{is(numberField(q), is("$lt", p.Serial))}
}

// all asks for every term.
func all(terms []bson.D) bson.D {
	if len(terms) == 0 {
		return bson.D{}
	}
	return is("$and", terms)
}
