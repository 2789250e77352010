package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
)

// schemaVersion counts changes of what documents look like.
const schemaVersion = 1

// ErrSchema means that the database was written by a newer program.
var ErrSchema = errors.New("database schema not known")

// prepare makes what is missing and refuses what it does not know.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.version(ctx); err != nil {
		return err
	}
	if err := s.fill(ctx); err != nil {
		return err
	}
	for _, c := range s.wanted() {
		if _, err := c.in.Indexes().CreateMany(ctx, c.indexes); err != nil {
			return fmt.Errorf("indexes of %s: %w", c.in.Name(), err)
		}
	}
	return errors.Join(s.logIndexes(ctx), s.auditIndexes(ctx), s.blobIndexes(ctx))
}

// wanting is a collection with the indexes that it should have.
type wanting struct {
	in      *mongo.Collection
	indexes []mongo.IndexModel
}

func (s *Store) wanted() []wanting {
	return []wanting{
		{s.submissions, submissionIndexes()},
		{s.claims, []mongo.IndexModel{index("until", "until")}},
		{s.secrets, []mongo.IndexModel{index("until", "until")}},
		{s.briefs, briefIndexes()},
		{s.letters, letterIndexes()},
		{s.db.Collection("held"), []mongo.IndexModel{index("held_at", "open", "-at", "-_id")}},
		{s.subscribers, subscriptionIndexes()},
		{s.sessions, []mongo.IndexModel{index("account", "account"), index("seen", "seen")}},
	}
}

// fill writes into documents of before what indexes ask for by now, once in the
// life of a database, and drops the indexes that nothing asks for any more.
func (s *Store) fill(ctx context.Context) error {
	meta := s.db.Collection("meta")
	err := meta.FindOne(ctx, is("_id", "numbered")).Err()
	if !errors.Is(err, mongo.ErrNoDocuments) {
		return err
	}
	fields := bson.D{{Key: "n", Value: "$_id"}, {Key: "suspect", Value: is("$ifNull", bson.A{"$suspect", false})}}
	if _, err := s.submissions.UpdateMany(ctx, is("n", nil), mongo.Pipeline{is("$set", fields)}); err != nil {
		return fmt.Errorf("fill submissions: %w", err)
	}
	for _, old := range []string{"due_state", "new_owner", "kin"} {
		if _, err := s.submissions.Indexes().DropOne(ctx, old); err != nil && !missing(err) {
			return fmt.Errorf("drop index %s: %w", old, err)
		}
	}
	_, err = meta.InsertOne(ctx, is("_id", "numbered"))
	if mongo.IsDuplicateKeyError(err) { // another copy was as far
		return nil
	}
	return err
}

// missing reports whether an index, or its collection, is not there.
func missing(err error) bool {
	var said mongo.CommandError
	return errors.As(err, &said) && (said.Code == 27 || said.Code == 26) // IndexNotFound, NamespaceNotFound
}

// version keeps the schema's version in a new database and compares it in another.
func (s *Store) version(ctx context.Context) error {
	meta := s.db.Collection("meta")
	_, err := meta.UpdateOne(ctx, is("_id", "schema"), change("$setOnInsert", "version", schemaVersion), options.Update().SetUpsert(true))
	if err != nil && !mongo.IsDuplicateKeyError(err) {
		return fmt.Errorf("schema version: %w", err)
	}
	var kept struct{ Version int }
	if err := meta.FindOne(ctx, is("_id", "schema")).Decode(&kept); err != nil {
		return fmt.Errorf("schema version: %w", err)
	}
	if kept.Version < schemaVersion { // no program made such a one
		return fmt.Errorf("%w: database has version %d", ErrSchema, kept.Version)
	}
	if kept.Version > schemaVersion {
		return fmt.Errorf("%w: it was written by a newer program: it has version %d, this one knows up to %d. Use the newer program; the way back is a backup from before the update", ErrSchema, kept.Version, schemaVersion)
	}
	return nil
}

// submissionIndexes are named, so that a later program can tell which it made.
//
// A citizen waits for an insert, so it must touch few of them: those that only
// matter later (someone is in charge, the public sees it) leave out the rest.
// The queue is indexed by state first: a query for several states is a merge of
// ordered runs.
func submissionIndexes() []mongo.IndexModel {
	return []mongo.IndexModel{
		unique(index("code", "code_mac")),
		index("due_honest", "suspect", "state", "due", "_id"),
		index("new_state", "state", "n"),
		only(alike(), index("kin_state", "state", "likeness", "n")),
		index("due_notice", "notice", "state", "due", "_id"),
		only(owned(), index("due_owner", "owner", "state", "due", "_id")),
		only(owned(), index("num_owner", "owner", "n")),
		only(public(), index("pub_all", "-published_at", "-_id")),
		only(public(), index("pub_notice", "notice", "-published_at", "-_id")),
		only(public(), index("pub_item", "notice", "item", "-published_at", "-_id")),
		only(public(), index("new_public", "-_id", "notice")),
		only(shown(), index("news", "public_at", "_id")),
		index("changed", "changed_at", "_id"),
		only(is("owed", true), index("owed", "_id", "owed")),
		only(tied(), index("tie", "ties", "_id")),
		only(is("asked", true), index(askedIndex, "asked", "state", "due", "_id")),
	}
}

// askedIndex is the one of what waits for its sender.
const askedIndex = "due_asked"

// What indexes are limited to. A query must hold the same term to use them.
func owned() bson.D  { return is("owner", is("$gt", "")) }
func public() bson.D { return is("visibility", string(feedback.Published)) }
func shown() bson.D  { return is("public_at", is("$gt", int64(0))) }
func tied() bson.D   { return is("ties", is("$gt", "")) }

// index is over fields in order, those with a minus from the highest down.
func index(name string, fields ...string) mongo.IndexModel {
	keys := bson.D{}
	for _, f := range fields {
		way := 1
		if f[0] == '-' {
			f, way = f[1:], -1
		}
		keys = append(keys, bson.E{Key: f, Value: way})
	}
	return mongo.IndexModel{Keys: keys, Options: options.Index().SetName(name)}
}

func unique(m mongo.IndexModel) mongo.IndexModel {
	m.Options.SetUnique(true)
	return m
}

// only limits an index to some documents.
func only(some bson.D, m mongo.IndexModel) mongo.IndexModel {
	m.Options.SetPartialFilterExpression(some)
	return m
}
