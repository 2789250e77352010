package mongostore

import (
	"context"
	"fmt"
	"math"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// List implements feedback.Store.
func (s *Store) List(ctx context.Context, q feedback.Query) ([]feedback.Submission, string, error) {
	sort, place, err := cursor.Start(q)
	if err != nil {
		return nil, "", fmt.Errorf("list submissions: %w", err)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	wanted := all(append(filter(q), inReach(q, sort, place)...))
	found, err := s.find(ctx, wanted, options.Find().SetSort(inOrder(sort)).SetLimit(int64(q.Limit)+1))
	if err != nil {
		return nil, "", fmt.Errorf("list submissions: %w", err)
	}
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

// inReach are the terms that let an index give the page in order.
func inReach(q feedback.Query, sort feedback.Sort, place *cursor.Place) []bson.D {
	var terms []bson.D
	if sort == feedback.ByDue && len(q.States) == 0 && !q.Submitted {
		terms = append(terms, is("state", is("$in", feedback.States()))) // the index begins with it
	}
	if place == nil {
		// Says nothing, but FerretDB walks the numbers in order only within bounds.
		switch sort {
		case feedback.ByNewest:
			place = &cursor.Place{Sort: sort, Serial: math.MaxInt64}
		case feedback.ByNumber:
			place = &cursor.Place{Sort: sort}
		}
	}
	if place != nil {
		terms = append(terms, beyond(*place)...)
	}
	return terms
}

func inOrder(sort feedback.Sort) bson.D {
	switch sort {
	case feedback.ByDue:
		return bson.D{{Key: "due", Value: 1}, {Key: "_id", Value: 1}}
	case feedback.ByPublished:
		return bson.D{{Key: "published_at", Value: -1}, {Key: "_id", Value: -1}}
	case feedback.ByNumber:
		return bson.D{{Key: "_id", Value: 1}}
	}
	return bson.D{{Key: "_id", Value: -1}}
}

// Count implements feedback.Store.
func (s *Store) Count(ctx context.Context, q feedback.Query) (int, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	how := options.Count()
	if q.Most > 0 {
		how.SetLimit(int64(q.Most))
	}
	n, err := s.submissions.CountDocuments(ctx, all(filter(q)), how)
	if err != nil {
		return 0, fmt.Errorf("count submissions: %w", err)
	}
	return int(n), nil
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
	if len(q.States) > 0 {
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
	noClue := is("category", is("$ne", string(feedback.Clue)))
	switch {
	case q.NoClues && q.ExceptOwner != "":
		terms = append(terms, is("$or", bson.A{noClue, is("owner", q.ExceptOwner)}))
	case q.NoClues:
		terms = append(terms, noClue)
	}
	return terms
}

// beyond leaves out what stands up to and with the last one of the page before.
// Its first term says nothing that the second does not; it bounds the index.
func beyond(p cursor.Place) []bson.D {
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
		return []bson.D{is("_id", is("$gt", p.Serial))}
	}
	return []bson.D{is("_id", is("$lt", p.Serial))}
}

// all asks for every term.
func all(terms []bson.D) bson.D {
	if len(terms) == 0 {
		return bson.D{}
	}
	return is("$and", terms)
}
