package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/mailroom"
)

var _ mailroom.Store = (*Store)(nil)

// held is a message of the holding pen as it is kept.
type held struct {
	ID   string `bson:"_id"`
	Rev  int64  `bson:"rev"`
	At   int64  `bson:"at"`
	Open bool   `bson:"open"`
	Raw  string `bson:"raw"`
	Doc  []byte `bson:"doc"`
}

func (h held) record() mailroom.Record {
	return mailroom.Record{ID: h.ID, Rev: h.Rev, At: instant(h.At), Open: h.Open, Raw: feedback.BlobID(h.Raw), Doc: h.Doc}
}

// PutHeld implements mailroom.Store.
func (s *Store) PutHeld(ctx context.Context, r mailroom.Record) error {
	err := s.add(ctx, s.db.Collection("held"), held{ID: r.ID, Rev: 1, At: millis(r.At), Open: r.Open, Raw: string(r.Raw), Doc: r.Doc})
	if err != nil && !errors.Is(err, feedback.ErrConflict) { // there already: it is kept once
		return fmt.Errorf("put held mail: %w", err)
	}
	return nil
}

// HeldByID implements mailroom.Store.
func (s *Store) HeldByID(ctx context.Context, id string) (mailroom.Record, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var h held
	if err := notFound(s.db.Collection("held").FindOne(ctx, is("_id", id)).Decode(&h)); err != nil {
		return mailroom.Record{}, fmt.Errorf("held mail: %w", err)
	}
	return h.record(), nil
}

// ReplaceHeld implements mailroom.Store.
func (s *Store) ReplaceHeld(ctx context.Context, r mailroom.Record, rev int64) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	fields := bson.D{{Key: "rev", Value: rev + 1}, {Key: "open", Value: r.Open}, {Key: "raw", Value: string(r.Raw)}, {Key: "doc", Value: r.Doc}}
	if err := swap(ctx, s.db.Collection("held"), is("_id", r.ID), rev, fields); err != nil {
		return fmt.Errorf("replace held mail: %w", err)
	}
	return nil
}

// HeldPage implements mailroom.Store.
func (s *Store) HeldPage(ctx context.Context, q mailroom.Query) ([]mailroom.Record, string, error) {
	at, id, err := q.Start()
	if err != nil {
		return nil, "", err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	terms := []bson.D{is("open", !q.Closed)}
	if q.After != "" {
		terms = append(terms, is("at", is("$lte", at)), is("$or", bson.A{
			is("at", is("$lt", at)), bson.D{{Key: "at", Value: at}, {Key: "_id", Value: is("$lt", id)}},
		}))
	}
	found, err := s.db.Collection("held").Find(ctx, all(terms), options.Find().
		SetSort(bson.D{{Key: "at", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(q.Limit)+1))
	if err != nil {
		return nil, "", fmt.Errorf("held mail: %w", err)
	}
	var list []held
	if err := found.All(ctx, &list); err != nil {
		return nil, "", fmt.Errorf("held mail: %w", err)
	}
	var page []mailroom.Record
	for _, h := range list {
		page = append(page, h.record())
	}
	page, next := mailroom.End(page, q.Limit)
	return page, next, nil
}

// CountHeld implements mailroom.Store.
func (s *Store) CountHeld(ctx context.Context) (int, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	n, err := s.db.Collection("held").CountDocuments(ctx, is("open", true))
	if err != nil {
		return 0, fmt.Errorf("count held mail: %w", err)
	}
	return int(n), nil
}

// PurgeHeld implements mailroom.Store.
func (s *Store) PurgeHeld(ctx context.Context, before time.Time) error {
	past := bson.D{{Key: "open", Value: false}, {Key: "at", Value: is("$lt", millis(before))}}
	if err := sweep(ctx, s.db.Collection("held"), past); err != nil {
		return fmt.Errorf("purge held mail: %w", err)
	}
	return nil
}
