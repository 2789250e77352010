package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
)

// Keep implements feedback.Vault.
func (s *Store) Keep(ctx context.Context, key, value []byte, until time.Time) error {
	if value == nil {
		value = []byte{}
	}
	err := s.add(ctx, s.secrets, bson.D{{Key: "_id", Value: key}, {Key: "value", Value: value}, {Key: "until", Value: millis(until)}})
	if err != nil {
		return fmt.Errorf("keep secret: %w", err)
	}
	return nil
}

// Put implements feedback.Vault.
func (s *Store) Put(ctx context.Context, key, value []byte, until time.Time) error {
	if value == nil {
		value = []byte{}
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	for try := (tries{}); ; {
		_, err := s.secrets.UpdateOne(ctx, is("_id", key), is("$set", bson.D{{Key: "value", Value: value}, {Key: "until", Value: millis(until)}}),
			options.Update().SetUpsert(true))
		if err == nil {
			return nil
		}
		if err = try.again(ctx, err); err != nil { // two that put the first value at once
			return fmt.Errorf("put secret: %w", err)
		}
	}
}

// Look implements feedback.Vault.
func (s *Store) Look(ctx context.Context, key []byte, now time.Time) ([]byte, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var kept struct{ Value []byte }
	err := notFound(s.secrets.FindOne(ctx, bson.D{{Key: "_id", Value: key}, {Key: "until", Value: is("$gte", millis(now))}}).Decode(&kept))
	if err != nil {
		return nil, fmt.Errorf("look at secret: %w", err)
	}
	return kept.Value, nil
}

// add inserts one document; feedback.ErrConflict when its place is taken.
func (s *Store) add(ctx context.Context, in *mongo.Collection, document any) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	_, err := in.InsertOne(ctx, document)
	if mongo.IsDuplicateKeyError(err) {
		return feedback.ErrConflict
	}
	return err
}

// Take implements feedback.Vault.
func (s *Store) Take(ctx context.Context, key []byte, now time.Time) ([]byte, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var kept struct {
		Value []byte
		Until int64
	}
	err := notFound(s.secrets.FindOneAndDelete(ctx, is("_id", key)).Decode(&kept))
	if err == nil && kept.Until < millis(now) {
		err = feedback.ErrNotFound // too late; removing it is still right
	}
	if err != nil {
		return nil, fmt.Errorf("take secret: %w", err)
	}
	return kept.Value, nil
}

// Mark implements feedback.Vault.
func (s *Store) Mark(ctx context.Context, name, value string) (string, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	for try := (tries{}); ; {
		var kept struct{ Value string }
		err := s.marks.FindOne(ctx, is("_id", name)).Decode(&kept)
		if err == nil {
			return kept.Value, nil
		}
		if errors.Is(err, mongo.ErrNoDocuments) {
			err = s.add(ctx, s.marks, bson.D{{Key: "_id", Value: name}, {Key: "value", Value: value}})
		}
		if err == nil {
			return value, nil
		}
		if errors.Is(err, feedback.ErrConflict) { // someone was first: read theirs
			err = try.again(ctx, nil)
		}
		if err != nil {
			return "", fmt.Errorf("mark %s: %w", name, err)
		}
	}
}
