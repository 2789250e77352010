package mongostore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/storetest"
)

// TestSharedDatabase runs several copies of the program on one database: the
// same keys at the same moment file one submission each, no number is given
// twice, and a key that ran out passes to one of them.
func TestSharedDatabase(t *testing.T) {
	uri := mongotest.Server(t)
	name := mongotest.Name(t, uri)
	copies := make([]*Store, 4)
	for i := range copies {
		copies[i] = opened(t, uri, name)
	}
	for round, now := range []time.Time{{}, storetest.Piece("").KeyUntil.Add(time.Millisecond)} {
		var mu sync.Mutex
		numbers := map[string]map[feedback.Number]int{} // by key
		fresh := map[string]int{}
		var wg sync.WaitGroup
		for i, s := range copies {
			for k := range 40 {
				wg.Go(func() {
					key := fmt.Sprint("key ", k)
					e := storetest.Piece(fmt.Sprint(round, i, " ", key))
					e.Key = storetest.Piece(key).Key
					if round > 0 {
						e.Now, e.KeyUntil = now, now.Add(time.Hour)
					}
					kept, first, err := s.Insert(context.Background(), e)
					if err != nil {
						t.Errorf("insert: %v", err)
						return
					}
					mu.Lock()
					defer mu.Unlock()
					if numbers[key] == nil {
						numbers[key] = map[feedback.Number]int{}
					}
					numbers[key][kept.Submission.Number]++
					if first {
						fresh[key]++
					}
				})
			}
		}
		wg.Wait()
		for key, n := range numbers {
			if len(n) != 1 || fresh[key] != 1 {
				t.Errorf("round %d: %s stands for %v, %d times taken for new", round, key, n, fresh[key])
			}
		}
		if n, err := copies[0].Count(t.Context(), feedback.Query{}); err != nil || n != 40*(round+1) {
			t.Errorf("round %d: %d submissions, %v", round, n, err)
		}
	}
}

// TestNewerSchema refuses a database that a newer program wrote.
func TestNewerSchema(t *testing.T) {
	uri := mongotest.Server(t)
	name := mongotest.Name(t, uri)
	s := opened(t, uri, name)
	set := func(version int) {
		_, err := s.db.Collection("meta").UpdateOne(t.Context(), is("_id", "schema"), change("$set", "version", version))
		if err != nil {
			t.Fatal(err)
		}
	}
	set(schemaVersion + 1)
	if _, err := Open(t.Context(), uri, name); !errors.Is(err, ErrSchema) {
		t.Errorf("open: %v, want ErrSchema", err)
	}
	set(schemaVersion)
}

// TestNoServer fails soon, and does not hang, where nobody listens.
func TestNoServer(t *testing.T) {
	begin := time.Now()
	if _, err := Open(t.Context(), "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300", "x"); err == nil {
		t.Error("open: no error")
	}
	if d := time.Since(begin); d > callLimit {
		t.Errorf("took %s", d)
	}
}
