package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"rectify/content/search"
	"rectify/content/search/corpus"
)

// benchFew is how many passages the bigger index is held against.
const benchFew = 10_000

// benchSearch holds mixed queries over very many passages against the same
// over few: common and rare words, one character, two words, long phrases,
// filters, and what is found nowhere.
func benchSearch(ctx context.Context, b *benchCmd, dir string) (ours, theirs side, done func(), err error) {
	var open []*search.Index
	done = func() {
		for _, x := range open {
			_ = x.Close()
		}
	}
	var sides []side
	for _, n := range []int{b.Passages, benchFew} {
		x, src, err := benchIndex(ctx, filepath.Join(dir, fmt.Sprint(n)), n)
		if err != nil {
			done()
			return nil, nil, nil, err
		}
		open = append(open, x)
		sides = append(sides, searchSide(x, src.Queries()))
	}
	return sides[0], sides[1], done, nil
}

// benchIndex builds an index of n passages and says what that took.
func benchIndex(ctx context.Context, dir string, n int) (*search.Index, *corpus.Source, error) {
	x, err := search.Open(dir, "bench")
	if err != nil {
		return nil, nil, err
	}
	src, began := corpus.New(1), time.Now()
	batch := make([]search.Group, 0, 2000)
	for i := range n {
		batch = append(batch, src.Write(i, n))
		if len(batch) == cap(batch) || i == n-1 {
			if err := x.Put(ctx, batch...); err != nil {
				return nil, nil, errors.Join(err, x.Close())
			}
			batch = batch[:0]
		}
	}
	put := time.Since(began)
	if err := x.Settle(ctx); err != nil {
		return nil, nil, errors.Join(err, x.Close())
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintf(os.Stderr, "%d passages: put in %v, joined in %v, %d MB on disk, %d MB of heap at most\n",
		n, put.Round(time.Second), (time.Since(began) - put).Round(time.Second), onDisk(dir)>>20, m.HeapSys>>20)
	return x, src, nil
}

// searchSide asks every query in turn and answers queries a second.
func searchSide(x *search.Index, queries []search.Query) side {
	return func(ctx context.Context, span time.Duration) (float64, error) {
		n, began := 0, time.Now()
		for time.Since(began) < span {
			for _, q := range queries {
				if _, err := x.Search(ctx, q); err != nil {
					return 0, err
				}
				n++
			}
		}
		return float64(n) / time.Since(began).Seconds(), nil
	}
}

func onDisk(dir string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // a file that went meanwhile takes no room
		}
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}
