package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"rectify/feedback"
	"rectify/feedback/notary"
	"rectify/feedback/translog"
)

// Bounds of what a site's open data may hold before its reader gives up.
const (
	maxPages = 100_000
	maxPage  = 32 << 20
)

// exhibits are what a site shows to everybody: digests of it, by what it is.
type exhibits struct {
	opinions map[string]string   // by number: SHA-256 of the statement
	replies  map[string][]string // by number; empty where its text is shown no more
	notices  map[string]string   // by slug: SHA-256 of the source, empty where it is not shown
}

func readExhibits(ctx context.Context, files fetch) (*exhibits, error) {
	x := &exhibits{opinions: map[string]string{}, replies: map[string][]string{}, notices: map[string]string{}}
	type opinion struct {
		Number    feedback.Number         `json:"number"`
		Statement json.RawMessage         `json:"statement"`
		Replies   []notary.ReplyStatement `json:"replies"`
	}
	err := pages(ctx, files, "api/v1/submissions", func(o opinion) error {
		var said notary.Statement
		if err := json.Unmarshal(o.Statement, &said); err != nil || said.Number != o.Number {
			return translog.Bad{Fault: translog.Fault{Problem: notary.AlteredStatement, Index: -1, Detail: fmt.Sprintf("%s is shown with another's statement", o.Number)}}
		}
		x.opinions[string(o.Number)] = notary.Digest(o.Statement)
		for i, r := range o.Replies {
			r.N = i + 1
			digest := ""
			if said.Shown(r.N) {
				digest = r.Digest()
			}
			x.replies[string(o.Number)] = append(x.replies[string(o.Number)], digest)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	type notice struct {
		Slug string `json:"slug"`
	}
	err = pages(ctx, files, "api/v1/notices", func(n notice) error {
		src, err := files(ctx, "notices/"+url.PathEscape(n.Slug)+".md", maxPage)
		if errors.Is(err, errAbsent) {
			x.notices[n.Slug] = ""
			return nil
		}
		if err == nil {
			x.notices[n.Slug] = notary.Digest(src)
		}
		return err
	})
	return x, err
}

// pages reads a list of open data to its end.
func pages[R any](ctx context.Context, files fetch, path string, each func(R) error) error {
	after := ""
	for range maxPages {
		src, err := files(ctx, path+"?limit=200&after="+url.QueryEscape(after), maxPage)
		if err != nil {
			return fmt.Errorf("open data: %w", err)
		}
		var page struct {
			Items []R    `json:"items"`
			Next  string `json:"next"`
		}
		if err := json.Unmarshal(src, &page); err != nil {
			return fmt.Errorf("open data: %s: %w", path, err)
		}
		for _, row := range page.Items {
			if err := each(row); err != nil {
				return err
			}
		}
		if page.Next == "" || page.Next == after {
			return nil
		}
		after = page.Next
	}
	return fmt.Errorf("open data: %s does not end", path)
}

func (x *exhibits) say() error {
	if x == nil {
		return nil
	}
	hidden := 0
	for _, digest := range x.notices {
		if digest == "" {
			hidden++
		}
	}
	err := also("published", len(x.opinions), len(x.notices)-hidden)
	if hidden > 0 {
		err = errors.Join(err, also("hidden", hidden))
	}
	return err
}

// book is what a log says last about each thing.
type book struct {
	opinions map[string]translog.Leaf
	replies  map[string]string
	notices  map[string]translog.Leaf
}

func newBook() *book {
	return &book{opinions: map[string]translog.Leaf{}, replies: map[string]string{}, notices: map[string]translog.Leaf{}}
}

func replyName(number string, n int) string { return fmt.Sprint(number, " ", n) }

// note takes down one leaf.
func (b *book) note(index int64, l translog.Leaf) error {
	switch l.Kind {
	case translog.KindOpinion, translog.KindGone:
		b.opinions[l.Name] = l
	case translog.KindReply:
		if old, ok := b.replies[replyName(l.Name, l.N)]; ok && old != l.Digest {
			return translog.Bad{Fault: translog.Fault{Problem: notary.AlteredReply, Index: index, Detail: fmt.Sprintf("%s: reply %d stands twice", l.Name, l.N)}}
		}
		b.replies[replyName(l.Name, l.N)] = l.Digest
	case translog.KindNotice:
		if old := b.notices[l.Name]; l.N == old.N && l.Digest != old.Digest {
			return translog.Bad{Fault: translog.Fault{Problem: notary.AlteredVersion, Index: index, Detail: fmt.Sprintf("version %d of %s stands twice", l.N, l.Name)}}
		}
		if l.N >= b.notices[l.Name].N {
			b.notices[l.Name] = l
		}
	}
	return nil
}

// compare holds what a site shows to what its log says.
func (b *book) compare(x *exhibits) []translog.Fault {
	if x == nil {
		return nil
	}
	var faults []translog.Fault
	fault := func(p translog.Problem, format string, args ...any) {
		faults = append(faults, translog.Fault{Problem: p, Index: -1, Detail: fmt.Sprintf(format, args...)})
	}
	for _, number := range slices.Sorted(maps.Keys(x.opinions)) {
		l, logged := b.opinions[number]
		switch {
		case !logged:
			fault(notary.Unlogged, "%s is shown and has no leaf", number)
		case l.Kind != translog.KindOpinion || l.Digest != x.opinions[number]:
			fault(notary.AlteredStatement, "%s: what is shown differs from its leaf", number)
		}
		for i, digest := range x.replies[number] {
			if digest == "" {
				continue
			}
			if kept, ok := b.replies[replyName(number, i+1)]; !ok {
				fault(notary.Unlogged, "%s: reply %d is shown and has no leaf", number, i+1)
			} else if kept != digest {
				fault(notary.AlteredReply, "%s: reply %d differs from its leaf", number, i+1)
			}
		}
	}
	for _, number := range slices.Sorted(maps.Keys(b.opinions)) {
		if _, is := x.opinions[number]; !is && b.opinions[number].Kind == translog.KindOpinion {
			fault(notary.MissingSubmission, "%s stands in the log as public and is not shown", number)
		}
	}
	for _, slug := range slices.Sorted(maps.Keys(x.notices)) {
		l, logged := b.notices[slug]
		switch digest := x.notices[slug]; {
		case digest == "":
		case !logged:
			fault(notary.Unlogged, "notice %s is shown and has no leaf", slug)
		case l.Digest != digest:
			fault(notary.AlteredVersion, "notice %s: what is shown differs from version %d in the log", slug, l.N)
		}
	}
	return faults
}

// settle is how long a site may take to log what it shows.
const settle = 3 * time.Second

// again looks once more, a little later.
func (c *verifyLog) again(ctx context.Context, w *watcher, last translog.Head, b *book) (*exhibits, translog.Head, error) {
	select {
	case <-ctx.Done():
		return nil, last, ctx.Err()
	case <-time.After(settle):
	}
	shown, err := c.published(ctx)
	if err != nil {
		return nil, last, err
	}
	h, err := w.goesOn(ctx)
	if err != nil {
		return nil, h, err
	}
	if err := w.remote.Continues(ctx, last, h); err != nil {
		return nil, h, err
	}
	*b = *newBook()
	return shown, h, w.remote.Walk(ctx, h, b.note)
}
