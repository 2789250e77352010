package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback/audit"
)

var _ audit.Store = chain{}

// chain is the audit chain in the same database. An entry's Seq is its _id, and
// who writes one has read the one before it: of two copies that write the same
// one is refused, and there is never a gap.
type chain struct{ s *Store }

// Audit answers the audit chain that is kept here.
func (s *Store) Audit() audit.Store { return chain{s} }

type auditEntry struct {
	Seq    int64  `bson:"_id"`
	At     int64  `bson:"at"`
	Who    string `bson:"who"`
	Act    string `bson:"act"`
	Object string `bson:"object"`
	Reason string `bson:"reason"`
	Prev   []byte `bson:"prev"`
	Hash   []byte `bson:"hash"`
}

func (c chain) in() *mongo.Collection { return c.s.db.Collection("audit") }

// auditIndexes makes what is missing.
func (s *Store) auditIndexes(ctx context.Context) error {
	_, err := chain{s}.in().Indexes().CreateMany(ctx, []mongo.IndexModel{
		index("who", "who", "-_id"), index("act", "act", "-_id"), index("object", "object", "-_id"), index("at", "at", "_id"),
	})
	if err != nil {
		return fmt.Errorf("indexes of audit: %w", err)
	}
	return nil
}

// Append implements audit.Store.
func (c chain) Append(ctx context.Context, e audit.Entry) error {
	last, err := c.Last(ctx)
	switch {
	case errors.Is(err, audit.ErrNotFound):
	case err != nil:
		return err
	case e.Seq != last.Seq+1:
		return fmt.Errorf("append to audit chain: %w", audit.ErrTaken)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	_, err = c.in().InsertOne(ctx, auditEntry{e.Seq, millis(e.At), e.Who, string(e.Act), e.Object, e.Reason, e.Prev, e.Hash})
	if mongo.IsDuplicateKeyError(err) || wasRefused(err) {
		err = audit.ErrTaken
	}
	if err != nil {
		return fmt.Errorf("append to audit chain: %w", err)
	}
	return nil
}

// Last implements audit.Store.
func (c chain) Last(ctx context.Context) (audit.Entry, error) {
	list, err := c.List(ctx, audit.Query{Limit: 1})
	if err == nil && len(list) == 0 {
		err = audit.ErrNotFound
	}
	if err != nil {
		return audit.Entry{}, fmt.Errorf("end of audit chain: %w", err)
	}
	return list[0], nil
}

// List implements audit.Store.
func (c chain) List(ctx context.Context, q audit.Query) ([]audit.Entry, error) {
	terms := []bson.D{is("_id", is("$gt", int64(0)))}
	for _, f := range [][2]string{{"who", q.Who}, {"act", string(q.Act)}, {"object", q.Object}} {
		if f[1] != "" {
			terms = append(terms, is(f[0], f[1]))
		}
	}
	if !q.From.IsZero() {
		terms = append(terms, is("at", is("$gte", millisUp(q.From))))
	}
	if !q.To.IsZero() {
		terms = append(terms, is("at", is("$lt", millisUp(q.To))))
	}
	way, past := -1, "$lt"
	if q.Up {
		way, past = 1, "$gt"
	}
	if q.After != 0 {
		terms = append(terms, is("_id", is(past, q.After)))
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	limit := int64(min(max(q.Limit, 1), audit.MaxPage))
	found, err := c.in().Find(ctx, all(terms), options.Find().SetSort(is("_id", way)).SetLimit(limit))
	var kept []auditEntry
	if err == nil {
		err = found.All(ctx, &kept)
	}
	if err != nil {
		return nil, fmt.Errorf("list audit chain: %w", err)
	}
	var list []audit.Entry
	for _, k := range kept {
		list = append(list, audit.Entry{Seq: k.Seq, At: instant(k.At), Who: k.Who, Act: audit.Act(k.Act), Object: k.Object, Reason: k.Reason, Prev: k.Prev, Hash: k.Hash})
	}
	return list, nil
}

// Trim implements audit.Store.
func (c chain) Trim(ctx context.Context, seq int64) error {
	last, err := c.Last(ctx)
	if errors.Is(err, audit.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	past := is("_id", is("$lt", min(seq, last.Seq)))
	if err := sweep(ctx, c.in(), past); err != nil {
		return fmt.Errorf("trim audit chain: %w", err)
	}
	return nil
}
