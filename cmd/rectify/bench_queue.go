package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"rectify/feedback"
	"rectify/feedback/staff"
)

// benchQueueEmbedded and benchQueueMongo hold pages of the desk's queue over
// very many submissions against the same pages over few, as a moderator who is
// signed in gets them, counts and all.
func benchQueueEmbedded(ctx context.Context, b *benchCmd, dir string) (ours, theirs side, done func(), err error) {
	return b.queues(ctx, func(n int) stored {
		return stored{Data: filepath.Join(b.kept(dir, "embedded"), fmt.Sprint(n))}
	})
}

func benchQueueMongo(ctx context.Context, b *benchCmd, dir string) (ours, theirs side, done func(), err error) {
	if b.Mongo == "" {
		return nil, nil, nil, errors.New("no MongoDB named (--mongo)")
	}
	return b.queues(ctx, func(n int) stored {
		return stored{Data: filepath.Join(b.kept(dir, "mongo"), fmt.Sprint(n)), Mongo: strings.TrimRight(b.Mongo, "/") + fmt.Sprintf("/rectify_bench_%d", n)}
	})
}

// kept is the folder of filled stores: that of the row, or one that stays.
func (b *benchCmd) kept(dir, kind string) string {
	if b.Stores != "" {
		return filepath.Join(b.Stores, kind)
	}
	return dir
}

func (b *benchCmd) queues(ctx context.Context, place func(n int) stored) (ours, theirs side, done func(), err error) {
	var open []*benchDesk
	done = func() {
		for _, d := range open {
			d.close(b.Stores == "")
		}
	}
	for _, n := range []int{b.Submissions, benchFew} {
		d, err := openBenchDesk(ctx, place(n), n)
		if err != nil {
			done()
			return nil, nil, nil, err
		}
		open = append(open, d)
	}
	return open[0].pages, open[1].pages, done, nil
}

// benchDesk is a site over a filled store, and a moderator signed in to it.
type benchDesk struct {
	server *server
	token  string
	n      int
}

func openBenchDesk(ctx context.Context, where stored, n int) (*benchDesk, error) {
	s := &server{cmd: &serveCmd{stored: where, Limits: "off"}, log: logger()}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	d := &benchDesk{server: s, n: n}
	if err := d.ready(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return d, nil
}

// ready fills the store, if it is empty, and signs somebody in.
func (d *benchDesk) ready(ctx context.Context) error {
	blank, err := d.server.store.Blank(ctx)
	if err != nil {
		return err
	}
	const name, password = "bench", "bench-queue-2026"
	if blank {
		began := time.Now()
		if err := fillQueue(ctx, d.server.store, d.n); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
		fmt.Fprintf(os.Stderr, "%d submissions filed in %v\n", d.n, time.Since(began).Round(time.Second))
		if err := d.server.config.Keeper.Add(ctx, staff.New{Name: name, Roles: []feedback.Role{feedback.Moderator, feedback.Replier}, Password: password}); err != nil {
			return err
		}
	}
	d.token, err = d.server.config.Keeper.SignIn(ctx, name, password)
	return err
}

// benchPages are what a moderator looks at through a day: every view, the orders,
// each filter, and the page after the first.
func benchPages() []string {
	return []string{
		"", "?view=late", "?view=today", "?view=moderate", "?view=suspect", "?view=approve", "?view=mine", "?view=waiting", "?view=publish", "?view=answered", "?view=ended", "?view=clues", "?view=all",
		"?sort=newest", "?sort=oldest", "?view=moderate&sort=oldest", "?view=answered&sort=oldest",
		"?channel=phone", "?category=question", "?notice=" + benchNotices()[0], "?notice=" + benchNotices()[1] + "&item=3", "?view=moderate&channel=web&sort=newest",
		"next",
	}
}

// pages asks for each of benchPages in turn and answers pages a second. Each
// must hold as many rows as a page has.
func (d *benchDesk) pages(_ context.Context, span time.Duration) (float64, error) {
	n, next := 0, ""
	list := benchPages()
	began := time.Now()
	for time.Since(began) < span {
		for _, q := range list {
			if q == "next" {
				q = next
			}
			page, err := d.page(q)
			if err != nil {
				return 0, fmt.Errorf("%d submissions, /desk%s: %w", d.n, q, err)
			}
			if _, after, ok := strings.Cut(page, `rel="next" href="/desk`); ok && q == "" {
				next, _, _ = strings.Cut(strings.ReplaceAll(after, "&amp;", "&"), `"`)
			}
			n++
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

// page asks for one page of the queue.
func (d *benchDesk) page(query string) (string, error) {
	var c fasthttp.RequestCtx
	c.Request.Header.SetMethod(fasthttp.MethodGet)
	c.Request.SetRequestURI("/desk" + query)
	c.Request.Header.SetCookie("desk", d.token)
	c.Request.Header.Set("Accept-Language", "zh-CN")
	d.server.live.Load().Serve(&c)
	body := string(c.Response.Body())
	if c.Response.StatusCode() != fasthttp.StatusOK {
		return "", fmt.Errorf("answers %d", c.Response.StatusCode())
	}
	if rows := strings.Count(body, `<tr id="n`); rows != benchRowsOnPage {
		return "", fmt.Errorf("%d rows on a page: the measure wants full ones", rows)
	}
	return body, nil
}

// benchRowsOnPage is how many rows a full page has.
const benchRowsOnPage = 50

// close ends the site. A database that is not kept is dropped; a folder goes
// with that of the measure.
func (d *benchDesk) close(drop bool) {
	_ = d.server.close()
	if where := d.server.cmd.stored; drop && where.Mongo != "" {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if client, err := mongo.Connect(ctx, options.Client().ApplyURI(where.Mongo)); err == nil {
			_ = client.Database(where.database()).Drop(ctx)
			_ = client.Disconnect(ctx)
		}
	}
}
