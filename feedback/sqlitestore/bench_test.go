package sqlitestore

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"rectify/feedback"
	"rectify/feedback/cursor"
	"rectify/feedback/storetest"
)

// BenchmarkInsert files from 64 goroutines: through the store, with and without
// idempotency keys, and by one INSERT a transaction on the same settings and
// the same table.
func BenchmarkInsert(b *testing.B) {
	for _, way := range []string{"store", "store with keys", "one a transaction"} {
		b.Run(way, func(b *testing.B) {
			s := opened(b, b.TempDir())
			var n atomic.Int64
			var mu sync.Mutex
			b.SetParallelism(max(1, 64/runtime.GOMAXPROCS(0)))
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					e := storetest.Piece(fmt.Sprint(i))
					if way != "store with keys" {
						e.Key = nil
					}
					var err error
					if way == "one a transaction" {
						mu.Lock()
						err = alone(s.h.writer, e.Submission, i)
						mu.Unlock()
					} else {
						_, _, err = s.Insert(context.Background(), e)
					}
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
		})
	}
}

// alone is what the store would do without sharing commits.
func alone(w *writer, s feedback.Submission, n int64) error {
	ctx := context.Background()
	if err := w.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer w.rollback()
	t := &tx{w: w, series: map[int]int64{}}
	values, err := columns(&s)
	if err != nil {
		return err
	}
	if err := t.insertRow(ctx, cursor.SerialOf(2026, n), values); err != nil {
		return err
	}
	return w.exec(ctx, "COMMIT")
}
