package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"rectify/content/builtin"
)

// How many notices the two sides of row 7 start with.
const (
	manyNotices = 2000
	fewNotices  = 20
)

// benchStart holds a start with many notices against one with few, from the
// command to the first answered page. Both have been started before: what is
// unchanged is not read again.
func benchStart(ctx context.Context, _ *benchCmd, dir string) (ours, theirs side, done func(), err error) {
	sides := make([]side, 2)
	for i, n := range []int{manyNotices, fewNotices} {
		at := filepath.Join(dir, fmt.Sprint(n))
		if err := writeNotices(filepath.Join(at, "content"), n); err != nil {
			return nil, nil, nil, err
		}
		if _, err := startOnce(ctx, at); err != nil { // reads them all, and keeps what it read
			return nil, nil, nil, err
		}
		sides[i] = func(ctx context.Context, _ time.Duration) (float64, error) {
			took, err := startOnce(ctx, at)
			return float64(time.Second) / float64(took), err
		}
	}
	return sides[0], sides[1], func() {}, nil
}

// writeNotices makes n notices of the built-in one, each with its own title,
// older than the moment within which a file's time is not trusted.
func writeNotices(dir string, n int) error {
	src, err := fs.ReadFile(builtin.FS(), benchSlug+".md")
	if err != nil {
		return fmt.Errorf("built-in notice: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	then := time.Now().Add(-time.Hour)
	for i := range n {
		path := filepath.Join(dir, fmt.Sprintf("notice-%04d.md", i))
		own := bytes.Replace(src, []byte("title: "), fmt.Appendf(nil, "title: 第%d份", i), 1)
		if err := os.WriteFile(path, own, 0o600); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	return nil
}

// startOnce starts this very program, waits for the first page, and stops it.
// Versions that are not yet kept are waited for, so that no run pays for
// another.
func startOnce(ctx context.Context, at string) (time.Duration, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, fmt.Errorf("own program: %w", err)
	}
	addr, err := freeAddr(ctx)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	stop, err := child(ctx, []string{self, "serve", "--listen", addr, "--data", filepath.Join(at, "data"), "--content", filepath.Join(at, "content")})
	if err != nil {
		return 0, err
	}
	defer stop()
	page := "http://" + addr + "/notices/notice-0007"
	for time.Since(began) < 2*time.Minute {
		if answered(ctx, page) {
			took := time.Since(began)
			return took, waitQuiet(ctx, filepath.Join(at, "data", "versions"), manyOf(at))
		}
		time.Sleep(time.Millisecond)
	}
	return 0, fmt.Errorf("%s does not answer", page)
}

func answered(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

func manyOf(at string) int {
	files, err := os.ReadDir(filepath.Join(at, "content"))
	if err != nil {
		return 0
	}
	return len(files)
}

// waitQuiet waits until the archive holds every notice.
func waitQuiet(ctx context.Context, versions string, n int) error {
	for until := time.Now().Add(5 * time.Minute); time.Now().Before(until) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		if have, err := os.ReadDir(versions); err == nil && len(have) >= n {
			return nil
		}
	}
	return fmt.Errorf("%s is not filled", versions)
}
