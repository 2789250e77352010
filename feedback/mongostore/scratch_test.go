package mongostore
import ("testing";"context";"sync/atomic";"fmt";"rectify/feedback/storetest")
func BenchmarkBare(b *testing.B) {
	uri := server(b)
	s := opened(b, uri, database(b, uri))
	var n atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			e := storetest.Piece(fmt.Sprint("x", i))
			rec, _ := recordOf(i, &e.Submission)
			if _, err := s.db.Collection("bare").InsertOne(context.Background(), rec); err != nil { b.Error(err) }
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
}
