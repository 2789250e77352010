package mongostore

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"rectify/feedback"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/storetest"
)

// BenchmarkInsert files from 64 goroutines: through the store, with and without
// idempotency keys, and by the driver's own InsertOne of the same documents,
// which need no number.
func BenchmarkInsert(b *testing.B) {
	uri := mongotest.Server(b)
	for _, way := range []string{"store", "store with keys", "InsertOne"} {
		b.Run(way, func(b *testing.B) {
			s := opened(b, uri, mongotest.Name(b, uri))
			var n atomic.Int64
			b.SetParallelism(max(1, 64/runtime.GOMAXPROCS(0)))
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := n.Add(1)
					e := storetest.Piece(fmt.Sprint(way, i))
					if way != "store with keys" {
						e.Key = nil
					}
					if err := put(s, way, e, i); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
		})
	}
}

func put(s *Store, way string, e feedback.Entry, serial int64) error {
	if way != "InsertOne" {
		_, _, err := s.Insert(context.Background(), e)
		return err
	}
	rec, err := recordOf(serial, &e.Submission)
	if err == nil {
		_, err = s.submissions.InsertOne(context.Background(), rec)
	}
	return err
}
