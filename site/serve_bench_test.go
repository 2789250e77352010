package site_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"rectify/content/builtin"
	"rectify/content/library"
	"rectify/feedback"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/staff"
	"rectify/site"
	"rectify/site/body"
	"rectify/site/i18n"
	"rectify/site/ops"
)

// BenchmarkKeptPage is what one request for a kept page costs the program
// itself, from parsed request to written answer; "bare" is the same answer by
// a handler that does nothing else.
func BenchmarkKeptPage(b *testing.B) {
	s := benchSite(b)
	request := func() *fasthttp.RequestCtx {
		ctx := new(fasthttp.RequestCtx)
		ctx.Init(&fasthttp.Request{}, nil, nil)
		ctx.Request.SetRequestURI("/notices/culture-tourism-2023")
		ctx.Request.Header.SetHost("127.0.0.1")
		ctx.Request.Header.Set("Accept-Encoding", "gzip")
		return ctx
	}
	first := request()
	s.Serve(first)
	packed := append([]byte(nil), first.Response.Body()...)
	run := func(b *testing.B, handle fasthttp.RequestHandler) {
		ctx := request()
		w := bufio.NewWriterSize(io.Discard, 64<<10)
		b.ReportAllocs()
		for b.Loop() {
			handle(ctx)
			if err := ctx.Response.Write(w); err != nil {
				b.Fatal(err)
			}
			ctx.Response.Reset()
		}
	}
	b.Run("kept", func(b *testing.B) { run(b, s.Serve) })
	b.Run("bare", func(b *testing.B) {
		run(b, func(ctx *fasthttp.RequestCtx) {
			ctx.SetContentType("text/html; charset=utf-8")
			ctx.Response.Header.Set("Content-Encoding", "gzip")
			ctx.Response.SetBodyRaw(packed)
		})
	})
}

func benchSite(tb testing.TB) *site.Site {
	tb.Helper()
	store, err := sqlitestore.Open(context.Background(), tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = store.Close() })
	lib, err := library.Open(context.Background(), library.Options{FS: builtin.FS()})
	if err != nil {
		tb.Fatal(err)
	}
	words, err := i18n.Load()
	if err != nil {
		tb.Fatal(err)
	}
	keys, err := feedback.NewKeys(make([]byte, feedback.KeySize))
	if err != nil {
		tb.Fatal(err)
	}
	keeper, err := staff.NewKeeper(store, store, time.Now)
	if err != nil {
		tb.Fatal(err)
	}
	unset, _ := body.Parse(nil)
	s, err := site.New(site.Config{
		Body: unset, Library: lib, Store: store, Vault: store, Keeper: keeper, Keys: keys, Words: words,
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Figures: &ops.Figures{},
		Mailing: site.Mailing{Box: store, Subscribers: store, Staff: store},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}
