package mongoshelf

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/content/shelf"
)

func (s *Shelf) list(ctx context.Context, prefix string) ([]shelf.File, error) {
	if !utf8.ValidString(prefix) {
		return nil, ctx.Err() // no name begins so
	}
	// The upper bound is the last character there is. Names are compared once
	// more here: what order a server keeps is its own affair.
	within := is("_id", bson.D{{Key: "$gte", Value: prefix}, {Key: "$lt", Value: prefix + "\U0010ffff"}})
	found, err := s.files.Find(ctx, within, options.Find().SetProjection(bson.D{{Key: "digest", Value: 1}, {Key: "size", Value: 1}}))
	if err != nil {
		return nil, err
	}
	var kept []file
	if err := found.All(ctx, &kept); err != nil {
		return nil, err
	}
	var files []shelf.File
	for _, f := range kept {
		if strings.HasPrefix(f.Name, prefix) {
			files = append(files, shelf.File{Name: f.Name, Digest: f.Digest, Size: f.Size})
		}
	}
	slices.SortFunc(files, func(a, b shelf.File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// Put implements shelf.Shelf. On an error that is none of the shelf's own it is
// not known whether the file was kept; Read tells.
func (s *Shelf) Put(ctx context.Context, name string, data []byte, was string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	err := s.put(ctx, name, data, was)
	if err != nil {
		return fmt.Errorf("put %q: %w", name, err)
	}
	return nil
}

func (s *Shelf) put(ctx context.Context, name string, data []byte, was string) error {
	switch {
	case !shelf.ValidName(name):
		return shelf.ErrName
	case len(data) > shelf.MaxBytes:
		return shelf.ErrSize
	case ctx.Err() != nil:
		return ctx.Err()
	}
	if data == nil {
		data = []byte{}
	}
	f := file{Name: name, Digest: shelf.Digest(data), Size: int64(len(data)), At: time.Now(), Data: data}
	if was != shelf.None && was != shelf.Any {
		return s.announce(ctx, func() error { return s.swap(ctx, f, was) })
	}
	if err := s.free(ctx, name); err != nil {
		return err
	}
	return s.announce(ctx, func() error {
		if was == shelf.None {
			_, err := s.files.InsertOne(ctx, f)
			return taken(err)
		}
		_, err := s.files.ReplaceOne(ctx, is("_id", name), f, options.Replace().SetUpsert(true))
		if mongo.IsDuplicateKeyError(err) { // two upserts met: now it is there
			_, err = s.files.ReplaceOne(ctx, is("_id", name), f)
		}
		return err
	})
}

// swap writes over the content that has the digest was, in one step.
func (s *Shelf) swap(ctx context.Context, f file, was string) error {
	done, err := s.files.UpdateOne(ctx, bson.D{{Key: "_id", Value: f.Name}, {Key: "digest", Value: was}}, is("$set", bson.D{
		{Key: "digest", Value: f.Digest}, {Key: "size", Value: f.Size}, {Key: "at", Value: f.At}, {Key: "data", Value: f.Data},
	}))
	if err == nil && done.MatchedCount == 0 {
		return shelf.ErrConflict
	}
	return err
}

// free refuses a name that is a folder of other files, or stands in a file: what
// stands here must have room in a folder too. Two new names that exclude each
// other, put at the same moment, are not noticed; pulling them will be refused.
func (s *Shelf) free(ctx context.Context, name string) error {
	above := bson.A{}
	for i, c := range name {
		if c == '/' {
			above = append(above, name[:i])
		}
	}
	below := is("_id", bson.D{{Key: "$gt", Value: name + "/"}, {Key: "$lt", Value: name + "0"}}) // '0' follows '/'
	clash := is("$or", bson.A{below, is("_id", is("$in", above))})
	err := s.files.FindOne(ctx, clash, options.FindOne().SetProjection(is("_id", 1))).Err()
	switch {
	case err == nil:
		return shelf.ErrConflict
	case errors.Is(err, mongo.ErrNoDocuments):
		return nil
	}
	return err
}

func taken(err error) error {
	if mongo.IsDuplicateKeyError(err) {
		return shelf.ErrConflict
	}
	return err
}

// Remove implements shelf.Shelf.
func (s *Shelf) Remove(ctx context.Context, name, was string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	err := ctx.Err()
	if !shelf.ValidName(name) {
		err = shelf.ErrName
	}
	if err == nil {
		err = s.announce(ctx, func() error { return s.remove(ctx, name, was) })
	}
	if err != nil {
		return fmt.Errorf("remove %q: %w", name, err)
	}
	return nil
}

func (s *Shelf) remove(ctx context.Context, name, was string) error {
	which := is("_id", name)
	if was != shelf.Any {
		which = append(which, bson.E{Key: "digest", Value: was})
	}
	done, err := s.files.DeleteOne(ctx, which)
	if err != nil || done.DeletedCount == 1 {
		return err
	}
	err = s.files.FindOne(ctx, is("_id", name), options.FindOne().SetProjection(is("_id", 1))).Err()
	switch {
	case err == nil:
		return shelf.ErrConflict
	case errors.Is(err, mongo.ErrNoDocuments):
		return shelf.ErrNotFound
	}
	return err
}
