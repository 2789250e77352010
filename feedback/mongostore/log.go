package mongostore

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"golang.org/x/mod/sumdb/tlog"

	"rectify/feedback/translog"
)

var _ translog.Store = Log{}

// Log is the public log in the same database. It implements translog.Store.
//
// An entry's index is its _id, and entries are written in order: whoever writes
// one has seen the one before it, so there is never a gap, and of two copies
// that write the same index one is refused. Hashes follow from the entries;
// they are written before the head that needs them, by whoever comes first.
type Log struct{ s *Store }

// Log answers the public log that is kept here.
func (s *Store) Log() translog.Store { return Log{s} }

type logEntry struct {
	Index int64  `bson:"_id"`
	Ref   string `bson:"ref"`
	At    int64  `bson:"at"`
	Leaf  string `bson:"leaf"`
}

type logHash struct {
	ID   int64  `bson:"_id"`
	Hash []byte `bson:"hash"`
}

type logHead struct {
	Size int64  `bson:"_id"`
	Root []byte `bson:"root"`
	At   int64  `bson:"at"`
	Note []byte `bson:"note"`
}

type logCosignature struct {
	ID      string `bson:"_id"` // size and witness
	Size    int64  `bson:"size"`
	Witness string `bson:"witness"`
	At      int64  `bson:"at"`
	Line    string `bson:"line"`
}

func (l Log) in(name string) *mongo.Collection { return l.s.db.Collection(name) }

// The collections of the log.
const (
	logEntries      = "log_entry"
	logHashes       = "log_hash"
	logHeads        = "log_head"
	logCosignatures = "log_cosignature"
)

// logIndexes makes what is missing; the rest is found by _id.
func (s *Store) logIndexes(ctx context.Context) error {
	for name, m := range map[string]mongo.IndexModel{
		logEntries:      unique(index("ref", "ref")),
		logCosignatures: index("size", "size", "witness"),
	} {
		if _, err := s.db.Collection(name).Indexes().CreateOne(ctx, m); err != nil {
			return fmt.Errorf("indexes of %s: %w", name, err)
		}
	}
	return nil
}

// Size implements translog.Store.
func (l Log) Size(ctx context.Context) (int64, error) {
	last, err := read[logEntry](ctx, l.in(logEntries), bson.D{}, options.Find().SetSort(is("_id", -1)).SetLimit(1))
	if err != nil {
		return 0, fmt.Errorf("size of log: %w", err)
	}
	if len(last) == 0 {
		return 0, nil
	}
	return last[0].Index + 1, nil
}

// read decodes what a query finds.
func read[D any](ctx context.Context, in *mongo.Collection, filter bson.D, opts *options.FindOptions) ([]D, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	found, err := in.Find(ctx, filter, opts)
	if err != nil {
		return nil, err
	}
	var list []D
	return list, found.All(ctx, &list)
}

// Append implements translog.Store.
func (l Log) Append(ctx context.Context, entries []translog.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	if len(entries) > translog.MaxAppend {
		return fmt.Errorf("append to log: %d entries, at most %d", len(entries), translog.MaxAppend)
	}
	size, err := l.Size(ctx)
	if err != nil {
		return fmt.Errorf("append to log: %w", err)
	}
	documents := make([]any, len(entries))
	for i, e := range entries {
		if e.Index != size+int64(i) {
			return fmt.Errorf("append to log: index %d at size %d: %w", e.Index, size, translog.ErrTaken)
		}
		documents[i] = logEntry(e)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	// Ordered: the server stops at the first that it refuses.
	_, err = l.in(logEntries).InsertMany(ctx, documents, options.InsertMany().SetOrdered(true))
	var bulk mongo.BulkWriteException
	if errors.As(err, &bulk) && len(bulk.WriteErrors) > 0 && bulk.WriteConcernError == nil {
		return fmt.Errorf("append to log: %w: %w", translog.ErrTaken, err)
	}
	if err != nil {
		return fmt.Errorf("append to log: %w", err)
	}
	return nil
}

// Entries implements translog.Store.
func (l Log) Entries(ctx context.Context, from int64, limit int) ([]translog.Entry, error) {
	return l.entries(ctx, is("_id", is("$gte", from)), is("_id", 1), limit)
}

// ByRef implements translog.Store.
func (l Log) ByRef(ctx context.Context, r translog.Refs) ([]translog.Entry, error) {
	way := 1
	if r.Down {
		way = -1
	}
	return l.entries(ctx, is("ref", bson.D{{Key: "$gte", Value: r.From}, {Key: "$lt", Value: r.To}}), is("ref", way), r.Limit)
}

func (l Log) entries(ctx context.Context, filter, sort bson.D, limit int) ([]translog.Entry, error) {
	if limit <= 0 {
		return nil, nil // to the server, 0 would mean all
	}
	found, err := read[logEntry](ctx, l.in(logEntries), filter, options.Find().SetSort(sort).SetLimit(int64(limit)))
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	var list []translog.Entry
	for _, d := range found {
		list = append(list, translog.Entry(d))
	}
	return list, nil
}

// Hashes implements translog.Store.
func (l Log) Hashes(ctx context.Context, ids []int64) ([]tlog.Hash, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := read[logHash](ctx, l.in(logHashes), is("_id", is("$in", ids)), options.Find())
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	byID := make(map[int64][]byte, len(found))
	for _, d := range found {
		byID[d.ID] = d.Hash
	}
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		raw, ok := byID[id]
		if !ok {
			return nil, fmt.Errorf("read log: hash %d: %w", id, translog.ErrNotFound)
		}
		if len(raw) != tlog.HashSize {
			return nil, fmt.Errorf("read log: hash %d: %d bytes", id, len(raw))
		}
		out[i] = tlog.Hash(raw)
	}
	return out, nil
}
