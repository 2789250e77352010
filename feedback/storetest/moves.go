package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"rectify/feedback"
)

func moves(t *testing.T, open Open) {
	t.Run("every field", func(t *testing.T) { everyField(t, open(t)) })
	t.Run("compare and set", func(t *testing.T) { compareAndSet(t, open(t)) })
	t.Run("no such number", func(t *testing.T) { noSuchNumber(t, open(t)) })
	t.Run("another code", func(t *testing.T) { anotherCode(t, open(t)) })
	t.Run("caller left", func(t *testing.T) { moverLeft(t, open(t)) })
}

// everyField: what goes in by Insert or Replace comes out of Get, ByCode and
// List the same, and what a later value leaves out is gone.
func everyField(t *testing.T, b Backend) {
	want := full(t, "all")
	want.CodeMAC, want.Received = digest("code all"), noon().Add(123*time.Millisecond)
	kept := file(t, b, want)
	want.Number, want.Rev = kept.Number, 1
	same(t, "answered", kept, want)
	everywhere(t, b, want)

	bare := sample("all")
	bare.Number = want.Number
	check(t, "replace by less", b.Replace(within(t), bare, 1))
	bare.Rev = 2
	everywhere(t, b, bare)

	check(t, "replace by more", b.Replace(within(t), want, 2))
	want.Rev = 3
	everywhere(t, b, want)
}

func everywhere(t *testing.T, b Backend, want feedback.Submission) {
	t.Helper()
	same(t, "get", get(t, b, want.Number), want)
	got, err := b.ByCode(within(t), want.CodeMAC)
	check(t, "by code", err)
	same(t, "by code", got, want)
	page, next, err := b.List(within(t), feedback.Query{Limit: 1})
	check(t, "list", err)
	same(t, "list", page, []feedback.Submission{want})
	same(t, "cursor", next, "")
}

func compareAndSet(t *testing.T, b Backend) {
	s := file(t, b, sample("cas"))
	file(t, b, sample("bystander"))
	for rev := int64(1); rev < 6; rev++ {
		s.Text, s.Rev = fmt.Sprint("after ", rev), 999 // the revision inside does not count
		check(t, "replace", b.Replace(within(t), s, rev))
		for _, wrong := range []int64{rev, rev - 1, rev + 2, 0, -1} {
			late := s
			late.Text = "late"
			wantErr(t, fmt.Sprintf("replace rev %d of %d", wrong, rev+1), b.Replace(within(t), late, wrong), feedback.ErrConflict)
		}
		s.Rev = rev + 1
		same(t, "kept", get(t, b, s.Number), s)
	}
	same(t, "bystander", get(t, b, "2026-000002").Rev, int64(1))
}

func noSuchNumber(t *testing.T, b Backend) {
	file(t, b, sample("only"))
	for _, n := range []feedback.Number{"", "2026-000002", "2025-000001", "2026-1", "2026-0000001", " 2026-000001", "2026-000001 ", "２０２６-000001", "2026-000001\x00", "$ne", "9999-999999999", "x"} {
		_, err := b.Get(within(t), n)
		wantErr(t, fmt.Sprintf("get %q", n), err, feedback.ErrNotFound)
		s := sample("none")
		s.Number = n
		wantErr(t, fmt.Sprintf("replace %q", n), b.Replace(within(t), s, 1), feedback.ErrNotFound)
	}
	counts(t, b, feedback.Query{}, 1)
}

func anotherCode(t *testing.T, b Backend) {
	s := file(t, b, sample("a"))
	file(t, b, sample("b"))
	s.CodeMAC = digest("renewed")
	check(t, "renew", b.Replace(within(t), s, 1))
	s.Rev = 2
	got, err := b.ByCode(within(t), s.CodeMAC)
	check(t, "by new code", err)
	same(t, "by new code", got, s)
	_, err = b.ByCode(within(t), digest("code a"))
	wantErr(t, "by old code", err, feedback.ErrNotFound)

	taken := s
	taken.CodeMAC = digest("code b")
	wantErr(t, "another's code", b.Replace(within(t), taken, 2), feedback.ErrConflict)
	same(t, "after the refusal", get(t, b, s.Number), s)
}

func moverLeft(t *testing.T, b Backend) {
	s := file(t, b, sample("left"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Replace(ctx, s, 1); err == nil {
		t.Error("replace for a caller who left: no error")
	}
	if _, _, err := b.List(ctx, feedback.Query{Limit: 1}); err == nil {
		t.Error("list for a caller who left: no error")
	}
	same(t, "kept", get(t, b, s.Number), s)
}
