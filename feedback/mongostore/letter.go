package mongostore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/outbox"
)

var _ outbox.Store = (*Store)(nil)

// letter is a letter as it is kept: Doc is its JSON text, the fields before it
// repeat what is looked for.
type letter struct {
	ID     string `bson:"_id"`
	Rev    int64  `bson:"rev"`
	State  string `bson:"state"`
	Queued int64  `bson:"queued"`
	Next   int64  `bson:"next"`
	Until  int64  `bson:"until"`
	Ended  int64  `bson:"ended"`
	Doc    string `bson:"doc"`
}

func letterIndexes() []mongo.IndexModel {
	return []mongo.IndexModel{index("next", "state", "next"), index("queued", "-queued", "-_id"), index("state_queued", "state", "-queued", "-_id"), index("ended", "ended")}
}

func keptLetter(l outbox.Letter) (letter, error) {
	doc, err := json.Marshal(l)
	if err != nil {
		return letter{}, fmt.Errorf("write letter: %w", err)
	}
	return letter{
		ID: l.ID, Rev: l.Rev, State: string(l.State), Queued: millis(l.Queued), Next: millis(l.Next),
		Until: millis(l.Until), Ended: millis(l.Ended), Doc: string(doc),
	}, nil
}

func (k *letter) letter() (outbox.Letter, error) {
	var l outbox.Letter
	if err := json.Unmarshal([]byte(k.Doc), &l); err != nil {
		return l, fmt.Errorf("read letter: %w", err)
	}
	l.Rev = k.Rev
	return l, nil
}

func (k *letter) changed() bson.D {
	return bson.D{
		{Key: "rev", Value: k.Rev}, {Key: "state", Value: k.State}, {Key: "queued", Value: k.Queued}, {Key: "next", Value: k.Next},
		{Key: "until", Value: k.Until}, {Key: "ended", Value: k.Ended}, {Key: "doc", Value: k.Doc},
	}
}

// PutLetter implements outbox.Store.
func (s *Store) PutLetter(ctx context.Context, l outbox.Letter) (outbox.Letter, error) {
	l.Rev = max(l.Rev, 1)
	k, err := keptLetter(l)
	if err != nil {
		return l, err
	}
	err = s.add(ctx, s.letters, k)
	if errors.Is(err, feedback.ErrConflict) {
		return s.Letter(ctx, l.ID)
	}
	if err != nil {
		return l, fmt.Errorf("put letter: %w", err)
	}
	return l, nil
}

// ClaimLetters implements outbox.Store: each letter by its revision.
func (s *Store) ClaimLetters(ctx context.Context, by string, now, until time.Time, n int) ([]outbox.Letter, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	ready := bson.D{{Key: "state", Value: string(outbox.Waiting)}, {Key: "next", Value: is("$lte", millis(now))}, {Key: "until", Value: is("$lt", millis(now))}}
	found, err := s.letters.Find(ctx, ready, options.Find().SetSort(is("next", 1)).SetLimit(int64(n)))
	if err != nil {
		return nil, fmt.Errorf("claim letters: %w", err)
	}
	var ks []letter
	if err := found.All(ctx, &ks); err != nil {
		return nil, fmt.Errorf("claim letters: %w", err)
	}
	var list []outbox.Letter
	for i := range ks {
		l, err := ks[i].letter()
		if err != nil {
			return nil, err
		}
		l.Lease, l.Until = by, instant(millis(until))
		err = s.ReplaceLetter(ctx, l, l.Rev)
		if errors.Is(err, feedback.ErrConflict) || errors.Is(err, feedback.ErrNotFound) {
			continue // another copy has it
		}
		if err != nil {
			return list, fmt.Errorf("claim letters: %w", err)
		}
		l.Rev++
		list = append(list, l)
	}
	return list, nil
}

// ReplaceLetter implements outbox.Store.
func (s *Store) ReplaceLetter(ctx context.Context, l outbox.Letter, rev int64) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	l.Rev = rev + 1
	k, err := keptLetter(l)
	if err == nil {
		err = swap(ctx, s.letters, is("_id", l.ID), rev, k.changed())
	}
	if err != nil {
		return fmt.Errorf("replace letter: %w", err)
	}
	return nil
}

// Letter implements outbox.Store.
func (s *Store) Letter(ctx context.Context, id string) (outbox.Letter, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var k letter
	if err := notFound(s.letters.FindOne(ctx, is("_id", id)).Decode(&k)); err != nil {
		return outbox.Letter{}, fmt.Errorf("letter: %w", err)
	}
	return k.letter()
}

// Letters implements outbox.Store.
func (s *Store) Letters(ctx context.Context, q outbox.Query) ([]outbox.Letter, string, error) {
	place, err := q.Start()
	if err != nil {
		return nil, "", fmt.Errorf("list letters: %w", err)
	}
	var terms []bson.D
	if q.State != "" {
		terms = append(terms, is("state", string(q.State)))
	}
	if place != nil {
		terms = append(terms, is("queued", is("$lte", place.Queued)), is("$or", bson.A{
			is("queued", is("$lt", place.Queued)),
			bson.D{{Key: "queued", Value: place.Queued}, {Key: "_id", Value: is("$lt", place.ID)}},
		}))
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	sort := bson.D{{Key: "queued", Value: -1}, {Key: "_id", Value: -1}}
	found, err := s.letters.Find(ctx, all(terms), options.Find().SetSort(sort).SetLimit(int64(q.Limit)+1))
	if err != nil {
		return nil, "", fmt.Errorf("list letters: %w", err)
	}
	var ks []letter
	if err := found.All(ctx, &ks); err != nil {
		return nil, "", fmt.Errorf("list letters: %w", err)
	}
	var page []outbox.Letter
	for i := range ks[:min(q.Limit, len(ks))] {
		l, err := ks[i].letter()
		if err != nil {
			return nil, "", err
		}
		page = append(page, l)
	}
	if len(ks) <= q.Limit {
		return page, "", nil
	}
	return page, outbox.End(page[q.Limit-1]), nil
}

// CountLetters implements outbox.Store.
func (s *Store) CountLetters(ctx context.Context) (map[outbox.State]int, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	counts := map[outbox.State]int{}
	for _, state := range outbox.States() {
		n, err := s.letters.CountDocuments(ctx, is("state", string(state)))
		if err != nil {
			return nil, fmt.Errorf("count letters: %w", err)
		}
		if n > 0 {
			counts[state] = int(n)
		}
	}
	return counts, nil
}

// PurgeLetters implements outbox.Store.
func (s *Store) PurgeLetters(ctx context.Context, before time.Time) error {
	past := is("ended", bson.D{{Key: "$gt", Value: int64(0)}, {Key: "$lt", Value: millis(before)}})
	if err := sweep(ctx, s.letters, past); err != nil {
		return fmt.Errorf("purge letters: %w", err)
	}
	return nil
}
