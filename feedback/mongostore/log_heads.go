package mongostore

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"golang.org/x/mod/sumdb/tlog"

	"rectify/feedback"
	"rectify/feedback/translog"
)

// Advance implements translog.Store.
func (l Log) Advance(ctx context.Context, was int64, hashes []tlog.Hash, h translog.Head) error {
	last, err := l.Head(ctx, int64(1)<<62)
	if err != nil && !errors.Is(err, translog.ErrNotFound) {
		return fmt.Errorf("advance log: %w", err)
	}
	if last.Size != was || h.Size <= was {
		return fmt.Errorf("advance log: head of %d after %d, last is %d: %w", h.Size, was, last.Size, translog.ErrTaken)
	}
	first := tlog.StoredHashCount(was)
	for at := 0; at < len(hashes); at += translog.MaxAppend {
		part := hashes[at:min(at+translog.MaxAppend, len(hashes))]
		if err := l.keepHashes(ctx, first+int64(at), part); err != nil {
			return fmt.Errorf("advance log: %w", err)
		}
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	_, err = l.in(logHeads).InsertOne(ctx, logHead{Size: h.Size, Root: h.Root[:], At: millis(h.At), Note: h.Note})
	if mongo.IsDuplicateKeyError(err) {
		err = fmt.Errorf("head of %d: %w", h.Size, translog.ErrTaken)
	}
	if err != nil {
		return fmt.Errorf("advance log: %w", err)
	}
	return nil
}

// keepHashes writes the hashes from an id on. Those that another copy wrote
// before must be the same.
func (l Log) keepHashes(ctx context.Context, first int64, hashes []tlog.Hash) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	documents := make([]any, len(hashes))
	for i, h := range hashes {
		documents[i] = logHash{ID: first + int64(i), Hash: bytes.Clone(h[:])}
	}
	refused, err := insertAll(ctx, l.in(logHashes), documents)
	if err != nil {
		return fmt.Errorf("hashes: %w", err)
	}
	for i := range refused {
		for try := (tries{}); ; {
			id := first + int64(i)
			kept, err := l.Hashes(ctx, []int64{id})
			switch {
			case err == nil && kept[0] != hashes[i]:
				return fmt.Errorf("hash %d is there with another value: %w", id, feedback.ErrConflict)
			case errors.Is(err, translog.ErrNotFound): // not yet in sight, or refused for another reason
				_, err = l.in(logHashes).InsertOne(ctx, documents[i])
			}
			if err == nil {
				break
			}
			if err := try.again(ctx, err); err != nil {
				return fmt.Errorf("hash %d: %w", id, err)
			}
		}
	}
	return nil
}

// Head implements translog.Store.
func (l Log) Head(ctx context.Context, most int64) (translog.Head, error) {
	list, err := l.heads(ctx, is("_id", is("$lte", most)), -1, 1)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("head: %w", translog.ErrNotFound)
	}
	if err != nil {
		return translog.Head{}, err
	}
	return list[0], nil
}

// Heads implements translog.Store.
func (l Log) Heads(ctx context.Context, from int64, limit int) ([]translog.Head, error) {
	return l.heads(ctx, is("_id", is("$gte", from)), 1, limit)
}

func (l Log) heads(ctx context.Context, filter bson.D, way, limit int) ([]translog.Head, error) {
	if limit <= 0 {
		return nil, nil
	}
	found, err := read[logHead](ctx, l.in(logHeads), filter, options.Find().SetSort(is("_id", way)).SetLimit(int64(limit)))
	if err != nil {
		return nil, fmt.Errorf("read heads: %w", err)
	}
	var list []translog.Head
	for _, d := range found {
		h := translog.Head{Size: d.Size, At: instant(d.At), Note: d.Note}
		copy(h.Root[:], d.Root)
		list = append(list, h)
	}
	return list, nil
}

// Cosign implements translog.Store.
func (l Log) Cosign(ctx context.Context, c translog.Cosignature) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	d := logCosignature{ID: fmt.Sprintf("%019d %s", c.Size, c.Witness), Size: c.Size, Witness: c.Witness, At: millis(c.At), Line: c.Line}
	for try := (tries{}); ; {
		_, err := l.in(logCosignatures).ReplaceOne(ctx, is("_id", d.ID), d, options.Replace().SetUpsert(true))
		if err == nil {
			return nil
		}
		if err := try.again(ctx, err); err != nil {
			return fmt.Errorf("keep cosignature: %w", err)
		}
	}
}

// Cosignatures implements translog.Store.
func (l Log) Cosignatures(ctx context.Context, from int64, down bool, limit int) ([]translog.Cosignature, error) {
	if limit <= 0 {
		return nil, nil
	}
	way := 1
	if down {
		way = -1
	}
	found, err := read[logCosignature](ctx, l.in(logCosignatures), is("size", is("$gte", from)), options.Find().
		SetSort(bson.D{{Key: "size", Value: way}, {Key: "witness", Value: way}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, fmt.Errorf("read cosignatures: %w", err)
	}
	var list []translog.Cosignature
	for _, d := range found {
		list = append(list, translog.Cosignature{Size: d.Size, Witness: d.Witness, At: instant(d.At), Line: d.Line})
	}
	return list, nil
}
