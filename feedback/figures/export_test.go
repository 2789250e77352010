package figures

import (
	"context"
	"runtime"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/cursor"
)

// Rounds is what Follow does each minute, to be done by hand.
func (b *Book) Rounds(ctx context.Context, s Source) func() error {
	f := &follower{book: b, Source: s, rest: func(context.Context, time.Duration) error { return nil }}
	return func() error { return f.round(ctx) }
}

// Filled is a book of n submissions that are all like s.
func Filled(s feedback.Submission, c feedback.Clocks, n int64) *Book {
	b := &Book{}
	for i := range n {
		s.Number = feedback.MakeNumber(2026, i+1)
		b.take([]feedback.Submission{s}, c)
	}
	b.settle(time.Unix(1, 0), nil)
	return b
}

// Forget lets the next figures be counted anew.
func (b *Book) Forget() {
	b.stir()
	b.settle(b.asOf, nil)
}

// Weigh is how many bytes a submission takes in a book.
func Weigh(tb testing.TB, s feedback.Submission, c feedback.Clocks, n int64) int64 {
	tb.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b := Filled(s, c, n)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if _, known := b.at[cursor.SerialOf(2026, n)]; !known {
		tb.Fatal("not filled")
	}
	return int64(after.HeapAlloc-before.HeapAlloc) / n
}
