// Package mongoshelf is a shelf in a MongoDB database, for copies of a site
// that share one: a document a file, compared and written in one step.
//
// It needs no transaction, change stream or replica set, so FerretDB does too.
// It must not know what the files are.
//
// Start reading at open.go, then write.go and rev.go, which says how a change
// that was cut off half-way still becomes known; fs.go is the shelf as a folder.
package mongoshelf

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"

	"rectify/content/shelf"
)

var _ shelf.Shelf = (*Shelf)(nil)

// Bounds of the connection, as the store of submissions has them.
const (
	selectLimit  = 3 * time.Second
	connectLimit = 3 * time.Second
	callLimit    = 20 * time.Second // for one call, where its caller sets no less: 8 MB over a slow line
	poolLimit    = 16
)

// Client is a connection that several shelves share.
type Client struct {
	client *mongo.Client
	db     *mongo.Database
}

// Connect reaches the server of uri. Only what a majority has is read, and a
// write waits for a majority and its journal.
func Connect(ctx context.Context, uri, database string) (*Client, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	journal := true
	client, err := mongo.Connect(ctx, options.Client().
		SetAppName("rectify").
		SetServerSelectionTimeout(selectLimit).
		SetConnectTimeout(connectLimit).
		SetMaxPoolSize(poolLimit).
		ApplyURI(uri).
		SetReadPreference(readpref.Primary()).
		SetReadConcern(readconcern.Majority()).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journal}))
	if err != nil {
		return nil, fmt.Errorf("shelf: %w", err)
	}
	if err := client.Ping(ctx, nil); err != nil {
		return nil, errors.Join(fmt.Errorf("shelf: %w", err), client.Disconnect(ctx))
	}
	return &Client{client: client, db: client.Database(database)}, nil
}

// Close ends the connection and with it every shelf on it.
func (c *Client) Close() error {
	ctx, cancel := bounded(context.Background())
	defer cancel()
	if err := c.client.Disconnect(ctx); err != nil && !errors.Is(err, mongo.ErrClientDisconnected) {
		return fmt.Errorf("close shelf: %w", err)
	}
	return nil
}

// Shelf is one collection of files. It is safe for concurrent use, also by
// several processes.
type Shelf struct {
	files, revs *mongo.Collection

	mu   sync.Mutex
	held map[string][]byte // by digest: the content that the last FS answered
}

// Shelf answers the shelf that stands in a collection, which need not be there.
func (c *Client) Shelf(collection string) *Shelf {
	return &Shelf{files: c.db.Collection(collection), revs: c.db.Collection("shelf_rev")}
}

// file is a file as it is kept.
type file struct {
	Name   string    `bson:"_id"`
	Digest string    `bson:"digest"`
	Size   int64     `bson:"size"`
	At     time.Time `bson:"at"` // for people who look; nothing here depends on it
	Data   []byte    `bson:"data,omitempty"`
}

// List implements shelf.Shelf. Content does not leave the server.
func (s *Shelf) List(ctx context.Context, prefix string) ([]shelf.File, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	files, err := s.list(ctx, prefix)
	if err != nil {
		return nil, fmt.Errorf("list %q: %w", prefix, err)
	}
	return files, nil
}

// Read implements shelf.Shelf.
func (s *Shelf) Read(ctx context.Context, name string) ([]byte, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	f, err := s.read(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", name, err)
	}
	return f.Data, nil
}

func (s *Shelf) read(ctx context.Context, name string) (file, error) {
	var f file
	if !shelf.ValidName(name) {
		return f, shelf.ErrName
	}
	err := s.files.FindOne(ctx, is("_id", name)).Decode(&f)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return f, shelf.ErrNotFound
	}
	if err == nil && shelf.Digest(f.Data) != f.Digest {
		err = errors.New("content is not what its digest says")
	}
	if f.Data == nil {
		f.Data = []byte{}
	}
	return f, err
}

// bounded is a context that ends with its caller's, and at callLimit.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, callLimit)
}

// is matches a field with a value. What a caller named is only ever a value.
func is(field string, value any) bson.D { return bson.D{{Key: field, Value: value}} }
