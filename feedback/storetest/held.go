package storetest

import (
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/mailroom"
)

func heldMail(t *testing.T, open Open) {
	t.Run("kept once", func(t *testing.T) { heldOnce(t, open(t)) })
	t.Run("pages", func(t *testing.T) { heldPages(t, open(t)) })
	t.Run("settled once", func(t *testing.T) { heldSettled(t, open(t)) })
	t.Run("purged", func(t *testing.T) { heldPurged(t, open(t)) })
}

// aside is a held message of that name, ms after noon.
func aside(name string, ms int, open bool) mailroom.Record {
	return mailroom.Record{
		ID: hex.EncodeToString(digest(name)), Rev: 1, At: noon().Add(time.Duration(ms) * time.Millisecond), Open: open,
		Raw: feedback.BlobID(hex.EncodeToString(digest(name))[:32]), Doc: []byte("\x00\xff doc of " + name),
	}
}

func heldOnce(t *testing.T, b Backend) {
	r := aside("a", 1, true)
	_, err := b.HeldByID(within(t), r.ID)
	wantErr(t, "get nothing", err, feedback.ErrNotFound)
	var put tally
	together(6, func(int) { put.add(of(b.PutHeld(within(t), r))) })
	same(t, "put at once", put.n, map[string]int{"kept": 6})
	other := r
	other.Doc, other.Open = []byte("other"), false
	check(t, "put again", b.PutHeld(within(t), other))
	got, err := b.HeldByID(within(t), r.ID)
	check(t, "get", err)
	same(t, "kept", got, r)
	n, err := b.CountHeld(within(t))
	if err != nil || n != 1 {
		t.Errorf("count %d, %v", n, err)
	}
}

func heldPages(t *testing.T, b Backend) {
	var want []mailroom.Record
	for i := range 23 {
		r := aside(fmt.Sprint("page ", i), i/3, i%4 != 0)
		check(t, "put", b.PutHeld(within(t), r))
		want = append(want, r)
	}
	slices.SortFunc(want, func(x, y mailroom.Record) int {
		if c := y.At.Compare(x.At); c != 0 {
			return c
		}
		return -compare(x.ID, y.ID)
	})
	for _, closed := range []bool{false, true} {
		for _, limit := range []int{1, 4, mailroom.MaxPage} {
			var got []mailroom.Record
			for q := (mailroom.Query{Closed: closed, Limit: limit}); ; {
				page, next, err := b.HeldPage(within(t), q)
				check(t, "page", err)
				got = append(got, page...)
				if next == "" {
					break
				}
				q.After = next
			}
			same(t, fmt.Sprint("closed ", closed, " by ", limit), got, slices.DeleteFunc(slices.Clone(want), func(r mailroom.Record) bool { return r.Open == closed }))
		}
	}
	for _, bad := range []mailroom.Query{{Limit: 0}, {Limit: mailroom.MaxPage + 1}, {Limit: 1, After: "x"}, {Limit: 1, After: "1.$gt"}} {
		if _, _, err := b.HeldPage(within(t), bad); err == nil {
			t.Errorf("%+v is a query", bad)
		}
	}
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func heldSettled(t *testing.T, b Backend) {
	r := aside("a", 1, true)
	check(t, "put", b.PutHeld(within(t), r))
	var done tally
	together(6, func(i int) {
		mine := r
		mine.Open, mine.Doc = false, fmt.Append(nil, i)
		done.add(of(b.ReplaceHeld(within(t), mine, 1)))
	})
	same(t, "settled at once", done.n, map[string]int{"kept": 1, "conflict": 5})
	got, err := b.HeldByID(within(t), r.ID)
	if err != nil || got.Rev != 2 || got.Open {
		t.Errorf("%+v, %v", got, err)
	}
	wantErr(t, "none", b.ReplaceHeld(within(t), aside("none", 1, true), 1), feedback.ErrNotFound)
}

func heldPurged(t *testing.T, b Backend) {
	for i, r := range []mailroom.Record{aside("old", 0, false), aside("old and open", 0, true), aside("new", 50, false)} {
		check(t, fmt.Sprint("put ", i), b.PutHeld(within(t), r))
	}
	check(t, "purge", b.PurgeHeld(within(t), noon().Add(50*time.Millisecond)))
	for name, there := range map[string]bool{"old": false, "old and open": true, "new": true} {
		_, err := b.HeldByID(within(t), aside(name, 0, true).ID)
		if (err == nil) != there {
			t.Errorf("%s: %v", name, err)
		}
	}
}
