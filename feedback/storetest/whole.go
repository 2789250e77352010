package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"rectify/feedback"
	"rectify/feedback/backup"
	"rectify/feedback/staff"
)

func whole(t *testing.T, open Open) {
	t.Run("back and forth", func(t *testing.T) { backAndForth(t, open(t), open(t)) })
	t.Run("the same twice", func(t *testing.T) { importTwice(t, open(t), open(t)) })
	t.Run("something else", func(t *testing.T) { importOther(t, open(t)) })
	t.Run("blank", func(t *testing.T) { blankOnly(t, open(t)) })
	t.Run("while others write", func(t *testing.T) { snapshotBesideWriters(t, open(t)) })
}

// tale is all that a snapshot tells.
type tale struct {
	Submissions []feedback.Submission
	Claims      []backup.Claim
	Accounts    []staff.Account
	Series      []backup.Series
	Marks       []backup.Mark
}

func told(t testing.TB, b backup.Source) tale {
	t.Helper()
	ctx := context.Background()
	snap, err := b.Snapshot(ctx)
	check(t, "snapshot", err)
	var all tale
	check(t, "submissions", snap.Submissions(ctx, collect(&all.Submissions)))
	check(t, "claims", snap.Claims(ctx, collect(&all.Claims)))
	check(t, "accounts", snap.Accounts(ctx, collect(&all.Accounts)))
	check(t, "series", snap.Series(ctx, collect(&all.Series)))
	check(t, "marks", snap.Marks(ctx, collect(&all.Marks)))
	check(t, "close", snap.Close())
	return all
}

func collect[T any](into *[]T) func(T) error {
	return func(v T) error {
		*into = append(*into, v)
		return nil
	}
}

func bring(t testing.TB, b backup.Target, all tale) {
	t.Helper()
	ctx := context.Background()
	check(t, "import", b.Import(ctx, all.Submissions))
	check(t, "import claims", b.ImportClaims(ctx, all.Claims))
	check(t, "import accounts", b.ImportAccounts(ctx, all.Accounts))
	check(t, "import series", b.ImportSeries(ctx, all.Series))
	for _, m := range all.Marks {
		kept, err := b.Mark(ctx, m.Name, m.Value)
		check(t, "mark", err)
		same(t, "mark", kept, m.Value)
	}
}

// Fill puts a little of everything into an empty store: drawn submissions of
// three years, one with every field set, changed ones, keys, accounts, marks.
func Fill(t testing.TB, b Backend) {
	t.Helper()
	ctx := context.Background()
	world(t, b, 60)
	rich := file(t, b, full(t, "rich"))
	for rev := range int64(3) {
		rich.Remarks = append(rich.Remarks, feedback.Remark{At: noon(), Text: fmt.Sprint("补充 ", rev)})
		check(t, "replace", b.Replace(ctx, rich, rev+1))
	}
	for i := range 5 {
		_, _, err := b.Insert(ctx, keyed(fmt.Sprint("keyed ", i), fmt.Sprint(i)))
		check(t, "insert", err)
	}
	for _, name := range []string{"Zoe", "amy", "李雷"} {
		check(t, "account", b.AddAccount(ctx, account(name)))
	}
	changed := account("amy")
	changed.Disabled = false
	check(t, "account", b.ReplaceAccount(ctx, changed, 1))
	_, err := b.Mark(ctx, "key fingerprint", "0123456789abcdef")
	check(t, "mark", err)
}

// Alike asks two stores the same questions, and the second one to go on where
// the first one was.
func Alike(t testing.TB, a, b Backend) {
	t.Helper()
	ctx := context.Background()
	for _, sort := range sorts() {
		same(t, "list by "+string(sort), everyone(t, b, sort), everyone(t, a, sort))
	}
	for i := range 40 {
		q := asked().Example(i)
		n, err := a.Count(ctx, q)
		check(t, "count", err)
		m, err := b.Count(ctx, q)
		check(t, "count", err)
		same(t, fmt.Sprintf("count of %+v", q), m, n)
	}
	for _, notice := range notices() {
		n, err := a.PublicByItem(ctx, notice)
		check(t, "by item", err)
		m, err := b.PublicByItem(ctx, notice)
		check(t, "by item", err)
		same(t, "published of "+notice, m, n)
	}
	n, err := a.News(ctx, time.Time{}, 1000)
	check(t, "news", err)
	m, err := b.News(ctx, time.Time{}, 1000)
	check(t, "news", err)
	same(t, "news", m, n)
	for _, s := range everyone(t, a, feedback.ByNewest) {
		got, err := b.ByCode(ctx, s.CodeMAC)
		check(t, "by code", err)
		same(t, "by code", got, s)
	}
	same(t, "all that a snapshot tells", told(t, b), told(t, a))
	goesOn(t, a, b)
}

// goesOn: a repeated request is known, and new ones get the next numbers.
func goesOn(t testing.TB, a, b Backend) {
	t.Helper()
	ctx := context.Background()
	for i := range 5 {
		e := keyed(fmt.Sprint("keyed ", i), fmt.Sprint(i))
		want, _, err := a.Insert(ctx, e)
		check(t, "repeat", err)
		got, fresh, err := b.Insert(ctx, e)
		check(t, "repeat", err)
		if fresh || !bytes.Equal(got.Sealed, want.Sealed) {
			t.Errorf("a repeated request is filed anew")
		}
		same(t, "answer to a repeated request", got.Submission, want.Submission)
	}
	for i := range 3 {
		s := sample(fmt.Sprint("next ", i))
		s.Received = s.Received.AddDate(i-1, 0, 0)
		same(t, "next number", file(t, b, s).Number, file(t, a, s).Number)
	}
}

// everyone lists all submissions in one order.
func everyone(t testing.TB, b Backend, sort feedback.Sort) (all []feedback.Submission) {
	t.Helper()
	q := feedback.Query{Sort: sort, Limit: 50}
	for {
		page, next, err := b.List(context.Background(), q)
		check(t, "list", err)
		all = append(all, page...)
		if q.After = next; next == "" {
			return all
		}
	}
}

func backAndForth(t *testing.T, a, b Backend) {
	Fill(t, a)
	all := told(t, a)
	if !slices.IsSortedFunc(all.Submissions, func(x, y feedback.Submission) int { return byNumber(x.Number, y.Number) }) {
		t.Error("not told by number")
	}
	if len(all.Submissions) != 66 || len(all.Claims) != 5 || len(all.Accounts) != 3 || len(all.Series) != 3 || len(all.Marks) != 1 {
		t.Errorf("told of %d submissions, %d claims, %d accounts, %d series, %d marks",
			len(all.Submissions), len(all.Claims), len(all.Accounts), len(all.Series), len(all.Marks))
	}
	// As a backup does it: through its text.
	text, err := json.Marshal(all)
	check(t, "marshal", err)
	var back tale
	check(t, "unmarshal", json.Unmarshal(text, &back))
	bring(t, b, back)
	Alike(t, a, b)
}

func importTwice(t *testing.T, a, b Backend) {
	Fill(t, a)
	all := told(t, a)
	half := all
	half.Submissions = all.Submissions[:20]
	half.Claims = nil
	bring(t, b, half)
	bring(t, b, all)
	bring(t, b, all)
	Alike(t, a, b)
}

func importOther(t *testing.T, b Backend) {
	Fill(t, b)
	all := told(t, b)
	for what, change := range map[string]func(*feedback.Submission){
		"text":     func(s *feedback.Submission) { s.Text += "x" },
		"revision": func(s *feedback.Submission) { s.Rev++ },
		"number":   func(s *feedback.Submission) { s.Number = "2031-000001" }, // the receipt code is taken
	} {
		s := all.Submissions[3]
		change(&s)
		wantErr(t, "other "+what, b.Import(within(t), []feedback.Submission{s}), feedback.ErrConflict)
	}
	c := all.Claims[0]
	c.Number = all.Submissions[0].Number
	wantErr(t, "other claim", b.ImportClaims(within(t), []backup.Claim{c}), feedback.ErrConflict)
	p := all.Accounts[0]
	p.Hash += "x"
	wantErr(t, "other account", b.ImportAccounts(within(t), []staff.Account{p}), feedback.ErrConflict)
	check(t, "series", b.ImportSeries(within(t), []backup.Series{{Year: all.Series[0].Year, Last: 1}})) // never back
	same(t, "after all that", told(t, b), all)
}

func blankOnly(t *testing.T, b Backend) {
	is := func(want bool, after string) {
		t.Helper()
		got, err := b.Blank(within(t))
		check(t, "blank", err)
		if got != want {
			t.Errorf("after %s: blank is %v", after, got)
		}
	}
	is(true, "nothing")
	_, err := b.Mark(within(t), "key fingerprint", "x")
	check(t, "mark", err)
	is(true, "a mark")
	check(t, "account", b.AddAccount(within(t), account("amy")))
	is(false, "an account")
	same(t, "told", told(t, b).Submissions, []feedback.Submission(nil))
}

// snapshotBesideWriters: what was acknowledged before is told, and what is told
// goes together, whoever writes meanwhile.
func snapshotBesideWriters(t *testing.T, b Backend) {
	var before []feedback.Number
	for i := range 30 {
		before = append(before, file(t, b, sample(fmt.Sprint("before ", i))).Number)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for i := 0; ctx.Err() == nil; i++ {
			name := fmt.Sprint("beside ", i)
			if _, _, err := b.Insert(context.Background(), keyed(name, name)); err != nil {
				t.Errorf("insert: %v", err)
				return
			}
		}
	}()
	for range 5 {
		all := told(t, b)
		there := map[feedback.Number]bool{}
		for _, s := range all.Submissions {
			if there[s.Number] {
				t.Errorf("%s is told twice", s.Number)
			}
			there[s.Number] = true
		}
		for _, n := range before {
			if !there[n] {
				t.Errorf("%s is not told", n)
			}
		}
		for _, c := range all.Claims {
			if !there[c.Number] {
				t.Errorf("a claim on %s, which is not told", c.Number)
			}
		}
		for n := range there {
			if last := all.Series[0].Last; byNumber(n, feedback.MakeNumber(2026, last)) > 0 {
				t.Errorf("%s is beyond the series, which ends at %d", n, last)
			}
		}
	}
	stop()
	<-ended
}
