// Package weekly makes the report of a week (周报) and keeps it: once a week is
// over its report is counted, kept in the store under its name, and from then on
// every copy of the site shows the same.
//
// It must not know pages, words for people, or a store's driver.
//
// Start reading at weekly.go.
package weekly

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/feedback/topics"
)

// Report is what one week came to.
type Report struct {
	Week    string
	Counted time.Time // when; what happened until then is in it
	Final   bool      // the week was over: this report does not change any more
	figures.Weekly
	Again []figures.Again // 回头看线索, as they stood when it was counted
	Terms []topics.Term   // what was written about in the weeks before, without clues
}

// Bounds of what is kept of one list.
const (
	maxPlaces = 30
	maxTerms  = 15
)

// Maker makes and keeps reports.
type Maker struct {
	Book   *figures.Book
	Topics *topics.Book
	Vault  feedback.Vault
	Now    func() time.Time

	mu      sync.Mutex
	kept    map[figures.Week]Report
	running Report // of the week that runs, as it was counted last
}

// Last is the latest week that is over.
func (m *Maker) Last() figures.Week { return figures.WeekOf(calendar.On(m.Now())).Before() }

// Report answers the report of a week; false while not everything was read yet,
// or not all of that week.
func (m *Maker) Report(ctx context.Context, w figures.Week) (Report, bool, error) {
	if r, known := m.known(w); known {
		return r, true, nil
	}
	r, ready := m.count(w)
	if !ready || (w.Ended(m.Now()) && !r.Final) {
		return r, false, nil
	}
	if !r.Final {
		m.mu.Lock()
		m.running = r
		m.mu.Unlock()
		return r, true, nil
	}
	if err := m.keep(ctx, w, &r); err != nil {
		return r, false, err
	}
	return r, true, nil
}

// known is a report that was counted before: for good, or of what is known now.
func (m *Maker) known(w figures.Week) (Report, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, known := m.kept[w]; known {
		return r, true
	}
	desk, ready := m.Book.Desk(false)
	return m.running, ready && m.running.Week == w.String() && !w.Ended(m.Now()) && m.running.Counted.Equal(desk.AsOf)
}

// keep puts a report into the store, or takes the one that another copy put
// there first.
func (m *Maker) keep(ctx context.Context, w figures.Week, r *Report) error {
	doc, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("report of %s: %w", w, err)
	}
	kept, err := m.Vault.Mark(ctx, "weekly report "+w.String(), string(doc))
	if err != nil {
		return fmt.Errorf("report of %s: %w", w, err)
	}
	var first Report
	if err := json.Unmarshal([]byte(kept), &first); err != nil {
		return fmt.Errorf("report of %s: %w", w, err)
	}
	*r = first
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = make(map[figures.Week]Report)
	}
	m.kept[w] = first
	return nil
}

// count makes the report of a week from what is known now.
func (m *Maker) count(w figures.Week) (Report, bool) {
	now := m.Now()
	x, ready := m.Book.Weekly(w, calendar.On(now))
	if !ready {
		return Report{}, false
	}
	desk, _ := m.Book.Desk(false)
	said, _ := m.Topics.Topics(false)
	r := Report{Week: w.String(), Counted: x.AsOf.UTC(), Final: w.Ended(x.AsOf), Weekly: x}
	r.AsOf = r.Counted
	r.Notices, r.Items, r.Came = first(x.Notices, maxPlaces), first(x.Items, maxPlaces), first(x.Came, maxPlaces)
	if w == m.Last() || !r.Final { // of an earlier week nobody knows any more how these stood
		r.Again, r.Terms = first(desk.Again, maxPlaces), first(said.Terms, maxTerms)
	}
	return r, true
}

func first[T any](list []T, n int) []T { return list[:min(len(list), n)] }
