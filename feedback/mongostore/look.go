package mongostore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readpref"
)

// Schema is how a database stands to what this program makes.
type Schema struct {
	Version, Known int
	Missing        []string      // indexes that should be there, with their collection
	Ahead          time.Duration // of the server's clock before this machine's
}

// Look opens a database to be read and changes nothing in it. Where the versions
// differ there is no store to ask, and the schema says so. fs.ErrNotExist: no
// program of this kind wrote there yet.
func Look(ctx context.Context, uri, database string) (*Store, Schema, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	client, err := mongo.Connect(ctx, options.Client().SetAppName("rectify").SetServerSelectionTimeout(selectLimit).SetConnectTimeout(connectLimit).ApplyURI(uri).SetReadPreference(readpref.PrimaryPreferred()))
	if err != nil {
		return nil, Schema{}, fmt.Errorf("look at store: %w", err)
	}
	s := newStore(client, database)
	schema, err := s.compared(ctx)
	if err != nil {
		return nil, schema, errors.Join(fmt.Errorf("look at store %s: %w", database, err), s.Close())
	}
	if schema.Version != schema.Known {
		return nil, schema, s.Close()
	}
	return s, schema, nil
}

func (s *Store) compared(ctx context.Context) (Schema, error) {
	found := Schema{Known: schemaVersion}
	var kept struct{ Version int }
	err := s.db.Collection("meta").FindOne(ctx, is("_id", "schema")).Decode(&kept)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return found, fs.ErrNotExist
	}
	if err != nil {
		return found, err
	}
	if found.Version = kept.Version; found.Version != found.Known {
		return found, nil
	}
	for _, c := range s.wanted() {
		have, err := indexNames(ctx, c.in)
		if err != nil {
			return found, fmt.Errorf("indexes of %s: %w", c.in.Name(), err)
		}
		for _, m := range c.indexes {
			if name := *m.Options.Name; !have[name] {
				found.Missing = append(found.Missing, c.in.Name()+"."+name)
			}
		}
	}
	var hello struct {
		Local time.Time `bson:"localTime"`
	}
	before := time.Now()
	if err := s.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err == nil && !hello.Local.IsZero() {
		found.Ahead = hello.Local.Sub(before.Add(time.Since(before) / 2)).Round(time.Second)
	}
	return found, nil
}

func indexNames(ctx context.Context, c *mongo.Collection) (map[string]bool, error) {
	specs, err := c.Indexes().ListSpecifications(ctx)
	names := make(map[string]bool, len(specs))
	for _, spec := range specs {
		names[spec.Name] = true
	}
	return names, err
}
