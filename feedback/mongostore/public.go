package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// PublicByItem implements feedback.Store.
func (s *Store) PublicByItem(ctx context.Context, notice string) (map[string]int, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := s.submissions.Aggregate(ctx, bson.A{
		is("$match", bson.D{{Key: "notice", Value: notice}, {Key: "visibility", Value: string(feedback.Published)}}),
		is("$group", bson.D{{Key: "_id", Value: "$item"}, {Key: "n", Value: is("$sum", 1)}}),
	})
	if err != nil {
		return nil, fmt.Errorf("count published: %w", err)
	}
	var groups []struct {
		Item string `bson:"_id"`
		N    int    `bson:"n"`
	}
	if err := found.All(ctx, &groups); err != nil {
		return nil, fmt.Errorf("count published: %w", err)
	}
	counts := map[string]int{}
	for _, g := range groups {
		counts[g.Item] = g.N
	}
	return counts, nil
}

// News implements feedback.Store. Changes of one moment follow their numbers.
func (s *Store) News(ctx context.Context, since time.Time, limit int) ([]feedback.News, error) {
	if limit <= 0 {
		return nil, nil // to the server, 0 would mean all
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := s.find(ctx, all([]bson.D{shown(), is("public_at", is("$gte", millisUp(since)))}), options.Find().
		SetSort(bson.D{{Key: "public_at", Value: 1}, {Key: "_id", Value: 1}}).
		SetLimit(int64(limit)).
		SetProjection(bson.D{{Key: "doc", Value: 0}}))
	if err != nil {
		return nil, fmt.Errorf("read news: %w", err)
	}
	var news []feedback.News
	for _, r := range found {
		news = append(news, feedback.News{
			Number: cursor.Number(r.Serial), Rev: r.Rev, At: instant(r.PublicAt), Notice: r.Notice, Item: r.Item,
		})
	}
	return news, nil
}

// Changed implements feedback.Store.
func (s *Store) Changed(ctx context.Context, after feedback.Change, limit int) ([]feedback.Change, error) {
	if limit <= 0 {
		return nil, nil // to the server, 0 would mean all
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	serial, _ := cursor.Serial(after.Number)
	at := millis(after.At)
	beyond := is("$or", bson.A{is("changed_at", is("$gt", at)), bson.D{{Key: "changed_at", Value: at}, {Key: "_id", Value: is("$gt", serial)}}})
	found, err := s.find(ctx, all([]bson.D{is("changed_at", is("$gte", at)), beyond}), options.Find().
		SetSort(bson.D{{Key: "changed_at", Value: 1}, {Key: "_id", Value: 1}}).
		SetLimit(int64(limit)).
		SetProjection(bson.D{{Key: "rev", Value: 1}, {Key: "changed_at", Value: 1}}))
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	list := make([]feedback.Change, 0, len(found))
	for _, r := range found {
		list = append(list, feedback.Change{At: instant(r.ChangedAt), Number: cursor.Number(r.Serial), Rev: r.Rev})
	}
	return list, nil
}
