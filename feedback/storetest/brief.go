package storetest

import (
	"fmt"
	"testing"
	"time"

	"rectify/feedback"
)

func briefs(t *testing.T, open Open) {
	t.Run("kept and forgotten", func(t *testing.T) { briefLife(t, open(t)) })
	t.Run("swapped once", func(t *testing.T) { briefRace(t, open(t)) })
	t.Run("listed", func(t *testing.T) { briefLists(t, open(t)) })
}

func briefLife(t *testing.T, b Backend) {
	until := noon().Add(time.Minute)
	one := feedback.Brief{Kind: "looks", ID: "2026-000001 $han", Group: "2026-000001", Until: until, Doc: []byte{0, 0xff}}
	_, err := b.Brief(within(t), one.Kind, one.ID, noon())
	wantErr(t, "nothing yet", err, feedback.ErrNotFound)
	for rev := int64(1); rev <= 3; rev++ {
		check(t, "put", b.PutBrief(within(t), one))
		got, err := b.Brief(within(t), one.Kind, one.ID, until)
		check(t, "read in the last moment", err)
		want := one
		want.Rev = rev
		same(t, "put", got, want)
	}
	_, err = b.Brief(within(t), "other", one.ID, noon())
	wantErr(t, "of another kind", err, feedback.ErrNotFound)
	_, err = b.Brief(within(t), one.Kind, one.ID, until.Add(time.Millisecond))
	wantErr(t, "too late", err, feedback.ErrNotFound)

	wantErr(t, "swap as the first", b.SwapBrief(within(t), one, 0), feedback.ErrConflict)
	wantErr(t, "swap an old one", b.SwapBrief(within(t), one, 2), feedback.ErrConflict)
	one.Doc, one.Group = nil, "other"
	check(t, "swap", b.SwapBrief(within(t), one, 3))
	got, err := b.Brief(within(t), one.Kind, one.ID, noon())
	check(t, "read", err)
	if got.Rev != 4 || len(got.Doc) != 0 || got.Group != "other" {
		t.Errorf("swapped to %+v", got)
	}
	check(t, "drop", b.DropBrief(within(t), one.Kind, one.ID))
	check(t, "drop again", b.DropBrief(within(t), one.Kind, one.ID))
	wantErr(t, "swap what is gone", b.SwapBrief(within(t), one, 4), feedback.ErrConflict)

	check(t, "put anew", b.PutBrief(within(t), one))
	check(t, "sweep too early", b.Sweep(within(t), until))
	_, err = b.Brief(within(t), one.Kind, one.ID, noon())
	check(t, "still there", err)
	check(t, "sweep", b.Sweep(within(t), until.Add(time.Millisecond)))
	_, err = b.Brief(within(t), one.Kind, one.ID, noon())
	wantErr(t, "swept", err, feedback.ErrNotFound)
}

func briefRace(t *testing.T, b Backend) {
	one := feedback.Brief{Kind: "job", ID: "one", Group: "han", Until: noon()}
	for rev := range int64(3) {
		var won tally
		together(8, func(int) { won.add(of(b.SwapBrief(background(), one, rev))) })
		same(t, "swapped at once", won.n, map[string]int{"kept": 1, "conflict": 7})
	}
	var put tally
	one.ID = "two"
	together(8, func(int) { put.add(of(b.PutBrief(background(), one))) })
	same(t, "put at once", put.n, map[string]int{"kept": 8})
	got, err := b.Brief(within(t), one.Kind, one.ID, noon())
	if err != nil || got.Rev != 8 {
		t.Errorf("put eight times: revision %d, %v", got.Rev, err)
	}
}

func briefLists(t *testing.T, b Backend) {
	for _, kind := range []string{"a", "b"} {
		for i := range 6 {
			check(t, "put", b.PutBrief(within(t), feedback.Brief{
				Kind: kind, ID: fmt.Sprint(5 - i), Group: []string{"x", "$ne"}[i%2], Until: noon().Add(time.Duration(i) * time.Minute),
			}))
		}
	}
	for _, c := range []struct {
		kind, group string
		minutes     int
		want        string
	}{
		{"a", "", 0, "012345"}, {"b", "x", 0, "135"}, {"a", "$ne", 0, "024"}, {"a", "", 3, "012"}, {"a", "x", 5, ""}, {"c", "", 0, ""}, {"a", "y", 0, ""},
	} {
		list, err := b.ListBriefs(within(t), c.kind, c.group, noon().Add(time.Duration(c.minutes)*time.Minute))
		check(t, "list", err)
		ids := ""
		for _, x := range list {
			ids += x.ID
		}
		if ids != c.want {
			t.Errorf("%+v: %s", c, ids)
		}
	}
}
