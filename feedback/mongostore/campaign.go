package mongostore

import (
	"context"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// Campaigns implements feedback.Store.
func (s *Store) Campaigns(ctx context.Context, q feedback.Query, limit int) ([]feedback.Campaign, error) {
	limit = min(limit, feedback.MaxCampaigns)
	if limit < 1 {
		return nil, nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	q.States = []feedback.State{feedback.Received}
	found, err := s.submissions.Aggregate(ctx, mongo.Pipeline{
		is("$match", all(append(filter(q), alike()))),
		is("$group", bson.D{
			{Key: "_id", Value: "$likeness"}, {Key: "n", Value: is("$sum", 1)}, {Key: "first", Value: is("$min", "$_id")},
		}),
		is("$match", is("n", is("$gte", feedback.CampaignFrom))),
		is("$sort", bson.D{{Key: "n", Value: -1}, {Key: "first", Value: 1}}),
		is("$limit", limit),
	})
	if err != nil {
		return nil, fmt.Errorf("list campaigns: %w", err)
	}
	var rows []struct {
		Likeness string `bson:"_id"`
		N        int    `bson:"n"`
		First    int64  `bson:"first"`
	}
	if err := found.All(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list campaigns: %w", err)
	}
	var list []feedback.Campaign
	for _, r := range rows {
		list = append(list, feedback.Campaign{Likeness: r.Likeness, N: r.N, First: cursor.Number(r.First)})
	}
	return list, nil
}

// alike are those that belong to a group.
func alike() bson.D { return is("likeness", is("$gt", "")) }

// honesty are the terms of a query about suspicion and likeness.
func honesty(q feedback.Query) []bson.D {
	var terms []bson.D
	switch q.Suspect {
	case feedback.Yes:
		terms = append(terms, is("suspect", true))
	case feedback.No:
		terms = append(terms, is("suspect", false))
	}
	if q.Likeness != "" {
		terms = append(terms, is("likeness", q.Likeness), alike())
	}
	if len(q.Apart) > 0 {
		terms = append(terms, is("$or", bson.A{
			is("state", is("$ne", string(feedback.Received))), is("likeness", is("$nin", q.Apart)),
		}))
	}
	return terms
}
