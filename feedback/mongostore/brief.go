package mongostore

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
)

// brief is a feedback.Brief as it is kept.
type brief struct {
	Name  string `bson:"_id"` // kind and id
	Kind  string `bson:"kind"`
	ID    string `bson:"id"`
	Group string `bson:"grp"`
	Rev   int64  `bson:"rev"`
	Until int64  `bson:"until"`
	Doc   []byte `bson:"doc"`
}

func briefName(kind, id string) string { return kind + " " + id }

func (b *brief) brief() feedback.Brief {
	return feedback.Brief{Kind: b.Kind, ID: b.ID, Group: b.Group, Rev: b.Rev, Until: instant(b.Until), Doc: b.Doc}
}

// briefFields are all fields of a brief but its name and revision.
func briefFields(b feedback.Brief) bson.D {
	doc := b.Doc
	if doc == nil {
		doc = []byte{}
	}
	return bson.D{{Key: "kind", Value: b.Kind}, {Key: "id", Value: b.ID}, {Key: "grp", Value: b.Group}, {Key: "until", Value: millis(b.Until)}, {Key: "doc", Value: doc}}
}

// PutBrief implements feedback.Briefs.
func (s *Store) PutBrief(ctx context.Context, b feedback.Brief) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	what := bson.D{{Key: "$set", Value: briefFields(b)}, {Key: "$inc", Value: is("rev", int64(1))}}
	for try := (tries{}); ; {
		_, err := s.briefs.UpdateOne(ctx, is("_id", briefName(b.Kind, b.ID)), what, options.Update().SetUpsert(true))
		if err == nil {
			return nil
		}
		if err = try.again(ctx, err); err != nil { // two that put the first at once
			return fmt.Errorf("put brief: %w", err)
		}
	}
}

// SwapBrief implements feedback.Briefs.
func (s *Store) SwapBrief(ctx context.Context, b feedback.Brief, rev int64) error {
	if err := s.swapBrief(ctx, b, rev); err != nil {
		return fmt.Errorf("swap brief: %w", err)
	}
	return nil
}

func (s *Store) swapBrief(ctx context.Context, b feedback.Brief, rev int64) error {
	name, fields := briefName(b.Kind, b.ID), append(briefFields(b), bson.E{Key: "rev", Value: rev + 1})
	if rev == 0 {
		return s.add(ctx, s.briefs, append(bson.D{{Key: "_id", Value: name}}, fields...))
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	done, err := s.briefs.UpdateOne(ctx, bson.D{{Key: "_id", Value: name}, {Key: "rev", Value: rev}}, is("$set", fields))
	if err == nil && done.MatchedCount == 0 {
		return feedback.ErrConflict
	}
	return err
}

// Brief implements feedback.Briefs.
func (s *Store) Brief(ctx context.Context, kind, id string, now time.Time) (feedback.Brief, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var kept brief
	err := notFound(s.briefs.FindOne(ctx, bson.D{{Key: "_id", Value: briefName(kind, id)}, {Key: "until", Value: is("$gte", millis(now))}}).Decode(&kept))
	if err != nil {
		return feedback.Brief{}, fmt.Errorf("brief: %w", err)
	}
	return kept.brief(), nil
}

// ListBriefs implements feedback.Briefs.
func (s *Store) ListBriefs(ctx context.Context, kind, group string, now time.Time) ([]feedback.Brief, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	which := bson.D{{Key: "kind", Value: kind}, {Key: "until", Value: is("$gte", millis(now))}}
	if group != "" {
		which = append(which, bson.E{Key: "grp", Value: group})
	}
	var kept []brief
	found, err := s.briefs.Find(ctx, which, options.Find().SetSort(is("id", 1)).SetLimit(feedback.MaxBriefs))
	if err == nil {
		err = found.All(ctx, &kept)
	}
	if err != nil {
		return nil, fmt.Errorf("list briefs: %w", err)
	}
	var list []feedback.Brief
	for i := range kept {
		list = append(list, kept[i].brief())
	}
	return list, nil
}

// DropBrief implements feedback.Briefs.
func (s *Store) DropBrief(ctx context.Context, kind, id string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if _, err := s.briefs.DeleteOne(ctx, is("_id", briefName(kind, id))); err != nil {
		return fmt.Errorf("drop brief: %w", err)
	}
	return nil
}

var _ feedback.Briefs = (*Store)(nil)

// briefIndexes are those of briefs.
func briefIndexes() []mongo.IndexModel {
	return []mongo.IndexModel{index("grp", "kind", "grp", "id"), index("until", "until")}
}
