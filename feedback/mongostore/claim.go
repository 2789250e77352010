package mongostore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"rectify/feedback"
)

// claim says which submission an idempotency key stands for. It is kept before
// the submission is, and holds all of it: whoever finds a claim without its
// submission, because the one who made it died in between or is just about to
// write it, writes that very document under that number. So it does not matter
// who comes first, or how often it is done, and nobody has to wait.
type claim struct {
	Key    []byte `bson:"_id"`
	Serial int64  `bson:"serial"`
	Body   []byte `bson:"body"`
	Sealed []byte `bson:"sealed"`
	Until  int64  `bson:"until"`
	Doc    string `bson:"doc"`             // as it is to be filed
	Whole  []byte `bson:"whole,omitempty"` // the rest of it, if that is sealed
}

// itself is the filter for this very claim, and no later one on its key.
func (c *claim) itself() bson.D {
	return bson.D{{Key: "_id", Value: c.Key}, {Key: "serial", Value: c.Serial}}
}

// known answers the claims that stand under the keys of entries.
func (s *Store) known(ctx context.Context, entries []feedback.Entry) (map[string]*claim, error) {
	keys := bson.A{}
	for _, e := range entries {
		if len(e.Key) > 0 {
			keys = append(keys, e.Key)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	found, err := s.claims.Find(ctx, is("_id", is("$in", keys)))
	if err != nil {
		return nil, fmt.Errorf("idempotency keys: %w", err)
	}
	var list []claim
	if err := found.All(ctx, &list); err != nil {
		return nil, fmt.Errorf("idempotency keys: %w", err)
	}
	known := map[string]*claim{}
	for i := range list {
		known[string(list[i].Key)] = &list[i]
	}
	return known, nil
}

// claim takes the keys of filings and answers those that go on: the ones that
// got their key, or have none. The rest, who met another process, are answered.
func (s *Store) claim(ctx context.Context, filings []*filing) (on []*filing, err error) {
	var keyed []*filing
	for _, f := range filings {
		if len(f.entry.Key) == 0 {
			on = append(on, f)
		} else {
			keyed = append(keyed, f)
		}
	}
	// In the order of keys: two processes that take the same ones wait for each
	// other in the same order, so neither waits for the other for ever.
	slices.SortFunc(keyed, func(a, b *filing) int { return bytes.Compare(a.entry.Key, b.entry.Key) })
	refused, err := s.claimNew(ctx, keyed)
	if err != nil {
		return nil, fmt.Errorf("idempotency keys: %w", err)
	}
	for i, f := range keyed {
		mine := !refused[i]
		if refused[i] {
			if mine, err = s.claimOld(ctx, f); err != nil {
				*f.out = outcome{err: fmt.Errorf("idempotency key: %w", err)}
				continue
			}
		}
		if mine {
			on = append(on, f)
		}
	}
	return on, nil
}

func (f *filing) claim() *claim {
	e := &f.entry
	return &claim{Key: e.Key, Serial: f.rec.Serial, Body: e.Body, Sealed: e.Sealed, Until: millis(e.KeyUntil), Doc: f.rec.Doc, Whole: f.rec.Sealed}
}

// claimNew writes claims for keys that nobody has; the others are refused.
func (s *Store) claimNew(ctx context.Context, filings []*filing) (refused map[int]bool, err error) {
	var claims []any
	var at []int
	refused = map[int]bool{}
	for i, f := range filings {
		if f.old != nil {
			refused[i] = true // still there, as far as we know
			continue
		}
		claims, at = append(claims, f.claim()), append(at, i)
	}
	if len(claims) == 0 {
		return refused, nil
	}
	met, err := insertAll(ctx, s.claims, claims)
	for i := range met {
		refused[at[i]] = true
	}
	return refused, err
}

// claimOld decides on a key that is not new: it passes to f if its time has run
// out, and to nobody else; it is f's already if the connection broke after it
// was written; otherwise f is answered what the key stands for.
func (s *Store) claimOld(ctx context.Context, f *filing) (mine bool, err error) {
	for try := (tries{}); ; {
		var c claim
		err := s.claims.FindOne(ctx, is("_id", f.entry.Key)).Decode(&c)
		switch {
		case errors.Is(err, mongo.ErrNoDocuments): // swept meanwhile, or not yet in sight
			if _, err = s.claims.InsertOne(ctx, f.claim()); err == nil {
				return true, nil
			}
		case err != nil:
			return false, err
		case c.Serial == f.rec.Serial:
			return true, nil
		case c.Until >= millis(f.entry.Now):
			*f.out = s.earlier(ctx, &c, f.entry)
			return false, nil
		default: // whether it passed to f, and not to another, shows at the next look
			_, err = s.claims.ReplaceOne(ctx, c.itself(), f.claim())
		}
		if err := try.again(ctx, err); err != nil {
			return false, err
		}
	}
}

// earlier answers what was filed under a key before, and files it if that did
// not come to pass.
func (s *Store) earlier(ctx context.Context, c *claim, asked feedback.Entry) outcome {
	kept := feedback.Entry{Now: asked.Now, Key: asked.Key, Body: c.Body, Sealed: c.Sealed, KeyUntil: instant(c.Until)}
	var sub feedback.Submission
	err := json.Unmarshal([]byte(c.Doc), &sub)
	if err != nil {
		return outcome{err: fmt.Errorf("read claim: %w", err)}
	}
	sub.Sealed = c.Whole
	f := &filing{entry: kept}
	if f.rec, err = recordOf(c.Serial, &sub); err != nil {
		return outcome{err: err}
	}
	var rec record
	err = notFound(s.submissions.FindOne(ctx, is("_id", c.Serial)).Decode(&rec))
	if errors.Is(err, feedback.ErrNotFound) {
		f.entry.Submission = sub
		out := s.settle(ctx, f)
		out.fresh = false
		return s.freed(ctx, c, out)
	}
	if err == nil && rec.ID != sub.ID {
		return s.freed(ctx, c, outcome{err: fmt.Errorf("%w: number is another's", feedback.ErrConflict)})
	}
	if err == nil {
		kept.Submission, err = rec.submission()
	}
	return outcome{entry: kept, err: err}
}

// freed lets go of a claim that can never be made good, so that the sender may
// use the key again.
func (s *Store) freed(ctx context.Context, c *claim, out outcome) outcome {
	if errors.Is(out.err, feedback.ErrConflict) {
		if _, err := s.claims.DeleteOne(ctx, c.itself()); err != nil {
			out.err = errors.Join(out.err, fmt.Errorf("free idempotency key: %w", err))
		}
	}
	return out
}
