package sealedstore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rectify/feedback"
	"rectify/feedback/mongostore"
	"rectify/feedback/mongostore/mongotest"
	"rectify/feedback/seal"
	"rectify/feedback/sealedstore"
	"rectify/feedback/sqlitestore"
	"rectify/feedback/storetest"
)

func TestStore(t *testing.T) {
	for name, open := range kinds() {
		t.Run(name, func(t *testing.T) {
			r := ring(t)
			storetest.Run(t, func(t *testing.T) storetest.Backend { return sealedstore.New(open(t), r, true) })
		})
	}
}

// kinds are the stores that shells may lie in.
func kinds() map[string]func(testing.TB) sealedstore.Inner {
	return map[string]func(testing.TB) sealedstore.Inner{"disk": onDisk, "mongo": onMongo}
}

func each(t *testing.T, test func(t *testing.T, inner sealedstore.Inner)) {
	for name, open := range kinds() {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func onDisk(t testing.TB) sealedstore.Inner {
	t.Helper()
	s, err := sqlitestore.Open(context.Background(), t.TempDir())
	return ended(t, s, err)
}

func ended(t testing.TB, s sealedstore.Inner, err error) sealedstore.Inner {
	t.Helper()
	check(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func onMongo(t testing.TB) sealedstore.Inner {
	t.Helper()
	uri := mongotest.Server(t)
	name := mongotest.Name(t, uri)
	s, err := mongostore.Open(context.Background(), uri, name)
	return ended(t, s, err)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ring(t testing.TB) *seal.Ring {
	t.Helper()
	r, err := seal.Create(filepath.Join(t.TempDir(), "keyset.json"))
	check(t, err)
	return r
}

// filed files a submission with a person in it.
func filed(t testing.TB, s feedback.Store, name string) feedback.Submission {
	t.Helper()
	e := storetest.Piece(name)
	e.Submission.Text = name + " MARKER-TEXT 标记文字"
	e.Submission.Contact = feedback.Contact{Name: "MARKER-NAME 证人甲", Phone: "13900001234", Email: "marker@example.cn"}
	kept, fresh, err := s.Insert(t.Context(), e)
	check(t, err)
	if !fresh {
		t.Fatal("not new")
	}
	return kept.Submission
}

func markers() []string {
	return []string{"MARKER", "标记文字", "证人甲", "13900001234", "marker@"}
}

// The store holds nothing of a person in clear, whatever happens to a
// submission, and neither does what a backup is told (T83).
func TestNothingInClear(t *testing.T) {
	each(t, func(t *testing.T, inner sealedstore.Inner) {
		s := sealedstore.New(inner, ring(t), true)
		sub := filed(t, s, "one")
		sub.Remarks = []feedback.Remark{{At: sub.Received, Text: "MARKER again"}}
		sub.Draft = &feedback.Reply{Text: "MARKER reply", Office: "MARKER office", Submitted: true}
		sub.Owed = []int{0}
		check(t, s.Replace(t.Context(), sub, 1))
		kept, err := inner.Get(t.Context(), sub.Number)
		check(t, err)
		snap, err := s.Snapshot(t.Context())
		check(t, err)
		told := []any{kept}
		check(t, snap.Submissions(t.Context(), func(s feedback.Submission) error {
			told = append(told, s)
			return nil
		}))
		check(t, snap.Close())
		text, err := json.Marshal(told)
		check(t, err)
		for _, word := range markers() {
			if bytes.Contains(text, []byte(word)) {
				t.Errorf("%q stands in clear", word)
			}
		}
		for _, q := range []feedback.Query{{Submitted: true}, {Owed: true}, {Notice: sub.Notice, Item: sub.Item}, {States: []feedback.State{sub.State}}} {
			if n, err := s.Count(t.Context(), q); err != nil || n != 1 {
				t.Errorf("%+v finds %d, %v", q, n, err)
			}
		}
		got, err := s.Get(t.Context(), sub.Number)
		check(t, err)
		sub.Rev = 2
		if diff := cmp.Diff(sub, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

// The files of the embedded store hold nothing either, nor do those of its log.
func TestFilesInClear(t *testing.T) {
	dir := t.TempDir()
	inner, err := sqlitestore.Open(t.Context(), dir)
	check(t, err)
	s := sealedstore.New(inner, ring(t), true)
	filed(t, s, "one")
	look := func() {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		check(t, err)
		for _, f := range files {
			src, err := os.ReadFile(f)
			check(t, err)
			for _, word := range markers() {
				if bytes.Contains(src, []byte(word)) {
					t.Errorf("%q stands in %s", word, filepath.Base(f))
				}
			}
		}
	}
	look()
	check(t, inner.Close())
	look()
}

// asKept is all that a store holds of a submission.
func asKept(t testing.TB, inner sealedstore.Inner, n feedback.Number) (kept feedback.Submission) {
	t.Helper()
	snap, err := inner.Snapshot(t.Context())
	check(t, err)
	check(t, snap.Submissions(t.Context(), func(s feedback.Submission) error {
		if s.Number == n {
			kept = s
		}
		return nil
	}))
	check(t, snap.Close())
	return kept
}

// What is swapped, replayed, altered or put in clear behind the program's back
// is an error that names it, and never another's data (T84).
func TestTampering(t *testing.T) {
	each(t, func(t *testing.T, inner sealedstore.Inner) {
		s := sealedstore.New(inner, ring(t), true)
		a, b := filed(t, s, "a"), filed(t, s, "b")
		check(t, s.Replace(t.Context(), a, 1))
		check(t, s.Replace(t.Context(), b, 1))
		first, other := asKept(t, inner, a.Number), asKept(t, inner, b.Number)
		a.Rev = 2
		check(t, s.Replace(t.Context(), a, 2))
		whole := asKept(t, inner, a.Number)
		for name, c := range map[string]struct {
			change func(k *feedback.Submission)
			want   error
			say    string // what verify names of what is for finding only
		}{
			"swapped": {func(k *feedback.Submission) { k.Sealed = other.Sealed }, feedback.ErrSeal, ""},
			"swapped as a whole": {func(k *feedback.Submission) {
				n := k.Number
				*k = other
				k.Number, k.CodeMAC = n, a.CodeMAC
			}, feedback.ErrSeal, ""},
			"replayed":   {func(k *feedback.Submission) { k.Sealed = first.Sealed }, feedback.ErrSeal, ""},
			"flipped":    {func(k *feedback.Submission) { k.Sealed[len(k.Sealed)-1] ^= 1 }, feedback.ErrSeal, ""},
			"state":      {func(k *feedback.Submission) { k.State = feedback.Closed }, sealedstore.ErrAltered, "state"},
			"visibility": {func(k *feedback.Submission) { k.Visibility = feedback.Published }, sealedstore.ErrAltered, "visibility"},
			"owner":      {func(k *feedback.Submission) { k.Owner = "me" }, sealedstore.ErrAltered, "owner"},
			"due":        {func(k *feedback.Submission) { k.Due = "2030-01-01" }, sealedstore.ErrAltered, "due"},
			"in clear":   {func(k *feedback.Submission) { *k = a; k.Rev = 3; k.Text = "forged" }, sealedstore.ErrBare, ""},
		} {
			bad := whole
			bad.Sealed = bytes.Clone(whole.Sealed)
			c.change(&bad)
			bad.Rev = 3
			check(t, inner.Rewrite(t.Context(), bad))
			got, err := s.Get(t.Context(), a.Number)
			if c.say == "" && !errors.Is(err, c.want) {
				t.Errorf("%s: %q, %v", name, got.Text, err)
			}
			if c.say != "" && (err != nil || got.Visibility != a.Visibility || got.State != a.State) {
				t.Errorf("%s: what is answered is not what was sealed: %v", name, err)
			}
			_, _, err = s.List(t.Context(), feedback.Query{Sort: feedback.ByNumber, Limit: 10})
			if c.say == "" && !errors.Is(err, feedback.ErrSeal) {
				t.Errorf("%s: in a list: %v", name, err)
			}
			var named []sealedstore.Fault
			check(t, s.Verify(t.Context(), func(f sealedstore.Fault) { named = append(named, f) }))
			if len(named) == 0 || named[0].Number != a.Number || named[len(named)-1].Number != a.Number || !errors.Is(named[0].Err, c.want) || !strings.Contains(named[0].Err.Error(), c.say) {
				t.Errorf("%s: verify names %v", name, named)
			}
			page, _, err := sealedstore.Bare{Store: s}.List(t.Context(), feedback.Query{Sort: feedback.ByNumber, Limit: 10})
			if err != nil || len(page) != 2 {
				t.Errorf("%s: the rest of verify sees %d, %v", name, len(page), err)
			}
			check(t, inner.Rewrite(t.Context(), whole))
		}
		if _, err := s.Get(t.Context(), a.Number); err != nil {
			t.Errorf("put right again: %v", err)
		}
	})
}

// Submissions from before sealing are read, sealed by their next change, and
// sealed on their way out of an old backup.
func TestFromBefore(t *testing.T) {
	each(t, func(t *testing.T, inner sealedstore.Inner) {
		s := sealedstore.New(inner, ring(t), false)
		old, left := filed(t, inner, "old"), filed(t, inner, "left")
		got, err := s.Get(t.Context(), old.Number)
		check(t, err)
		if diff := cmp.Diff(old, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		check(t, s.Replace(t.Context(), got, 1))
		if kept, err := inner.Get(t.Context(), old.Number); err != nil || kept.Text != "" || kept.Sealed == nil {
			t.Errorf("after a change: %q, %v", kept.Text, err)
		}
		early := left
		early.ID, early.Number, early.CodeMAC = "early", feedback.MakeNumber(2020, 7), bytes.Repeat([]byte{5}, 32)
		list := []feedback.Submission{early}
		check(t, s.Import(t.Context(), list))
		check(t, s.Import(t.Context(), list))
		list[0].Text = "other"
		if err := s.Import(t.Context(), list); !errors.Is(err, feedback.ErrConflict) {
			t.Errorf("import of something else: %v", err)
		}
		u, err := s.Used(t.Context())
		if err != nil || u.Bare != 1 || len(u.Keys) != 1 {
			t.Errorf("used: %+v, %v", u, err)
		}
	})
}
