package sealedstore_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/sealedstore"
	"rectify/feedback/storetest"
)

// ways are a store with and without seals, by name.
func ways(b *testing.B, open func(testing.TB) sealedstore.Inner) map[string]feedback.Store {
	b.Helper()
	return map[string]feedback.Store{"bare": open(b), "sealed": sealedstore.New(open(b), ring(b), true)}
}

// BenchmarkInsert files from 64 goroutines, in turns with and without seals,
// and tells the ratio of their times.
func BenchmarkInsert(b *testing.B) {
	for name, open := range kinds() {
		b.Run(name, func(b *testing.B) {
			const turn = 2000
			stores := ways(b, open)
			times := map[string][]time.Duration{}
			var n atomic.Int64
			b.ResetTimer()
			for range max(b.N, 7) {
				for _, way := range []string{"bare", "sealed"} {
					begin, last := time.Now(), n.Load()+turn
					together(64, func() {
						for i := n.Add(1); i <= last; i = n.Add(1) {
							e := storetest.Piece(fmt.Sprint(i))
							e.Key = nil
							if _, _, err := stores[way].Insert(context.Background(), e); err != nil {
								b.Error(err)
								return
							}
						}
					})
					times[way] = append(times[way], time.Since(begin))
					n.Store(last)
				}
			}
			tell(b, times, turn)
		})
	}
}

// BenchmarkPage reads a page of 50 of the queue.
func BenchmarkPage(b *testing.B) {
	for name, open := range kinds() {
		b.Run(name, func(b *testing.B) {
			const turn = 50
			stores := ways(b, open)
			for _, s := range stores {
				for i := range 500 {
					if _, _, err := s.Insert(b.Context(), storetest.Piece(fmt.Sprint(i))); err != nil {
						b.Fatal(err)
					}
				}
			}
			times := map[string][]time.Duration{}
			b.ResetTimer()
			for range max(b.N, 20) {
				for _, way := range []string{"bare", "sealed"} {
					begin := time.Now()
					for range turn {
						page, _, err := stores[way].List(b.Context(), feedback.Query{Sort: feedback.ByDue, Limit: 50})
						if err != nil || len(page) != 50 {
							b.Fatalf("%d, %v", len(page), err)
						}
					}
					times[way] = append(times[way], time.Since(begin))
				}
			}
			tell(b, times, turn)
		})
	}
}

func together(n int, do func()) {
	done := make(chan struct{})
	for range n {
		go func() {
			do()
			done <- struct{}{}
		}()
	}
	for range n {
		<-done
	}
}

func tell(b *testing.B, times map[string][]time.Duration, turn int) {
	b.Helper()
	median := func(way string) float64 {
		slices.Sort(times[way])
		return float64(times[way][len(times[way])/2]) / float64(turn)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median("bare")/1e3, "µs-bare")
	b.ReportMetric(median("sealed")/1e3, "µs-sealed")
	b.ReportMetric(median("sealed")/median("bare"), "ratio")
}
