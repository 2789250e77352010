package search_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"rectify/content/search"
	"rectify/content/search/corpus"
)

// benchSizes are how many passages are indexed; RECTIFY_SEARCH_PASSAGES adds one.
func benchSizes(b *testing.B) []int {
	sizes := []int{10_000}
	if n, err := strconv.Atoi(os.Getenv("RECTIFY_SEARCH_PASSAGES")); err == nil {
		sizes = append(sizes, n)
	}
	return sizes
}

func filled(b *testing.B, n int) (*search.Index, *corpus.Source) {
	b.Helper()
	src := corpus.New(7)
	dir := filepath.Join(b.TempDir(), "search")
	x, err := search.Open(dir, "bench")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = x.Close() })
	began := time.Now()
	var batch []search.Group
	for i := range n {
		batch = append(batch, src.Write(i, n))
		if len(batch) == 1000 || i == n-1 {
			if err := x.Put(b.Context(), batch...); err != nil {
				b.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	put := time.Since(began)
	if err := x.Settle(b.Context()); err != nil {
		b.Fatal(err)
	}
	var size int64
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				size += info.Size()
			}
		}
		return nil
	})
	b.Logf("%d passages: put in %v, settled in %v, %d MB on disk", n, put, time.Since(began)-put, size>>20)
	return x, src
}

// T110: each of these is answered within a second, whatever is indexed.
func BenchmarkHostile(b *testing.B) {
	x, _ := filled(b, 10_000)
	for name, q := range map[string]string{
		"10000 terms": strings.Repeat("整改 问题 建议 词1 词2 abc def 路灯 停车 公开 ", 1000), "wildcards": strings.Repeat("*?", 50_000), "expression": "/(a+)+$/",
		"fuzzy": strings.Repeat("a~2 ", 100), "megabyte": strings.Repeat("整改", 1<<19), "one character": "的", "surrogates": "\xed\xa0\x80整",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := x.Search(b.Context(), search.Query{Text: q, Page: 1_000_000_000}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range benchSizes(b) {
		x, src := filled(b, n)
		for _, q := range src.Queries() {
			b.Run(strconv.Itoa(n)+"/"+q.Text, func(b *testing.B) {
				for b.Loop() {
					r, err := x.Search(b.Context(), q)
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(r.Total.N), "hits")
				}
			})
		}
		b.Run(strconv.Itoa(n)+"/mixed", func(b *testing.B) {
			for b.Loop() {
				for _, q := range src.Queries() {
					if _, err := x.Search(b.Context(), q); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
