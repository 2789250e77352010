package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"rectify/feedback/audit"
)

// RunAudit holds the audit chains that open answers to the suite.
func RunAudit(t *testing.T, open func(t *testing.T) audit.Store) {
	t.Run("chain", func(t *testing.T) { auditChain(t, open(t)) })
	t.Run("crowd", func(t *testing.T) { auditCrowd(t, open(t), 8) })
	t.Run("query", func(t *testing.T) { auditQuery(t, open(t)) })
	t.Run("trim", func(t *testing.T) { auditTrim(t, open(t)) })
	t.Run("copy", func(t *testing.T) { auditCopy(t, open(t), open(t)) })
}

func chainOf(s audit.Store) *audit.Chain {
	at := noon()
	return &audit.Chain{Store: s, Now: func() time.Time { at = at.Add(time.Hour); return at }}
}

func audited(t testing.TB, s audit.Store, want int64) []audit.Entry {
	t.Helper()
	var list []audit.Entry
	n, err := audit.Check(t.Context(), s, func(e audit.Entry) { list = append(list, e) })
	if err != nil || n != want {
		t.Fatalf("chain of %d, want %d: %v", n, want, err)
	}
	return list
}

func auditChain(t *testing.T, s audit.Store) {
	if _, err := s.Last(t.Context()); !errors.Is(err, audit.ErrNotFound) {
		t.Errorf("end of an empty chain: %v", err)
	}
	audited(t, s, 0)
	c := chainOf(s)
	for i := range 3 {
		check(t, "add", c.Add(t.Context(), "anna", audit.Reveal, fmt.Sprint(i), "核实 “\x00\xff” {$gt}\n"))
	}
	list := audited(t, s, 3)
	last, err := s.Last(t.Context())
	check(t, "last", err)
	same(t, "last", last, list[2])
	if last.Seq != 3 || last.Reason != "核实 “\x00” {$gt}\n" || len(list[0].Prev) != 32 {
		t.Errorf("kept %+v", last)
	}
	for _, seq := range []int64{1, 3, 5} {
		e := last
		e.Seq = seq
		wantErr(t, fmt.Sprint("append ", seq), s.Append(t.Context(), e), audit.ErrTaken)
	}
	audited(t, s, 3)
}

func auditCrowd(t *testing.T, s audit.Store, n int) {
	var kept tally
	together(n, func(i int) {
		c := &audit.Chain{Store: s, Now: noon}
		for j := range 5 {
			kept.add(of(c.Add(t.Context(), fmt.Sprint("staff ", i), audit.SignIn, fmt.Sprint(j), "")))
		}
	})
	same(t, "kept", kept.n, map[string]int{"kept": n * 5})
	audited(t, s, int64(n*5))
}

func auditQuery(t *testing.T, s audit.Store) {
	c := chainOf(s)
	for i := range 30 {
		check(t, "add", c.Add(t.Context(), []string{"anna", "berta"}[i%2], []audit.Act{audit.Reveal, audit.SignIn, audit.Export}[i%3], fmt.Sprint(i%5), ""))
	}
	for name, x := range map[string]struct {
		q    audit.Query
		want int
	}{
		"all": {audit.Query{}, 30}, "who": {audit.Query{Who: "anna"}, 15}, "act": {audit.Query{Act: audit.Export}, 10},
		"both": {audit.Query{Who: "anna", Act: audit.Export}, 5}, "object": {audit.Query{Object: "3"}, 6}, "nobody": {audit.Query{Who: "{$gt: ''}"}, 0},
		"from": {audit.Query{From: noon().Add(11 * time.Hour)}, 20}, "to": {audit.Query{To: noon().Add(11 * time.Hour)}, 10},
		"day": {audit.Query{From: noon().Add(5 * time.Hour), To: noon().Add(15 * time.Hour), Who: "anna"}, 5},
	} {
		for _, up := range []bool{false, true} {
			q, n, last := x.q, 0, int64(0)
			for q.Up, q.Limit = up, 4; ; {
				page, err := s.List(t.Context(), q)
				check(t, "list", err)
				for _, e := range page {
					if last != 0 && (e.Seq > last) != up {
						t.Errorf("%s: %d after %d", name, e.Seq, last)
					}
					last = e.Seq
				}
				if n += len(page); len(page) < q.Limit {
					break
				}
				q.After = last
			}
			if n != x.want {
				t.Errorf("%s: %d found, want %d", name, n, x.want)
			}
		}
	}
}

func auditTrim(t *testing.T, s audit.Store) {
	c := chainOf(s)
	for i := range 20 {
		check(t, "add", c.Add(t.Context(), "anna", audit.Reveal, fmt.Sprint(i), ""))
	}
	commits := map[int64]string{}
	for _, e := range audited(t, s, 20) {
		commits[e.Seq] = e.Commit()
	}
	n, err := c.TrimBefore(t.Context(), audit.Query{From: noon().Add(11 * time.Hour)}, "365")
	if err != nil || n != 10 {
		t.Errorf("%d trimmed, %v", n, err)
	}
	if n, err := c.TrimBefore(t.Context(), audit.Query{From: noon().Add(11 * time.Hour)}, "365"); err != nil || n != 0 {
		t.Errorf("%d trimmed again, %v", n, err)
	}
	audited(t, s, 11)
	if _, err := audit.Verify(t.Context(), s, commits); err != nil {
		t.Errorf("against the public log: %v", err)
	}
	check(t, "trim", s.Trim(t.Context(), 1000))
	if last, err := s.Last(t.Context()); err != nil || last.Seq != 21 {
		t.Errorf("after a trim of all: %+v, %v", last, err)
	}
	if _, err := audit.Check(t.Context(), s, func(audit.Entry) {}); err == nil {
		t.Error("a beginning that was taken away passes")
	}
}

func auditCopy(t *testing.T, a, b audit.Store) {
	c := chainOf(a)
	for range 5 {
		check(t, "add", c.Add(t.Context(), "anna", audit.Reveal, "", ""))
	}
	check(t, "trim", a.Trim(t.Context(), 3))
	list, err := a.List(t.Context(), audit.Query{Up: true, Limit: 100})
	check(t, "list", err)
	for _, e := range list {
		check(t, "append", b.Append(t.Context(), e))
	}
	got, err := b.List(t.Context(), audit.Query{Up: true, Limit: 100})
	check(t, "list", err)
	same(t, "copy", got, list)
	check(t, "goes on", chainOf(b).Add(t.Context(), "anna", audit.Reveal, "", ""))
}
