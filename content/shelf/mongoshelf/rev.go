package mongoshelf

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/content/shelf"
)

// A revision is one small document that counts changes. A writer says there
// first that it is about to write (Under), then writes the file, then counts
// and takes its word back, which is one step. So whoever sees the count sees
// the file. As long as a word stands there, because a writer is at work or died
// at it, Rev answers what it takes a listing to know, too: whether the file was
// written before the writer died makes a difference there. After abandoned
// whoever looks counts for the dead one.
type rev struct {
	N     int64  `bson:"n"`
	Under []word `bson:"under"`
}

type word struct {
	ID string    `bson:"id"`
	At time.Time `bson:"at"`
}

// abandoned is much longer than a call may take, and than clocks should differ.
const abandoned = 5 * time.Minute

// announce lets others know of a change. A lost race is none.
func (s *Shelf) announce(ctx context.Context, change func() error) error {
	w := word{ID: rand.Text(), At: time.Now()}
	if err := s.mark(ctx, is("$push", is("under", w))); err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	err := change()
	if ownWord(err) {
		// Nothing was written. A word that stays costs listings for a while.
		_ = s.mark(ctx, is("$pull", is("under", is("id", w.ID))))
		return err
	}
	if err != nil {
		return err // not known what happened: the word stays, so that a listing tells
	}
	// Kept it is, so the caller hears so even if counting fails; then the word stays.
	_ = s.mark(ctx, counted(w))
	return nil
}

// counted takes a word back and counts.
func counted(w word) bson.D {
	return bson.D{{Key: "$inc", Value: is("n", int64(1))}, {Key: "$pull", Value: is("under", is("id", w.ID))}}
}

// ownWord reports whether err says for certain that nothing was changed.
func ownWord(err error) bool {
	return errors.Is(err, shelf.ErrConflict) || errors.Is(err, shelf.ErrNotFound)
}

func (s *Shelf) mark(ctx context.Context, update bson.D) error {
	which := is("_id", s.files.Name())
	_, err := s.revs.UpdateOne(ctx, which, update, options.Update().SetUpsert(true))
	if mongo.IsDuplicateKeyError(err) { // two first ones met: now it is there
		_, err = s.revs.UpdateOne(ctx, which, update)
	}
	return err
}

// Rev implements shelf.Shelf: one small document, unless a change is under way.
func (s *Shelf) Rev(ctx context.Context) (string, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	text, err := s.rev(ctx)
	if err != nil {
		return "", fmt.Errorf("revision of a shelf: %w", err)
	}
	return text, nil
}

func (s *Shelf) rev(ctx context.Context) (string, error) {
	var r rev
	err := s.revs.FindOne(ctx, is("_id", s.files.Name())).Decode(&r)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		return "", err
	}
	text := strconv.FormatInt(r.N, 10)
	if len(r.Under) == 0 {
		return text, nil
	}
	for _, w := range r.Under {
		if time.Since(w.At) > abandoned {
			if err := s.mark(ctx, counted(w)); err != nil {
				return "", err
			}
		}
	}
	files, err := s.list(ctx, "")
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, f := range files {
		fmt.Fprintf(sum, "%s\x00%s\n", f.Name, f.Digest)
	}
	return text + "-" + hex.EncodeToString(sum.Sum(nil)[:12]), nil
}
