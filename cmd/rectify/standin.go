package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"rectify/feedback/mongostore"
)

// awayEvery is how often a store that was away at the start is looked for.
const awayEvery = 2 * time.Second

// opened opens everything. While the database cannot be reached it serves what
// can be shown without it, and goes on looking.
func (c *serveCmd) opened(ctx context.Context) (*server, error) {
	s := &server{cmd: c, log: logger()}
	err := s.open(ctx)
	if !mongostore.Away(err) {
		return s, err
	}
	s.log.Warn("the database is not reached; notices are served without it", "err", err)
	stop, standErr := c.standIn(s)
	if standErr != nil {
		return nil, errors.Join(err, standErr)
	}
	for mongostore.Away(err) {
		select {
		case <-ctx.Done():
			return nil, stop()
		case <-time.After(awayEvery):
		}
		s = &server{cmd: c, log: s.log}
		err = s.open(ctx)
	}
	if err = errors.Join(err, stop()); err == nil {
		s.log.Info("the database is reached")
	}
	return s, err
}

// standIn serves the folder of notices beside an embedded store that was closed
// again: what is kept in a store is shown as what cannot be read just now, and
// nothing is taken in. Where the notices stand in the database too, every page
// says that.
func (c *serveCmd) standIn(s *server) (stop func() error, err error) {
	dir, err := os.MkdirTemp("", "rectify-standin-")
	if err != nil {
		return nil, fmt.Errorf("stand-in: %w", err)
	}
	stand := &server{cmd: &serveCmd{stored: stored{Data: dir}, Content: c.Content, BaseURL: c.BaseURL, Proxies: c.Proxies, Limits: c.Limits}, log: s.log}
	if err := stand.open(context.Background()); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	live := stand.live.Load()
	if err := stand.store.Close(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	tcp, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen: %w", err), os.RemoveAll(dir))
	}
	base := strings.TrimRight(c.BaseURL, "/")
	if base == "" {
		base = "http://" + tcp.Addr().String()
	}
	fmt.Printf("数据库还没有连上，先只能看通报：%s/\n连上以后会自动恢复，不用重新启动。\n", base)
	web := s.answering(func(r *fasthttp.RequestCtx) {
		if c.Content == "" && string(r.Path()) != "/healthz" {
			unreached(r)
			return
		}
		live.Serve(r)
	})
	go func() { _ = web.Serve(listener{tcp}) }() // ends with Shutdown
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), drain)
		defer cancel()
		err := web.ShutdownWithContext(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = nil // who was still reading is cut off
		}
		_ = stand.close() // of its store, which is closed already, and what stands on it
		return errors.Join(err, os.RemoveAll(dir))
	}, nil
}

// unreached answers where there is nothing to show without the database.
func unreached(r *fasthttp.RequestCtx) {
	r.Response.Header.Set("Retry-After", "10")
	r.Response.Header.Set("Cache-Control", "no-store")
	r.SetContentType("text/plain; charset=utf-8")
	r.SetStatusCode(http.StatusServiceUnavailable)
	r.SetBodyString("网站正在启动，请稍后再来。已经写好的内容请先自己存一份。\n(starting up, please come back soon)\n")
}
