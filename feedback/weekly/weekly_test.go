package weekly_test

import (
	"fmt"
	"io"
	"reflect"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/calendar"
	"rectify/feedback/figures"
	"rectify/feedback/mongostore"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/topics"
	"rectify/feedback/weekly"
)

type backend interface {
	feedback.Store
	feedback.Vault
	io.Closer
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, test func(t *testing.T, s backend)) {
	t.Run("sqlite", func(t *testing.T) {
		s, err := sqlitestore.Open(t.Context(), t.TempDir())
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		test(t, s)
	})
	t.Run("mongo", func(t *testing.T) {
		uri := mongotest.Server(t)
		s, err := mongostore.Open(t.Context(), uri, mongotest.Name(t, uri))
		must(t, err)
		t.Cleanup(func() { _ = s.Close() })
		test(t, s)
	})
}

// copyOf is one copy of the site over a store, with a clock of its own.
type copyOf struct {
	t      *testing.T
	s      backend
	now    time.Time
	clocks feedback.Clocks
	maker  *weekly.Maker
}

func newCopy(t *testing.T, s backend, now time.Time) *copyOf {
	c := &copyOf{t: t, s: s, now: now, clocks: feedback.Clocks{Rules: feedback.DefaultRules(), Days: calendar.New(nil)}}
	c.maker = &weekly.Maker{Book: &figures.Book{}, Topics: &topics.Book{}, Vault: s, Now: func() time.Time { return c.now }}
	return c
}

func (c *copyOf) read() {
	c.t.Helper()
	must(c.t, c.maker.Book.Read(c.t.Context(), figures.Source{Store: c.s, Clocks: c.clocks, Now: c.maker.Now, Changed: func() {}}))
}

func (c *copyOf) file(n int) {
	c.t.Helper()
	s := feedback.Submission{
		ID: fmt.Sprintf("%032d", n), Rev: 1, State: feedback.Received, Visibility: feedback.Private, Text: "灯坏了", Category: feedback.Opinion, Channel: feedback.Web,
		Received: c.now, Limits: c.clocks.Limits(feedback.Opinion, c.now), CodeMAC: fmt.Append(nil, n), Notice: "hall", Item: "3-2",
		Events: []feedback.Event{{At: c.now, Act: feedback.ActReceive, Kind: feedback.Citizen, To: feedback.Received}},
	}
	_, _, err := c.s.Insert(c.t.Context(), feedback.Entry{Submission: s, Now: c.now})
	must(c.t, err)
}

func (c *copyOf) report(w figures.Week) (weekly.Report, bool) {
	c.t.Helper()
	r, ready, err := c.maker.Report(c.t.Context(), w)
	must(c.t, err)
	return r, ready
}

// A report is counted while its week runs, and once it is over the first that was
// counted stays, for every copy and after a restart, whatever comes in later.
func TestReportStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s backend) {
		c := newCopy(t, s, time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)) // a Thursday
		w := figures.WeekOf("2026-11-26")
		if _, ready := c.report(w); ready {
			t.Error("a report before anything was read")
		}
		c.file(1)
		c.read()
		if r, ready := c.report(w); !ready || r.Final || r.Received != 1 || r.Open.Total != 1 {
			t.Errorf("while it runs: %+v, %v", r, ready)
		}
		c.file(2)
		c.now = time.Date(2026, 11, 29, 16, 0, 0, 0, time.UTC) // Monday begins in Beijing
		if _, ready := c.report(w); ready {
			t.Error("a final report of what was read before the week was over")
		}
		c.read()
		want, ready := c.report(w)
		if !ready || !want.Final || want.Received != 2 || want.Week != "2026-W48" || !want.Counted.Equal(c.now) || c.maker.Last() != w {
			t.Fatalf("when it is over: %+v, %v", want, ready)
		}
		other := newCopy(t, s, c.now.AddDate(0, 0, 3))
		other.now, c.now = c.now.AddDate(0, 0, -2), c.now.AddDate(0, 0, 3)
		other.file(3) // of Saturday, keyed in on Wednesday
		other.now = c.now
		other.read()
		for what, x := range map[string]*copyOf{"the same copy": c, "another copy": other} {
			if got, ready := x.report(w); !ready || !reflect.DeepEqual(got, want) {
				t.Errorf("%s says\n%+v\nwant\n%+v", what, got, want)
			}
		}
	})
}
