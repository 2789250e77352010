package export_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"
	"pgregory.net/rapid"

	"rectify/site/export"
	"rectify/site/web"
)

// small is a site of a few pages: address → body, a body that begins with 303
// sends on, and what is not there answers 404.
type small map[string]string

func (s small) serve(c *fasthttp.RequestCtx) {
	body, ok := s[string(c.RequestURI())]
	switch to, on := strings.CutPrefix(body, "303 "); {
	case !ok:
		c.SetStatusCode(fasthttp.StatusNotFound)
	case on:
		c.SetStatusCode(fasthttp.StatusSeeOther)
		c.Response.Header.Set("Location", to)
	default:
		kind := "text/html; charset=utf-8"
		switch path.Ext(string(c.Path())) {
		case ".atom":
			kind = "application/atom+xml"
		case ".svg":
			kind = "image/svg+xml"
		case ".md":
			kind = "text/markdown"
		}
		c.SetContentType(kind)
		c.SetBodyString(body)
	}
}

func table() []web.Route {
	get := func(path string, query ...string) web.Route {
		return web.Route{Method: "GET", Path: path, Cache: true, Query: query}
	}
	return []web.Route{
		get("/"), get("/list", "after", "kind"), get("/list/:name"), get("/static/:name"), get("/feed.atom"), get("/search", "q"),
		{Method: "GET", Path: "/list/new"}, {Method: "POST", Path: "/list"}, {Method: "GET", Path: "/desk", Cache: true, Access: web.Access{Staff: true}}, get("/api/v1/list"),
	}
}

func run(t *testing.T, s small, change ...func(*export.Exporter)) (map[string]string, error) {
	t.Helper()
	files := make(map[string]string)
	x := export.Exporter{Serve: s.serve, Table: table(), Write: func(name string, data []byte) error {
		files[name] = string(data)
		return nil
	}}
	for _, f := range change {
		f(&x)
	}
	_, err := x.Run(context.Background())
	return files, err
}

func live(x *export.Exporter) { x.Live = "https://live.example/app" }

// body is what stands between the body tags of a file.
func body(t *testing.T, files map[string]string, name string) string {
	t.Helper()
	_, b, ok := strings.Cut(files[name], "<body>")
	if !ok {
		t.Fatalf("%s: %q", name, files[name])
	}
	b, _, _ = strings.Cut(b, "</body>")
	return strings.TrimSpace(b)
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, static, live string }{
		{`<a href="/list">x</a>`, `<a href="list/index.html">x</a>`, ``},
		{`<a href="/list/a#b">x</a>`, `<a href="list/a/index.html#b">x</a>`, ``},
		{`<a href="/list/%E4%B8%AD">x</a>`, `<a href="list/%E4%B8%AD/index.html">x</a>`, ``},
		{`<a href="/list/a.md">x</a>`, `<a href="list/a.md">x</a>`, ``},
		{`<a href="#b">x</a>`, `<a href="#b">x</a>`, ``},
		{`<a href="tel:123">x</a>`, `<a href="tel:123">x</a>`, ``},
		{`<a href="https://beian.example/">x</a>`, `<a href="https://beian.example/">x</a>`, ``},
		{`<a href="/list?utm=1&amp;kind=">x</a>`, `<a href="list/index.html">x</a>`, ``},
		{`<a class="c" href="/list/new?item=1">x</a>`, `<a class="c">x</a>`, `<a class="c" href="https://live.example/app/list/new?item=1">x</a>`},
		{`<a href="/search?q=a">x</a>`, `<a>x</a>`, `<a href="https://live.example/app/search?q=a">x</a>`},
		{`<a href="/desk">x</a>`, `<a>x</a>`, `<a href="https://live.example/app/desk">x</a>`},
		{`<a href="/api/v1/list">x</a>`, `<a>x</a>`, `<a href="https://live.example/app/api/v1/list">x</a>`},
		{`<a href="/feed.atom">x</a>`, `<a>x</a>`, ``},
		{`<div><form method="post" action="/list"><input></form></div>x`, `x`, ``},
		{`<form action="/list"><input></form>x`, `x`, `<form action="https://live.example/app/list"><input></form>x`},
		{`<br><p>1 /&gt; 2</p>`, `<br><p>1 /&gt; 2</p>`, ``},
	} {
		if c.live == "" {
			c.live = c.static
		}
		s := small{"/": "<!DOCTYPE html><title>t</title><body>" + c.in, "/list": "l", "/list/a": `<b id="b">`, "/list/a.md": "# a", "/list/%E4%B8%AD": "z"}
		for want, change := range map[string][]func(*export.Exporter){c.static: nil, c.live: {live}} {
			if c.live == c.static && change == nil {
				change = []func(*export.Exporter){live}
			}
			files, err := run(t, s, change...)
			if err != nil {
				t.Errorf("%s: %v", c.in, err)
				continue
			}
			if got := body(t, files, "index.html"); got != want {
				t.Errorf("%s becomes %s, want %s", c.in, got, want)
			}
		}
	}
}

// Pages of a list, asked for by query, are files of their own, each once.
func TestQueries(t *testing.T) {
	t.Parallel()
	s := small{
		"/": "x", "/list": `<a href="/list?after=1&amp;x=9">n</a><a href="/list?x=8&amp;after=1">n</a>`, "/list?after=1": `<a href="/list?kind=b&amp;after=1">n</a><a href="/list">first</a>`, "/list?after=1&kind=b": "end",
	}
	files, err := run(t, s)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(names) != 4 || names[0] != "index.html" || names[1] != "list/index.html" || !strings.HasPrefix(names[2], "list/q-") {
		t.Errorf("files %v", names)
	}
	if b := body(t, files, "list/index.html"); strings.Count(b, `href="q-`) != 2 {
		t.Errorf("the list leads to %s", b)
	}
}

// What cannot be whole is not exported at all.
func TestBroken(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]small{
		"no page":       {"/": `<a href="/list/none">x</a>`, "/list": "l"},
		"no front page": {"/list": "l"},
		"odd icon":      {"/": `<svg><use href="/static/i.svg#none"></use></svg>`, "/list": "l", "/static/i.svg": `<svg><symbol id="a"></symbol></svg>`},
		"sent away":     {"/": "303 /nowhere/at/all", "/list": "l"},
	} {
		if _, err := run(t, s); !errors.Is(err, export.ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := run(t, small{"/": `<a href="/list/A">x</a><a href="/list/a">x</a>`, "/list": "l", "/list/a": "x", "/list/A": "x"}); err == nil {
		t.Error("two files that some machines take for one")
	}
	full := errors.New("disk full")
	if _, err := run(t, small{"/": "x", "/list": "l"}, func(x *export.Exporter) { x.Write = func(string, []byte) error { return full } }); !errors.Is(err, full) {
		t.Errorf("a write that fails: %v", err)
	}
}

// A page that sends on leads on as a file, too; icons stand in the page itself.
func TestElsewhereAndIcons(t *testing.T) {
	t.Parallel()
	s := small{
		"/": `<a href="/list/old">x</a><svg class="ic"><use href="/static/i.svg#done"></use></svg>`, "/list": "l", "/list/old": "303 /list#i3",
		"/static/i.svg": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><defs><symbol id="done" viewBox="0 0 16 16"><path d="M0 0"/></symbol><symbol id="other"></symbol></defs></svg>`,
	}
	files, err := run(t, s)
	if err != nil {
		t.Fatal(err)
	}
	if b := files["list/old/index.html"]; !strings.Contains(b, `url=../index.html#i3"`) || !strings.Contains(b, `<a href="../index.html#i3">`) {
		t.Errorf("sends on as %s", b)
	}
	b := body(t, files, "index.html")
	if !strings.Contains(b, `<use href="#icon-done">`) || !strings.Contains(b, `<symbol id="icon-done" viewBox="0 0 16 16"><path d="M0 0"></path></symbol>`) || strings.Contains(b, "other") {
		t.Errorf("icons: %s", b)
	}
}

// Feeds name the files where they will stand, and every page that they name is
// there.
func TestAbsolute(t *testing.T) {
	t.Parallel()
	const at = "https://portal.example/zt"
	s := small{}
	for address, b := range map[string]string{"/": "x", "/list": "l", "/list/only-here": "o", "/feed.atom": `<feed><link href="` + at + `/list/only-here"/><link href="` + at + `/list/new"/><link href="` + at + `/"/><id>tag:portal.example,2026:list/a</id></feed>`} {
		s["/zt"+address] = b
	}
	files, err := run(t, s, live, func(x *export.Exporter) { x.Base, x.Origin = "/zt", "https://portal.example" })
	if err != nil {
		t.Fatal(err)
	}
	want := `<feed><link href="` + at + `/list/only-here/index.html"/><link href="https://live.example/app/list/new"/><link href="` + at + `/index.html"/><id>tag:portal.example,2026:list/a</id></feed>`
	if files["feed.atom"] != want || files["list/only-here/index.html"] == "" {
		t.Errorf("feed %s, files %d", files["feed.atom"], len(files))
	}
}

// From any page to any other the relative way leads there.
func TestRelative(t *testing.T) {
	t.Parallel()
	part := rapid.StringMatching(`[a-z0-9中文-]{1,4}`)
	rapid.Check(t, func(r *rapid.T) {
		s := small{"/": "", "/list": "l"}
		var names []string
		for i := range rapid.IntRange(1, 6).Draw(r, "pages") {
			names = append(names, fmt.Sprintf("%d%s", i, part.Draw(r, "name")))
		}
		for _, n := range names {
			page := `<a href="/">home</a><a href="/list">list</a>`
			for _, m := range names {
				page += `<a href="/list/` + url.PathEscape(m) + `">` + m + `</a>`
			}
			s["/list/"+url.PathEscape(n)] = page
			s["/"] += page
		}
		files := make(map[string]string)
		x := export.Exporter{Serve: s.serve, Table: table(), Write: func(name string, data []byte) error {
			files[name] = string(data)
			return nil
		}}
		if _, err := x.Run(context.Background()); err != nil {
			r.Fatal(err)
		}
		if len(files) != len(names)+2 {
			r.Fatalf("%d files for %d pages", len(files), len(names)+2)
		}
		for name, b := range files {
			for _, rest := range strings.Split(b, `href="`)[1:] {
				to, _, _ := strings.Cut(rest, `"`)
				u, err := url.Parse(to)
				if err != nil || files[path.Join(path.Dir(name), u.Path)] == "" {
					r.Fatalf("%s leads to %s", name, to)
				}
			}
		}
	})
}
