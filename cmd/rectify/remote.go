package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"rectify/feedback/translog"
)

// remoteLog is a log at an address or in a folder.
func remoteLog(where string, v translog.Verifier) (*translog.Remote, error) {
	fetch, err := fetcher(where)
	if err != nil {
		return nil, err
	}
	return &translog.Remote{Fetch: fetch, Verifier: v}, nil
}

// errAbsent means that there is no such file at an address.
var errAbsent = errors.New("not there")

type fetch = func(ctx context.Context, path string, most int) ([]byte, error)

// fetcher reads files under an address or folder, none longer than asked for.
func fetcher(where string) (fetch, error) {
	u, err := url.Parse(where)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
		root, err := os.OpenRoot(where)
		if err != nil {
			return nil, fmt.Errorf("log: %w", err)
		}
		return func(_ context.Context, path string, most int) ([]byte, error) { return fromFolder(root, path, most) }, nil
	}
	client := &http.Client{Timeout: 30 * time.Second}
	base := strings.TrimRight(where, "/") + "/"
	return func(ctx context.Context, path string, most int) ([]byte, error) {
		return download(ctx, client, base+path, most)
	}, nil
}

func fromFolder(root *os.Root, path string, most int) (data []byte, err error) {
	f, err := root.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, errAbsent)
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return bounded(f, path, most)
}

func download(ctx context.Context, client *http.Client, address string, most int) (data []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	switch res.StatusCode {
	case http.StatusOK:
		return bounded(res.Body, address, most)
	case http.StatusNotFound, http.StatusGone:
		return nil, fmt.Errorf("%s: %w", address, errAbsent)
	}
	return nil, fmt.Errorf("%s: answers %s", address, res.Status)
}

func bounded(r io.Reader, name string, most int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err == nil && len(data) > most {
		err = fmt.Errorf("%s: longer than %d bytes", name, most)
	}
	return data, err
}
