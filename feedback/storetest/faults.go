package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"rectify/feedback"
)

// What follows is for the tests beside a store, which break its disk or its
// network and then ask what is there.

// Piece is an entry of its own for every text, under an idempotency key of its own.
func Piece(text string) feedback.Entry {
	s := sample(text)
	s.Text = text
	e := entry(s)
	e.Key, e.Body, e.Sealed = digest("key "+text), digest("body "+text), []byte("sealed "+text)
	e.KeyUntil = e.Now.Add(feedback.KeyLife)
	return e
}

// Texts reads everything that is kept: how often each text is there, and what
// stands under each number.
func Texts(t testing.TB, s feedback.Store) (times map[string]int, kept map[feedback.Number]string) {
	t.Helper()
	times, kept = map[string]int{}, map[feedback.Number]string{}
	for q := (feedback.Query{Limit: feedback.MaxPage}); ; {
		page, next, err := s.List(context.Background(), q)
		check(t, "list", err)
		for _, sub := range page {
			times[sub.Text]++
			kept[sub.Number] = sub.Text
		}
		if q.After = next; next == "" {
			return times, kept
		}
	}
}

// Ledger notes what a store acknowledged, from any number of goroutines.
type Ledger struct {
	mu    sync.Mutex
	given map[feedback.Number]string
	n     int
}

// Note takes down one acknowledgement.
func (l *Ledger) Note(n feedback.Number, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.given == nil {
		l.given = map[feedback.Number]string{}
	}
	l.given[n] = text
	l.n++
}

// Len is how many were noted.
func (l *Ledger) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

// Audit finds everything acknowledged in the store, once, under its number.
func (l *Ledger) Audit(t testing.TB, s feedback.Store) (kept int) {
	t.Helper()
	times, numbers := Texts(t, s)
	if len(l.given) != l.n {
		t.Errorf("%d acknowledgements share %d numbers", l.n, len(l.given))
	}
	for n, text := range l.given {
		if numbers[n] != text || times[text] != 1 {
			t.Errorf("%s was acknowledged with %q, holds %q; that text is there %d times", n, text, numbers[n], times[text])
		}
	}
	return len(numbers)
}

// InsertUntilKept hands in one request again and again, as a sender with a key
// does who gets no answer, and notes the acknowledgement.
func (l *Ledger) InsertUntilKept(t testing.TB, s feedback.Store, text string) (tries int) {
	t.Helper()
	for end := time.Now().Add(2 * patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		tries++
		kept, _, err := s.Insert(context.Background(), Piece(text))
		if err == nil {
			l.Note(kept.Submission.Number, text)
			return tries
		}
	}
	t.Errorf("%s: never kept", text)
	return tries
}
