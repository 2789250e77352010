package mongostore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"rectify/feedback"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/storetest"
)

// TestCutConnections lets the network break under a crowd. Some hand in their
// request until it is acknowledged, some try once and change what they filed:
// everything acknowledged is there once, with its last acknowledged value.
func TestCutConnections(t *testing.T) {
	uri := mongotest.Server(t)
	name := mongotest.Name(t, uri)
	p, way := through(t, uri)
	s := opened(t, way, name)
	crowd, each := 12, 40
	p.Cut(12)
	if testing.Short() {
		p.Cut(4)
	}
	var stubborn, once storetest.Ledger
	var again, failed atomic.Int64
	var wg sync.WaitGroup
	for i := range crowd {
		wg.Go(func() {
			for k := range each {
				again.Add(int64(stubborn.InsertUntilKept(t, s, fmt.Sprint("stubborn ", i, k)) - 1))
			}
		})
		wg.Go(func() {
			for k := range each {
				if !tryOnce(t, s, &once, fmt.Sprint("once ", i, k)) {
					failed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	p.Cut(0)
	direct := opened(t, uri, name)
	stubborn.Audit(t, direct)
	once.Audit(t, direct)
	if want := crowd * each; stubborn.Len() != want {
		t.Errorf("%d of %d stubborn senders were acknowledged", stubborn.Len(), want)
	}
	times, _ := storetest.Texts(t, direct)
	for text, n := range times {
		if n != 1 {
			t.Errorf("%q is there %d times", text, n)
		}
	}
	if p.Cuts() == 0 {
		t.Error("nothing was cut: the test is blind")
	}
	t.Logf("%d cuts; %d tried again; %d of %d single tries failed", p.Cuts(), again.Load(), failed.Load(), crowd*each)
}

// tryOnce files without a key and puts someone in charge; what is answered
// without an error must be so, and what is answered with one may be so.
func tryOnce(t *testing.T, s *Store, l *storetest.Ledger, text string) bool {
	e := storetest.Piece(text)
	e.Key = nil
	kept, _, err := s.Insert(context.Background(), e)
	if err != nil {
		return false
	}
	sub := kept.Submission
	l.Note(sub.Number, text)
	sub.Owner = "han"
	replaced := s.Replace(context.Background(), sub, 1)
	for range 20 {
		got, err := s.Get(context.Background(), sub.Number)
		if err != nil {
			continue
		}
		if replaced == nil && (got.Owner != "han" || got.Rev != 2) || got.Rev > 2 || errors.Is(replaced, feedback.ErrNotFound) {
			t.Errorf("replace answered %v; owner %q, rev %d", replaced, got.Owner, got.Rev)
		}
		break
	}
	return replaced == nil
}
