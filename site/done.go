package site

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"rectify/content"
	"rectify/content/history"
	"rectify/content/library"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
)

// doneLeaves knows which leaves their notices call done, and since when: since
// the first version from which on every one says so. The versions are read anew
// when the notices have changed.
type doneLeaves struct {
	library *library.Library
	archive *history.Archive
	log     *slog.Logger

	mu   sync.Mutex
	of   *library.Snapshot
	days map[figures.Place]calendar.Day
}

// maxVersions bounds how many versions of a notice are read.
const maxVersions = 50

// since answers them; what cannot be read is told in the log, and then holds from
// the day of the notice's publication on.
func (d *doneLeaves) since(ctx context.Context) map[figures.Place]calendar.Day {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.library.Snapshot()
	if d.of == now {
		return d.days
	}
	days := make(map[figures.Place]calendar.Day)
	for _, e := range now.Entries() {
		d.notice(ctx, e.Notice, days)
	}
	if ctx.Err() == nil {
		d.of, d.days = now, days
	}
	return days
}

func (d *doneLeaves) notice(ctx context.Context, n *content.Notice, days map[figures.Place]calendar.Day) {
	published := calendar.On(n.Published)
	done := doneIn(n)
	for id := range done {
		days[figures.Place{Notice: n.Slug, Item: id}] = published
	}
	if d.archive == nil || len(done) == 0 {
		return
	}
	versions, err := d.archive.Versions(ctx, n.Slug)
	if err != nil && !errors.As(err, new(*history.Damaged)) {
		d.log.Warn("versions are not read", "notice", n.Slug, "err", err)
		return
	}
	running := maps.Clone(done) // those that every version so far calls done
	for i, v := range slices.Backward(versions) {
		if len(versions)-i > maxVersions {
			break
		}
		old, err := d.archive.Version(ctx, n.Slug, v.N)
		if err != nil || v.Concealed != nil || len(running) == 0 {
			break
		}
		was := doneIn(old.Notice())
		for id := range running {
			if !was[id] {
				delete(running, id)
				continue
			}
			place := figures.Place{Notice: n.Slug, Item: id}
			if days[place] = max(published, calendar.On(v.At)); i == 0 {
				days[place] = published // the first one may have been put here long after
			}
		}
	}
}

// doneIn are the leaves that a notice calls done.
func doneIn(n *content.Notice) map[string]bool {
	done := make(map[string]bool)
	for _, leaf := range n.Leaves() {
		if leaf.Ledger.Status == content.Completed {
			done[leaf.ID] = true
		}
	}
	return done
}
