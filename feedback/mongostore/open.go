package mongostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"rectify/feedback"
	"rectify/feedback/batch"
	"rectify/feedback/staff"
)

var (
	_ feedback.Store = (*Store)(nil)
	_ feedback.Vault = (*Store)(nil)
	_ staff.Store    = (*Store)(nil)
)

// Bounds of the connection. A server that is away must become an error soon,
// because a citizen is waiting.
const (
	selectLimit  = 3 * time.Second  // to find a server that takes writes
	connectLimit = 3 * time.Second  // to reach it
	callLimit    = 10 * time.Second // for one call, where its caller sets no less
	poolLimit    = 64               // connections
)

// Store is an opened database. It implements feedback.Store, feedback.Vault
// and staff.Store and is safe for concurrent use, also by several processes.
type Store struct {
	client  *mongo.Client
	db      *mongo.Database
	inserts *batch.Batch[feedback.Entry, outcome]
	turns   turns

	submissions, claims, series, secrets, marks, accounts, sessions, pulse *mongo.Collection
	letters, subscribers                                                   *mongo.Collection
}

// Open connects to the server of uri and makes collections and indexes of
// database where they are missing. ErrSchema: a newer program wrote there.
//
// A write is acknowledged when a majority has it in the journal, and only what
// a majority has is read: what is answered cannot be rolled back. Whether the
// driver repeats a write after a broken connection is left to it and the uri
// (retryWrites): it does so where the server can tell a repeat from a second
// write, which a server without replica set or FerretDB cannot.
func Open(ctx context.Context, uri, database string) (*Store, error) {
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
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := newStore(client, database)
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", database, err), s.Close())
	}
	return s, nil
}

func newStore(client *mongo.Client, database string) *Store {
	db := client.Database(database)
	s := &Store{
		client: client, db: db,
		submissions: db.Collection("submission"), claims: db.Collection("intake_key"), series: db.Collection("series"),
		secrets: db.Collection("secret"), marks: db.Collection("mark"),
		accounts: db.Collection("account"), sessions: db.Collection("session"),
		pulse: db.Collection("pulse"), letters: db.Collection("letter"), subscribers: db.Collection("subscription"),
	}
	// Two lanes: while one batch waits for the network the next is sent. More would
	// only make the batches smaller.
	s.inserts = batch.New(s.commit, batch.Options{Max: 64, Queue: 4096, Lanes: 2, Timeout: callLimit})
	return s
}

// Close waits for the inserts already taken and ends the connections.
func (s *Store) Close() error {
	s.inserts.Close()
	ctx, cancel := bounded(context.Background())
	defer cancel()
	if err := s.client.Disconnect(ctx); err != nil && !errors.Is(err, mongo.ErrClientDisconnected) {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// Away reports whether err says that the server could not be reached: it may
// be there later. A server that answers and refuses (a wrong password, data of
// a newer program) is not away.
func Away(err error) bool {
	var none topology.ServerSelectionError
	return errors.As(err, &none) || mongo.IsNetworkError(err) || mongo.IsTimeout(err)
}

// bounded is a context that ends with its caller's, and at callLimit.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, callLimit)
}

// Ping implements feedback.Store: it writes.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	_, err := s.pulse.UpdateOne(ctx, is("_id", 1), change("$inc", "n", 1), options.Update().SetUpsert(true))
	if err != nil && !mongo.IsDuplicateKeyError(err) { // two first pulses at once: one of them was written
		return fmt.Errorf("ping store: %w", err)
	}
	return nil
}

// notFound turns the driver's word into that of feedback.
func notFound(err error) error {
	if errors.Is(err, mongo.ErrNoDocuments) {
		return feedback.ErrNotFound
	}
	return err
}
